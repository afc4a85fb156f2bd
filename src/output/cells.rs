//! From an event's fields to one cell, and which fields all cells need.

use super::findings::{COLUMNS as FINDING_COLUMNS, Origin as FindingFrom};
use super::index::INDEX_FIELDS;
use super::message;
use super::row::TIES;
use super::rule_tables::EVENT_COLUMNS;
use super::timeline::{COLUMNS as TIMELINE_COLUMNS, Origin as TimelineFrom};
use crate::model::field::{FieldId, FieldTable, Known, Show, View};
use crate::model::record::Part;
use crate::model::rule::{RuleInfo, Vendor};
use crate::model::text::Text;

/// What a cell shows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A field of ECS.
    Ecs(&'static str),
    /// The account as Windows writes it, `DOMAIN\name`.
    User,
}

/// A [`Cell`] with its fields by number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resolved {
    Field(Option<FieldId>),
    User {
        whole: Option<FieldId>,
        domain: Option<FieldId>,
        name: Option<FieldId>,
    },
}

const USER: [(View, &str); 3] = [
    (View::Cim, "user"),
    (View::Ecs, "user.domain"),
    (View::Ecs, "user.name"),
];

impl Cell {
    fn intern(self, fields: &mut FieldTable, wanted: &mut Wanted) {
        match self {
            Cell::Ecs(name) => wanted.add(fields.intern(View::Ecs, name)),
            Cell::User => {
                for (view, name) in USER {
                    wanted.add(fields.intern(view, name));
                }
            }
        }
    }

    pub(super) fn resolve(self, fields: &FieldTable) -> Resolved {
        match self {
            Cell::Ecs(name) => Resolved::Field(fields.get(View::Ecs, name)),
            Cell::User => {
                let [whole, domain, name] = USER.map(|(view, name)| fields.get(view, name));
                Resolved::User {
                    whole,
                    domain,
                    name,
                }
            }
        }
    }
}

impl Resolved {
    /// Appends the cell's text; nothing where the event lacks it.
    pub(super) fn write<S: Show + ?Sized>(self, event: &S, out: &mut impl Text) {
        match self {
            Resolved::Field(field) => _ = show(event, field, out),
            Resolved::User {
                whole,
                domain,
                name,
            } => {
                if show(event, whole, out) {
                    return;
                }
                let parted = show(event, domain, out);
                let mut account = String::new();
                if show(event, name, &mut account) {
                    out.push_str(if parted { "\\" } else { "" });
                    out.push_str(&account);
                }
            }
        }
    }

    /// The cell's text, where it is the same in all events of this one's kind.
    pub(super) fn known<S: Show + ?Sized>(self, event: &S) -> Option<String> {
        let known = |field: Option<FieldId>| match field.map(|field| event.known(field)) {
            None | Some(Known::Absent) => Some(String::new()),
            Some(Known::Always(value)) => Some(value.to_string()),
            Some(Known::Varies) => None,
        };
        match self {
            Resolved::Field(field) => known(field),
            Resolved::User { .. } => None,
        }
    }

    /// The parts of a record that decide the cell, where they repeat.
    pub(super) fn repeats<S: Show + ?Sized>(self, event: &S) -> Option<Vec<Part>> {
        let fields = match self {
            Resolved::Field(field) => [field, None, None],
            Resolved::User {
                whole,
                domain,
                name,
            } => [whole, domain, name],
        };
        let mut parts: Vec<Part> = Vec::new();
        for field in fields.into_iter().flatten() {
            if event.known(field) == Known::Varies {
                parts.extend(event.repeats(field)?);
            }
        }
        parts.sort_unstable();
        parts.dedup();
        Some(parts)
    }
}

fn show<S: Show + ?Sized>(event: &S, field: Option<FieldId>, out: &mut impl Text) -> bool {
    field.is_some_and(|field| event.show(field, out))
}

/// The fields that outputs read of an event.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    fields: Vec<FieldId>,
}

impl Wanted {
    /// Their numbers, ascending.
    pub fn fields(&self) -> &[FieldId] {
        &self.fields
    }

    /// Whether an output reads the field.
    pub fn contains(&self, field: FieldId) -> bool {
        self.fields.binary_search(&field).is_ok()
    }

    fn add(&mut self, field: FieldId) {
        if let Err(at) = self.fields.binary_search(&field) {
            self.fields.insert(at, field);
        }
    }
}

impl FromIterator<FieldId> for Wanted {
    fn from_iter<I: IntoIterator<Item = FieldId>>(fields: I) -> Wanted {
        let mut wanted = Wanted::default();
        fields.into_iter().for_each(|field| wanted.add(field));
        wanted
    }
}

/// Numbers every field that the outputs of a hunt with these rules read.
pub fn columns_needed<'a>(
    fields: &mut FieldTable,
    rules: impl IntoIterator<Item = &'a RuleInfo>,
) -> Wanted {
    let mut wanted = timeline_columns_needed(fields);
    for name in TIES.into_iter().chain(INDEX_FIELDS) {
        wanted.add(fields.intern(View::Ecs, name));
    }
    for column in FINDING_COLUMNS {
        if let FindingFrom::Process(cell) | FindingFrom::Network(cell) | FindingFrom::Any(cell) =
            column.from
        {
            cell.intern(fields, &mut wanted);
        }
    }
    for column in EVENT_COLUMNS {
        column.from.intern(fields, &mut wanted);
    }
    for rule in rules {
        let view = view_of(rule.vendor);
        for place in message::places(&rule.message) {
            wanted.add(fields.intern(view, place));
        }
    }
    wanted
}

/// Numbers every field that a timeline shows.
pub fn timeline_columns_needed(fields: &mut FieldTable) -> Wanted {
    let mut wanted = Wanted::default();
    for column in TIMELINE_COLUMNS {
        if let TimelineFrom::Event(cell) = column.from {
            cell.intern(fields, &mut wanted);
        }
    }
    wanted
}

/// Which names a vendor's messages go by.
pub(super) fn view_of(vendor: Vendor) -> View {
    match vendor {
        Vendor::Elastic => View::Ecs,
        Vendor::Splunk => View::Cim,
    }
}
