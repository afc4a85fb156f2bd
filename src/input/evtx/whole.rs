//! A record as the `evtx` crate reads it: the way for whatever the projecting reader does not
//! know to the last byte.
//!
//! The crate renders the record as JSON with attributes apart from values; that is read back
//! into owned text. JSON keeps control characters, for which the crate's XML writes `_`.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use evtx::{EvtxChunk, EvtxChunkHeader, EvtxRecord, IterChunkRecords, ParserSettings};
use serde_json::Value;

use super::chunk::{CHUNK_SIZE, RECORD_HEADER_SIZE};
use crate::model::record::{Location, NameId, Names, Record, SystemField};
use crate::model::time::Time;

/// A chunk's copy in which the table of names is emptied: the crate then reads names where they
/// stand, and a damaged table costs no record.
pub(super) fn copy_of(chunk: &[u8]) -> Vec<u8> {
    let mut copy = chunk.to_vec();
    copy.resize(CHUNK_SIZE, 0);
    copy[128..384].fill(0);
    copy
}

/// The chunk through the crate's eyes. None where it takes it for none.
pub(super) fn open<'c>(data: &'c [u8], header: &'c EvtxChunkHeader) -> Option<EvtxChunk<'c>> {
    let settings = ParserSettings::new()
        .num_threads(1)
        .separate_json_attributes(true)
        .indent(false);
    EvtxChunk::new(data, header, Arc::new(settings)).ok()
}

/// The records of a chunk as the crate gives them, ascending.
pub(super) struct Whole<'c> {
    records: IterChunkRecords<'c>,
    ahead: Option<EvtxRecord<'c>>,
    wrong: String,
}

impl<'c> Whole<'c> {
    pub(super) fn new(chunk: &'c mut EvtxChunk<'_>) -> Whole<'c> {
        Whole {
            records: chunk.iter(),
            ahead: None,
            wrong: String::new(),
        }
    }

    /// Goes on to the record at `offset` and reads it. The error is in the crate's words.
    pub(super) fn at(&mut self, offset: usize) -> Result<Tree, String> {
        let start = (offset + RECORD_HEADER_SIZE) as u64;
        loop {
            let record = match self.ahead.take() {
                Some(record) => record,
                None => match self.records.next() {
                    None => break,
                    Some(Ok(record)) => record,
                    Some(Err(error)) => {
                        self.wrong = innermost(&error);
                        continue;
                    }
                },
            };
            if record.binxml_offset < start {
                continue;
            }
            if record.binxml_offset > start {
                self.ahead = Some(record);
                break;
            }
            let json = record
                .into_json_bytes()
                .map_err(|error| innermost(&error))?;
            return serde_json::from_slice(&json.data)
                .map(|tree| Tree { tree })
                .map_err(|error| error.to_string());
        }
        Err(format!("record cannot be read: {}", self.wrong))
    }
}

fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// A record, rendered.
pub(super) struct Tree {
    tree: Value,
}

impl Tree {
    fn part(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(&self.tree, |tree, key| tree.get(key))
    }

    /// A part of `Event/System`.
    pub(super) fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        text(self.part(path(field))?)
    }

    fn data(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let data = self
            .part(&["Event", "EventData"])
            .and_then(Value::as_object);
        data.into_iter().flatten().filter_map(|(name, value)| {
            (name != "Data").then_some(())?;
            Some((name.as_str(), text(value)?))
        })
    }
}

fn path(field: SystemField) -> &'static [&'static str] {
    use SystemField::*;
    match field {
        ProviderName => &["Event", "System", "Provider_attributes", "Name"],
        ProviderGuid => &["Event", "System", "Provider_attributes", "Guid"],
        EventId => &["Event", "System", "EventID"],
        Qualifiers => &["Event", "System", "EventID_attributes", "Qualifiers"],
        Version => &["Event", "System", "Version"],
        Level => &["Event", "System", "Level"],
        Task => &["Event", "System", "Task"],
        Opcode => &["Event", "System", "Opcode"],
        Keywords => &["Event", "System", "Keywords"],
        TimeCreated => &["Event", "System", "TimeCreated_attributes", "SystemTime"],
        EventRecordId => &["Event", "System", "EventRecordID"],
        ActivityId => &["Event", "System", "Correlation_attributes", "ActivityID"],
        RelatedActivityId => &[
            "Event",
            "System",
            "Correlation_attributes",
            "RelatedActivityID",
        ],
        ProcessId => &["Event", "System", "Execution_attributes", "ProcessID"],
        ThreadId => &["Event", "System", "Execution_attributes", "ThreadID"],
        Channel => &["Event", "System", "Channel"],
        Computer => &["Event", "System", "Computer"],
        UserId => &["Event", "System", "Security_attributes", "UserID"],
    }
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => Some(Cow::Borrowed("")),
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(value) => Some(Cow::Owned(value.to_string())),
        Value::Number(value) => Some(Cow::Owned(value.to_string())),
        Value::Array(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(text).collect();
            Some(Cow::Owned(parts?.concat()))
        }
        Value::Object(object) => text(object.get("#text")?),
    }
}

/// The view that a sink is given.
pub(super) struct WholeRecord<'r> {
    tree: &'r Tree,
    names: &'r Names,
    location: Location,
    damaged: bool,
    event_id: u16,
    computer: String,
    channel: String,
}

impl<'r> WholeRecord<'r> {
    pub(super) fn new(
        tree: &'r Tree,
        event_id: u16,
        names: &'r Names,
        location: Location,
        damaged: bool,
    ) -> WholeRecord<'r> {
        let owned = |field| tree.system(field).unwrap_or_default().into_owned();
        WholeRecord {
            tree,
            names,
            location,
            damaged,
            event_id,
            computer: owned(SystemField::Computer),
            channel: owned(SystemField::Channel),
        }
    }
}

impl Record for WholeRecord<'_> {
    fn location(&self) -> Location {
        self.location
    }

    fn event_id(&self) -> u16 {
        self.event_id
    }

    fn record_id(&self) -> u64 {
        let id = self.tree.system(SystemField::EventRecordId);
        id.and_then(|id| id.trim().parse().ok()).unwrap_or(0)
    }

    fn time_created(&self) -> Option<Time> {
        Time::parse(&self.tree.system(SystemField::TimeCreated)?)
    }

    fn computer(&self) -> &str {
        &self.computer
    }

    fn channel(&self) -> &str {
        &self.channel
    }

    fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        self.tree.system(field)
    }

    fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
        text(
            self.tree
                .part(&["Event", "EventData", self.names.name(name)])?,
        )
    }

    fn each_data(&self, visit: &mut dyn FnMut(&str, &str)) {
        for (name, text) in self.tree.data() {
            visit(name, &text);
        }
    }

    fn damaged(&self) -> bool {
        self.damaged
    }
}
