//! From the fields that somebody asks for to a plan of how each event id fills them.
//!
//! A [`Layout`] is computed once, before the first record is read: for each event id and each
//! numbered field it knows whether the field is absent, always the same, or derived, and from
//! which pieces of the record in which order. Reading an event then looks up no name.

use std::sync::{Arc, LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use super::header;
use super::row::{self, Kind, Row, Source, Target};
use super::sysmon::{KINDS, UNKNOWN};
use super::transform::{self, Transform};
use super::{Options, Schema, SplunkDest, WRITTEN_USER};
use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, Kinds, Known, View};
use crate::model::record::{NameId, Names, Part, SystemField};
use crate::model::value::Value;

/// For every event id, how each field that is asked for is derived from the record.
#[derive(Debug)]
pub struct Layout {
    /// The place in `kinds` of each event id up to 255.
    places: [u8; 256],
    /// A row of slots for each event id; the last for those that are not known.
    kinds: Box<[Box<[Slot]>]>,
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

/// How one event id fills one field.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// It never does.
    Absent,
    /// With a constant.
    Always(Value),
    /// With the first of these that has a value. Shared by event ids that know nothing of the field.
    First(Arc<[Step]>),
    /// With all values of these, each once.
    Collect(Arc<[Step]>),
}

/// One way to a value.
#[derive(Debug)]
pub(super) struct Step {
    /// The piece of the record.
    pub from: Piece,
    /// What becomes of it.
    pub transform: Transform,
    /// The row of the tables that it follows; none for data that no row moves.
    row: Option<(&'static Kind, &'static Row)>,
    /// Worked out for the first document: most logs are none.
    paths: OnceLock<Box<[Box<str>]>>,
}

impl Step {
    /// Where a document in Elastic's schema keeps the piece.
    pub fn paths(&self) -> &[Box<str>] {
        let of_row = || self.row.map(|(kind, row)| paths(kind, row));
        self.paths.get_or_init(|| of_row().unwrap_or_default())
    }
}

/// A piece of a record, resolved.
#[derive(Clone, Copy, Debug)]
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
        let filled: Vec<bool> = fields
            .iter()
            .map(|(_, view, name)| FILLED.contains_key(&(view, in_tables(name))))
            .collect();
        // Most kinds have the same slot for a field that no table fills.
        let mut shared: Vec<Option<Slot>> = vec![None; fields.len()];
        let kinds = KINDS
            .iter()
            .copied()
            .chain([&UNKNOWN])
            .map(|kind| {
                let asked = fields.iter().zip(&filled).zip(&mut shared);
                let slots = asked.map(|(((_, view, name), filled), shared)| match filled {
                    true => slot(kind, view, in_tables(name), names, options),
                    false if takes_up(kind, view, name) => Slot::Absent,
                    false => shared
                        .get_or_insert_with(|| plain(view, name, names))
                        .clone(),
                });
                slots.collect()
            })
            .collect();
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
            asked,
        }
    }

    /// The parts of a record of this event id that these fields are derived from, each once. What
    /// an event holds in the fields follows from its event id and what the record holds there.
    pub fn parts(&self, event_id: u16, fields: &[FieldId]) -> Vec<Part> {
        let slots = self.slots(event_id);
        let mut parts = Vec::new();
        for field in fields {
            if let Some(Slot::First(steps) | Slot::Collect(steps)) = slots.get(field.0 as usize) {
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

    pub(super) fn slots(&self, event_id: u16) -> &[Slot] {
        let place = self.places.get(usize::from(event_id));
        let place = place.map_or(KINDS.len(), |place| usize::from(*place));
        &self.kinds[place]
    }
}

impl Kinds for Layout {
    fn known(&self, event_id: u16, field: FieldId) -> Known<'_> {
        known(self.slots(event_id), field)
    }
}

/// What the slots of an event id say of a field.
pub(super) fn known(slots: &[Slot], field: FieldId) -> Known<'_> {
    match slots.get(field.0 as usize) {
        None | Some(Slot::Absent) => Known::Absent,
        Some(Slot::Always(value)) => Known::Always(value),
        Some(Slot::First(_) | Slot::Collect(_)) => Known::Varies,
    }
}

/// The parts of a record that decide a field, where records repeat what they hold there: they do
/// not repeat times, the ids and numbers of processes, and addresses only so often.
pub(super) fn repeats(slots: &[Slot], field: FieldId) -> Option<Vec<Part>> {
    use Transform::{Guid, Int, Ip, Moment};
    let Some(Slot::First(steps)) = slots.get(field.0 as usize) else {
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

/// The name that the tables have for a field.
fn in_tables(name: &str) -> &str {
    match name {
        WRITTEN_USER => "winlog.user.identifier",
        name => name,
    }
}

/// A row that fills a field, and how.
#[derive(Debug)]
struct Filling {
    /// The event id whose row it is; none for the header's.
    of: Option<u16>,
    row: &'static Row,
    transform: Transform,
}

/// The fields that some table fills, each with the rows that do, in the tables' order: most fields
/// that rules ask for, none does.
static FILLED: LazyLock<FxHashMap<(View, &str), Vec<Filling>>> = LazyLock::new(|| {
    let mut filled: FxHashMap<(View, &str), Vec<Filling>> = FxHashMap::default();
    let kinds = || KINDS.iter().copied().chain([&UNKNOWN]);
    let rows = kinds().flat_map(|kind| kind.rows().map(|row| (Some(kind.id), row)));
    for (of, row) in rows.chain(header::HEADER.iter().map(|row| (None, row))) {
        for view in [View::Ecs, View::Cim] {
            for (name, transform) in row.targets(view) {
                filled.entry((view, name)).or_default().push(Filling {
                    of,
                    row,
                    transform: *transform,
                });
            }
        }
    }
    let ecs = kinds().flat_map(|kind| kind.ecs).chain(header::ECS);
    let cim = kinds().flat_map(|kind| kind.cim).chain(header::CIM);
    let constants = (ecs.map(|(name, _)| (View::Ecs, *name)))
        .chain(cim.map(|(name, _)| (View::Cim, *name)))
        .chain(OF_KIND.map(|name| (View::Ecs, name)));
    for constant in constants {
        filled.entry(constant).or_default();
    }
    filled
});

/// What a kind of event says of itself.
const OF_KIND: [&str; 3] = ["event.category", "event.type", "event.action"];

fn slot(kind: &'static Kind, view: View, name: &str, names: &mut Names, options: &Options) -> Slot {
    if view == View::Cim && kind.rows().any(|row| row.source_is(name)) {
        return raw(name, names);
    }
    if let Some(value) = constant(kind, view, name) {
        return Slot::Always(value);
    }
    let mut steps = Vec::new();
    if (view, name, options.splunk_dest) == (View::Cim, "dest", SplunkDest::Remote) {
        steps.extend(derivations(kind, view, row::REMOTE_DEST, names));
    }
    steps.extend(derivations(kind, view, name, names));
    if steps.is_empty() {
        return unfilled(kind, view, name, names);
    }
    match row::collects(name) {
        true => Slot::Collect(steps.into()),
        false => Slot::First(steps.into()),
    }
}

/// The slot of a field that none of the kind's tables fills.
fn unfilled(kind: &'static Kind, view: View, name: &str, names: &mut Names) -> Slot {
    let elsewhere = || name != row::REMOTE_DEST && FILLED.contains_key(&(view, name));
    match view {
        View::Ecs if takes_up(kind, view, name) => Slot::Absent,
        View::Cim if elsewhere() => Slot::Absent,
        _ => plain(view, name, names),
    }
}

/// Whether the kind's tables move the data elsewhere that the field is named after.
fn takes_up(kind: &'static Kind, view: View, name: &str) -> bool {
    let data = name.strip_prefix(EVENT_DATA);
    let moved = |data| kind.rows().any(|row| row.source_is(data) && !row.kept);
    view == View::Ecs && data.is_some_and(moved)
}

/// The slot of a field that is the data it is named after, if it is named after any.
fn plain(view: View, name: &str, names: &mut Names) -> Slot {
    match (view, name.strip_prefix(EVENT_DATA)) {
        (View::Ecs, Some(data)) => single(names.intern(data).map(Piece::Data), data),
        (View::Ecs, None) => Slot::Absent,
        (View::Cim, _) => raw(name, names),
    }
}

/// Where Elastic keeps what no other field took.
pub const EVENT_DATA: &str = "winlog.event_data.";

fn constant(kind: &Kind, view: View, name: &str) -> Option<Value> {
    let (own, shared) = match view {
        View::Ecs => (kind.ecs, header::ECS),
        View::Cim => (kind.cim, header::CIM),
    };
    match (view, name) {
        (View::Ecs, "event.category") => return texts(kind.category),
        (View::Ecs, "event.type") => return texts(kind.types),
        (View::Ecs, "event.action") => return texts(&[kind.action]),
        _ => {}
    }
    if kind.id != UNKNOWN.id {
        let id = header::HEADER
            .iter()
            .find(|row| row.source == Source::System(SystemField::EventId));
        let target = id.and_then(|row| row.targets(view).iter().find(|(field, _)| *field == name));
        if let Some((_, transform)) = target {
            return Some(transform.apply(&kind.id.to_string()));
        }
    }
    own.iter()
        .chain(shared)
        .find(|(field, _)| *field == name)
        .map(|(_, value)| Value::str(*value))
}

fn texts(texts: &[&str]) -> Option<Value> {
    match texts {
        [] | [""] => None,
        [one] => Some(Value::str(*one)),
        many => Some(transform::list(many.iter().map(|text| Value::str(*text)))),
    }
}

fn derivations(kind: &'static Kind, view: View, name: &str, names: &mut Names) -> Vec<Step> {
    let fillings = FILLED.get(&(view, name)).into_iter().flatten();
    let of_kind = fillings.filter(|filling| filling.of.is_none_or(|id| id == kind.id));
    let steps = of_kind.filter_map(|filling| {
        Some(Step {
            from: piece(filling.row.source, names)?,
            transform: filling.transform,
            row: Some((kind, filling.row)),
            paths: OnceLock::new(),
        })
    });
    steps.collect()
}

/// Where a document holds what the row's piece was: `winlog.event_data`, or the ECS fields of the
/// event id that take the whole of it.
fn paths(kind: &'static Kind, row: &Row) -> Box<[Box<str>]> {
    let data = match row.source {
        Source::Data(name) => Some([EVENT_DATA, name].concat().into()),
        Source::System(_) => None,
    };
    let whole = kind
        .rows()
        .chain(header::HEADER)
        .filter(|other| other.source == row.source)
        .flat_map(|other| other.ecs)
        .filter(|(_, transform)| transform.keeps_all())
        .map(|(field, _)| Box::from(*field));
    data.into_iter().chain(whole).collect()
}

fn piece(source: Source, names: &mut Names) -> Option<Piece> {
    match source {
        Source::Data(name) => names.intern(name).map(Piece::Data),
        Source::System(field) => Some(Piece::System(field)),
    }
}

fn raw(data: &str, names: &mut Names) -> Slot {
    single(names.intern(data).map(Piece::Raw), data)
}

fn single(from: Option<Piece>, data: &str) -> Slot {
    let guid = data.ends_with("Guid") || data.ends_with("GUID");
    match from {
        None => Slot::Absent,
        Some(from) => Slot::First(Arc::new([Step {
            from,
            transform: if guid {
                Transform::Guid
            } else {
                Transform::Text
            },
            row: None,
            paths: OnceLock::from(Box::from([[EVENT_DATA, data].concat().into()])),
        }])),
    }
}

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
