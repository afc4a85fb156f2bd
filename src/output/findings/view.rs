//! From one finding to everything that its row shows: its events, its process, its connection.

use crate::model::field::FieldTable;
use crate::model::finding::Finding;
use crate::model::text::Text;
use crate::model::time::Time;
use crate::output::cells::Resolved;
use crate::output::index::{Index, process};
use crate::output::message::Words;
use crate::output::report::{Report, RuleUsed};
use crate::output::row::EventRow;

/// One finding with everything that its row shows.
pub struct View<'a> {
    pub(in crate::output) report: &'a Report<'a>,
    pub(in crate::output) index: &'a Index<'a>,
    pub(in crate::output) fields: &'a FieldTable,
    pub(in crate::output) words: &'a Words,
    pub(in crate::output) rule: &'a RuleUsed<'a>,
    pub(in crate::output) finding: &'a Finding,
    /// Those that are at hand, in order.
    pub(in crate::output) events: Vec<&'a EventRow>,
    pub(super) number: usize,
    pub(super) profile: &'a str,
    /// The process's start, then its other events.
    pub(in crate::output) process: Vec<&'a EventRow>,
    /// The connection, then every event.
    pub(in crate::output) network: Vec<&'a EventRow>,
}

impl<'a> View<'a> {
    /// None where the finding names a rule that the report lacks.
    pub(super) fn new(
        report: &'a Report<'a>,
        index: &'a Index<'a>,
        words: &'a Words,
        finding: &'a Finding,
        number: usize,
    ) -> Option<View<'a>> {
        let events: Vec<&EventRow> = finding
            .events
            .iter()
            .flatten()
            .filter_map(|location| report.events.get(location))
            .collect();
        let of_process = match events.iter().find(|event| process(event).is_some()) {
            Some(first) => index
                .start(first)
                .into_iter()
                .chain(
                    events
                        .iter()
                        .copied()
                        .filter(|event| process(event) == process(first)),
                )
                .collect(),
            None => events.first().copied().into_iter().collect(),
        };
        let network = match events.iter().find(|event| index.has_destination(event)) {
            Some(connection) => vec![*connection],
            None => events.clone(),
        };
        Some(View {
            rule: report.rules.get(finding.rule)?,
            fields: report.fields,
            profile: report.profile,
            report,
            index,
            words,
            finding,
            events,
            number,
            process: of_process,
            network,
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

    pub(super) fn time(&self, choose: fn(Time, Time) -> Time, out: &mut Vec<u8>) {
        let times = self.events.iter().filter_map(|event| event.time);
        if let Some(time) = times.reduce(choose) {
            time.write(out);
        }
    }

    pub(super) fn records(&self, out: &mut Vec<u8>) {
        for (at, location) in self.finding.events.iter().enumerate() {
            if at > 0 {
                out.push_str("; ");
            }
            match location.map(|location| self.report.events.get(&location)) {
                None => out.push_str("none"),
                Some(Some(event)) => self.index.record_id(event, out),
                Some(None) => {}
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

/// Appends what the first event that has something shows.
pub(in crate::output) fn first(events: &[&EventRow], cell: Resolved, out: &mut Vec<u8>) {
    let before = out.len();
    for event in events {
        cell.write(*event, out);
        if out.len() > before {
            return;
        }
    }
}
