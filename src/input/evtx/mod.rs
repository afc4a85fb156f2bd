//! Windows' own binary logs (EVTX): chunks in, records of the Sysmon provider out.
//!
//! A log is read by the chunk, and a chunk is walked from record to record. What a template says
//! is learned once: which substitution is which part of `System` and which named data. A record
//! is then a view of its bytes that decodes what it is asked for and nothing else. Whatever is
//! not known to the last byte is left to the `evtx` crate, whose answers are the measure: the
//! view's texts are those that the crate renders.

mod buffers;
mod bytes;
mod chunk;
mod log;
mod read;
mod source;
mod whole;

pub use buffers::Buffers;
pub use log::Log;
