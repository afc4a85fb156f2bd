//! Documents that are in Elastic's schema already: what Winlogbeat or Elastic Agent wrote.
//!
//! A field's name is looked up as nested objects, as one dotted key, or as any mix of the two; an
//! array on the way is entered, so that a field may have several values, as in an index.

use serde_json::{Map, Value as Json};

use super::{transform, users};
use crate::model::field::FieldType;
use crate::model::time::Time;
use crate::model::value::Value;

/// The field's value, of the type that the mapping gives it.
pub fn value(document: &Map<String, Json>, path: &str, kind: Option<FieldType>) -> Value {
    let mut found = Vec::new();
    find(document, path, &mut |json| {
        let value = typed(json, kind);
        if !value.is_null() {
            found.push(value);
        }
    });
    match found.len() {
        1 => found.remove(0),
        _ => transform::list(found),
    }
}

/// The text of the field's first value.
pub fn text(document: &Map<String, Json>, path: &str) -> Option<String> {
    let mut first = None;
    find(document, path, &mut |json| {
        if first.is_none() {
            first = match json {
                Json::String(text) if !transform::is_absent(text.as_bytes()) => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                Json::Bool(flag) => Some(flag.to_string()),
                _ => None,
            };
        }
    });
    first
}

/// The SID of the process's own user, where it is one of Windows' own accounts. In a document made
/// from a Sysmon record `user.id` is the account that wrote the record, SYSTEM; none of another
/// sensor's documents, whose `user.id` is what it says.
pub fn own_user(document: &Map<String, Json>) -> Option<Value> {
    let provider = text(document, "winlog.provider_name")?;
    if provider != "Microsoft-Windows-Sysmon" {
        return None;
    }
    let by_logon = || users::by_logon(&text(document, "winlog.event_data.LogonId")?);
    let by_name = || {
        let (domain, name) = (text(document, "user.domain")?, text(document, "user.name")?);
        users::by_name(&format!("{domain}\\{name}"))
    };
    Some(by_logon().or_else(by_name).map_or(Value::Null, Value::str))
}

fn find(object: &Map<String, Json>, path: &str, visit: &mut dyn FnMut(&Json)) {
    if let Some(json) = object.get(path) {
        leaves(json, visit);
    }
    for (at, _) in path.match_indices('.') {
        if let Some(json) = object.get(&path[..at]) {
            enter(json, &path[at + 1..], visit);
        }
    }
}

fn enter(json: &Json, rest: &str, visit: &mut dyn FnMut(&Json)) {
    match json {
        Json::Object(object) => find(object, rest, visit),
        Json::Array(items) => items.iter().for_each(|item| enter(item, rest, visit)),
        _ => {}
    }
}

fn leaves(json: &Json, visit: &mut dyn FnMut(&Json)) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| leaves(item, visit)),
        Json::Object(_) | Json::Null => {}
        leaf => visit(leaf),
    }
}

/// As an index of that mapping takes the value; null where it would refuse it.
fn typed(json: &Json, kind: Option<FieldType>) -> Value {
    match (json, kind) {
        (Json::Bool(flag), None | Some(FieldType::Boolean)) => Value::Bool(*flag),
        (Json::Number(number), None | Some(FieldType::Long | FieldType::Double)) => {
            match (number.as_i64(), number.as_f64(), kind) {
                (Some(int), _, None | Some(FieldType::Long)) => Value::Int(int),
                (_, Some(float), Some(FieldType::Long)) => Value::Int(float as i64),
                (_, Some(float), _) => Value::Float(float),
                _ => Value::Null,
            }
        }
        (Json::Number(number), Some(FieldType::Date)) => number
            .as_i64()
            .map_or(Value::Null, |millis| Value::Time(Time::from_millis(millis))),
        (Json::String(text), Some(FieldType::Long)) => {
            text.trim().parse().map_or(Value::Null, Value::Int)
        }
        (Json::String(text), Some(FieldType::Double)) => {
            text.trim().parse().map_or(Value::Null, Value::Float)
        }
        (Json::String(text), Some(FieldType::Boolean)) => {
            transform::flag(text).map_or(Value::Null, Value::Bool)
        }
        (Json::String(text), Some(FieldType::Date)) => {
            Time::parse(text).map_or(Value::Null, Value::Time)
        }
        (Json::String(text), Some(FieldType::Ip)) => {
            transform::ip(text).map_or(Value::Null, Value::ip)
        }
        (Json::String(text), None | Some(FieldType::Keyword)) => Value::str(text.as_str()),
        (Json::Bool(flag), Some(FieldType::Keyword)) => Value::str(flag.to_string()),
        (Json::Number(number), Some(FieldType::Keyword)) => Value::str(number.to_string()),
        _ => Value::Null,
    }
}
