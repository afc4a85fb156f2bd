//! From an event's fields to one cell.

use super::timeline;
use crate::model::field::{FieldId, FieldTable, Known, Show, View};
use crate::model::record::Part;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Where a cell's text comes from in all events of a kind.
pub(super) enum Source {
    /// From their being of the kind: it is this.
    Kind(String),
    /// From these parts of the record, which repeat.
    Parts(Vec<Part>),
    /// From the event, or from elsewhere.
    Event,
}

impl Source {
    /// Whether the cell after it comes from the same.
    pub(super) fn is_shared_with(&self, next: &Source) -> bool {
        match (self, next) {
            (Source::Kind(_), Source::Kind(_)) => true,
            (Source::Parts(parts), Source::Parts(others)) => parts == others,
            _ => false,
        }
    }
}

impl Cell {
    /// Numbers its fields.
    pub(super) fn intern(self, fields: &mut FieldTable) -> Resolved {
        match self {
            Cell::Ecs(name) => _ = fields.intern(View::Ecs, name),
            Cell::User => {
                for (view, name) in USER {
                    fields.intern(view, name);
                }
            }
        }
        self.resolve(fields)
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
    /// Appends the cell's text. False, and nothing done, where the event lacks it.
    pub(super) fn write<S: Show + ?Sized>(self, event: &S, out: &mut impl Text) -> bool {
        match self {
            Resolved::Field(field) => show(event, field, out),
            Resolved::User {
                whole,
                domain,
                name,
            } => {
                if show(event, whole, out) {
                    return true;
                }
                let parted = show(event, domain, out);
                let mut account = String::new();
                let named = show(event, name, &mut account);
                if named {
                    out.push_str(if parted { "\\" } else { "" });
                    out.push_str(&account);
                }
                parted || named
            }
        }
    }

    /// Where the cell's text comes from in all events of this one's kind.
    pub(super) fn source<S: Show + ?Sized>(self, event: &S) -> Source {
        match (self.known(event), self.repeats(event)) {
            (Some(text), _) => Source::Kind(text),
            (None, Some(parts)) => Source::Parts(parts),
            (None, None) => Source::Event,
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
            Resolved::User {
                whole,
                domain,
                name,
            } => {
                let lacks = |field| known(field).is_some_and(|text| text.is_empty());
                [whole, domain, name]
                    .into_iter()
                    .all(lacks)
                    .then(String::new)
            }
        }
    }

    /// The parts of a record that decide the cell, where they repeat.
    fn repeats<S: Show + ?Sized>(self, event: &S) -> Option<Vec<Part>> {
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

/// Numbers every field that a timeline shows.
pub fn timeline_columns_needed(fields: &mut FieldTable) {
    for cell in timeline::cells() {
        cell.intern(fields);
    }
}
