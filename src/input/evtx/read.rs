//! One chunk read: its records in order, each by the projecting reader or by the `evtx` crate.

use evtx::EvtxChunkHeader;
use memchr::memmem;

use super::buffers::Templates;
use super::chunk::{CHUNK_SIZE, Header, RawRecord, Skip, Walk, record_at_offset};
use super::whole::{self, Whole, WholeRecord};
use crate::input::{Ask, BlockReport};
use crate::model::problem::{Lost, Problem};
use crate::model::record::{Location, Record, SystemField};

/// The provider whose records are asked for.
const PROVIDER: &str = "Microsoft-Windows-Sysmon";

/// A chunk being read.
pub(super) struct Reading<'r> {
    pub(super) chunk: &'r [u8],
    /// How much of it the log holds.
    pub(super) there: usize,
    pub(super) header: Header,
    pub(super) file: u32,
    pub(super) block: u32,
    /// Where it starts in the file.
    pub(super) offset: u64,
    pub(super) ask: &'r Ask<'r>,
    pub(super) only: Option<&'r [u64]>,
    pub(super) report: &'r mut BlockReport,
}

/// The records of a chunk, or those of them that are recalled.
type Records<'w> = &'w mut dyn Iterator<Item = Result<RawRecord, Skip>>;
type Sink<'s> = &'s mut dyn FnMut(&dyn Record);

impl Reading<'_> {
    pub(super) fn run(&mut self, _templates: &mut Templates, sink: Sink) {
        let fault = self.header.failing_checksum(self.chunk, self.there);
        if let Some(what) = fault {
            self.problem(Lost::Nothing, 0, None, what.to_owned());
        }
        if self.there < CHUNK_SIZE {
            let lost = match self.header.free_space() > self.there {
                true => Lost::Chunk,
                false => Lost::Nothing,
            };
            self.problem(lost, self.there, None, "cut off inside a chunk".to_owned());
        }
        let (chunk, there) = (self.chunk, self.there);
        match self.only {
            None => self.read(
                &mut Walk::new(chunk, self.header, there),
                fault.is_some(),
                sink,
            ),
            Some(offsets) => {
                let mut recalled = offsets.iter().filter_map(|offset| {
                    let offset = usize::try_from(*offset).ok()?;
                    Some(Ok(record_at_offset(chunk, offset, there)?))
                });
                self.read(&mut recalled, fault.is_some(), sink);
            }
        }
    }

    fn read(&mut self, records: Records, damaged: bool, sink: Sink) {
        if !names_provider(self.chunk) {
            for record in records {
                self.count(record);
            }
            return;
        }
        let copy = whole::copy_of(self.chunk);
        let Ok(header) = EvtxChunkHeader::from_bytes(&copy) else {
            return;
        };
        let Some(mut chunk) = whole::open(&copy, &header) else {
            return;
        };
        let mut whole = Whole::new(&mut chunk);
        for record in records {
            let Some(record) = self.count(record) else {
                continue;
            };
            self.whole(record, &mut whole, damaged, sink);
        }
    }

    fn count(&mut self, record: Result<RawRecord, Skip>) -> Option<RawRecord> {
        match record {
            Ok(record) => {
                self.report.records += 1;
                Some(record)
            }
            Err(skip) => {
                let lost = if skip.last { Lost::Chunk } else { Lost::Record };
                self.problem(lost, skip.offset, skip.number, skip.what.to_owned());
                None
            }
        }
    }

    fn whole(&mut self, record: RawRecord, whole: &mut Whole, damaged: bool, sink: Sink) {
        let tree = match whole.at(record.offset) {
            Ok(tree) => tree,
            Err(what) => {
                self.report.records -= 1;
                self.problem(Lost::Record, record.offset, Some(record.number), what);
                return;
            }
        };
        self.report.fallback += 1;
        if tree.system(SystemField::ProviderName).as_deref() != Some(PROVIDER) {
            return;
        }
        let event_id = tree.system(SystemField::EventId);
        let Some(event_id) = event_id.and_then(|id| id.trim().parse().ok()) else {
            return;
        };
        *self.report.sysmon.entry(event_id).or_default() += 1;
        if self.ask.events.contains(event_id) {
            let location = self.location(record.offset);
            sink(&WholeRecord::new(
                &tree,
                event_id,
                self.ask.names,
                location,
                damaged,
            ));
        }
    }

    fn location(&self, offset: usize) -> Location {
        Location {
            file: self.file,
            block: self.block,
            offset: offset as u64,
        }
    }

    fn problem(&mut self, lost: Lost, offset: usize, record_id: Option<u64>, what: String) {
        if self.only.is_none() {
            self.report.problems.push(Problem {
                chunk: Some(self.block),
                offset: Some(self.offset + offset as u64),
                record_id,
                lost,
                what,
            });
        }
    }
}

/// Whether the provider's name stands anywhere in a chunk, in either of the ways that text is
/// written. Where it does not, no record of the chunk is the provider's.
fn names_provider(chunk: &[u8]) -> bool {
    let wide: Vec<u8> = PROVIDER.bytes().flat_map(|byte| [byte, 0]).collect();
    memmem::find(chunk, &wide).is_some() || memmem::find(chunk, PROVIDER.as_bytes()).is_some()
}
