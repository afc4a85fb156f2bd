//! Winlogbeat's and Elastic Agent's documents: the record under `winlog`, its data under
//! `winlog.event_data`, and, once an ingest pipeline has seen it, ECS fields at the top.
//!
//! A document that no pipeline has seen holds the record's data whole and none of the fields
//! derived from it; it is a record like any other. One that a pipeline has seen is a document,
//! whose fields stand as they are. Winlogbeat before 7 wrote the record's parts at the top.

use serde_json::Value;

use super::shape::{Object, at, text, time};
use crate::input::owned::{Owned, SYSMON};
use crate::model::record::{Names, Record, SystemField};
use crate::model::time::Time;

/// Paths of the parts of `System`: those of Winlogbeat 7 and later, then those before.
const SYSTEM: [(SystemField, &[&str]); 12] = {
    use SystemField::*;
    [
        (
            ProviderName,
            &["winlog.provider_name", "event.provider", "source_name"],
        ),
        (ProviderGuid, &["winlog.provider_guid", "provider_guid"]),
        (EventId, &["winlog.event_id", "event.code", "event_id"]),
        (Version, &["winlog.version", "version"]),
        (EventRecordId, &["winlog.record_id", "record_number"]),
        (ActivityId, &["winlog.activity_id", "activity_id"]),
        (
            RelatedActivityId,
            &["winlog.related_activity_id", "related_activity_id"],
        ),
        (ProcessId, &["winlog.process.pid", "process_id"]),
        (ThreadId, &["winlog.process.thread.id", "thread_id"]),
        (Channel, &["winlog.channel", "log_name"]),
        (
            Computer,
            &["winlog.computer_name", "computer_name", "host.name"],
        ),
        (UserId, &["winlog.user.identifier", "user.identifier"]),
    ]
};

/// Fields that a pipeline derives from a Sysmon record, by the first part of their names.
const DERIVED: [&str; 10] = [
    "process",
    "file",
    "registry",
    "dns",
    "source",
    "destination",
    "network",
    "related",
    "rule",
    "sysmon",
];

/// Whether an object has this form.
pub(super) fn is(object: &Object) -> bool {
    at(object, "winlog.event_id").is_some()
        || at(object, "winlog.provider_name").is_some()
        || at(object, "event.provider").is_some_and(|provider| text(provider) == SYSMON)
        || (object.contains_key("event_data") && object.contains_key("source_name"))
}

/// Whether a pipeline has seen the document.
pub(super) fn is_document(object: &Object) -> bool {
    let derived = |name: &str| {
        let first = name.split('.').next().unwrap_or_default();
        DERIVED.contains(&first)
    };
    is(object)
        && (at(object, "winlog.event_data.UtcTime").is_none() || object.keys().any(|n| derived(n)))
        && !object.contains_key("event_data")
}

/// Fills a record. One without a record id, which a document need not have, takes its place in the
/// text for one, so that it is no other's duplicate.
pub(super) fn fill(object: &Object, names: &Names, record: &mut Owned) {
    for (field, paths) in SYSTEM {
        match paths.iter().find_map(|path| at(object, path)) {
            None | Some(Value::Null) => {}
            Some(value) => record.set_system(field, &text(value)),
        }
    }
    record.set_time(time_created(object));
    record.set_record_id(record.location().offset);
    let data = at(object, "winlog.event_data").or_else(|| object.get("event_data"));
    if let Some(Value::Object(data)) = data {
        for (name, value) in data {
            record.set_data(name, names, &text(value));
        }
    }
    for (name, value) in object {
        if let Some(name) = name.strip_prefix("winlog.event_data.") {
            record.set_data(name, names, &text(value));
        }
    }
}

/// A pipeline moves the record's time from `@timestamp` to `event.created`, and puts UtcTime in
/// its place.
fn time_created(object: &Object) -> Option<Time> {
    let paths = match is_document(object) {
        true => ["winlog.time_created", "event.created", "@timestamp"],
        false => ["winlog.time_created", "@timestamp", "event.created"],
    };
    paths.iter().find_map(|path| time(at(object, path)?))
}
