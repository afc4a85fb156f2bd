//! Windows' own binary logs (EVTX): chunks in, records of the Sysmon provider out.
//!
//! A log is read by the chunk, and a chunk is walked from record to record. What a template says
//! is learned once: which value is which part of `System` and which named data. A record is then
//! a view of its bytes that decodes what it is asked for and nothing else. Whatever is not known
//! to the last byte is left to the `evtx` crate, whose answers are the measure: the view's texts
//! are those that the crate renders.
//!
//! ```text
//! source ─▶ log ─▶ chunk (header, checksums, walk) ─▶ read ─┬▶ project (instance, templates) ─▶ view
//!                                                           └▶ whole (the evtx crate)
//! templates: form (known again), definition (bytes to a tree) ─▶ shape (what is where);  view: value, utf16
//! ```

mod buffers;
mod bytes;
mod chunk;
mod definition;
mod form;
mod instance;
mod log;
mod project;
mod read;
mod shape;
mod templates;
mod utf16;
mod value;
mod view;
mod whole;

pub use buffers::Buffers;
pub use log::Log;
