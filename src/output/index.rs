//! From the events of a report to what ties them together: which process an event speaks of, and
//! where that process started.

use std::collections::HashMap;

use super::report::Report;
use super::row::EventRow;
use crate::model::decimal;
use crate::model::field::{FieldId, FieldTable, View};
use crate::model::text::Text;

/// Fields that are asked for beside those that cells show.
pub(super) const INDEX_FIELDS: [&str; 2] = ["destination.ip", "winlog.record_id"];

pub(super) struct Index<'a> {
    fields: [Option<FieldId>; 2],
    // The keys come from the logs: they must withstand chosen ones.
    starts: HashMap<(&'a str, &'a str), &'a EventRow>,
}

impl<'a> Index<'a> {
    pub(super) fn new(report: &Report<'a>) -> Index<'a> {
        let mut starts = HashMap::default();
        for event in report.events.values().filter(|event| event.is_start) {
            if let Some(process) = process(event) {
                starts.entry(process).or_insert(event);
            }
        }
        Index {
            fields: resolve(report.fields),
            starts,
        }
    }

    /// The start of the process that the event speaks of, where it is at hand.
    pub(super) fn start(&self, event: &EventRow) -> Option<&'a EventRow> {
        self.starts.get(&process(event)?).copied()
    }

    pub(super) fn has_destination(&self, event: &EventRow) -> bool {
        self.text(event, 0).is_some()
    }

    /// Appends the record id; where the event has none, its place: `offset 1234`.
    pub(super) fn record_id(&self, event: &EventRow, out: &mut Vec<u8>) {
        match self.text(event, 1) {
            Some(id) => out.push_utf8(id),
            None => {
                out.push_str("offset ");
                decimal::unsigned(event.location.offset, out);
            }
        }
    }

    fn text<'e>(&self, event: &'e EventRow, at: usize) -> Option<&'e [u8]> {
        event.text(self.fields[at]?)
    }
}

/// Host and entity id of the process that the event speaks of.
pub(super) fn process(event: &EventRow) -> Option<(&str, &str)> {
    let id = event.process.as_deref()?;
    Some((event.host.as_deref().unwrap_or_default(), id))
}

fn resolve(fields: &FieldTable) -> [Option<FieldId>; 2] {
    INDEX_FIELDS.map(|name| fields.get(View::Ecs, name))
}
