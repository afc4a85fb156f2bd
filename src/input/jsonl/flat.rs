//! NXLog's flat form, as the public Security-Datasets have it: a record's named data beside what
//! NXLog and its transport say of it, all members of one object.

use super::shape::{Object, text, time};
use crate::input::owned::Owned;
use crate::model::record::{Names, SystemField};
use crate::model::time::Time;

/// Members that are parts of `System`, by the names of NXLog's module `im_msvistalog`.
const SYSTEM: [(&str, SystemField); 15] = {
    use SystemField::*;
    [
        ("SourceName", ProviderName),
        ("ProviderGuid", ProviderGuid),
        ("EventID", EventId),
        ("Version", Version),
        ("LevelValue", Level),
        ("Task", Task),
        ("OpcodeValue", Opcode),
        ("RecordNumber", EventRecordId),
        ("ActivityID", ActivityId),
        ("RelatedActivityID", RelatedActivityId),
        ("ExecutionProcessID", ProcessId),
        ("ProcessID", ProcessId),
        ("ThreadID", ThreadId),
        ("Channel", Channel),
        ("Hostname", Computer),
    ]
};

/// Members that NXLog, or what carried its events, adds to a record.
const ENVELOPE: [&str; 26] = [
    "@metadata",
    "@timestamp",
    "@version",
    "AccountName",
    "AccountType",
    "Category",
    "Domain",
    "ERROR_EVT_UNRESOLVED",
    "EventReceivedTime",
    "EventTime",
    "EventTypeOrignal",
    "EventTypeOriginal",
    "Keywords",
    "Level",
    "Message",
    "Opcode",
    "Severity",
    "SeverityValue",
    "SourceModuleName",
    "SourceModuleType",
    "TimeCreated",
    "UserID",
    "host",
    "port",
    "tags",
    "type",
];

/// What NXLog puts into `EventType`, where the record has no data of that name.
const EVENT_TYPES: [&str; 8] = [
    "CRITICAL",
    "ERROR",
    "AUDIT_FAILURE",
    "AUDIT_SUCCESS",
    "INFO",
    "WARNING",
    "VERBOSE",
    "DEBUG",
];

/// Whether an object has this form.
pub(super) fn is(object: &Object) -> bool {
    object.contains_key("EventID") && object.contains_key("SourceName")
}

/// Fills a record.
pub(super) fn fill(object: &Object, names: &Names, record: &mut Owned) {
    for (name, field) in SYSTEM {
        if let Some(value) = object.get(name) {
            record.set_system(field, &text(value));
        }
    }
    if let Some(user) = object.get("UserID") {
        record.set_system(SystemField::UserId, &text(user));
    }
    if let Some(keywords) = object.get("Keywords").and_then(|value| value.as_i64()) {
        record.set_system(SystemField::Keywords, &format!("0x{keywords:x}"));
    }
    record.set_time(time_created(object));
    for (name, value) in object {
        let name = name.as_str();
        let value = text(value);
        let added = ENVELOPE.contains(&name)
            || SYSTEM.iter().any(|(known, _)| *known == name)
            || (name == "EventType" && EVENT_TYPES.contains(&&*value));
        if !added {
            record.set_data(name, names, &value);
        }
    }
}

/// `EventTime` is the sender's local time unless it names a zone, so `@timestamp`, which the
/// receiver writes, comes before an `EventTime` without one.
fn time_created(object: &Object) -> Option<Time> {
    let zoned = |name| {
        let value = object.get(name)?;
        let text = text(value);
        let has_zone = text.ends_with(['Z', 'z'])
            || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
        has_zone.then(|| time(value)).flatten()
    };
    zoned("TimeCreated")
        .or_else(|| zoned("EventTime"))
        .or_else(|| object.get("@timestamp").and_then(time))
        .or_else(|| object.get("EventTime").and_then(time))
}
