//! The words that the mapping tables are written in.
//!
//! A [`Kind`] is one Sysmon event id: what is always so of its events, and [`Row`]s that set
//! Sysmon's name for a piece of data beside its names in ECS and at Splunk. Tables are data, so
//! that a reader can check them, the layout can be computed from them before the first record is
//! read, and `docs/mapping.md` can be written from them.

use crate::model::record::SystemField;

use super::transform::Transform::{self, Text};

/// One Sysmon event id.
#[derive(Debug)]
pub struct Kind {
    /// The event id.
    pub id: u16,
    /// Sysmon's tag for it: `ProcessCreate`.
    pub tag: &'static str,
    /// `event.category`.
    pub category: &'static [&'static str],
    /// `event.type`.
    pub types: &'static [&'static str],
    /// `event.action`.
    pub action: &'static str,
    /// What else is always so, ECS names.
    pub ecs: &'static [(&'static str, &'static str)],
    /// What else is always so, Splunk's names.
    pub cim: &'static [(&'static str, &'static str)],
    /// The tables, in order: where two rows fill one field, the first that has a value does.
    pub tables: &'static [&'static [Row]],
}

impl Kind {
    /// Every row of its tables, in order.
    pub fn rows(&self) -> impl Iterator<Item = &'static Row> + use<> {
        self.tables.iter().flat_map(|table| table.iter())
    }
}

/// One piece of a record, and what becomes of it.
#[derive(Debug)]
pub struct Row {
    /// Where it stands in the record.
    pub source: Source,
    /// The ECS fields that it fills.
    pub ecs: &'static [Target],
    /// Splunk's fields that it fills, beside the one of its own name.
    pub cim: &'static [Target],
    /// Whether Elastic's pipeline leaves it in `winlog.event_data` as well.
    pub kept: bool,
}

/// Where a piece of a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `EventData/Data[@Name=...]`.
    Data(&'static str),
    /// A part of `Event/System`.
    System(SystemField),
}

/// A field, and how its value comes from the piece of the record.
pub type Target = (&'static str, Transform);

/// A row that moves a piece of data into fields.
pub const fn moved(data: &'static str, ecs: &'static [Target], cim: &'static [Target]) -> Row {
    Row {
        source: Source::Data(data),
        ecs,
        cim,
        kept: false,
    }
}

/// A row that fills fields from a piece of data and leaves it where it was.
pub const fn kept(data: &'static str, ecs: &'static [Target], cim: &'static [Target]) -> Row {
    Row {
        source: Source::Data(data),
        ecs,
        cim,
        kept: true,
    }
}

/// A row for data that stays what it was: `winlog.event_data.NAME`.
pub const fn plain(data: &'static str) -> Row {
    kept(data, &[], &[])
}

/// A row for a part of `Event/System`.
pub const fn system(field: SystemField, ecs: &'static [Target], cim: &'static [Target]) -> Row {
    Row {
        source: Source::System(field),
        ecs,
        cim,
        kept: false,
    }
}

/// A text as it is.
pub const fn text(field: &'static str) -> Target {
    (field, Text)
}

/// Stands for Splunk's `dest` in the rows that fill it with the remote host, as the old add-on did.
pub const REMOTE_DEST: &str = "dest (remote)";

/// Whether a field collects the values of all its rows, where others take the first.
pub fn collects(field: &str) -> bool {
    field.starts_with("related.")
}
