//! The functions that expressions call: one table, a file a family.
//!
//! Each function says what it takes, so that a language can check a call when the rule is loaded,
//! and how it is computed. Source: Elasticsearch's EQL function reference. Texts are counted in
//! UTF-16 code units, as there. A null among the arguments that a function needs makes null; a
//! null for an optional argument is as if it was not written.

mod arithmetic;
mod cidr;
mod convert;
mod find;
mod parts;

pub use arithmetic::compute;
pub use cidr::parse_net;
pub use convert::text_of;

use super::plan::Case;
use crate::model::value::Value;

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Its name as documented; calls may write it in any letter case.
    pub name: &'static str,
    /// What it takes, in order.
    pub params: &'static [Param],
    /// Whether the last parameter may come again and again.
    pub variadic: bool,
    /// Whether it has a `~` form that ignores letter case.
    pub folds_case: bool,
    /// What it gives.
    pub gives: Kind,
    /// From values, at most as many as it has parameters, to a value.
    pub evaluate: fn(&[Value], Case) -> Value,
}

/// Functions are told apart by name.
impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name as documented.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether a call may leave it out.
    pub optional: bool,
}

/// The kinds of values that functions tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whatever there is.
    Any,
    /// Text.
    Text,
    /// A number, whole or not.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// An address.
    Ip,
    /// A point in time.
    Date,
}

/// Every function, by name.
pub static FUNCTIONS: [&Function; 16] = [
    &arithmetic::ADD,
    &parts::BETWEEN,
    &cidr::CIDR_MATCH,
    &convert::CONCAT,
    &arithmetic::DIVIDE,
    &find::ENDS_WITH,
    &find::INDEX_OF,
    &parts::LENGTH,
    &arithmetic::MODULO,
    &arithmetic::MULTIPLY,
    &convert::NUMBER,
    &find::STARTS_WITH,
    &convert::STRING,
    &find::STRING_CONTAINS,
    &parts::SUBSTRING,
    &arithmetic::SUBTRACT,
];

/// The function of this name, in any letter case.
pub fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .into_iter()
        .find(|function| function.name.eq_ignore_ascii_case(name))
}

/// The documented name nearest to one that is none, if it is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    FUNCTIONS
        .into_iter()
        .map(|function| {
            (
                distance(&name, &function.name.to_ascii_lowercase()),
                function.name,
            )
        })
        .filter(|(distance, _)| *distance <= 3 && *distance < name.len())
        .min()
        .map(|(_, name)| name)
}

/// How many letters to insert, leave out or change.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

const fn needed(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        optional: false,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Param {
    Param {
        name,
        kind,
        optional: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a function gives for these values, matching case.
    pub(super) fn call(name: &str, args: &[Value]) -> Value {
        (named(name).unwrap().evaluate)(args, Case::Sensitive)
    }

    /// What its `~` form gives.
    pub(super) fn call_ignoring_case(name: &str, args: &[Value]) -> Value {
        (named(name).unwrap().evaluate)(args, Case::Insensitive)
    }

    #[test]
    fn the_table_is_sorted_and_found_in_any_case() {
        assert!(FUNCTIONS.is_sorted_by_key(|function| function.name.to_ascii_lowercase()));
        assert_eq!(named("CIDRMATCH").unwrap().name, "cidrMatch");
        assert!(named("wildcard").is_none());
    }

    #[test]
    fn the_nearest_name() {
        assert_eq!(nearest("lenght"), Some("length"));
        assert_eq!(nearest("startwith"), Some("startsWith"));
        assert_eq!(nearest("frobnicate"), None);
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn no_function_panics_on_missing_or_wrong_values() {
        let odd = [
            Value::Null,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Int(-1),
            Value::Float(f64::NAN),
            Value::str("ä😀x"),
            Value::str(""),
            Value::List(Box::new([])),
        ];
        for function in FUNCTIONS {
            (function.evaluate)(&[], Case::Sensitive);
            for a in &odd {
                for b in &odd {
                    for c in &odd {
                        for case in [Case::Sensitive, Case::Insensitive] {
                            let args = [a.clone(), b.clone(), c.clone(), c.clone()];
                            for count in 1..=args.len() {
                                (function.evaluate)(&args[..count], case);
                            }
                        }
                    }
                }
            }
        }
    }
}
