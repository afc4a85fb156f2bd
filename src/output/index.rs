//! From the events of a report to what ties them together: which process an event speaks of, and
//! where that process started.

use std::collections::HashMap;

use super::report::Report;
use crate::model::field::{FieldId, FieldTable, View};
use crate::model::finding::EventRow;
use crate::model::time::Time;
use crate::model::value::Value;

/// The fields that tie events together, by their place in [`Index::fields`].
pub(super) const INDEX_FIELDS: [&str; 7] = [
    "@timestamp",
    "host.name",
    "process.entity_id",
    "event.category",
    "event.type",
    "destination.ip",
    "winlog.record_id",
];

pub(super) struct Index<'a> {
    fields: [Option<FieldId>; 7],
    starts: HashMap<(&'a str, &'a str), &'a EventRow>,
}

impl<'a> Index<'a> {
    pub(super) fn new(report: &Report<'a>) -> Index<'a> {
        let mut index = Index {
            fields: resolve(report.fields),
            starts: HashMap::default(),
        };
        for event in report.events.values() {
            if let Some(process) = index.process(event)
                && has(index.category(event), "process")
                && has(index.get(event, 4), "start")
            {
                index.starts.entry(process).or_insert(event);
            }
        }
        index
    }

    /// Host and entity id of the process that the event speaks of.
    pub(super) fn process<'e>(&self, event: &'e EventRow) -> Option<(&'e str, &'e str)> {
        let id = self.get(event, 2).as_str()?;
        Some((self.get(event, 1).as_str().unwrap_or_default(), id))
    }

    /// The start of the process that the event speaks of, where it is at hand.
    pub(super) fn start(&self, event: &EventRow) -> Option<&'a EventRow> {
        self.starts.get(&self.process(event)?).copied()
    }

    pub(super) fn time(&self, event: &EventRow) -> Option<Time> {
        match self.get(event, 0) {
            Value::Time(time) => Some(*time),
            _ => None,
        }
    }

    pub(super) fn host<'e>(&self, event: &'e EventRow) -> Option<&'e str> {
        self.get(event, 1).as_str()
    }

    pub(super) fn category<'e>(&self, event: &'e EventRow) -> &'e Value {
        self.get(event, 3)
    }

    pub(super) fn has_destination(&self, event: &EventRow) -> bool {
        !self.get(event, 5).is_null()
    }

    /// The record id as text; where the event has none, its place: `offset 1234`.
    pub(super) fn record_id(&self, event: &EventRow) -> String {
        match self.get(event, 6) {
            Value::Null => format!("offset {}", event.location.offset),
            id => id.to_string(),
        }
    }

    fn get<'e>(&self, event: &'e EventRow, at: usize) -> &'e Value {
        self.fields[at].map_or(&Value::Null, |field| event.get(field))
    }
}

fn resolve(fields: &FieldTable) -> [Option<FieldId>; 7] {
    INDEX_FIELDS.map(|name| fields.get(View::Ecs, name))
}

fn has(value: &Value, item: &str) -> bool {
    value.items().iter().any(|one| one.as_str() == Some(item))
}
