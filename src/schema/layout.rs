//! From the fields that somebody asks for to a plan of how each event id fills them.
//!
//! A [`Layout`] is computed once, before the first record is read: for each event id and each
//! numbered field it knows whether the field is absent, always the same, or derived, and from
//! which pieces of the record in which order. Reading an event then looks up no name.

mod fill;

use super::row::{Row, Source, Target};
use super::sysmon::KINDS;
use super::transform::Transform;
use super::{Options, Schema};
use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, Kinds, Known, View};
use crate::model::record::{NameId, Names, Part, SystemField};
use crate::model::value::Value;
use fill::Filler;

/// For every event id, how each field that is asked for is derived from the record.
#[derive(Debug)]
pub struct Layout {
    /// The place in `kinds` of each event id up to 255.
    places: [u8; 256],
    /// For each event id the number of each field's slot; the last for those that are not known.
    kinds: Box<[Box<[u32]>]>,
    /// Each once: event ids have most of them in common.
    slots: Box<[Slot]>,
    /// Each field as a document in a vendor's schema holds it.
    pub(super) asked: Box<[Asked]>,
}

/// A field as somebody asks for it.
#[derive(Debug)]
pub(super) struct Asked {
    pub view: View,
    pub name: Box<str>,
    pub kind: Option<FieldType>,
}

/// How one event id fills each field.
#[derive(Clone, Copy)]
pub(super) struct Slots<'l> {
    of_fields: &'l [u32],
    slots: &'l [Slot],
}

impl<'l> Slots<'l> {
    #[inline]
    pub fn get(self, field: FieldId) -> Option<&'l Slot> {
        let slot = self.of_fields.get(field.0 as usize)?;
        self.slots.get(*slot as usize)
    }
}

/// How one event id fills one field.
#[derive(Debug, PartialEq)]
pub(super) enum Slot {
    /// It never does.
    Absent,
    /// With a constant.
    Always(Value),
    /// With the first of these that has a value.
    First(Box<[Step]>),
    /// With all values of these, each once.
    Collect(Box<[Step]>),
}

/// One way to a value.
#[derive(Debug, PartialEq)]
pub(super) struct Step {
    /// The piece of the record.
    pub from: Piece,
    /// What becomes of it.
    pub transform: Transform,
    /// Where a document in Elastic's schema keeps the piece. None for the fields of that schema,
    /// which a document has under their own names.
    pub paths: Box<[Box<str>]>,
}

/// A piece of a record, resolved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece {
    /// Named data; absent as Elastic's pipeline sees it.
    Data(NameId),
    /// Named data as it stands, `-` included: Splunk's field of the same name.
    Raw(NameId),
    /// A part of the header.
    System(SystemField),
}

impl Piece {
    fn part(self) -> Part {
        match self {
            Piece::Data(name) | Piece::Raw(name) => Part::Data(name),
            Piece::System(field) => Part::System(field),
        }
    }
}

impl Layout {
    /// Plans every field of the table for every event id. Data names that a derivation needs are
    /// interned, so that a reader can resolve them.
    pub fn new(fields: &FieldTable, names: &mut Names, options: &Options) -> Layout {
        let mut places = [KINDS.len() as u8; 256];
        for (at, kind) in KINDS.iter().enumerate() {
            places[usize::from(kind.id)] = at as u8;
        }
        let (kinds, slots) = Filler::new(fields, names, options).fill();
        let asked = fields
            .iter()
            .map(|(_, view, name)| Asked {
                view,
                name: name.into(),
                kind: Schema.type_of(view, name),
            })
            .collect();
        Layout {
            places,
            kinds,
            slots,
            asked,
        }
    }

    /// The parts of a record of this event id that these fields are derived from, each once. What
    /// an event holds in the fields follows from its event id and what the record holds there.
    pub fn parts(&self, event_id: u16, fields: &[FieldId]) -> Vec<Part> {
        let slots = self.slots(event_id);
        let mut parts = Vec::new();
        for field in fields {
            if let Some(Slot::First(steps) | Slot::Collect(steps)) = slots.get(*field) {
                for step in steps.iter() {
                    let part = step.from.part();
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
            }
        }
        parts
    }

    pub(super) fn slots(&self, event_id: u16) -> Slots<'_> {
        let place = self.places.get(usize::from(event_id));
        let place = place.map_or(KINDS.len(), |place| usize::from(*place));
        Slots {
            of_fields: &self.kinds[place],
            slots: &self.slots,
        }
    }
}

impl Kinds for Layout {
    fn known(&self, event_id: u16, field: FieldId) -> Known<'_> {
        known(self.slots(event_id), field)
    }
}

/// What the slots of an event id say of a field.
pub(super) fn known(slots: Slots<'_>, field: FieldId) -> Known<'_> {
    match slots.get(field) {
        None | Some(Slot::Absent) => Known::Absent,
        Some(Slot::Always(value)) => Known::Always(value),
        Some(Slot::First(_) | Slot::Collect(_)) => Known::Varies,
    }
}

/// The parts of a record that decide a field, where records repeat what they hold there: they do
/// not repeat times, the ids and numbers of processes, and addresses only so often.
pub(super) fn repeats(slots: Slots<'_>, field: FieldId) -> Option<Vec<Part>> {
    use Transform::{Guid, Int, Ip, Moment};
    let Some(Slot::First(steps)) = slots.get(field) else {
        return None;
    };
    let mut parts = Vec::new();
    for step in steps.iter() {
        let part = step.from.part();
        if !matches!(part, Part::Data(_)) || matches!(step.transform, Int | Guid | Ip | Moment) {
            return None;
        }
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Some(parts)
}

/// Where Elastic keeps what no other field took.
pub const EVENT_DATA: &str = "winlog.event_data.";

impl Row {
    /// Whether it is the row of the data of this name.
    pub fn source_is(&self, data: &str) -> bool {
        matches!(self.source, Source::Data(name) if name == data)
    }

    /// The fields that it fills, of one of the two views.
    pub fn targets(&self, view: View) -> &'static [Target] {
        match view {
            View::Ecs => self.ecs,
            View::Cim => self.cim,
        }
    }
}

#[cfg(test)]
mod tests;
