//! `string`, `concat` and `number`: from one kind of value to another.

use std::borrow::Cow;

use super::{Function, Kind, needed, optional};
use crate::model::value::Value;

pub(super) static STRING: Function = Function {
    name: "string",
    params: &[needed("value", Kind::Any)],
    variadic: false,
    folds_case: false,
    gives: Kind::Text,
    evaluate: |args, _| match args.first().and_then(text_of) {
        Some(text) => Value::str(text.into_owned()),
        None => Value::Null,
    },
};

pub(super) static CONCAT: Function = Function {
    name: "concat",
    params: &[needed("value", Kind::Any)],
    variadic: true,
    folds_case: false,
    gives: Kind::Text,
    evaluate: |args, _| match args.iter().map(text_of).collect::<Option<Vec<_>>>() {
        Some(texts) if !texts.is_empty() => Value::str(texts.concat()),
        _ => Value::Null,
    },
};

pub(super) static NUMBER: Function = Function {
    name: "number",
    params: &[needed("text", Kind::Text), optional("base", Kind::Integer)],
    variadic: false,
    folds_case: false,
    gives: Kind::Number,
    evaluate: |args, _| {
        let text = args.first().and_then(Value::as_str);
        let base = match args.get(1) {
            None | Some(Value::Null) => None,
            Some(Value::Int(base)) => Some(*base),
            Some(_) => return Value::Null,
        };
        text.and_then(|text| parse(text, base))
            .unwrap_or(Value::Null)
    },
};

/// `0x` says base 16 where no base is given, and may stand before a number of that base.
fn parse(text: &str, base: Option<i64>) -> Option<Value> {
    let hex = text.strip_prefix("0x");
    let base = base.unwrap_or(if hex.is_some() { 16 } else { 10 });
    let digits = hex.filter(|_| base == 16).unwrap_or(text);
    let base = u32::try_from(base)
        .ok()
        .filter(|base| (2..=36).contains(base))?;
    if let Ok(number) = i64::from_str_radix(digits, base) {
        return Some(Value::Int(number));
    }
    let decimal = base == 10
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number: f64 = digits.parse().ok().filter(|_| decimal)?;
    Some(Value::Float(number))
}

/// The text of one value as `string` writes it. None for null and for a list.
pub fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Null | Value::List(_) => return None,
        Value::Str(text) => Cow::Borrowed(text),
        Value::Float(number) => Cow::Owned(float_text(*number)),
        Value::Time(time) => Cow::Owned(match time.format("%Y-%m-%dT%H:%M:%S%.3fZ") {
            Some(text) => text,
            None => time.to_string(),
        }),
        other => Cow::Owned(other.to_string()),
    })
}

/// A fraction as Java writes a double: `2.0`, `1.5E10`.
fn float_text(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() || size == 0.0 || (1e-3..1e7).contains(&size) {
        return match number {
            f64::INFINITY => "Infinity".to_owned(),
            f64::NEG_INFINITY => "-Infinity".to_owned(),
            _ => format!("{number:?}"),
        };
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((mantissa, _)) if mantissa.contains('.') => text,
        Some((mantissa, exponent)) => format!("{mantissa}.0E{exponent}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::*;
    use crate::model::time::Time;

    #[test]
    fn to_text() {
        for (value, text) in [
            (Value::Int(-1), "-1"),
            (Value::Bool(true), "true"),
            (Value::Float(2.0), "2.0"),
            (Value::Float(2.1828), "2.1828"),
            (Value::Float(1e7), "1.0E7"),
            (Value::Float(-1.25e-4), "-1.25E-4"),
            (Value::str("a"), "a"),
            (
                Value::Time(Time::from_millis(1)),
                "1970-01-01T00:00:00.001Z",
            ),
            (Value::ip([10, 0, 0, 1].into()), "10.0.0.1"),
        ] {
            assert_eq!(call("string", &[value]), Value::str(text));
        }
        assert_eq!(call("string", &[Value::Null]), Value::Null);
        let parts = [Value::str("a"), Value::Int(1), Value::Bool(false)];
        assert_eq!(call("concat", &parts), Value::str("a1false"));
        assert_eq!(call("concat", &[Value::str("a"), Value::Null]), Value::Null);
    }

    #[test]
    fn to_numbers() {
        let number = |text: &str, base: Value| call("number", &[Value::str(text), base]);
        assert_eq!(number("314", Value::Null), Value::Int(314));
        assert_eq!(number("-3.25", Value::Int(10)), Value::Float(-3.25));
        assert_eq!(number("0x1337", Value::Null), Value::Int(4919));
        assert_eq!(number("32", Value::Int(16)), Value::Int(50));
        assert_eq!(number("52403", Value::Int(7)), Value::Int(12890));
        assert_eq!(number("inf", Value::Null), Value::Null);
        assert_eq!(number("1.5", Value::Int(16)), Value::Null);
        assert_eq!(number("1", Value::Int(1)), Value::Null);
        assert_eq!(number("1", Value::Int(37)), Value::Null);
        assert_eq!(number("", Value::Null), Value::Null);
    }
}
