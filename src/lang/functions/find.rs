//! `startsWith`, `endsWith`, `stringContains` and `indexOf`: one text in another.

use super::{Function, Kind, needed, optional};
use crate::lang::pattern::find_text;
use crate::lang::plan::Case;
use crate::model::value::Value;

macro_rules! function {
    ($constant:ident, $name:literal, $second:literal, $test:expr) => {
        pub(super) static $constant: Function = Function {
            name: $name,
            params: &[needed("source", Kind::Text), needed($second, Kind::Text)],
            variadic: false,
            folds_case: true,
            gives: Kind::Boolean,
            evaluate: |args, case| match args {
                [Value::Str(source), Value::Str(part), ..] => {
                    Value::Bool($test(source, part, case))
                }
                _ => Value::Null,
            },
        };
    };
}

function!(STARTS_WITH, "startsWith", "prefix", starts_with);
function!(ENDS_WITH, "endsWith", "suffix", ends_with);
function!(STRING_CONTAINS, "stringContains", "substring", contains);

fn starts_with(source: &str, prefix: &str, case: Case) -> bool {
    let (source, prefix) = (source.as_bytes(), prefix.as_bytes());
    source.len() >= prefix.len() && same(&source[..prefix.len()], prefix, case)
}

fn ends_with(source: &str, suffix: &str, case: Case) -> bool {
    let (source, suffix) = (source.as_bytes(), suffix.as_bytes());
    source.len() >= suffix.len() && same(&source[source.len() - suffix.len()..], suffix, case)
}

fn contains(source: &str, part: &str, case: Case) -> bool {
    find_text(part, source, case).is_some()
}

fn same(left: &[u8], right: &[u8], case: Case) -> bool {
    match case {
        Case::Sensitive => left == right,
        Case::Insensitive => left.eq_ignore_ascii_case(right),
    }
}

pub(super) static INDEX_OF: Function = Function {
    name: "indexOf",
    params: &[
        needed("source", Kind::Text),
        needed("substring", Kind::Text),
        optional("start", Kind::Integer),
    ],
    variadic: false,
    folds_case: true,
    gives: Kind::Integer,
    evaluate: |args, case| {
        let [Value::Str(source), Value::Str(part), rest @ ..] = args else {
            return Value::Null;
        };
        let start = match rest.first() {
            None | Some(Value::Null) => 0,
            Some(Value::Int(start)) => usize::try_from(*start).unwrap_or(0),
            Some(_) => return Value::Null,
        };
        match index_of(source, part, start, case) {
            Some(at) => Value::Int(at as i64),
            None => Value::Null,
        }
    },
};

/// In UTF-16 code units, from such a unit on.
fn index_of(source: &str, part: &str, start: usize, case: Case) -> Option<usize> {
    let mut units = 0;
    let mut from = source.len();
    for (at, c) in source.char_indices() {
        if units >= start {
            from = at;
            break;
        }
        units += c.len_utf16();
    }
    if units < start && !part.is_empty() {
        return None;
    }
    let at = find_text(part, &source[from..], case)?;
    Some(units + source[from..from + at].encode_utf16().count())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{call, call_ignoring_case};
    use super::*;

    fn pair(source: &str, part: &str) -> [Value; 2] {
        [Value::str(source), Value::str(part)]
    }

    #[test]
    fn at_the_start_the_end_and_within() {
        assert_eq!(
            call("startsWith", &pair("FooBar", "Foo")),
            Value::Bool(true)
        );
        assert_eq!(
            call("startsWith", &pair("FooBar", "foo")),
            Value::Bool(false)
        );
        assert_eq!(call("startsWith", &pair("Fo", "Foo")), Value::Bool(false));
        assert_eq!(
            call_ignoring_case("startsWith", &pair("FooBar", "foo")),
            Value::Bool(true)
        );
        assert_eq!(call("endsWith", &pair("FooBar", "Bar")), Value::Bool(true));
        assert_eq!(
            call_ignoring_case("endsWith", &pair("é", "É")),
            Value::Bool(false)
        );
        assert_eq!(
            call("stringContains", &pair("a\\b", "\\")),
            Value::Bool(true)
        );
        assert_eq!(
            call_ignoring_case("stringContains", &pair("xABx", "ab")),
            Value::Bool(true)
        );
        assert_eq!(
            call("stringContains", &[Value::Null, Value::str("")]),
            Value::Null
        );
    }

    #[test]
    fn where_it_stands() {
        let at = |source: &str, part: &str, start: i64| {
            call(
                "indexOf",
                &[Value::str(source), Value::str(part), Value::Int(start)],
            )
        };
        assert_eq!(at("foobarbaz", "o", 0), Value::Int(1));
        assert_eq!(at("foobarbaz", "o", 2), Value::Int(2));
        assert_eq!(at("foobarbaz", "o", 3), Value::Null);
        assert_eq!(at("foobarbaz", "z", 99), Value::Null);
        assert_eq!(at("foobarbaz", "f", -5), Value::Int(0));
        assert_eq!(at("😀o", "o", 0), Value::Int(2), "counted in UTF-16");
        assert_eq!(call("indexOf", &pair("foo", "L")), Value::Null);
    }
}
