//! What `evtx_dump -o jsonl` writes: an event's XML turned into JSON, attributes apart.
//!
//! Attributes stand in `#attributes` beside the element's text in `#text`, or, with
//! `--separate-json-attributes`, in a member `NAME_attributes`. Data without names is a list under
//! `Data`. As the `evtx` crate documents its JSON.

use serde_json::Value;

use super::shape::{Object, text};
use crate::input::owned::Owned;
use crate::model::record::{Names, SystemField};

/// The parts of `System` that are an element's text.
const ELEMENTS: [(&str, SystemField); 9] = {
    use SystemField::*;
    [
        ("EventID", EventId),
        ("Version", Version),
        ("Level", Level),
        ("Task", Task),
        ("Opcode", Opcode),
        ("Keywords", Keywords),
        ("EventRecordID", EventRecordId),
        ("Channel", Channel),
        ("Computer", Computer),
    ]
};

/// The parts of `System` that are an attribute.
const ATTRIBUTES: [(&str, &str, SystemField); 9] = {
    use SystemField::*;
    [
        ("Provider", "Name", ProviderName),
        ("Provider", "Guid", ProviderGuid),
        ("EventID", "Qualifiers", Qualifiers),
        ("TimeCreated", "SystemTime", TimeCreated),
        ("Correlation", "ActivityID", ActivityId),
        ("Correlation", "RelatedActivityID", RelatedActivityId),
        ("Execution", "ProcessID", ProcessId),
        ("Execution", "ThreadID", ThreadId),
        ("Security", "UserID", UserId),
    ]
};

/// Whether an object has this form.
pub(super) fn is(object: &Object) -> bool {
    system(object).is_some()
}

/// Fills a record.
pub(super) fn fill(object: &Object, names: &Names, record: &mut Owned) {
    let Some(system) = system(object) else {
        return;
    };
    for (name, field) in ELEMENTS {
        match system.get(name) {
            None | Some(Value::Null) => {}
            Some(value) => record.set_system(field, &text(value)),
        }
    }
    for (element, name, field) in ATTRIBUTES {
        match attributes(system, element).and_then(|attributes| attributes.get(name)) {
            None | Some(Value::Null) => {}
            Some(value) => record.set_system(field, &text(value)),
        }
    }
    let Some(Value::Object(data)) = event(object).and_then(|event| event.get("EventData")) else {
        return;
    };
    for (name, value) in data {
        match name.as_str() {
            "#attributes" | "Binary" => {}
            "Data" => unnamed(value, names, record),
            name => record.set_data(name, names, &text(value)),
        }
    }
}

fn event(object: &Object) -> Option<&Object> {
    object.get("Event")?.as_object()
}

fn system(object: &Object) -> Option<&Object> {
    event(object)?.get("System")?.as_object()
}

fn attributes<'o>(system: &'o Object, element: &str) -> Option<&'o Object> {
    let beside = system
        .get(element)
        .and_then(|value| value.get("#attributes"));
    beside
        .or_else(|| system.get(&format!("{element}_attributes")))?
        .as_object()
}

fn unnamed(value: &Value, names: &Names, record: &mut Owned) {
    let inner = value.get("#text").unwrap_or(value);
    let items = match inner {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    for item in items {
        let mark = record.mark();
        record.text().push_str(&text(item));
        record.close_data(None, names, mark);
    }
}
