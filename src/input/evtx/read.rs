//! One chunk read: its records in order, each by the projecting reader or by the `evtx` crate.

use std::sync::LazyLock;

use evtx::EvtxChunkHeader;
use memchr::memmem::Finder;

use super::buffers::Learned;
use super::chunk::{CHUNK_SIZE, HEADER_SIZE, Header, RawRecord, Skip, Walk, record_at_offset};
use super::whole::{self, Whole};
use crate::input::owned::Owned;
use crate::input::xml::{self, Parsed};
use crate::input::{Ask, BlockReport};
use crate::model::problem::{Lost, Problem};
use crate::model::record::{Location, Record};

/// What is said of a log whose last chunk is not whole.
pub(super) const CUT_OFF: &str = "cut off inside a chunk";
/// The provider whose records are asked for.
pub(super) const PROVIDER: &str = "Microsoft-Windows-Sysmon";
/// Its name in UTF-16LE.
pub(super) static WIDE_PROVIDER: [u8; 2 * PROVIDER.len()] = {
    let mut wide = [0; 2 * PROVIDER.len()];
    let mut at = 0;
    while at < PROVIDER.len() {
        wide[2 * at] = PROVIDER.as_bytes()[at];
        at += 1;
    }
    wide
};
static FIND_WIDE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&WIDE_PROVIDER));

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
    /// Whether records of every provider are given, of whatever event id.
    pub(super) every: bool,
    pub(super) damaged: bool,
    pub(super) tally: Tally,
    pub(super) report: &'r mut BlockReport,
}

/// Sysmon's records by event id, as long as a chunk is being read.
pub(super) struct Tally([u32; 256]);

impl Default for Tally {
    fn default() -> Tally {
        Tally([0; 256])
    }
}

/// The records of a chunk, or those of them that are recalled.
type Records<'w> = &'w mut dyn Iterator<Item = Result<RawRecord, Skip>>;
pub(super) type Sink<'s> = &'s mut dyn FnMut(&dyn Record);

impl<'r> Reading<'r> {
    pub(super) fn run(&mut self, learned: &mut Learned, sink: Sink) {
        if let Some(fault) = self.header.failing_checksum(self.chunk, self.there) {
            self.damaged = true;
            self.problem(Lost::Nothing, 0, None, fault.to_owned());
        }
        if self.there < CHUNK_SIZE {
            let needed = self.header.free_space().max(HEADER_SIZE);
            let lost = match needed > self.there {
                true => Lost::Chunk,
                false => Lost::Nothing,
            };
            self.problem(lost, self.there, None, CUT_OFF.to_owned());
        }
        let (chunk, there) = (self.chunk, self.there);
        match self.only {
            None => self.read(&mut Walk::new(chunk, self.header, there), learned, sink),
            Some(offsets) => {
                let mut recalled = offsets.iter().filter_map(|offset| {
                    let offset = usize::try_from(*offset).ok()?;
                    Some(Ok(record_at_offset(chunk, offset, there)?))
                });
                self.read(&mut recalled, learned, sink);
            }
        }
        for (id, records) in (0..).zip(self.tally.0) {
            if records > 0 {
                *self.report.sysmon.entry(id).or_default() += u64::from(records);
            }
        }
    }

    fn read(&mut self, records: Records, learned: &mut Learned, sink: Sink) {
        if !self.every && !names_provider(self.chunk) {
            for record in records {
                self.count(record);
            }
            return;
        }
        learned.templates.begin(self.ask.names);
        let unknown = loop {
            let Some(record) = records.next() else { return };
            if let Some(record) = self.count(record)
                && self.project(record, learned, sink).is_none()
            {
                break record;
            }
        };
        let copy = whole::copy_of(self.chunk);
        let header = EvtxChunkHeader::from_bytes(&copy).ok();
        let mut chunk = header
            .as_ref()
            .and_then(|header| whole::open(&copy, header));
        let mut whole = chunk.as_mut().map(Whole::new);
        self.whole(unknown, whole.as_mut(), &mut learned.owned, sink);
        for record in records {
            if let Some(record) = self.count(record)
                && self.project(record, learned, sink).is_none()
            {
                self.whole(record, whole.as_mut(), &mut learned.owned, sink);
            }
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

    /// Has the `evtx` crate read a record.
    fn whole(&mut self, at: RawRecord, whole: Option<&mut Whole>, owned: &mut Owned, sink: Sink) {
        let xml = match whole {
            Some(whole) => whole.at(at.offset),
            None => Err("the chunk cannot be read".to_owned()),
        };
        owned.begin(self.location(at.offset));
        owned.set_damaged(self.damaged);
        match xml.and_then(|xml| xml::parse(&xml, self.ask.names, owned)) {
            Err(what) => {
                self.report.records -= 1;
                self.problem(Lost::Record, at.offset, Some(at.number), what);
            }
            Ok(Parsed::Other) => self.report.fallback += 1,
            Ok(Parsed::Sysmon) => {
                self.report.fallback += 1;
                self.seen(owned.event_id());
                if self.every || self.ask.events.contains(owned.event_id()) {
                    sink(owned);
                }
            }
        }
    }

    pub(super) fn seen(&mut self, event_id: u16) {
        match self.tally.0.get_mut(usize::from(event_id)) {
            Some(records) => *records += 1,
            None => *self.report.sysmon.entry(event_id).or_default() += 1,
        }
    }

    pub(super) fn location(&self, offset: usize) -> Location {
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
    FIND_WIDE.find(chunk).is_some() || memchr::memmem::find(chunk, PROVIDER.as_bytes()).is_some()
}
