//! Comparisons with constants: `==`, `<`, `in` and their likes.

use super::fold::{constant, fold, is_null, join, not};
use super::types::Type;
use super::{Typed, fold};
use crate::diag::Diagnostic;
use crate::lang::eql::ast::Span;
use crate::lang::functions::{self, text_of};
use crate::lang::pattern::Pattern;
use crate::lang::plan::{Case, Expr, Op};
use crate::model::time::Time;
use crate::model::value::Value;

/// Two sides compared; the constant one ends up on the right.
pub fn compare(op: Op, left: Typed, right: Typed) -> Result<Expr, Diagnostic> {
    if constant(&left.expr).is_some() && constant(&right.expr).is_none() {
        return compare(flip(op), right, left);
    }
    let Expr::Const(value) = right.expr else {
        return Err(Diagnostic::new(
            "comparisons of fields with fields are not supported",
            left.span.start..right.span.end,
        )
        .hint("a function can take two fields: `endsWith(process.name, user.name)`"));
    };
    if value.is_null() || is_null(&left.expr) {
        let other = if value.is_null() {
            left.expr
        } else {
            Expr::Const(value)
        };
        return Ok(match op {
            Op::Eq => fold(Expr::IsNull(Box::new(other))),
            Op::Ne => not(fold(Expr::IsNull(Box::new(other)))),
            _ => fold::NULL,
        });
    }
    if let (Value::Bool(truth), Op::Eq | Op::Ne) = (&value, op)
        && left.ty == Type::Boolean
        && !matches!(left.expr, Expr::Field(_))
    {
        return Ok(match *truth == (op == Op::Eq) {
            true => left.expr,
            false => not(left.expr),
        });
    }
    if let (Type::Ip, Value::Str(text), Op::Eq | Op::Ne) = (left.ty, &value, op)
        && text.contains('/')
        && functions::parse_net(text).is_some()
        && let Some(function) = functions::named("cidrMatch")
    {
        let args = vec![left.expr, Expr::Const(value)];
        let case = Case::Sensitive;
        let within = Expr::Call {
            function,
            args,
            case,
        };
        return Ok(if op == Op::Eq { within } else { not(within) });
    }
    // What is after a day is after its end.
    let ends = match op {
        Op::Gt | Op::Le if left.ty == Type::Date => Some(value.clone()),
        _ => None,
    };
    let mut value = as_type(value, left.ty, &right.span)?;
    if let (Value::Time(first), Some(written)) = (&value, ends) {
        value = Value::Time(last_moment(*first, &written));
    }
    let sides = Box::new([left.expr, Expr::Const(value)]);
    Ok(fold(Expr::Compare { op, sides }))
}

/// `x < n` as `n > x`.
fn flip(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        same => same,
    }
}

/// A constant as what it is compared with has it.
fn as_type(value: Value, ty: Type, span: &Span) -> Result<Value, Diagnostic> {
    let converted = match (ty, &value) {
        (Type::Unknown | Type::Null, _)
        | (Type::Text, Value::Str(_))
        | (Type::Integer | Type::Number, Value::Int(_) | Value::Float(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::Date, Value::Time(_))
        | (Type::Ip, Value::Ip(_)) => return Ok(value),
        (Type::Text, value) => text_of(value).map(|text| Value::str(text.into_owned())),
        (Type::Boolean, Value::Str(text)) => text.parse().ok().map(Value::Bool),
        (Type::Date, Value::Str(text)) => time(text).map(Value::Time),
        (Type::Date, Value::Int(millis)) => Some(Value::Time(Time::from_millis(*millis))),
        (Type::Ip, Value::Str(text)) => text.parse().ok().map(Value::ip),
        _ => None,
    };
    converted.ok_or_else(|| {
        let message = match (ty, &value) {
            (Type::Date | Type::Ip, Value::Str(text)) => {
                format!("`{text}` is not {}", ty.name())
            }
            _ => format!(
                "{} cannot be compared with {}",
                ty.name(),
                Type::of_value(&value).name()
            ),
        };
        Diagnostic::new(message, span.clone())
    })
}

/// A time as queries write it, which is the first moment of what is written: a day, an hour, a
/// minute, a second or less, or milliseconds since 1970.
fn time(text: &str) -> Option<Time> {
    const REST: &str = "0000-00-00T00:00:00";
    if is_number(text) {
        return text.parse().ok().map(Time::from_millis);
    }
    match text.len() {
        10 | 13 | 16 => Time::parse(&format!("{text}{}", &REST[text.len()..])),
        _ => Time::parse(text),
    }
}

/// Four digits are a year, more are milliseconds.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.len() > "2020".len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last moment of a time as it is written, in milliseconds as Elasticsearch keeps them.
fn last_moment(first: Time, written: &Value) -> Time {
    const SECOND: i64 = 10_000_000;
    let lasts = match written {
        Value::Str(text) if is_number(text) => SECOND / 1000,
        Value::Str(text) => match (text.len(), text.split_once('.')) {
            (10, _) => 86_400 * SECOND,
            (13, _) => 3600 * SECOND,
            (16, _) => 60 * SECOND,
            (_, Some((_, rest))) if rest.bytes().take_while(u8::is_ascii_digit).count() > 3 => 1,
            (_, None) => SECOND,
            (_, Some(_)) => SECOND / 1000,
        },
        Value::Int(_) => SECOND / 1000,
        _ => 1,
    };
    Time::from_ticks(first.ticks().saturating_add(lasts - 1))
}

/// `in` and `in~`.
pub fn within(value: Typed, list: Vec<Typed>, case: Case) -> Result<Expr, Diagnostic> {
    let (mut texts, mut others) = (Vec::with_capacity(list.len()), Vec::new());
    for item in list {
        let Expr::Const(constant) = item.expr else {
            return Err(Diagnostic::new(
                "comparisons of fields with fields are not supported",
                item.span,
            )
            .hint("`in` takes constants"));
        };
        if constant.is_null() {
            continue;
        }
        if case == Case::Insensitive && item.ty != Type::Text {
            let message = "`in~` compares with texts only";
            return Err(Diagnostic::new(message, item.span).hint("compare with `in`"));
        }
        if value.ty == Type::Ip {
            let (expr, ty, span) = (value.expr.clone(), value.ty, value.span.clone());
            let item = Typed {
                expr: Expr::Const(constant),
                ..item
            };
            others.push(compare(Op::Eq, Typed { expr, ty, span }, item)?);
            continue;
        }
        match as_type(constant, value.ty, &item.span)? {
            Value::Str(text) => texts.push(Pattern::literal(&text)),
            other => {
                let sides = Box::new([value.expr.clone(), Expr::Const(other)]);
                others.push(fold(Expr::Compare { op: Op::Eq, sides }));
            }
        }
    }
    if case == Case::Insensitive && !matches!(value.ty, Type::Text | Type::Unknown | Type::Null) {
        let message = format!("`in~` compares texts, but this is {}", value.ty.name());
        return Err(Diagnostic::new(message, value.span).hint("compare with `in`"));
    }
    if is_null(&value.expr) || texts.is_empty() && others.is_empty() {
        return Ok(fold::NULL);
    }
    if !texts.is_empty() {
        others.push(fold(Expr::Text {
            value: Box::new(value.expr),
            patterns: texts,
            case,
        }));
    }
    Ok(join(others, false))
}
