//! The suite's events: from JSON to rows of typed values, as the suite's index maps them.

use std::collections::BTreeMap;

use evql::model::field::{FieldId, FieldTable, FieldType, FieldTypes, Fields, View};
use evql::model::time::Time;
use evql::model::value::Value;

/// Events in order, and the mapping of their fields.
pub struct Data {
    /// Each with its number and place, in order of place and number.
    pub events: Vec<Event>,
    types: BTreeMap<String, FieldType>,
}

/// One event.
pub struct Event {
    /// What the suite's answers name it by.
    pub number: i64,
    /// Its time.
    pub place: Time,
    values: BTreeMap<String, Value>,
}

/// Fields that the index maps and no event has.
const UNUSED: &[(&str, FieldType)] = &[];

impl Data {
    /// Reads a list of JSON objects, line comments allowed. The time is a FILETIME, milliseconds
    /// since 1970 in digits, or a date.
    pub fn load(text: &str, time: &str, number: &str) -> Data {
        let plain: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let objects: Vec<serde_json::Value> = serde_json::from_str(&plain).unwrap();
        let mut types: BTreeMap<String, FieldType> = UNUSED
            .iter()
            .map(|(name, kind)| (name.to_string(), *kind))
            .collect();
        let mut events = Vec::new();
        for object in &objects {
            let mut values = BTreeMap::new();
            flatten("", object, &mut types, &mut values);
            let place = match &values[time] {
                Value::Int(filetime) => Time::from_filetime(*filetime as u64).unwrap(),
                Value::Time(time) => *time,
                other => panic!("{other} is no time"),
            };
            let Value::Int(number) = values[number] else {
                panic!("an event has a number")
            };
            events.push(Event {
                number,
                place,
                values,
            });
        }
        events.sort_by_key(|event| (event.place, event.number));
        Data { events, types }
    }
}

fn flatten(
    name: &str,
    json: &serde_json::Value,
    types: &mut BTreeMap<String, FieldType>,
    values: &mut BTreeMap<String, Value>,
) {
    if let serde_json::Value::Object(fields) = json {
        for (inner, json) in fields {
            let full = if name.is_empty() {
                inner.clone()
            } else {
                format!("{name}.{inner}")
            };
            flatten(&full, json, types, values);
        }
        return;
    }
    let (kind, value) = typed(name, json);
    if let Some(kind) = kind {
        types.insert(name.to_owned(), kind);
    }
    values.insert(name.to_owned(), value);
}

fn typed(name: &str, json: &serde_json::Value) -> (Option<FieldType>, Value) {
    use serde_json::Value as Json;
    match json {
        Json::String(text) if name == "@timestamp" => {
            let time = match text.parse() {
                Ok(millis) => Time::from_millis(millis),
                Err(_) => Time::parse(text).unwrap(),
            };
            (Some(FieldType::Date), Value::Time(time))
        }
        Json::String(text) if name.ends_with("_address") => {
            (Some(FieldType::Ip), Value::ip(text.parse().unwrap()))
        }
        Json::String(text) => (Some(FieldType::Keyword), Value::str(text.as_str())),
        Json::Bool(value) => (Some(FieldType::Boolean), Value::Bool(*value)),
        Json::Number(number) => match number.as_i64() {
            Some(value) => (Some(FieldType::Long), Value::Int(value)),
            None => (
                Some(FieldType::Double),
                Value::Float(number.as_f64().unwrap()),
            ),
        },
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| typed(name, item)).collect();
            let kind = items.first().and_then(|(kind, _)| *kind);
            (
                kind,
                Value::List(items.into_iter().map(|(_, value)| value).collect()),
            )
        }
        Json::Null | Json::Object(_) => (None, Value::Null),
    }
}

impl FieldTypes for Data {
    fn type_of(&self, _: View, name: &str) -> Option<FieldType> {
        self.types.get(name).copied()
    }

    fn nearest(&self, _: View, _: &str) -> Option<String> {
        None
    }
}

/// An event's values by the numbers that a plan gave its fields.
pub struct Row(Vec<Value>);

impl Row {
    pub fn of(event: &Event, fields: &FieldTable) -> Row {
        let value = |name| event.values.get(name).cloned().unwrap_or_default();
        Row(fields.iter().map(|(_, _, name)| value(name)).collect())
    }
}

impl Fields for Row {
    fn get(&self, field: FieldId) -> &Value {
        self.0.get(field.0 as usize).unwrap_or(&Value::Null)
    }
}
