//! From one finding to everything that its row shows: its events, its process, its connection.

use super::{Findings, OfRule};
use crate::model::finding::Finding;
use crate::model::text::Text;
use crate::output::index::Index;
use crate::output::message::Words;
use crate::output::report::Report;
use crate::output::row::{EventRow, TextAt};

/// One finding with everything that its row shows.
pub struct View<'a> {
    pub(in crate::output) report: &'a Report<'a>,
    pub(in crate::output) index: &'a Index<'a>,
    pub(in crate::output) words: &'a Words,
    pub(in crate::output) rule: &'a OfRule<'a>,
    pub(in crate::output) finding: &'a Finding,
    /// Those that are at hand, in order.
    pub(in crate::output) events: &'a [&'a EventRow],
    pub(super) number: usize,
    /// The process's start, then its other events.
    pub(in crate::output) process: &'a [&'a EventRow],
    /// The connection; without one every event.
    pub(in crate::output) network: &'a [&'a EventRow],
}

/// The events of one finding at a time.
#[derive(Default)]
pub(super) struct Lists<'a> {
    events: Vec<&'a EventRow>,
    process: Vec<&'a EventRow>,
}

impl<'a> Lists<'a> {
    fn fill(&mut self, finding: usize, report: &Report<'a>, index: &Index<'a>) {
        let Lists { events, process } = self;
        events.clear();
        process.clear();
        events.extend(report.events_of(finding).flatten());
        let named = |event: &&'a EventRow| Some((*event, index.process(event)?));
        let Some((first, own)) = events.iter().find_map(named) else {
            return process.extend(events.first());
        };
        let start = index.start(own);
        process.extend(start);
        let is_start = |event: &EventRow| start.is_some_and(|one| one.location == event.location);
        let is_own = |event: &EventRow| {
            event.location == first.location || index.process(event) == Some(own)
        };
        let others = events
            .iter()
            .filter(|event| !is_start(event) && is_own(event));
        process.extend(others);
    }
}

impl<'a> View<'a> {
    /// None where the finding names a rule that the report lacks.
    pub(super) fn new<'r: 'a>(
        findings: &'a Findings<'r>,
        lists: &'a mut Lists<'r>,
        at: usize,
    ) -> Option<View<'a>> {
        let (report, index) = (findings.report, findings.index());
        let finding = report.findings.get(at)?;
        let rule = findings.rule(finding.rule)?;
        lists.fill(at, report, index);
        let Lists { events, process } = lists;
        let connection = events.iter().position(|event| index.has_destination(event));
        Some(View {
            report,
            index,
            words: &findings.words,
            rule,
            finding,
            events,
            number: at + 1,
            process,
            network: match connection {
                Some(at) => &events[at..=at],
                None => events,
            },
        })
    }

    /// The record that fills in the process's details, where it is not among the events.
    pub(super) fn enriched(&self) -> Option<&'a EventRow> {
        let start = self.process.first()?;
        let own = self
            .events
            .iter()
            .any(|event| event.location == start.location);
        (!own).then_some(*start)
    }

    /// Every event that the row shows something of.
    pub(super) fn shown(&self) -> impl Iterator<Item = &'a EventRow> {
        self.events.iter().copied().chain(self.enriched())
    }

    pub(super) fn first_time(&self, out: &mut Vec<u8>) {
        let first = self.timed().min_by_key(|event| event.time);
        first
            .into_iter()
            .for_each(|event| self.index.time(event, out));
    }

    pub(super) fn last_time(&self, out: &mut Vec<u8>) {
        let last = self.timed().max_by_key(|event| event.time);
        last.into_iter()
            .for_each(|event| self.index.time(event, out));
    }

    fn timed(&self) -> impl Iterator<Item = &'a EventRow> {
        let timed = |event: &&EventRow| event.time.is_some();
        self.events.iter().copied().filter(timed)
    }

    pub(super) fn records(&self, out: &mut Vec<u8>) {
        let mut events = self.events.iter().peekable();
        for (at, location) in self.finding.events.iter().enumerate() {
            if at > 0 {
                out.push_str("; ");
            }
            let Some(location) = location else {
                out.push_str("none");
                continue;
            };
            if let Some(event) = events.next_if(|event| event.location == *location) {
                self.index.record_id(event, out);
            }
        }
    }

    pub(super) fn files(&self, out: &mut Vec<u8>) {
        let mut files = self
            .finding
            .events
            .iter()
            .flatten()
            .map(|location| location.file);
        if let Some(first) = files.next()
            && files.all(|file| file == first)
        {
            if let Some(location) = self.finding.events.iter().flatten().next() {
                out.push_str(&self.report.path(*location));
            }
            return;
        }
        for (at, location) in self.finding.events.iter().enumerate() {
            if at > 0 {
                out.push_str("; ");
            }
            match location {
                Some(location) => out.push_str(&self.report.path(*location)),
                None => out.push_str("none"),
            }
        }
    }
}

/// Appends what the first event that has something has as a text.
pub(in crate::output) fn first(events: &[&EventRow], text: Option<TextAt>, out: &mut Vec<u8>) {
    let mut texts = events.iter().filter_map(|event| event.text(text));
    out.push_utf8(texts.find(|text| !text.is_empty()).unwrap_or_default());
}
