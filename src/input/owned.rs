//! A record that a text spelled out: its parts in one growing text, used again from record to
//! record.
//!
//! XML and JSON name every part of every record, so there is nothing to decode on demand. The
//! parsers here fill an [`Owned`], which is checked for what a record needs and then read.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use crate::model::record::{Location, NameId, Names, Record, SystemField};
use crate::model::time::Time;

/// The provider whose records are wanted.
pub(super) const SYSMON: &str = "Microsoft-Windows-Sysmon";

/// One record of a text, being filled or full.
#[derive(Debug, Default)]
pub(super) struct Owned {
    text: String,
    system: [Option<Range<usize>>; SystemField::ALL.len()],
    data: Vec<Datum>,
    unnamed: u32,
    location: Option<Location>,
    damaged: bool,
    event_id: u16,
    record_id: Option<u64>,
    time_created: Option<Time>,
    pub(super) document: Option<Map<String, Value>>,
}

#[derive(Debug)]
struct Datum {
    id: Option<NameId>,
    name: Range<usize>,
    value: Range<usize>,
}

impl Owned {
    /// Forgets the last record and begins one that stands at the location.
    pub(super) fn begin(&mut self, location: Location) {
        self.damaged = false;
        self.text.clear();
        self.system.fill(None);
        self.data.clear();
        self.unnamed = 0;
        self.location = Some(location);
        self.event_id = 0;
        self.record_id = None;
        self.time_created = None;
        self.document = None;
    }

    /// Where the next value begins: append to [`Owned::text`], then name what was appended.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    /// The text that values are appended to.
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Names what was appended since the mark as a part of the system; the first of a kind stays.
    pub(super) fn close_system(&mut self, field: SystemField, mark: usize) {
        let slot = &mut self.system[field as usize];
        if slot.is_none() {
            *slot = Some(mark..self.text.len());
        }
    }

    /// Sets a part of the system.
    pub(super) fn set_system(&mut self, field: SystemField, value: &str) {
        let mark = self.mark();
        self.text.push_str(value);
        self.close_system(field, mark);
    }

    /// Names what was appended since the mark as data. Data without a name is `param1`, `param2`
    /// and so on to who visits it, and is not to be had by name.
    pub(super) fn close_data(&mut self, name: Option<&str>, names: &Names, mark: usize) {
        let value = mark..self.text.len();
        let start = self.text.len();
        let id = match name {
            Some(name) => {
                self.text.push_str(name);
                names.get(name)
            }
            None => {
                self.unnamed += 1;
                self.text.push_str(&format!("param{}", self.unnamed));
                None
            }
        };
        let name = start..self.text.len();
        self.data.push(Datum { id, name, value });
    }

    /// Sets named data.
    pub(super) fn set_data(&mut self, name: &str, names: &Names, value: &str) {
        let mark = self.mark();
        self.text.push_str(value);
        self.close_data(Some(name), names, mark);
    }

    /// Marks the record as one of a chunk whose checksum fails.
    pub(super) fn set_damaged(&mut self, damaged: bool) {
        self.damaged = damaged;
    }

    /// Sets the record's time, where the text says it in other ways than `TimeCreated`.
    pub(super) fn set_time(&mut self, time: Option<Time>) {
        self.time_created = time;
    }

    /// Sets the record's number, where the text may have none of its own.
    pub(super) fn set_record_id(&mut self, record_id: u64) {
        self.record_id = Some(record_id);
    }

    /// Whether the record is Sysmon's.
    pub(super) fn is_sysmon(&self) -> bool {
        self.part(SystemField::ProviderName) == Some(SYSMON)
    }

    /// Reads the numbers that every record needs from its system texts, or says which is not
    /// there or is none.
    pub(super) fn check(&mut self) -> Result<(), &'static str> {
        self.event_id = self
            .part(SystemField::EventId)
            .and_then(|text| text.trim().parse().ok())
            .ok_or("a record without an event id")?;
        if let Some(text) = self.part(SystemField::EventRecordId) {
            self.record_id = text.trim().parse().ok();
        }
        if self.record_id.is_none() {
            return Err("a record without a record id");
        }
        if let Some(text) = self.part(SystemField::TimeCreated) {
            self.time_created = Time::parse(text.trim());
        }
        match self.time_created {
            None => Err("a record without the time it was created"),
            Some(_) => Ok(()),
        }
    }

    fn part(&self, field: SystemField) -> Option<&str> {
        let range = self.system[field as usize].clone()?;
        self.text.get(range)
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

impl Record for Owned {
    fn location(&self) -> Location {
        self.location.unwrap_or(Location {
            file: 0,
            block: 0,
            offset: 0,
        })
    }

    fn event_id(&self) -> u16 {
        self.event_id
    }

    fn record_id(&self) -> u64 {
        self.record_id.unwrap_or_default()
    }

    fn time_created(&self) -> Option<Time> {
        self.time_created
    }

    fn computer(&self) -> &str {
        self.part(SystemField::Computer).unwrap_or_default()
    }

    fn channel(&self) -> &str {
        self.part(SystemField::Channel).unwrap_or_default()
    }

    fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        self.part(field).map(Cow::Borrowed)
    }

    fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
        let datum = self.data.iter().find(|datum| datum.id == Some(name))?;
        Some(Cow::Borrowed(self.slice(&datum.value)))
    }

    fn each_data(&self, visit: &mut dyn FnMut(&str, &str)) {
        for datum in &self.data {
            visit(self.slice(&datum.name), self.slice(&datum.value));
        }
    }

    fn document(&self) -> Option<&Map<String, Value>> {
        self.document.as_ref()
    }

    fn damaged(&self) -> bool {
        self.damaged
    }
}
