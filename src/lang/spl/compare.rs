//! How SPL compares and computes: as numbers where both sides are numbers, else as texts.
//!
//! A field of a log is text that may look like a number, so `"10" > 9` is true and `"10" > "9a"`
//! is not (Splunk's Search Reference, "Comparison and conditional functions"). Letter case counts.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::lang::functions::{Function, Kind, Param};
use crate::lang::plan::{Arithmetic, Case, Op};
use crate::model::value::Value;

/// The function that compares so.
pub(super) fn comparison(op: Op) -> &'static Function {
    match op {
        Op::Eq => &EQUAL,
        Op::Ne => &NOT_EQUAL,
        Op::Lt => &LESS,
        Op::Le => &LESS_OR_EQUAL,
        Op::Gt => &GREATER,
        Op::Ge => &GREATER_OR_EQUAL,
    }
}

/// The function that computes so.
pub(super) fn arithmetic(op: Arithmetic) -> &'static Function {
    match op {
        Arithmetic::Add => &ADD,
        Arithmetic::Subtract => &SUBTRACT,
        Arithmetic::Multiply => &MULTIPLY,
        Arithmetic::Divide => &DIVIDE,
        Arithmetic::Modulo => &MODULO,
    }
}

/// `cidrmatch("10.0.0.0/8", ip)`: null where one of the two is none.
pub(super) static CIDR_MATCH: Function = function("cidrmatch", |args, _| match args {
    [Value::Null, _] | [_, Value::Null] => Value::Null,
    [Value::Str(net), address] => {
        let Ok(net) = net.parse::<IpNet>() else {
            return Value::Null;
        };
        Value::Bool(as_address(address).is_some_and(|address| net.contains(&address)))
    }
    _ => Value::Null,
});

/// One of two arguments. What SPL's texts and numbers can be is settled when it is computed.
const fn function(name: &'static str, evaluate: fn(&[Value], Case) -> Value) -> Function {
    const ANY: Param = Param {
        name: "",
        kind: Kind::Any,
        optional: false,
    };
    Function {
        name,
        params: &[ANY, ANY],
        variadic: false,
        folds_case: false,
        gives: Kind::Any,
        evaluate,
    }
}

static EQUAL: Function = function("=", |args, _| compare(args, Ordering::is_eq));
static NOT_EQUAL: Function = function("!=", |args, _| compare(args, Ordering::is_ne));
static LESS: Function = function("<", |args, _| compare(args, Ordering::is_lt));
static LESS_OR_EQUAL: Function = function("<=", |args, _| compare(args, Ordering::is_le));
static GREATER: Function = function(">", |args, _| compare(args, Ordering::is_gt));
static GREATER_OR_EQUAL: Function = function(">=", |args, _| compare(args, Ordering::is_ge));

static ADD: Function = function("+", |args, _| match args {
    [Value::Str(left), Value::Str(right)] if number(&args[0]).is_none() => {
        Value::str(format!("{left}{right}"))
    }
    _ => compute(args, i64::checked_add, |left, right| left + right),
});
static SUBTRACT: Function = function("-", |args, _| {
    compute(args, i64::checked_sub, |left, right| left - right)
});
static MULTIPLY: Function = function("*", |args, _| {
    compute(args, i64::checked_mul, |left, right| left * right)
});
static DIVIDE: Function = function("/", |args, _| {
    let exact = |left: i64, right: i64| match left.checked_rem(right) {
        Some(0) => left.checked_div(right),
        _ => None,
    };
    compute(args, exact, |left, right| left / right)
});
static MODULO: Function = function("%", |args, _| {
    compute(args, i64::checked_rem, |left, right| left % right)
});

fn compare(args: &[Value], holds: fn(Ordering) -> bool) -> Value {
    let [left, right] = args else {
        return Value::Null;
    };
    if left.is_null() || right.is_null() {
        return Value::Null;
    }
    order(left, right).map_or(Value::Null, |order| Value::Bool(holds(order)))
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (number(left), number(right)) {
        (Some(Number::Whole(left)), Some(Number::Whole(right))) => Some(left.cmp(&right)),
        (Some(left), Some(right)) => left.float().partial_cmp(&right.float()),
        _ => match (left, right) {
            (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
            _ => Some(left.to_string().cmp(&right.to_string())),
        },
    }
}

/// By whole numbers where that is exact, else by floating point; null where the answer is no
/// number.
fn compute(
    args: &[Value],
    whole: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Value {
    let [left, right] = args else {
        return Value::Null;
    };
    let (Some(left), Some(right)) = (number(left), number(right)) else {
        return Value::Null;
    };
    if let (Number::Whole(left), Number::Whole(right)) = (left, right)
        && let Some(result) = whole(left, right)
    {
        return Value::Int(result);
    }
    match float(left.float(), right.float()) {
        result if result.is_finite() => Value::Float(result),
        _ => Value::Null,
    }
}

#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Float(f64),
}

impl Number {
    fn float(self) -> f64 {
        match self {
            Number::Whole(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

/// A number, or a text that looks like one. A time is its seconds since 1970, as Splunk keeps
/// `_time`.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Int(number) => Some(Number::Whole(*number)),
        Value::Float(number) => Some(Number::Float(*number)),
        Value::Time(time) => match time.split() {
            (seconds, 0) => Some(Number::Whole(seconds)),
            (seconds, ticks) => Some(Number::Float(seconds as f64 + ticks as f64 / 1e7)),
        },
        Value::Str(text) => {
            let numeric = |byte: u8| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E')
            };
            if text.is_empty() || !text.bytes().all(numeric) {
                return None;
            }
            let whole = text.parse().ok().map(Number::Whole);
            whole.or_else(|| {
                let number = text.parse::<f64>().ok()?;
                number.is_finite().then_some(Number::Float(number))
            })
        }
        _ => None,
    }
}

fn as_address(value: &Value) -> Option<IpAddr> {
    match value {
        Value::Ip(address) => Some(*address),
        Value::Str(text) => Some(text.parse::<IpAddr>().ok()?.to_canonical()),
        _ => None,
    }
}
