//! Which fields there are, and of which type: for whoever checks a rule before it runs.

mod ecs;
mod nearest;
mod reused;
mod sets;

use super::header;
use super::row::{REMOTE_DEST, Source};
use super::sysmon::KINDS;
use super::transform::Transform;
use crate::model::field::{FieldType, View};

pub use nearest::nearest;

/// The type of a field, or none where no mapping knows it.
pub fn type_of(view: View, name: &str) -> Option<FieldType> {
    match view {
        View::Ecs => ecs::type_of(name),
        View::Cim => cim_type(name),
    }
}

/// The names of Splunk's fields: those of the tables, and Sysmon's own, which Splunk keeps.
fn cim_names() -> impl Iterator<Item = &'static str> {
    let targets = KINDS
        .iter()
        .flat_map(|kind| kind.rows())
        .chain(header::HEADER)
        .flat_map(|row| row.cim)
        .map(|(name, _)| *name)
        .filter(|name| *name != REMOTE_DEST);
    let constants = KINDS
        .iter()
        .flat_map(|kind| kind.cim)
        .chain(header::CIM)
        .map(|(name, _)| *name);
    targets.chain(constants)
}

fn data_names() -> impl Iterator<Item = &'static str> {
    KINDS
        .iter()
        .flat_map(|kind| kind.rows())
        .filter_map(|row| match row.source {
            Source::Data(name) => Some(name),
            Source::System(_) => None,
        })
}

fn cim_type(name: &str) -> Option<FieldType> {
    match name {
        REMOTE_DEST => return None,
        "dest_ip" | "src_ip" | "DestinationIp" | "SourceIp" => return Some(FieldType::Ip),
        "SourcePort" | "DestinationPort" | "ProcessId" | "ParentProcessId" | "SourceProcessId"
        | "TargetProcessId" => return Some(FieldType::Long),
        _ => {}
    }
    let target = KINDS
        .iter()
        .flat_map(|kind| kind.rows())
        .chain(header::HEADER)
        .flat_map(|row| row.cim)
        .find(|(field, _)| *field == name);
    match target {
        Some((_, Transform::Int)) => Some(FieldType::Long),
        Some((_, Transform::Moment)) => Some(FieldType::Date),
        Some(_) => Some(FieldType::Keyword),
        None => cim_names()
            .chain(data_names())
            .any(|known| known == name)
            .then_some(FieldType::Keyword),
    }
}
