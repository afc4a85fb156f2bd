//! Which form a JSON object has, and the helpers that all forms share.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{beat, dump, flat};
use crate::input::Ask;
use crate::input::owned::Owned;
use crate::model::record::Record;
use crate::model::time::Time;

/// An object of JSON.
pub(super) type Object = Map<String, Value>;

/// Whose record an object is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Sysmon's.
    Sysmon,
    /// Another provider's, or no record of a Windows log at all.
    Other,
    /// Any object, taken as a document because those were asked for.
    Document,
}

/// Fills a record that has been begun from an object.
pub(super) fn fill(object: Object, ask: &Ask, record: &mut Owned) -> Result<Shape, &'static str> {
    let object = unwrapped(object);
    if dump::is(&object) {
        dump::fill(&object, ask.names, record);
    } else if beat::is(&object) {
        beat::fill(&object, ask.names, record);
    } else if flat::is(&object) {
        flat::fill(&object, ask.names, record);
    }
    if record.is_sysmon() {
        record.check()?;
        if beat::is_document(&object) {
            record.document = Some(object);
        }
        return Ok(Shape::Sysmon);
    }
    if !ask.generic {
        return Ok(Shape::Other);
    }
    let location = record.location();
    record.begin(location);
    record.set_record_id(location.offset);
    record.set_time(at(&object, "@timestamp").and_then(time));
    record.document = Some(object);
    Ok(Shape::Document)
}

/// Whether an object has a form that Windows events are written in.
pub(super) fn is_known(object: &Object) -> bool {
    let object = match object.get("_source") {
        Some(Value::Object(source)) => source,
        _ => object,
    };
    dump::is(object) || beat::is(object) || flat::is(object)
}

/// What Elasticsearch returns for a document has the document in it.
fn unwrapped(mut object: Object) -> Object {
    match object.get_mut("_source") {
        Some(Value::Object(source)) => std::mem::take(source),
        _ => object,
    }
}

/// The value at a dotted path, in objects, in a member whose name has the dots, or both.
pub(super) fn at<'v>(object: &'v Object, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    path.match_indices('.')
        .filter_map(|(dot, _)| Some((object.get(&path[..dot])?.as_object()?, &path[dot + 1..])))
        .find_map(|(inner, rest)| at(inner, rest))
}

/// A value as the text that a log would hold.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Array(items) => match items.as_slice() {
            [one] => text(one),
            many => Cow::Owned(many.iter().map(text).collect::<Vec<_>>().join(",")),
        },
        Value::Object(object) => match object.get("#text") {
            Some(inner) => text(inner),
            None if object.contains_key("#attributes") => Cow::Borrowed(""),
            None => Cow::Owned(value.to_string()),
        },
    }
}

/// A point in time as text, or as milliseconds since 1970 where it is a number.
pub(super) fn time(value: &Value) -> Option<Time> {
    match value {
        Value::Number(millis) => millis.as_i64().map(Time::from_millis),
        other => Time::parse(&text(other)),
    }
}
