//! `length`, `substring` and `between`: parts of a text.

use super::{Function, Kind, needed, optional};
use crate::lang::pattern::{find_last_text, find_text};
use crate::lang::plan::Case;
use crate::model::value::Value;

pub(super) static LENGTH: Function = Function {
    name: "length",
    params: &[needed("text", Kind::Text)],
    variadic: false,
    folds_case: false,
    gives: Kind::Integer,
    evaluate: |args, _| match args.first().and_then(Value::as_str) {
        Some(text) => Value::Int(units(text)),
        None => Value::Null,
    },
};

fn units(text: &str) -> i64 {
    let count = if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    };
    count as i64
}

pub(super) static SUBSTRING: Function = Function {
    name: "substring",
    params: &[
        needed("source", Kind::Text),
        needed("start", Kind::Integer),
        optional("end", Kind::Integer),
    ],
    variadic: false,
    folds_case: false,
    gives: Kind::Text,
    evaluate: |args, _| {
        let Some(source) = args.first().and_then(Value::as_str) else {
            return Value::Null;
        };
        let (Ok(start), Ok(end)) = (place(args.get(1)), place(args.get(2))) else {
            return Value::Null;
        };
        Value::str(substring(source, start.unwrap_or(0), end))
    },
};

fn place(value: Option<&Value>) -> Result<Option<i64>, ()> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Int(place)) => Ok(Some(*place)),
        Some(_) => Err(()),
    }
}

/// From one place to before another; a negative place counts from the end.
fn substring(source: &str, start: i64, end: Option<i64>) -> String {
    let length = units(source);
    let clamp = |place: i64| {
        let from_start = if place < 0 {
            place.saturating_add(length)
        } else {
            place
        };
        from_start.clamp(0, length) as usize
    };
    let (start, end) = (clamp(start), clamp(end.unwrap_or(length)));
    if start >= end {
        return String::new();
    }
    if source.is_ascii() {
        return source[start..end].to_owned();
    }
    let units: Vec<u16> = source
        .encode_utf16()
        .skip(start)
        .take(end - start)
        .collect();
    String::from_utf16_lossy(&units)
}

pub(super) static BETWEEN: Function = Function {
    name: "between",
    params: &[
        needed("source", Kind::Text),
        needed("left", Kind::Text),
        needed("right", Kind::Text),
        optional("greedy", Kind::Boolean),
    ],
    variadic: false,
    folds_case: true,
    gives: Kind::Text,
    evaluate: |args, case| {
        let [
            Value::Str(source),
            Value::Str(left),
            Value::Str(right),
            rest @ ..,
        ] = args
        else {
            return Value::Null;
        };
        let greedy = matches!(rest.first(), Some(Value::Bool(true)));
        match between(source, left, right, greedy, case) {
            Some(text) => Value::str(text),
            None => Value::Null,
        }
    },
};

/// What stands after the first `left` and before the next `right`, or the last one if greedy.
fn between<'s>(
    source: &'s str,
    left: &str,
    right: &str,
    greedy: bool,
    case: Case,
) -> Option<&'s str> {
    let rest = &source[find_text(left, source, case)? + left.len()..];
    let end = if greedy {
        find_last_text(right, rest, case)?
    } else {
        find_text(right, rest, case)?
    };
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{call, call_ignoring_case};
    use super::*;

    #[test]
    fn lengths_count_utf16() {
        for (text, length) in [("", 0), ("foo", 3), ("é", 1), ("😀", 2)] {
            assert_eq!(call("length", &[Value::str(text)]), Value::Int(length));
        }
    }

    #[test]
    fn substrings() {
        let part =
            |start: Value, end: Value| call("substring", &[Value::str("hello world"), start, end]);
        assert_eq!(part(Value::Int(-5), Value::Int(-1)), Value::str("worl"));
        assert_eq!(part(Value::Int(-60), Value::Int(5)), Value::str("hello"));
        assert_eq!(part(Value::Int(3), Value::Int(9)), Value::str("lo wor"));
        assert_eq!(part(Value::Int(9), Value::Int(3)), Value::str(""));
        assert_eq!(part(Value::Null, Value::Int(i64::MIN)), Value::str(""));
        assert_eq!(
            call("substring", &[Value::str("aéz"), Value::Int(1)]),
            Value::str("éz")
        );
    }

    #[test]
    fn between_two_texts() {
        let args = |left: &str, right: &str, greedy: bool| {
            [
                Value::str("welcome to the planet"),
                Value::str(left),
                Value::str(right),
                Value::Bool(greedy),
            ]
        };
        assert_eq!(
            call("between", &args("welcome", "e", false)),
            Value::str(" to th")
        );
        assert_eq!(
            call("between", &args("welcome", "e", true)),
            Value::str(" to the plan")
        );
        assert_eq!(
            call("between", &args("", "", true)),
            Value::str("welcome to the planet")
        );
        assert_eq!(call("between", &args("WELCOME", "e", true)), Value::Null);
        assert_eq!(
            call_ignoring_case("between", &args("WELCOME", "PLAN", false)),
            Value::str(" to the ")
        );
    }
}
