//! What an expression is worth, given an event or a row.
//!
//! Three-valued, as [`Expr`] says. A field with several values stands for its least one; a
//! condition on an event asks for each of its values in turn instead (`engine/predicate`).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::functions::{compute, text_of};
use super::plan::{Arithmetic, Expr, Op};
use crate::model::field::Fields;
use crate::model::value::Value;

impl Expr {
    /// The expression's value.
    pub fn evaluate<'a, F: Fields + ?Sized>(&'a self, fields: &'a F) -> Cow<'a, Value> {
        match self {
            Expr::Const(value) => Cow::Borrowed(value),
            Expr::Field(field) => Cow::Borrowed(least(fields.get(*field))),
            Expr::Call {
                function,
                args,
                case,
            } => {
                let args: Vec<Value> = args
                    .iter()
                    .map(|arg| arg.evaluate(fields).into_owned())
                    .collect();
                Cow::Owned((function.evaluate)(&args, *case))
            }
            Expr::Not(inner) => truth(inner.truth(fields).map(|truth| !truth)),
            Expr::And(parts) => truth(all(parts.iter().map(|part| part.truth(fields)), false)),
            Expr::Or(parts) => truth(all(parts.iter().map(|part| part.truth(fields)), true)),
            Expr::Compare { op, sides } => {
                let [left, right] = sides.as_ref();
                let (left, right) = (left.evaluate(fields), right.evaluate(fields));
                truth(compare(*op, &left, &right))
            }
            Expr::Text {
                value,
                patterns,
                case,
            } => truth(
                text_of(&value.evaluate(fields))
                    .map(|text| patterns.iter().any(|pattern| pattern.matches(&text, *case))),
            ),
            Expr::Regex { value, patterns } => truth(
                text_of(&value.evaluate(fields))
                    .map(|text| patterns.iter().any(|pattern| pattern.matches(&text))),
            ),
            Expr::Arithmetic { op, sides } => {
                let [left, right] = sides.as_ref();
                Cow::Owned(compute(
                    *op,
                    &left.evaluate(fields),
                    &right.evaluate(fields),
                ))
            }
            Expr::Negate(inner) => Cow::Owned(match &*inner.evaluate(fields) {
                Value::Float(number) => Value::Float(-number),
                number => compute(Arithmetic::Subtract, &Value::Int(0), number),
            }),
            Expr::IsNull(inner) => Cow::Owned(Value::Bool(inner.evaluate(fields).is_null())),
        }
    }

    /// The expression's truth: none for null and for what is no truth value.
    pub fn truth<F: Fields + ?Sized>(&self, fields: &F) -> Option<bool> {
        match *self.evaluate(fields) {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }
}

fn truth<'a>(truth: Option<bool>) -> Cow<'a, Value> {
    Cow::Owned(truth.map_or(Value::Null, Value::Bool))
}

/// `decisive` if any part is; else null if any part is null; else the other.
fn all(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut result = Some(!decisive);
    for part in parts {
        match part {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

fn least(value: &Value) -> &Value {
    match value {
        Value::List(items) => items
            .iter()
            .min_by(|a, b| order(a, b).unwrap_or(Ordering::Equal))
            .unwrap_or(&Value::Null),
        one => one,
    }
}

/// Whether two values compare so. None where one is null or they do not compare.
pub fn compare(op: Op, left: &Value, right: &Value) -> Option<bool> {
    let order = order(left, right)?;
    Some(match op {
        Op::Eq => order == Ordering::Equal,
        Op::Ne => order != Ordering::Equal,
        Op::Lt => order == Ordering::Less,
        Op::Le => order != Ordering::Greater,
        Op::Gt => order == Ordering::Greater,
        Op::Ge => order != Ordering::Less,
    })
}

/// How two values stand to each other: numbers by size, texts by code point, times, addresses
/// (IPv4 as their IPv4-mapped IPv6 form) by their bytes. Values of different kinds do not compare.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Float(right)) => (*left as f64).partial_cmp(right),
        (Value::Float(left), Value::Int(right)) => left.partial_cmp(&(*right as f64)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Ip(left), Value::Ip(right)) => Some(bytes(left).cmp(&bytes(right))),
        _ => None,
    }
}

fn bytes(address: &std::net::IpAddr) -> [u8; 16] {
    match address {
        std::net::IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        std::net::IpAddr::V6(address) => address.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::functions;
    use crate::lang::pattern::{Pattern, RegexPattern};
    use crate::lang::plan::Case;
    use crate::model::field::FieldId;

    fn row() -> [Value; 4] {
        [
            Value::Null,
            Value::Int(7),
            Value::str("Foo"),
            Value::List(Box::new([Value::str("b"), Value::str("a")])),
        ]
    }

    fn value(expr: &Expr) -> Value {
        expr.evaluate(row().as_slice()).into_owned()
    }

    fn field(at: u32) -> Expr {
        Expr::Field(FieldId(at))
    }

    #[test]
    fn null_spreads_but_for_and_or_and_is_null() {
        let null = || field(0);
        let constant = |truth| Expr::Const(Value::Bool(truth));
        assert_eq!(value(&Expr::Not(Box::new(null()))), Value::Null);
        assert_eq!(
            value(&Expr::And(vec![null(), constant(false)])),
            Value::Bool(false)
        );
        assert_eq!(value(&Expr::And(vec![null(), constant(true)])), Value::Null);
        assert_eq!(
            value(&Expr::Or(vec![null(), constant(true)])),
            Value::Bool(true)
        );
        assert_eq!(value(&Expr::Or(vec![null(), constant(false)])), Value::Null);
        assert_eq!(value(&Expr::IsNull(Box::new(null()))), Value::Bool(true));
        let sides = Box::new([null(), Expr::Const(Value::Int(1))]);
        assert_eq!(value(&Expr::Compare { op: Op::Ne, sides }), Value::Null);
        assert_eq!(value(&Expr::Negate(Box::new(null()))), Value::Null);
    }

    #[test]
    fn patterns_calls_and_arithmetic() {
        let text = Expr::Text {
            value: Box::new(field(2)),
            patterns: vec![Pattern::wildcard("f*")],
            case: Case::Insensitive,
        };
        assert_eq!(value(&text), Value::Bool(true));
        let number = Expr::Text {
            value: Box::new(field(1)),
            patterns: vec![Pattern::literal("7")],
            case: Case::Sensitive,
        };
        assert_eq!(value(&number), Value::Bool(true));
        let regex = Expr::Regex {
            value: Box::new(field(2)),
            patterns: vec![RegexPattern::new("[A-Z]o+", Case::Sensitive).unwrap()],
        };
        assert_eq!(value(&regex), Value::Bool(true));
        let call = Expr::Call {
            function: functions::named("length").unwrap(),
            args: vec![field(2)],
            case: Case::Sensitive,
        };
        let sum = Expr::Arithmetic {
            op: Arithmetic::Multiply,
            sides: Box::new([call, field(1)]),
        };
        assert_eq!(value(&sum), Value::Int(21));
        assert_eq!(value(&Expr::Negate(Box::new(field(1)))), Value::Int(-7));
    }

    #[test]
    fn a_list_stands_for_its_least() {
        assert_eq!(value(&field(3)), Value::str("a"));
    }

    #[test]
    fn values_of_different_kinds_do_not_compare() {
        assert_eq!(compare(Op::Ne, &Value::Int(1), &Value::str("1")), None);
        assert_eq!(
            compare(Op::Eq, &Value::Int(1), &Value::Float(1.0)),
            Some(true)
        );
        assert_eq!(
            compare(Op::Lt, &Value::Float(f64::NAN), &Value::Int(1)),
            None
        );
    }
}
