//! Constants folded: what does not depend on an event is computed when the rule is loaded.

use crate::lang::plan::Expr;
use crate::model::value::Value;

/// The value of an expression that is a constant.
pub fn constant(expr: &Expr) -> Option<&Value> {
    match expr {
        Expr::Const(value) => Some(value),
        _ => None,
    }
}

pub fn is_null(expr: &Expr) -> bool {
    constant(expr).is_some_and(Value::is_null)
}

pub const NULL: Expr = Expr::Const(Value::Null);

/// The value of an expression that asks for no field.
fn compute(expr: &Expr) -> Expr {
    let nothing: &[Value] = &[];
    Expr::Const(expr.evaluate(nothing).into_owned())
}

/// The expression, computed if what it is made of is constant.
pub fn fold(expr: Expr) -> Expr {
    let constants = match &expr {
        Expr::Call { args, .. } => args.iter().all(|arg| constant(arg).is_some()),
        Expr::Compare { sides, .. } | Expr::Arithmetic { sides, .. } => {
            sides.iter().all(|side| constant(side).is_some())
        }
        Expr::Text { value, .. } | Expr::Regex { value, .. } => constant(value).is_some(),
        Expr::Negate(inner) | Expr::IsNull(inner) => constant(inner).is_some(),
        _ => false,
    };
    if constants { compute(&expr) } else { expr }
}

/// The negation, with `not not` gone and constants turned.
pub fn not(expr: Expr) -> Expr {
    match expr {
        Expr::Not(inner) => *inner,
        Expr::Const(Value::Bool(truth)) => Expr::Const(Value::Bool(!truth)),
        Expr::Const(_) => NULL,
        other => Expr::Not(Box::new(other)),
    }
}

/// All or any of the parts, with those within those taken up and constants folded.
pub fn join(parts: Vec<Expr>, and: bool) -> Expr {
    let stays = |part: &Expr| match part {
        Expr::Const(_) => false,
        Expr::And(_) => !and,
        Expr::Or(_) => and,
        _ => true,
    };
    if parts.len() > 1 && parts.iter().all(stays) {
        return if and {
            Expr::And(parts)
        } else {
            Expr::Or(parts)
        };
    }
    let mut joined = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Expr::Const(Value::Bool(truth)) if truth == and => {}
            Expr::Const(Value::Bool(truth)) => return Expr::Const(Value::Bool(truth)),
            Expr::And(inner) if and => joined.extend(inner),
            Expr::Or(inner) if !and => joined.extend(inner),
            part => joined.push(part),
        }
    }
    if !joined.is_empty() && joined.iter().all(is_null) {
        return NULL;
    }
    match (joined.len(), joined.pop()) {
        (_, None) => Expr::Const(Value::Bool(and)),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            joined.push(last);
            if and {
                Expr::And(joined)
            } else {
                Expr::Or(joined)
            }
        }
    }
}
