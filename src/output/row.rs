//! From an event to what the tables of a hunt show of it, kept as text.
//!
//! Thousands of events stand in several tables each. So what tables show is made once, where the
//! record is read, and lies in one piece; beside it stands what ties events together.

use std::sync::Arc;

use super::cells::Wanted;
use crate::model::field::{FieldId, FieldTable, Fields, Show, View};
use crate::model::record::Location;
use crate::model::text::Text;
use crate::model::time::Time;
use crate::model::value::Value;

/// The fields that tie events together, by their place in [`Held::ties`].
pub(super) const TIES: [&str; 5] = [
    "@timestamp",
    "host.name",
    "process.entity_id",
    "event.category",
    "event.type",
];

/// Bytes that most rows are no longer than.
const ROW: usize = 1 << 11;
const NOWHERE: u32 = u32::MAX;
/// Marks the end of a field's text where the event has no such field.
const ABSENT: u32 = 1 << 31;

/// The fields that rows hold, of all that there are: one list for many rows.
#[derive(Clone, Debug)]
pub struct Held {
    fields: Box<[FieldId]>,
    /// By the field's number, its place in a row, or [`NOWHERE`].
    places: Arc<[u32]>,
    ties: [Option<FieldId>; 5],
}

impl Held {
    /// Of the fields of this table those that are wanted.
    pub fn new(wanted: &Wanted, fields: &FieldTable) -> Held {
        let mut places = vec![NOWHERE; fields.len()];
        for (place, field) in (0..).zip(wanted.fields()) {
            places[field.0 as usize] = place;
        }
        Held {
            fields: wanted.fields().into(),
            places: places.into(),
            ties: TIES.map(|name| fields.get(View::Ecs, name)),
        }
    }

    /// What they show of an event.
    pub fn row<E: Fields + Show>(&self, event: &E, location: Location, damaged: bool) -> EventRow {
        let tie = |at: usize| self.ties[at].map_or(&Value::Null, |field| event.get(field));
        let one_text = |at| tie(at).as_str().map(Box::from);
        let has = |at, item| tie(at).items().iter().any(|one| one.as_str() == Some(item));
        let mut text = Vec::with_capacity(ROW);
        let show = |field: &FieldId| {
            let absent = !event.show(*field, &mut text);
            text.len() as u32 | if absent { ABSENT } else { 0 }
        };
        EventRow {
            location,
            damaged,
            time: match tie(0) {
                Value::Time(time) => Some(*time),
                _ => None,
            },
            host: one_text(1),
            process: one_text(2),
            category: tie(3).clone(),
            is_start: has(3, "process") && has(4, "start"),
            places: Arc::clone(&self.places),
            ends: self.fields.iter().map(show).collect(),
            text: text.into(),
        }
    }
}

/// An event that tables show.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Where its record stands.
    pub location: Location,
    /// Whether its record stands in a chunk whose checksum fails.
    pub damaged: bool,
    pub(super) time: Option<Time>,
    pub(super) host: Option<Box<str>>,
    /// The entity id of the process that it speaks of.
    pub(super) process: Option<Box<str>>,
    pub(super) category: Value,
    /// Whether it tells of the start of its process.
    pub(super) is_start: bool,
    places: Arc<[u32]>,
    /// Where each held field's text ends, [`ABSENT`] or not.
    ends: Box<[u32]>,
    /// UTF-8.
    text: Box<[u8]>,
}

impl EventRow {
    /// What a cell shows of the field, UTF-8; none where the event has none, and where the row does not
    /// hold it.
    pub fn text(&self, field: FieldId) -> Option<&[u8]> {
        let place = *self.places.get(field.0 as usize)? as usize;
        let end = *self.ends.get(place)?;
        let before = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        match end & ABSENT {
            0 => self.text.get((before & !ABSENT) as usize..end as usize),
            _ => None,
        }
    }
}

impl Show for EventRow {
    fn show(&self, field: FieldId, out: &mut impl Text) -> bool {
        let text = self.text(field);
        out.push_utf8(text.unwrap_or_default());
        text.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::Values;
    use super::*;

    #[test]
    fn a_row_shows_the_fields_that_it_holds() {
        let mut fields = FieldTable::default();
        for name in TIES
            .into_iter()
            .chain(["absent", "empty", "number", "unasked"])
        {
            fields.intern(View::Ecs, name);
        }
        let one = |text| Value::List([Value::str(text)].into());
        let event = Values(vec![
            Value::Time(Time::parse("2024-03-01 10:00:00").unwrap()),
            Value::str("WS01"),
            Value::List([Value::str("{a}"), Value::str("{b}")].into()),
            one("process"),
            one("start"),
            Value::Null,
            Value::str(""),
            Value::Int(-7),
            Value::str("unasked"),
        ]);
        let held = Held::new(&(1..8).map(FieldId).collect(), &fields);
        let location = Location {
            file: 1,
            block: 2,
            offset: 3,
        };
        let row = held.row(&event, location, true);
        let text = |field| Some(std::str::from_utf8(row.text(FieldId(field))?).unwrap());
        let texts: Vec<_> = (0..12).map(text).collect();
        let (none, some) = (None, Some);
        assert_eq!(
            texts,
            [
                none,
                some("WS01"),
                some("{a}, {b}"),
                some("process"),
                some("start"),
                none,
                some(""),
                some("-7"),
                none,
                none,
                none,
                none,
            ]
        );
        assert_eq!((row.location, row.damaged), (location, true));
        assert_eq!(row.time, Time::parse("2024-03-01 10:00:00"));
        assert_eq!(row.host.as_deref(), Some("WS01"));
        assert_eq!(row.process, None);
        assert_eq!(row.category, one("process"));
        assert!(row.is_start);
        let mut out = "-".to_owned();
        assert!(row.show(FieldId(7), &mut out) && !row.show(FieldId(5), &mut out));
        assert_eq!(out, "--7");
    }
}
