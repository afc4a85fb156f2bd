//! A record as a view of its bytes: what is asked for is decoded, and nothing else.

use std::borrow::Cow;

use super::instance::Values;
use super::shape::{Data, Event, Held, Slot};
use crate::model::fingerprint::Taking;
use crate::model::record::{Location, NameId, Part, Pick, Record, Stretch, SystemField};
use crate::model::time::Time;

/// What an imprint has for a part that the record's form does not have.
const NOTHING: [u8; 2] = [0xff; 2];

/// A record of a known form.
pub(super) struct View<'r> {
    pub(super) location: Location,
    pub(super) event_id: u16,
    pub(super) damaged: bool,
    /// Each with a number that it keeps as long as it stays the same, where there is one.
    pub(super) computer: (&'r str, Option<u32>),
    pub(super) channel: (&'r str, Option<u32>),
    pub(super) event: &'r Event,
    /// The values of the event's template.
    pub(super) header: Values<'r>,
    /// The data's form, where it has any, and its template's values.
    pub(super) data: Option<&'r Data>,
    pub(super) values: Values<'r>,
}

impl<'r> Held<'r, 'r> {
    fn text(self) -> Cow<'r, str> {
        match self {
            Held::Text(text) => Cow::Borrowed(text),
            Held::Value(value) => value.text(),
        }
    }
}

impl<'r> View<'r> {
    fn held(&self, field: SystemField) -> Option<Held<'r, 'r>> {
        self.event.held(field, &self.header)
    }

    fn slot(&self, part: Part) -> Option<&'r Slot> {
        match part {
            Part::Data(name) => self.data?.slot(name),
            Part::System(field) => self.event.slot(field),
        }
    }

    /// Where the values stand that decide what records of this form hold in these parts.
    fn stretches(&self, parts: &[Part]) -> Box<[Stretch]> {
        let values = parts.iter().flat_map(|part| {
            let header = matches!(part, Part::System(_));
            let deciding = self.slot(*part).into_iter().flat_map(Slot::deciding);
            deciding.map(move |value| (header, value))
        });
        let mut values: Vec<(bool, u16)> = values.collect();
        values.sort_unstable();
        values.dedup();
        let side_by_side = |one: &(bool, u16), next: &(bool, u16)| {
            one.0 == next.0 && one.1.checked_add(1) == Some(next.1)
        };
        let stretches = values.chunk_by(side_by_side).map(|values| {
            let ((header, from), (_, last)) = (values[0], values[values.len() - 1]);
            Stretch {
                header,
                from,
                to: last.saturating_add(1),
            }
        });
        stretches.collect()
    }
}

impl Record for View<'_> {
    fn location(&self) -> Location {
        self.location
    }

    fn event_id(&self) -> u16 {
        self.event_id
    }

    fn record_id(&self) -> u64 {
        let slot = self.event.slot(SystemField::EventRecordId);
        if let Some(value) = slot.and_then(|slot| slot.value(&self.header)) {
            return value.unsigned().unwrap_or(0);
        }
        let id = match self.held(SystemField::EventRecordId) {
            None => None,
            Some(Held::Value(value)) => value.unsigned(),
            Some(Held::Text(text)) => text.trim().parse().ok(),
        };
        id.unwrap_or(0)
    }

    fn time_created(&self) -> Option<Time> {
        let slot = self.event.slot(SystemField::TimeCreated);
        if let Some(value) = slot.and_then(|slot| slot.value(&self.header)) {
            return value.time();
        }
        match self.held(SystemField::TimeCreated)? {
            Held::Value(value) => value.time(),
            Held::Text(text) => Time::parse(text),
        }
    }

    fn computer(&self) -> &str {
        self.computer.0
    }

    fn channel(&self) -> &str {
        self.channel.0
    }

    fn log_mark(&self) -> Option<u64> {
        let (computer, channel) = (self.computer.1?, self.channel.1?);
        Some(u64::from(computer) << 32 | u64::from(channel))
    }

    fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        self.held(field).map(Held::text)
    }

    fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
        Some(self.data?.held(name, &self.values)?.text())
    }

    fn write(&self, part: Part, out: &mut Vec<u8>) -> bool {
        let held = match part {
            Part::Data(name) => self.data.and_then(|data| data.held(name, &self.values)),
            Part::System(field) => self.held(field),
        };
        match held {
            None => return false,
            Some(Held::Value(value)) => value.write(out),
            Some(Held::Text(text)) => out.extend_from_slice(text.as_bytes()),
        }
        true
    }

    fn data_tail(&self, name: NameId) -> Option<(Cow<'_, str>, bool)> {
        Some(match self.data?.held(name, &self.values)? {
            Held::Value(value) => value.tail(),
            Held::Text(text) => match text.rsplit_once('\\') {
                None => (Cow::Borrowed(text), false),
                Some((_, tail)) => (Cow::Borrowed(tail), true),
            },
        })
    }

    fn guid(&self, name: NameId) -> Option<[u8; 16]> {
        match self.data?.held(name, &self.values)? {
            Held::Value(value) => value.guid(),
            Held::Text(_) => None,
        }
    }

    fn number(&self, name: NameId) -> Option<u64> {
        match self.data?.held(name, &self.values)? {
            Held::Value(value) => value.number(),
            Held::Text(_) => None,
        }
    }

    fn time(&self, name: NameId) -> Option<Time> {
        match self.data?.held(name, &self.values)? {
            Held::Value(value) => value.time(),
            Held::Text(text) => Time::parse(text),
        }
    }

    fn imprint(&self, parts: &[Part], out: &mut Vec<u8>) -> bool {
        for part in parts {
            let values = match part {
                Part::Data(_) => &self.values,
                Part::System(_) => &self.header,
            };
            let (tag, bytes) = match self.slot(*part) {
                None => (NOTHING, &[][..]),
                Some(slot) => slot.imprint(values),
            };
            let [a, b, c, d] = (bytes.len() as u32).to_le_bytes();
            out.extend_from_slice(&[tag[0], tag[1], 0, 0, a, b, c, d]);
            out.extend_from_slice(bytes);
        }
        true
    }

    /// What else decides what a part holds is the same in all records of a form.
    #[inline]
    fn take_values(&self, pick: &mut Pick, taking: &mut Taking<'_>) -> Option<()> {
        let form = [self.event.number, self.data.map_or(0, |data| data.number)];
        (form[0] != 0).then_some(())?;
        taking.words(form)?;
        for stretch in pick.stretches(form, |parts| self.stretches(parts)) {
            let values = match stretch.header {
                true => &self.header,
                false => &self.values,
            };
            let (said, bytes) = values.stretch(stretch.from, stretch.to)?;
            taking.piece(said)?;
            taking.piece(bytes)?;
        }
        Some(())
    }

    fn each_data(&self, visit: &mut dyn FnMut(&str, &str)) {
        let Some(data) = self.data else { return };
        for (name, held) in data.each(&self.values) {
            visit(name, &held.text());
        }
    }

    fn damaged(&self) -> bool {
        self.damaged
    }
}
