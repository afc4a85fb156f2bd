//! The order of results, and the text of a value: what joining, grouping and matching share.
//!
//! A rule's comparison knows no order between values of different kinds
//! ([`order`](crate::lang::expr::order)); rows of results must stand in one all the same.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::lang::expr;
use crate::model::value::Value;

/// The order in which results are shown: nothing, false, true, numbers by size, times, texts and
/// addresses by code point, lists item by item. Total: equal only where the values are the same
/// in it.
pub fn rows(left: &Value, right: &Value) -> Ordering {
    let ranks = rank(left).cmp(&rank(right));
    ranks.then_with(|| match (left, right) {
        (Value::Float(left), Value::Float(right)) => left.total_cmp(right),
        (Value::Int(left), Value::Float(right)) => int_with_float(*left, *right),
        (Value::Float(left), Value::Int(right)) => int_with_float(*right, *left).reverse(),
        (Value::List(left), Value::List(right)) => {
            let parts = left.iter().zip(right.iter());
            let unequal = parts
                .map(|(left, right)| rows(left, right))
                .find(|order| order.is_ne());
            unequal.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Value::Ip(_), _) | (_, Value::Ip(_)) => text(left).cmp(&text(right)),
        _ => expr::order(left, right).unwrap_or_else(|| text(left).cmp(&text(right))),
    })
}

/// The text that patterns match and that texts sort by: a text as it is, anything else as shown.
pub fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Str(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        other => Cow::Owned(other.to_string()),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Float(_) => 2,
        Value::Time(_) => 3,
        Value::Str(_) | Value::Ip(_) => 4,
        Value::List(_) => 5,
    }
}

/// Exact, and NaN where `total_cmp` puts it: rows must stand in a total order.
fn int_with_float(int: i64, float: f64) -> Ordering {
    const PAST: f64 = 9_223_372_036_854_775_808.0;
    if float >= PAST || (float.is_nan() && float.is_sign_positive()) {
        Ordering::Less
    } else if float < -PAST || float.is_nan() {
        Ordering::Greater
    } else {
        let whole = float.trunc();
        let fraction = || whole.total_cmp(&float);
        int.cmp(&(whole as i64)).then_with(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Value {
        Value::ip(text.parse().unwrap())
    }

    #[test]
    fn whole_numbers_and_fractions_stand_in_one_order() {
        let mut column = [
            Value::Float(f64::NAN),
            Value::Int(i64::MAX),
            Value::Float(9.3e18),
            Value::Int(9_007_199_254_740_993),
            Value::Float(9_007_199_254_740_992.0),
            Value::Float(-2.5),
            Value::Int(-2),
            Value::Int(i64::MIN),
            Value::Float(-9.3e18),
        ];
        column.sort_by(rows);
        let shown: Vec<_> = column.iter().map(Value::to_string).collect();
        assert_eq!(
            shown,
            [
                "-9300000000000000000",
                "-9223372036854775808",
                "-2.5",
                "-2",
                "9007199254740992",
                "9007199254740993",
                "9223372036854775807",
                "9300000000000000000",
                "NaN"
            ]
        );
    }

    #[test]
    fn rows_sort_numbers_by_size_and_texts_by_code_point() {
        let mut column = [
            Value::str("b"),
            Value::Int(10),
            Value::str("B"),
            ip("9.0.0.1"),
            Value::Float(9.5),
            ip("10.0.0.1"),
            Value::Null,
            Value::Int(9),
        ];
        column.sort_by(rows);
        let shown: Vec<_> = column.iter().map(Value::to_string).collect();
        assert_eq!(
            shown,
            ["", "9", "9.5", "10", "10.0.0.1", "9.0.0.1", "B", "b"]
        );
    }
}
