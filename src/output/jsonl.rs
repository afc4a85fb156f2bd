//! From events to JSON lines: an object a line, keys the fields' full names, absent fields left
//! out, times in RFC 3339.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use super::show::is_hidden;
use crate::model::time::Time;
use crate::model::value::Value;

/// An event as an object of these fields.
pub fn event<'v>(fields: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Json {
    let fields = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), json(value)));
    Json::Object(fields.collect::<Map<_, _>>())
}

/// A sequence or sample: its number, its join keys and its events, null for a missing one.
pub fn sequence(number: u64, keys: &[Value], events: Vec<Json>) -> Json {
    serde_json::json!({
        "sequence": number,
        "join_keys": keys.iter().map(json).collect::<Vec<_>>(),
        "events": events,
    })
}

/// Writes an object and ends the line. What would drive a terminal or turn the reading direction
/// round is written as an escape, which JSON reads back as the same text.
///
/// # Errors
/// What writing gives.
pub fn line<W: Write>(object: &Json, mut out: W) -> io::Result<()> {
    let text = object.to_string();
    if !text.contains(is_hidden) {
        return writeln!(out, "{text}");
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    writeln!(out, "{safe}")
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Str(text) => Json::String(text.to_string()),
        Value::Ip(address) => Json::String(address.to_string()),
        Value::Time(time) => Json::String(rfc_3339(*time)),
        Value::List(items) => items.iter().map(json).collect(),
    }
}

/// With three decimals, or all seven where the time has more.
fn rfc_3339(time: Time) -> String {
    let (_, ticks) = time.split();
    let Some(mut text) = time.format("%Y-%m-%dT%H:%M:%S") else {
        return time.to_string();
    };
    let _ = match ticks % 10_000 {
        0 => write!(text, ".{:03}Z", ticks / 10_000),
        _ => write!(text, ".{ticks:07}Z"),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_event() {
        let names = [
            "@timestamp",
            "process.name",
            "process.pid",
            "event.type",
            "user.name",
        ];
        let values = [
            Value::Time(Time::parse("2019-05-12 18:35:06.562").unwrap()),
            Value::str("a\n\u{202e}\u{7f}\u{e0041}.exe"),
            Value::Int(7),
            Value::List([Value::str("start"), Value::Bool(true)].into()),
            Value::Null,
        ];
        let object = event(names.into_iter().zip(&values));
        let mut out = Vec::new();
        line(&object, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"@timestamp":"2019-05-12T18:35:06.562Z","#,
                r#""process.name":"a\n\u202e\u007f\udb40\udc41.exe","#,
                r#""process.pid":7,"event.type":["start",true]}"#,
                "\n"
            )
        );
        assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), object);
    }

    #[test]
    fn a_sequence_keeps_its_events_together() {
        let object = sequence(
            2,
            &[Value::str("k"), Value::Null],
            vec![serde_json::json!({"a": 1}), Json::Null],
        );
        assert_eq!(
            object.to_string(),
            r#"{"sequence":2,"join_keys":["k",null],"events":[{"a":1},null]}"#
        );
    }

    #[test]
    fn times_keep_what_they_have() {
        let time = |text| rfc_3339(Time::parse(text).unwrap());
        assert_eq!(time("2019-05-12 18:35:06"), "2019-05-12T18:35:06.000Z");
        assert_eq!(
            time("2019-05-12 18:35:06.0000001"),
            "2019-05-12T18:35:06.0000001Z"
        );
    }
}
