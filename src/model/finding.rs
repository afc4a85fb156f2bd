//! What a rule says of some events.

use std::sync::Arc;

use super::field::{FieldId, Fields};
use super::record::Location;
use super::value::Value;

/// One thing that one rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's place in the list of loaded rules.
    pub rule: usize,
    /// The finding's number among that rule's, from 1.
    pub number: u64,
    /// The events behind it, in stage order for a sequence (none for a missing event), in the
    /// order of the log for a row of a search.
    pub events: Vec<Option<Location>>,
    /// A sequence's join keys, or a row of a search: its values in column order. Empty for an
    /// event query.
    pub values: Box<[Value]>,
    /// How many events it counts.
    pub count: u64,
    /// Where the profile finds what the vendor's live pipeline would not: why.
    pub remark: Option<Remark>,
}

/// Why Elastic's live pipeline would not have raised a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Remark {
    /// Ordered by UtcTime the events are not in sequence.
    pub order: bool,
    /// With `user.id` taken from the record, an event does not match.
    pub user: bool,
}

/// The fields that rows hold, of all that there are: one list for many rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    fields: Box<[FieldId]>,
    /// By the field's number, its place among a row's values, or [`NOWHERE`].
    places: Box<[u32]>,
}

const NOWHERE: u32 = u32::MAX;

impl Held {
    /// These fields, each once.
    pub fn new(fields: impl IntoIterator<Item = FieldId>) -> Held {
        let mut held = Vec::new();
        let mut places = Vec::new();
        for field in fields {
            let at = field.0 as usize;
            if at >= places.len() {
                places.resize(at + 1, NOWHERE);
            }
            if places[at] == NOWHERE {
                places[at] = held.len() as u32;
                held.push(field);
            }
        }
        Held {
            fields: held.into(),
            places: places.into(),
        }
    }

    /// The fields in the order of a row's values.
    pub fn fields(&self) -> &[FieldId] {
        &self.fields
    }
}

/// An event that an output shows: its values, decoded and kept, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Where its record stands.
    pub location: Location,
    /// Which fields it has values of.
    pub held: Arc<Held>,
    /// The values, one for each held field.
    pub values: Box<[Value]>,
    /// Whether its record stands in a chunk whose checksum fails.
    pub damaged: bool,
}

impl EventRow {
    /// The field's value; null where the event has none, and where the row does not hold it.
    pub fn get(&self, field: FieldId) -> &Value {
        let place = self.held.places.get(field.0 as usize);
        let value = place.and_then(|place| self.values.get(*place as usize));
        value.unwrap_or(&Value::Null)
    }
}

impl Fields for EventRow {
    fn get(&self, field: FieldId) -> &Value {
        EventRow::get(self, field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_fields_that_it_holds() {
        let held = Held::new([FieldId(5), FieldId(2), FieldId(5)]);
        assert_eq!(held.fields(), [FieldId(5), FieldId(2)]);
        let row = EventRow {
            location: Location {
                file: 0,
                block: 0,
                offset: 0,
            },
            held: Arc::new(held),
            values: Box::new([Value::Int(5), Value::Int(2)]),
            damaged: false,
        };
        let values: Vec<_> = (0..7)
            .map(|field| row.get(FieldId(field)).clone())
            .collect();
        let mut expected = vec![Value::Null; 7];
        expected[5] = Value::Int(5);
        expected[2] = Value::Int(2);
        assert_eq!(values, expected);
    }
}
