//! Where records come from: named files and folders in, records of the Sysmon provider out.
//!
//! [`discover`] finds the logs, by what they hold and not by their names, and gives each one as an
//! [`Input`]: EVTX, XML or JSON lines. An input is read in blocks (an EVTX chunk each; a text is
//! one block), so that whoever owns the threads can read them in any order; every block gives its
//! records to a sink, in the block's order, and a [`BlockReport`] of what it held and what could
//! not be read. Nothing here knows what a record means.

mod container;
mod discover;
pub mod evtx;
mod jsonl;
mod owned;
mod sniff;
mod source;
mod tally;
mod text;
mod walk;
mod xml;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::model::problem::{Lost, Problem};
use crate::model::record::{EventIds, Location, Names, Record};

use container::{Limits, Origin};
use owned::Owned;
use source::Source;

pub use discover::{DiscoverError, Discovery, discover};

/// What a reader is asked for. Records of the provider `Microsoft-Windows-Sysmon` with one of the
/// event ids reach the sink; other records are counted and dropped.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The data names that [`Record::data`] will be called with.
    pub names: &'a Names,
    /// The event ids.
    pub events: &'a EventIds,
    /// Whether JSON objects of any other shape are wanted as well, as documents
    /// ([`Record::document`]) of event id 0.
    pub generic: bool,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Windows' own binary form.
    Evtx,
    /// What Event Viewer and `wevtutil` export, and Splunk's raw form.
    Xml,
    /// JSON objects: Beats' documents, `evtx_dump`'s and NXLog's forms.
    JsonLines,
}

impl Format {
    /// `evtx`, `xml` or `jsonl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Evtx => "evtx",
            Format::Xml => "xml",
            Format::JsonLines => "jsonl",
        }
    }
}

/// One log: a file, or a member of a container.
#[derive(Debug)]
pub struct Input {
    path: PathBuf,
    on_disk: PathBuf,
    file: u32,
    size: u64,
    body: Body,
    problems: Vec<Problem>,
}

#[derive(Debug)]
enum Body {
    Evtx(evtx::Log),
    Xml(Origin),
    Json(Origin),
}

impl Input {
    /// A log in memory, written in a form that is known beforehand: what a program has that reads
    /// no files. Fails only where the log's size does not fit this machine.
    pub fn of_bytes(path: impl Into<PathBuf>, format: Format, bytes: Vec<u8>) -> io::Result<Input> {
        let path = path.into();
        let body = match format {
            Format::Evtx => return Ok(Input::evtx(path, evtx::Log::of_bytes(bytes)?, None)),
            Format::Xml => Body::Xml,
            Format::JsonLines => Body::Json,
        };
        let size = bytes.len() as u64;
        let origin = Origin::plain(Source::Bytes(bytes.into()), Limits::default())?;
        Ok(Input::text(path, size, body(origin)))
    }

    fn evtx(path: PathBuf, log: evtx::Log, fault: Option<String>) -> Input {
        let mut problems = log.problems().to_vec();
        problems.extend(fault.map(|what| of_file(format!("cannot be unpacked whole: {what}"))));
        Input {
            path,
            on_disk: PathBuf::new(),
            file: 0,
            size: log.size(),
            problems,
            body: Body::Evtx(log),
        }
    }

    fn text(path: PathBuf, size: u64, body: Body) -> Input {
        Input {
            path,
            on_disk: PathBuf::new(),
            file: 0,
            size,
            problems: Vec::new(),
            body,
        }
    }

    /// The log's path as people are shown it; a member of a container is `a.zip!/dir/x.evtx`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that the log is or, however deep, stands in.
    pub fn on_disk(&self) -> &Path {
        &self.on_disk
    }

    /// The log's number among the discovered ones: [`Location::file`] of its records.
    ///
    /// [`Location::file`]: crate::model::record::Location::file
    pub fn file(&self) -> u32 {
        self.file
    }

    /// How it is written.
    pub fn format(&self) -> Format {
        match self.body {
            Body::Evtx(_) => Format::Evtx,
            Body::Xml(_) => Format::Xml,
            Body::Json(_) => Format::JsonLines,
        }
    }

    /// Bytes to go through: those of the file, or of a container's member as far as they are known
    /// beforehand (a text packed with gzip counts as packed).
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many blocks there are to read.
    pub fn blocks(&self) -> u32 {
        match &self.body {
            Body::Evtx(log) => log.blocks(),
            Body::Xml(_) | Body::Json(_) => 1,
        }
    }

    /// What was found wrong when the log was opened: a damaged file header, a partial last chunk.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the log has Windows events in it, as far as its beginning says.
    fn has_events(&self) -> bool {
        match &self.body {
            Body::Evtx(_) | Body::Xml(_) => true,
            // What cannot be opened is told when it is read.
            Body::Json(origin) => origin.open().map_or(true, jsonl::has_events),
        }
    }

    /// What is told of records that were read once and cannot be read again, by where the first of
    /// them stood.
    pub fn gone(&self, first: Location, records: usize) -> Problem {
        let (records, them) = match records {
            1 => ("1 record was".to_owned(), "it"),
            many => (format!("{many} records were"), "them"),
        };
        let (chunk, offset) = match &self.body {
            Body::Evtx(log) => (Some(first.block), log.offset_of(first.block) + first.offset),
            Body::Xml(_) | Body::Json(_) => (None, first.offset),
        };
        Problem {
            chunk,
            offset: Some(offset),
            record_id: None,
            lost: Lost::Record,
            what: format!("{records} read once but not again: findings may lack {them}"),
        }
    }

    /// Reads one block. `only` recalls just the records at these offsets ([`Location::offset`],
    /// ascending), and reports on no others. The records reach the sink in the block's order.
    ///
    /// [`Location::offset`]: crate::model::record::Location::offset
    pub fn read(
        &self,
        block: u32,
        ask: &Ask,
        only: Option<&[u64]>,
        buffers: &mut Buffers,
        sink: &mut dyn FnMut(&dyn Record),
    ) -> BlockReport {
        let (origin, read): (_, TextReader) = match &self.body {
            Body::Evtx(log) => {
                return log.read(self.file, block, ask, only, &mut buffers.evtx, sink);
            }
            Body::Xml(origin) => (origin, xml::read),
            Body::Json(origin) => (origin, jsonl::read),
        };
        let mut report = match origin.open() {
            Ok(source) => read(source, self.file, ask, only, &mut buffers.record, sink),
            Err(error) => BlockReport::of_unreadable(&error),
        };
        report.bytes = self.size;
        report
    }
}

type TextReader = fn(
    Box<dyn Read + '_>,
    u32,
    &Ask,
    Option<&[u64]>,
    &mut Owned,
    &mut dyn FnMut(&dyn Record),
) -> BlockReport;

/// Memory that one thread uses again from block to block.
#[derive(Debug, Default)]
pub struct Buffers {
    evtx: evtx::Buffers,
    record: Owned,
}

/// What a block held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockReport {
    /// Records read whole, of any provider.
    pub records: u64,
    /// The Sysmon records among them, by event id, whether asked for or not.
    pub sysmon: BTreeMap<u16, u64>,
    /// How many were left to the `evtx` crate because the projecting reader did not know their
    /// form.
    pub fallback: u64,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Bytes gone through, for the progress: over all blocks, about [`Input::size`].
    pub bytes: u64,
}

impl BlockReport {
    fn of_unreadable(error: &io::Error) -> BlockReport {
        BlockReport {
            problems: vec![of_file(format!("cannot be read: {error}"))],
            ..BlockReport::default()
        }
    }
}

fn of_file(what: String) -> Problem {
    Problem {
        chunk: None,
        offset: None,
        record_id: None,
        lost: Lost::File,
        what,
    }
}
