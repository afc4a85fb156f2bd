//! From the events of a report to what ties them together: which process an event speaks of, and
//! where that process started.

use super::cells::Cell::{self, Ecs};
use super::report::Report;
use super::row::{EventRow, TextAt};
use crate::model::decimal;
use crate::model::seeded::SeededMap;
use crate::model::text::Text;

/// What is asked for beside what cells show.
pub(super) const TEXTS: [Cell; 3] = [
    Ecs("@timestamp"),
    Ecs("destination.ip"),
    Ecs("winlog.record_id"),
];
/// What tells processes apart: the computer, and the id of the process that an event speaks of.
pub(super) const TIES: [Cell; 2] = [Ecs("host.name"), Ecs("process.entity_id")];

pub(super) struct Index<'a> {
    texts: [Option<TextAt>; 3],
    ties: [Option<TextAt>; 2],
    starts: SeededMap<Process<'a>, &'a EventRow>,
}

/// Host and entity id.
pub(super) type Process<'a> = (&'a [u8], &'a [u8]);

impl<'a> Index<'a> {
    pub(super) fn new(report: &Report<'a>) -> Index<'a> {
        let mut index = Index {
            texts: TEXTS.map(|cell| report.text(cell)),
            ties: TIES.map(|cell| report.single(cell)),
            // Most events at hand are of processes that have theirs there too, or are it.
            starts: SeededMap::with_capacity_and_hasher(report.events.len(), Default::default()),
        };
        for event in report
            .events
            .values()
            .filter(|event| event.of_kind.is_start)
        {
            if let Some(process) = index.process(event) {
                index.starts.entry(process).or_insert(event);
            }
        }
        index
    }

    /// The start of a process, where it is at hand.
    pub(super) fn start(&self, process: Process<'a>) -> Option<&'a EventRow> {
        self.starts.get(&process).copied()
    }

    /// The process that the event speaks of.
    pub(super) fn process<'e>(&self, event: &'e EventRow) -> Option<Process<'e>> {
        let [host, id] = self.ties;
        let id = event.text(id)?;
        Some((event.text(host).unwrap_or_default(), id))
    }

    pub(super) fn has_destination(&self, event: &EventRow) -> bool {
        let [_, destination, _] = self.texts;
        event.text(destination).is_some()
    }

    /// Appends the time.
    pub(super) fn time(&self, event: &EventRow, out: &mut Vec<u8>) {
        let [time, ..] = self.texts;
        out.push_utf8(event.text(time).unwrap_or_default());
    }

    /// Appends the record id; where the event has none, its place: `offset 1234`.
    pub(super) fn record_id(&self, event: &EventRow, out: &mut Vec<u8>) {
        let [_, _, id] = self.texts;
        match event.text(id) {
            Some(id) => out.push_utf8(id),
            None => {
                out.push_str("offset ");
                decimal::unsigned(event.location.offset, out);
            }
        }
    }
}
