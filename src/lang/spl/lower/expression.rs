//! The `where` command's expressions, each checked for being a condition or a value where it
//! stands.
//!
//! A comparison over a missing field is null, and so is its negation: neither keeps the event.

use std::mem::take;
use std::ops::Range;

use ipnet::IpNet;

use super::scope::Scope;
use crate::lang::functions::Function;
use crate::lang::pattern::{Pattern, Piece, RegexPattern};
use crate::lang::plan::{Arithmetic, Case, Expr, Op};
use crate::lang::spl::ast::{Expression, ExpressionKind, Name};
use crate::lang::spl::compare;
use crate::lang::spl::error::Error;
use crate::model::value::Value;

pub(super) fn condition(expression: &Expression, scope: &mut Scope) -> Result<Expr, Error> {
    match lower(expression, scope)? {
        (expr, Kind::Condition) => Ok(expr),
        (_, Kind::Value) => Err(Error::wrong(
            "expected a condition, and this is a value",
            expression.span.clone(),
        )
        .hint("compare it with something")),
    }
}

fn value(expression: &Expression, scope: &mut Scope) -> Result<Expr, Error> {
    match lower(expression, scope)? {
        (expr, Kind::Value) => Ok(expr),
        (_, Kind::Condition) => Err(Error::wrong(
            "expected a value, and this is a condition",
            expression.span.clone(),
        )),
    }
}

enum Kind {
    Condition,
    Value,
}

fn lower(expression: &Expression, scope: &mut Scope) -> Result<(Expr, Kind), Error> {
    let lowered = match &expression.kind {
        ExpressionKind::Constant(constant) => (Expr::Const(constant.clone()), Kind::Value),
        ExpressionKind::Field(name) => {
            let name = Name {
                text: name.clone(),
                span: expression.span.clone(),
            };
            if scope.is_several(&name) {
                let what = "where over several values";
                return Err(Error::not_supported(what, name.span));
            }
            (Expr::Field(scope.resolve(&name)?.0), Kind::Value)
        }
        ExpressionKind::Not(inner) => {
            let inner = condition(inner, scope)?;
            (Expr::Not(Box::new(inner)), Kind::Condition)
        }
        ExpressionKind::And(parts) => (Expr::And(conditions(parts, scope)?), Kind::Condition),
        ExpressionKind::Or(parts) => (Expr::Or(conditions(parts, scope)?), Kind::Condition),
        ExpressionKind::Compare { op, sides } => {
            let [left, right] = &**sides;
            let args = vec![value(left, scope)?, value(right, scope)?];
            (call(compare::comparison(*op), args), Kind::Condition)
        }
        ExpressionKind::In { value: of, list } => {
            let of = value(of, scope)?;
            (one_of(&of, list, &expression.span, scope)?, Kind::Condition)
        }
        ExpressionKind::Arithmetic { op, sides } => {
            let [left, right] = &**sides;
            let args = vec![value(left, scope)?, value(right, scope)?];
            (call(compare::arithmetic(*op), args), Kind::Value)
        }
        ExpressionKind::Negate(inner) => {
            let args = vec![Expr::Const(Value::Int(0)), value(inner, scope)?];
            let minus = compare::arithmetic(Arithmetic::Subtract);
            (call(minus, args), Kind::Value)
        }
        ExpressionKind::Call { function, args } => {
            let expr = function_call(function, args, &expression.span, scope)?;
            (expr, Kind::Condition)
        }
    };
    Ok(lowered)
}

fn conditions(parts: &[Expression], scope: &mut Scope) -> Result<Vec<Expr>, Error> {
    parts.iter().map(|part| condition(part, scope)).collect()
}

fn call(function: &'static Function, args: Vec<Expr>) -> Expr {
    Expr::Call {
        function,
        args,
        case: Case::Sensitive,
    }
}

fn one_of(
    of: &Expr,
    list: &[Expression],
    span: &Range<usize>,
    scope: &mut Scope,
) -> Result<Expr, Error> {
    if list.is_empty() {
        return Err(Error::wrong("a list without values", span.clone()));
    }
    if !matches!(of, Expr::Field(_)) {
        let what = "a list for anything but a field";
        return Err(Error::not_supported(what, span.clone()));
    }
    let mut tests = Vec::new();
    for item in list {
        let args = vec![of.clone(), value(item, scope)?];
        tests.push(call(compare::comparison(Op::Eq), args));
    }
    Ok(Expr::Or(tests))
}

fn function_call(
    name: &Name,
    args: &[Expression],
    span: &Range<usize>,
    scope: &mut Scope,
) -> Result<Expr, Error> {
    match (name.text.as_str(), args) {
        ("isnull", [of]) => Ok(Expr::IsNull(Box::new(value(of, scope)?))),
        ("isnotnull", [of]) => {
            let null = Expr::IsNull(Box::new(value(of, scope)?));
            Ok(Expr::Not(Box::new(null)))
        }
        ("like", [of, pattern]) => Ok(Expr::Text {
            value: Box::new(value(of, scope)?),
            patterns: vec![like(text(pattern, "the pattern of like")?)],
            case: Case::Sensitive,
        }),
        ("match", [of, pattern]) => {
            let written = text(pattern, "the pattern of match")?;
            let span = pattern.span.clone();
            let regex = RegexPattern::anywhere(written).map_err(|error| {
                match error.message.contains("not supported") {
                    true => Error::not_supported("this regular expression", span.clone())
                        .hint(error.message),
                    false => Error::wrong(error.message, span.clone()),
                }
            })?;
            Ok(Expr::Regex {
                value: Box::new(value(of, scope)?),
                patterns: vec![regex],
            })
        }
        ("cidrmatch", [net, of]) => {
            let written = text(net, "the net of cidrmatch")?;
            if written.parse::<IpNet>().is_err() {
                let message = format!("\"{written}\" is no net in CIDR form");
                return Err(Error::wrong(message, net.span.clone()));
            }
            let args = vec![Expr::Const(Value::str(written)), value(of, scope)?];
            Ok(call(&compare::CIDR_MATCH, args))
        }
        ("in", [of, list @ ..]) => {
            let of = value(of, scope)?;
            one_of(&of, list, span, scope)
        }
        ("isnull" | "isnotnull", _) => Err(count(name, "one argument", span)),
        ("like" | "match" | "cidrmatch" | "in", _) => Err(count(name, "two arguments", span)),
        (other, _) => {
            let what = format!("the function \"{other}\"");
            Err(Error::not_supported(what, name.span.clone()))
        }
    }
}

fn count(name: &Name, takes: &str, span: &Range<usize>) -> Error {
    Error::wrong(format!("{} takes {takes}", name.text), span.clone())
}

/// A text that is known when the search is compiled.
fn text<'e>(expression: &'e Expression, what: &str) -> Result<&'e str, Error> {
    match &expression.kind {
        ExpressionKind::Constant(Value::Str(text)) => Ok(text),
        _ => {
            let what = format!("{what}, unless a text in double quotes,");
            Err(Error::not_supported(what, expression.span.clone()))
        }
    }
}

/// `%` is any run of characters and `_` any one, unless a backslash stands before it.
fn like(pattern: &str) -> Pattern {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ ('%' | '_' | '\\'))) => {
                text.push(next);
                chars.next();
            }
            ('%', _) => pieces.extend([Piece::Text(take(&mut text)), Piece::Any]),
            ('_', _) => pieces.extend([Piece::Text(take(&mut text)), Piece::One]),
            _ => text.push(c),
        }
    }
    pieces.push(Piece::Text(text));
    Pattern::of(pieces)
}
