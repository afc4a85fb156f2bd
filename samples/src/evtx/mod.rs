//! From records to the bytes of an EVTX log, as Windows lays them out.
//!
//! Test logs are only worth something if anyone can see what is in them and if other readers agree
//! on it. This writer therefore follows the layout of real logs byte for byte where it matters:
//! names and template definitions stand inline at their first use in each chunk and are chained
//! into the chunk's hash tables, both checksums hold, records repeat their size at their end.
//! Its source is Microsoft's published BinXML grammar (MS-EVEN6, 2.2.12) and logs written by Windows.

mod chunk;
mod file;
mod names;
mod template;
mod text;
mod time;
mod value;

pub use chunk::{CHUNK_SIZE, Chunk, Record, seal_chunk};
pub use file::{FILE_HEADER_SIZE, Log, file_header};
pub use template::{Element, Instance, Node, Template, gap, optional};
pub use time::{FileTime, TimeError};
pub use value::{Guid, Kind, Sid, Value};
