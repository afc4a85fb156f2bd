//! What records mean: from a record of a log to an event with fields.
//!
//! The mapping is data (`sysmon`: a table for each event id, Sysmon's names beside ECS's and
//! Splunk's; `header`: what every record has). A [`Layout`] turns the tables and the list of
//! fields that the rules ask for into a plan for each event id, and an [`Event`] derives a field
//! from its record when it is asked for. [`clock`] reads what the order of events is made from.

use crate::model::field::{FieldType, FieldTypes, View};

mod arguments;
pub mod clock;
mod dns;
mod document;
mod event;
mod header;
mod layout;
pub mod mapping;
mod memory;
mod registry;
mod row;
mod shown;
mod sysmon;
#[cfg(test)]
mod tests;
mod transform;
mod types;
mod users;

pub use event::{Event, Scratch};
pub use layout::{EVENT_DATA, Layout};

/// Which host Splunk's `dest` of a network connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum SplunkDest {
    /// The endpoint that wrote the record, as the published searches read it.
    #[default]
    Endpoint,
    /// The remote host, as the old add-on filled it.
    Remote,
}

/// What a user can choose about the mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Options {
    /// Which host Splunk's `dest` is.
    pub splunk_dest: SplunkDest,
}

/// A field that no schema has: the `user.id` that Elastic's live pipeline gives an event, which is
/// the account that wrote the record.
pub const WRITTEN_USER: &str = "user.id as written";

/// The event ids that Sysmon is known to write, ascending.
pub fn event_ids() -> impl Iterator<Item = u16> {
    sysmon::KINDS.iter().map(|kind| kind.id)
}

/// What Sysmon says with an event id: `Process creation`. Empty for an id that it does not use.
pub fn action(event_id: u16) -> &'static str {
    let kind = sysmon::KINDS.iter().find(|kind| kind.id == event_id);
    kind.map_or("", |kind| kind.action)
}

/// Whether Sysmon is known to write data of this name in events of this id.
pub fn has_data(event_id: u16, name: &str) -> bool {
    let kind = sysmon::KINDS.iter().find(|kind| kind.id == event_id);
    kind.is_some_and(|kind| kind.rows().any(|row| row.source_is(name)))
}

/// The types of the fields of ECS, of Elastic's Windows logs, and of Splunk's names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Schema;

impl FieldTypes for Schema {
    fn type_of(&self, view: View, name: &str) -> Option<FieldType> {
        types::type_of(view, name)
    }

    fn nearest(&self, view: View, name: &str) -> Option<String> {
        types::nearest(view, name)
    }
}
