//! What is left of a condition for events of one kind: from what is known to a smaller condition.

use crate::engine::predicate::Matcher;
use crate::lang::plan::{Cond, Expr};
use crate::model::field::{FieldId, Fields, Known};
use crate::model::value::Value;

/// The condition with every test decided that what is known decides.
pub fn simplify(cond: &Cond, known: &dyn Fn(FieldId) -> Known) -> Cond {
    match cond {
        Cond::Const(_) => cond.clone(),
        Cond::Not(inner) => match simplify(inner, known) {
            Cond::Const(value) => Cond::Const(!value),
            inner => Cond::Not(Box::new(inner)),
        },
        Cond::All(conds) => join(conds, known, true),
        Cond::Any(conds) => join(conds, known, false),
        Cond::Computed(expr) => {
            let mut fields = Vec::new();
            collect(expr, &mut fields);
            decide(cond, &fields, known)
        }
        Cond::Exists(field)
        | Cond::Text { field, .. }
        | Cond::Regex { field, .. }
        | Cond::Compare { field, .. }
        | Cond::Cidr { field, .. } => decide(cond, &[*field], known),
    }
}

/// `All` is settled by a part that is false, `Any` by one that is true.
fn join(conds: &[Cond], known: &dyn Fn(FieldId) -> Known, all: bool) -> Cond {
    let mut left = Vec::new();
    for cond in conds {
        match (simplify(cond, known), all) {
            (Cond::Const(value), _) if value == all => {}
            (Cond::Const(value), _) => return Cond::Const(value),
            (Cond::All(parts), true) | (Cond::Any(parts), false) => left.extend(parts),
            (part, _) => left.push(part),
        }
    }
    match (left.len(), all) {
        (0, _) => Cond::Const(all),
        (1, _) => left.remove(0),
        (_, true) => Cond::All(left),
        (_, false) => Cond::Any(left),
    }
}

/// Asks the test itself where all of its fields are known.
fn decide(cond: &Cond, fields: &[FieldId], known: &dyn Fn(FieldId) -> Known) -> Cond {
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        match known(*field) {
            Known::Absent => {}
            Known::Always(value) => values.push((*field, value)),
            Known::Varies => return cond.clone(),
        }
    }
    let event = Sketch(values);
    Cond::Const(Matcher::new(cond).matches(&event))
}

/// An event of which a few fields are known and the others absent.
struct Sketch(Vec<(FieldId, Value)>);

impl Fields for Sketch {
    fn get(&self, field: FieldId) -> &Value {
        let found = self.0.iter().find(|(one, _)| *one == field);
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

/// The fields that an expression reads.
fn collect(expr: &Expr, fields: &mut Vec<FieldId>) {
    match expr {
        Expr::Const(_) => {}
        Expr::Field(field) => fields.push(*field),
        Expr::Call { args, .. } => args.iter().for_each(|arg| collect(arg, fields)),
        Expr::And(parts) | Expr::Or(parts) => {
            parts.iter().for_each(|part| collect(part, fields));
        }
        Expr::Compare { sides, .. } | Expr::Arithmetic { sides, .. } => {
            sides.iter().for_each(|side| collect(side, fields));
        }
        Expr::Not(inner) | Expr::Negate(inner) | Expr::IsNull(inner) => collect(inner, fields),
        Expr::Text { value, .. } | Expr::Regex { value, .. } => collect(value, fields),
    }
}
