//! From the mapping tables to the slots of each event id: which of their rows fill the fields that
//! somebody asks for.
//!
//! The tables are gone through once, and each name in them is looked up among the fields: rules ask
//! for hundreds of fields that no table fills, and to ask every table for each of them would take
//! longer than many logs take to read.

use rustc_hash::FxHashMap;

use super::{EVENT_DATA, Piece, Slot, Step};
use crate::model::field::{FieldId, FieldTable, View};
use crate::model::record::{Names, SystemField};
use crate::model::value::Value;
use crate::schema::header;
use crate::schema::row::{self, Kind, Row, Source};
use crate::schema::sysmon::{KINDS, UNKNOWN};
use crate::schema::transform::{self, Transform};
use crate::schema::{Options, SplunkDest, WRITTEN_USER};

/// The slots, and for each event id the number of each field's.
pub(super) type Filled = (Box<[Box<[u32]>]>, Box<[Slot]>);

/// Fills slots from the tables.
pub(super) struct Filler<'a> {
    fields: &'a FieldTable,
    names: &'a mut Names,
    options: &'a Options,
    /// The fields named after the data that no other field took, by the data's names.
    data: FxHashMap<&'a str, FieldId>,
    /// Those filled so far; the first is [`Slot::Absent`].
    slots: Vec<Slot>,
    /// By field, the numbers of its own.
    of_field: Vec<Vec<u32>>,
}

/// What a table says of a field.
enum Fill {
    /// It is Splunk's field of the data's own name.
    Raw,
    /// It has this value.
    Always(Value),
    /// A row fills it.
    From(&'static Row, Transform),
    /// The data that it is named after was moved to other fields.
    Moved,
}

/// What tables say, in their order, by field.
type Fills = Vec<(FieldId, Fill)>;

impl<'a> Filler<'a> {
    pub(super) fn new(
        fields: &'a FieldTable,
        names: &'a mut Names,
        options: &'a Options,
    ) -> Filler<'a> {
        let named_after = |(field, view, name): (FieldId, View, &'a str)| match view {
            View::Ecs => Some((name.strip_prefix(EVENT_DATA)?, field)),
            View::Cim => None,
        };
        Filler {
            fields,
            names,
            options,
            data: fields.iter().filter_map(named_after).collect(),
            slots: vec![Slot::Absent],
            of_field: vec![Vec::new(); fields.len()],
        }
    }

    /// Fills the slots of all fields for every event id, and for those that are not known.
    pub(super) fn fill(mut self) -> Filled {
        let header = self.of_header();
        let kinds = || KINDS.iter().copied().chain([&UNKNOWN]);
        let of_kinds: Vec<Fills> = kinds().map(|kind| self.of_kind(kind)).collect();
        let mut filled = vec![false; self.fields.len()];
        for (field, fill) in of_kinds.iter().flatten().chain(&header) {
            filled[field.0 as usize] |= matches!(fill, Fill::Always(_) | Fill::From(..));
        }
        let fields = self.fields;
        // What an event id whose own tables say nothing of the field has in common with the others.
        let shared: Vec<u32> = (fields.iter())
            .map(|(field, ..)| self.number(&UNKNOWN, field, [&[], of(&header, field)], &filled))
            .collect();
        let mut of_fields = Vec::with_capacity(of_kinds.len());
        for (kind, fills) in kinds().zip(&of_kinds) {
            let mut slots = shared.clone();
            for own in fills.chunk_by(|(one, _), (other, _)| one == other) {
                let field = own[0].0;
                let fills = [own, of(&header, field)];
                slots[field.0 as usize] = self.number(kind, field, fills, &filled);
            }
            of_fields.push(slots.into());
        }
        (of_fields.into(), self.slots.into())
    }

    /// The number of the slot of a field of which a kind's own tables and the header's say this.
    fn number(
        &mut self,
        kind: &'static Kind,
        field: FieldId,
        [own, header]: [&[(FieldId, Fill)]; 2],
        filled: &[bool],
    ) -> u32 {
        let fills: Vec<&Fill> = own.iter().chain(header).map(|(_, fill)| fill).collect();
        let slot = self.slot(kind, field, &fills, filled);
        if slot == Slot::Absent {
            return 0;
        }
        let made = &mut self.of_field[field.0 as usize];
        let mut alike = made
            .iter()
            .filter(|made| self.slots[**made as usize] == slot);
        if let Some(number) = alike.next() {
            return *number;
        }
        made.push(self.slots.len() as u32);
        self.slots.push(slot);
        self.slots.len() as u32 - 1
    }

    fn slot(
        &mut self,
        kind: &'static Kind,
        field: FieldId,
        fills: &[&Fill],
        filled: &[bool],
    ) -> Slot {
        let (view, name) = self.fields.name(field);
        if fills.iter().any(|fill| matches!(fill, Fill::Raw)) {
            return self.raw(name);
        }
        let mut steps = Vec::new();
        for fill in fills {
            match fill {
                Fill::Always(value) => return Slot::Always(value.clone()),
                Fill::From(row, transform) => steps.extend(self.step(kind, view, row, *transform)),
                Fill::Raw | Fill::Moved => {}
            }
        }
        if !steps.is_empty() {
            return match row::collects(name) {
                true => Slot::Collect(steps.into()),
                false => Slot::First(steps.into()),
            };
        }
        let elsewhere = filled[field.0 as usize] && name != row::REMOTE_DEST;
        match (view, name.strip_prefix(EVENT_DATA)) {
            (View::Ecs, _) if !fills.is_empty() => Slot::Absent,
            (View::Ecs, Some(data)) => {
                let from = self.names.intern(data).map(Piece::Data);
                single(from, data, Box::default())
            }
            (View::Ecs, None) => Slot::Absent,
            (View::Cim, _) if elsewhere => Slot::Absent,
            (View::Cim, _) => self.raw(name),
        }
    }

    fn raw(&mut self, data: &str) -> Slot {
        let paths = Box::new([[EVENT_DATA, data].concat().into()]);
        single(self.names.intern(data).map(Piece::Raw), data, paths)
    }

    fn step(
        &mut self,
        kind: &'static Kind,
        view: View,
        row: &Row,
        transform: Transform,
    ) -> Option<Step> {
        let from = match row.source {
            Source::Data(name) => Piece::Data(self.names.intern(name)?),
            Source::System(field) => Piece::System(field),
        };
        Some(Step {
            from,
            transform,
            paths: match view {
                View::Ecs => Box::default(),
                View::Cim => paths(kind, row),
            },
        })
    }

    /// What the header's tables say.
    fn of_header(&self) -> Fills {
        let mut fills = Vec::new();
        self.constants(header::ECS, header::CIM, &mut fills);
        self.rows(header::HEADER.iter(), &mut fills);
        fills.sort_by_key(|(field, _)| *field);
        fills
    }

    /// What a kind and its own tables say.
    fn of_kind(&self, kind: &'static Kind) -> Fills {
        let mut fills = Vec::new();
        for row in kind.rows() {
            let Source::Data(name) = row.source else {
                continue;
            };
            let raw = self.fields.get(View::Cim, name);
            fills.extend(raw.map(|field| (field, Fill::Raw)));
            let moved = self.data.get(name).filter(|_| !row.kept);
            fills.extend(moved.map(|field| (*field, Fill::Moved)));
        }
        for (name, own) in [
            ("event.category", kind.category),
            ("event.type", kind.types),
            ("event.action", &[kind.action]),
        ] {
            for field in self.named(View::Ecs, name) {
                fills.extend(texts(own).map(|value| (field, Fill::Always(value))));
            }
        }
        let is_id = |row: &&Row| row.source == Source::System(SystemField::EventId);
        let id = header::HEADER.iter().filter(is_id);
        for row in id.filter(|_| kind.id != UNKNOWN.id) {
            self.targets(row, |field, transform| {
                let value = transform.apply(&kind.id.to_string());
                fills.push((field, Fill::Always(value)));
            });
        }
        self.constants(kind.ecs, kind.cim, &mut fills);
        if self.options.splunk_dest == SplunkDest::Remote {
            for row in kind.rows() {
                for (name, transform) in row.cim {
                    let dest = self.fields.get(View::Cim, "dest");
                    let dest = dest.filter(|_| *name == row::REMOTE_DEST);
                    fills.extend(dest.map(|field| (field, Fill::From(row, *transform))));
                }
            }
        }
        self.rows(kind.rows(), &mut fills);
        fills.sort_by_key(|(field, _)| *field);
        fills
    }

    fn constants(
        &self,
        ecs: &[(&'static str, &'static str)],
        cim: &[(&'static str, &'static str)],
        fills: &mut Fills,
    ) {
        for (view, constants) in [(View::Ecs, ecs), (View::Cim, cim)] {
            for (name, text) in constants {
                let fields = self.named(view, name);
                fills.extend(fields.map(|field| (field, Fill::Always(Value::str(*text)))));
            }
        }
    }

    fn rows(&self, rows: impl Iterator<Item = &'static Row>, fills: &mut Fills) {
        for row in rows {
            self.targets(row, |field, transform| {
                fills.push((field, Fill::From(row, transform)));
            });
        }
    }

    /// Calls with each field that a row fills and somebody asks for.
    fn targets(&self, row: &Row, mut each: impl FnMut(FieldId, Transform)) {
        for view in [View::Ecs, View::Cim] {
            for (name, transform) in row.targets(view) {
                for field in self.named(view, name) {
                    each(field, *transform);
                }
            }
        }
    }

    /// The fields that the tables mean by a name.
    fn named(&self, view: View, name: &str) -> impl Iterator<Item = FieldId> {
        let written = (view, name) == (View::Ecs, "winlog.user.identifier");
        let written = written.then(|| self.fields.get(view, WRITTEN_USER));
        self.fields
            .get(view, name)
            .into_iter()
            .chain(written.flatten())
    }
}

/// What fills say of one field.
fn of(fills: &Fills, field: FieldId) -> &[(FieldId, Fill)] {
    let from = fills.partition_point(|(one, _)| *one < field);
    let to = fills.partition_point(|(one, _)| *one <= field);
    &fills[from..to]
}

fn texts(texts: &[&str]) -> Option<Value> {
    match texts {
        [] | [""] => None,
        [one] => Some(Value::str(*one)),
        many => Some(transform::list(many.iter().map(|text| Value::str(*text)))),
    }
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

fn single(from: Option<Piece>, data: &str, paths: Box<[Box<str>]>) -> Slot {
    let is_guid = data.ends_with("Guid") || data.ends_with("GUID");
    let transform = match is_guid {
        true => Transform::Guid,
        false => Transform::Text,
    };
    let step = |from| Step {
        from,
        transform,
        paths,
    };
    from.map_or(Slot::Absent, |from| Slot::First(Box::new([step(from)])))
}
