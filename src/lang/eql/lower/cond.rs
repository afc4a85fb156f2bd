//! Conditions: which parts of an expression are tests of a field, and where negations stand.
//!
//! Elasticsearch runs a comparison of a field with a constant as a query, and negates it as
//! `must_not`, which matches an event that lacks the field; anything else it computes in a script
//! that is null-safe, negated or not. `not` first moves to the leaves; a negated `<` is `>=`.

use ipnet::IpNet;

use super::fold::not;
use crate::lang::functions::{Function, parse_net};
use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::{Case, Cond, Expr, Op};
use crate::model::field::FieldId;
use crate::model::value::Value;

/// The condition that the expression is true.
pub fn cond(expr: Expr) -> Cond {
    lower(expr, false)
}

/// All of these.
pub fn all(parts: impl IntoIterator<Item = Cond>) -> Cond {
    join(parts, true)
}

fn join(parts: impl IntoIterator<Item = Cond>, and: bool) -> Cond {
    let parts = parts.into_iter();
    let mut joined = Vec::with_capacity(parts.size_hint().0);
    for part in parts {
        match part {
            Cond::Const(truth) if truth == and => {}
            Cond::Const(truth) => return Cond::Const(truth),
            Cond::All(inner) if and => joined.extend(inner),
            Cond::Any(inner) if !and => joined.extend(inner),
            part => joined.push(part),
        }
    }
    match (joined.len(), joined.pop()) {
        (_, None) => Cond::Const(and),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            joined.push(last);
            if and {
                Cond::All(joined)
            } else {
                Cond::Any(joined)
            }
        }
    }
}

fn lower(expr: Expr, negated: bool) -> Cond {
    match expr {
        Expr::Const(Value::Bool(truth)) => Cond::Const(truth != negated),
        Expr::Const(_) => Cond::Const(false),
        Expr::Not(inner) => lower(*inner, !negated),
        Expr::And(parts) => join(parts.into_iter().map(|part| lower(part, negated)), !negated),
        Expr::Or(parts) => join(parts.into_iter().map(|part| lower(part, negated)), negated),
        Expr::Compare { op, sides } => compare(op, *sides, negated),
        other => match leaf(other) {
            Ok(test) => negate(test, negated),
            Err(computed) => Cond::Computed(match negated {
                true => not(computed),
                false => computed,
            }),
        },
    }
}

fn negate(test: Cond, negated: bool) -> Cond {
    match test {
        Cond::Not(inner) if negated => *inner,
        test if negated => Cond::Not(Box::new(test)),
        test => test,
    }
}

fn compare(op: Op, sides: [Expr; 2], negated: bool) -> Cond {
    let op = if negated { complement(op) } else { op };
    let (field, value) = match sides {
        [Expr::Field(field), Expr::Const(value)] => (field, value),
        sides => {
            let sides = Box::new(sides);
            return Cond::Computed(Expr::Compare { op, sides });
        }
    };
    let equal = |value| match value {
        Value::Str(text) => text_test(field, Pattern::literal(&text), Case::Sensitive),
        value => Cond::Compare {
            field,
            op: Op::Eq,
            value,
        },
    };
    match op {
        Op::Eq => equal(value),
        Op::Ne => negate(equal(value), true),
        op => Cond::Compare { field, op, value },
    }
}

fn complement(op: Op) -> Op {
    match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Ge,
        Op::Le => Op::Gt,
        Op::Gt => Op::Le,
        Op::Ge => Op::Lt,
    }
}

fn text_test(field: FieldId, pattern: Pattern, case: Case) -> Cond {
    let patterns = vec![pattern];
    Cond::Text {
        field,
        patterns,
        case,
    }
}

/// The test of one field that an expression is, or the expression back.
fn leaf(expr: Expr) -> Result<Cond, Expr> {
    Ok(match expr {
        Expr::Field(field) => Cond::Compare {
            field,
            op: Op::Eq,
            value: Value::Bool(true),
        },
        Expr::IsNull(inner) => match *inner {
            Expr::Field(field) => negate(Cond::Exists(field), true),
            other => return Err(Expr::IsNull(Box::new(other))),
        },
        Expr::Text {
            value,
            patterns,
            case,
        } => match *value {
            Expr::Field(field) => Cond::Text {
                field,
                patterns,
                case,
            },
            other => {
                let value = Box::new(other);
                return Err(Expr::Text {
                    value,
                    patterns,
                    case,
                });
            }
        },
        Expr::Regex { value, patterns } => match *value {
            Expr::Field(field) => Cond::Regex { field, patterns },
            other => {
                let value = Box::new(other);
                return Err(Expr::Regex { value, patterns });
            }
        },
        Expr::Call {
            function,
            args,
            case,
        } => match call(function, &args, case) {
            Some(test) => test,
            None => {
                return Err(Expr::Call {
                    function,
                    args,
                    case,
                });
            }
        },
        other => return Err(other),
    })
}

/// The calls that Elasticsearch runs as queries: a field first, then constants.
fn call(function: &Function, args: &[Expr], case: Case) -> Option<Cond> {
    let [Expr::Field(field), constants @ ..] = args else {
        return None;
    };
    let text = |at: usize| match constants.get(at) {
        Some(Expr::Const(Value::Str(text))) => Some(Piece::Text(text.to_string())),
        _ => None,
    };
    let pieces = match function.name {
        "cidrMatch" => {
            let nets = constants.iter().map(net).collect::<Option<_>>()?;
            let field = *field;
            return Some(Cond::Cidr { field, nets });
        }
        "startsWith" => vec![text(0)?, Piece::Any],
        "endsWith" => vec![Piece::Any, text(0)?],
        "stringContains" => vec![Piece::Any, text(0)?, Piece::Any],
        _ => return None,
    };
    Some(text_test(*field, Pattern::of(pieces), case))
}

fn net(expr: &Expr) -> Option<IpNet> {
    match expr {
        Expr::Const(Value::Str(text)) => parse_net(text),
        _ => None,
    }
}
