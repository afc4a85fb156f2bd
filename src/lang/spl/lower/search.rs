//! The `search` command's comparisons as conditions.
//!
//! `field=value` ignores letter case, knows `*`, and tests membership where the value is a net in
//! CIDR form. `field!=value` needs the field to exist; `NOT field=value` does not (Splunk's Search
//! Manual, "Difference between != and NOT"). `<` and its like compare numbers where both are.

use std::mem::take;
use std::net::IpAddr;

use ipnet::IpNet;

use super::all;
use super::scope::Scope;
use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::{Case, Cond, Expr, Op};
use crate::lang::spl::ast::{Filter, Name, SearchValue};
use crate::lang::spl::compare;
use crate::lang::spl::error::Error;
use crate::model::field::{FieldId, FieldType};
use crate::model::time::Time;
use crate::model::value::Value;

pub(super) fn lower(filter: &Filter, scope: &mut Scope) -> Result<Cond, Error> {
    Ok(match filter {
        Filter::Everything => Cond::Const(true),
        Filter::All(parts) => all(each(parts, scope)?),
        Filter::Any(parts) => Cond::Any(each(parts, scope)?),
        Filter::Not(inner) => Cond::Not(Box::new(lower(inner, scope)?)),
        Filter::Test { field, op, values } => test(field, *op, values, scope)?,
    })
}

fn each(parts: &[Filter], scope: &mut Scope) -> Result<Vec<Cond>, Error> {
    parts.iter().map(|part| lower(part, scope)).collect()
}

fn test(name: &Name, op: Op, values: &[SearchValue], scope: &mut Scope) -> Result<Cond, Error> {
    if scope.rows.is_none() {
        refuse_special(name, values)?;
        if name.text == "index" {
            return Ok(Cond::Const(op != Op::Ne));
        }
    }
    let (field, kind) = scope.resolve(name)?;
    match op {
        Op::Eq => equal(field, kind, values),
        Op::Ne => Ok(Cond::All(vec![
            Cond::Exists(field),
            Cond::Not(Box::new(equal(field, kind, values)?)),
        ])),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => {
            let ordered = values.iter().map(|value| order(field, kind, op, value));
            Ok(any(ordered.collect::<Result<_, _>>()?))
        }
    }
}

/// Names that mean something to Splunk's index rather than to the event.
fn refuse_special(name: &Name, values: &[SearchValue]) -> Result<(), Error> {
    let special = match name.text.as_str() {
        "index" if values.iter().all(|value| value.raw == "*") => return Ok(()),
        "index" => {
            return Err(Error::not_supported("choosing an index", name.span.clone())
                .hint("the logs on the command line are searched; index=* is all of them"));
        }
        "earliest" | "latest" | "_index_earliest" | "_index_latest" | "starttime" | "endtime"
        | "timeformat" => "a range of time in the search",
        "tag"
        | "eventtype"
        | "hosttag"
        | "savedsearch"
        | "splunk_server"
        | "splunk_server_group" => "a search by what only Splunk knows",
        tag if tag.starts_with("tag::") => "a search by tag",
        _ => return Ok(()),
    };
    Err(Error::not_supported(special, name.span.clone()))
}

/// Whether the field is any of the values.
fn equal(field: FieldId, kind: FieldType, values: &[SearchValue]) -> Result<Cond, Error> {
    let (mut patterns, mut nets, mut tests) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        let pattern = pattern(&value.raw);
        let Some(literal) = pattern.as_literal() else {
            if *pattern.pieces() == [Piece::Any] {
                tests.push(Cond::Exists(field));
            } else {
                patterns.push(pattern);
            }
            continue;
        };
        if let Some(net) = net(literal, kind) {
            nets.push(net);
            if kind == FieldType::Ip {
                continue;
            }
        }
        match number(literal, kind) {
            Some(value) => tests.push(Cond::Compare {
                field,
                op: Op::Eq,
                value,
            }),
            None => patterns.push(pattern),
        }
    }
    if !patterns.is_empty() {
        tests.push(Cond::Text {
            field,
            patterns,
            case: Case::Insensitive,
        });
    }
    if !nets.is_empty() {
        tests.push(Cond::Cidr { field, nets });
    }
    Ok(any(tests))
}

fn order(field: FieldId, kind: FieldType, op: Op, value: &SearchValue) -> Result<Cond, Error> {
    let pattern = pattern(&value.raw);
    let Some(literal) = pattern.as_literal() else {
        let message = "a wildcard means something only with = and !=";
        return Err(Error::wrong(message, value.span.clone()));
    };
    Ok(match number(literal, kind) {
        Some(value) => Cond::Compare { field, op, value },
        None => Cond::Computed(Expr::Call {
            function: compare::comparison(op),
            args: vec![Expr::Field(field), Expr::Const(Value::str(literal))],
            case: Case::Sensitive,
        }),
    })
}

/// The value as the field's type has it, where that is a number or a time.
fn number(text: &str, kind: FieldType) -> Option<Value> {
    let finite =
        |number: &f64| number.is_finite() && text.bytes().any(|byte| byte.is_ascii_digit());
    let float = || text.parse().ok().filter(finite);
    match kind {
        FieldType::Long | FieldType::Double => match text.parse() {
            Ok(whole) => Some(Value::Int(whole)),
            Err(_) => float().map(Value::Float),
        },
        FieldType::Date => match text.parse::<i64>() {
            Ok(seconds) => Some(Value::Time(Time::from_millis(seconds.saturating_mul(1000)))),
            Err(_) => float().map(|seconds| Value::Time(Time::from_ticks((seconds * 1e7) as i64))),
        },
        FieldType::Keyword | FieldType::Boolean | FieldType::Ip => None,
    }
}

/// `10.0.0.0/8`; for an address field also one address.
fn net(text: &str, kind: FieldType) -> Option<IpNet> {
    if text.contains('/') {
        return text.parse::<IpNet>().ok().map(|net| net.trunc());
    }
    if kind != FieldType::Ip {
        return None;
    }
    let address: IpAddr = text.parse().ok()?;
    Some(IpNet::from(address.to_canonical()))
}

/// A search value with its wildcards. `\\`, `\"` and `\|` stand for the second character; before
/// anything else a backslash is itself, and nothing takes the meaning from `*`.
fn pattern(raw: &str) -> Pattern {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ ('\\' | '"' | '|'))) => {
                text.push(next);
                chars.next();
            }
            ('*', _) => pieces.extend([Piece::Text(take(&mut text)), Piece::Any]),
            _ => text.push(c),
        }
    }
    pieces.push(Piece::Text(text));
    Pattern::of(pieces)
}

fn any(mut conds: Vec<Cond>) -> Cond {
    match conds.len() {
        1 => conds.remove(0),
        _ => Cond::Any(conds),
    }
}
