//! What is left of a condition for events of one kind: from what is known to a smaller condition.

use crate::engine::compare;
use crate::engine::predicate::Matcher;
use crate::lang::plan::{Cond, Expr};
use crate::model::field::{FieldId, Fields, Known};
use crate::model::value::Value;

/// The condition with every test decided that what is known decides.
pub fn simplify<'v>(cond: &Cond, known: &dyn Fn(FieldId) -> Known<'v>) -> Cond {
    // Most conditions fall away for most kinds of events; of those nothing is copied.
    match settled(cond, known) {
        Some(value) => Cond::Const(value),
        None => left(cond, known),
    }
}

/// What the condition is for every event of which this is known; none where it depends on more.
pub fn settled<'v>(cond: &Cond, known: &dyn Fn(FieldId) -> Known<'v>) -> Option<bool> {
    match cond {
        Cond::Const(value) => Some(*value),
        Cond::Not(inner) => settled(inner, known).map(|value| !value),
        Cond::All(conds) => join(conds, known, true),
        Cond::Any(conds) => join(conds, known, false),
        Cond::Computed(expr) => {
            let mut fields = Vec::new();
            collect(expr, &mut fields);
            let mut values = Vec::with_capacity(fields.len());
            for field in fields {
                match known(field) {
                    Known::Absent => {}
                    Known::Always(value) => values.push((field, value)),
                    Known::Varies => return None,
                }
            }
            Some(Matcher::new(cond).matches(&Sketch(values)))
        }
        Cond::Exists(field)
        | Cond::Text { field, .. }
        | Cond::Regex { field, .. }
        | Cond::Compare { field, .. }
        | Cond::Cidr { field, .. } => match known(*field) {
            Known::Absent => Some(false),
            Known::Always(value) => Some(meets(cond, *field, value)),
            Known::Varies => None,
        },
    }
}

/// `All` is settled by a part that is false, `Any` by one that is true.
fn join<'v>(conds: &[Cond], known: &dyn Fn(FieldId) -> Known<'v>, all: bool) -> Option<bool> {
    let mut depends = false;
    for cond in conds {
        match settled(cond, known) {
            Some(value) if value == all => {}
            Some(value) => return Some(value),
            None => depends = true,
        }
    }
    (!depends).then_some(all)
}

/// What is left of a condition that is not settled.
fn left<'v>(cond: &Cond, known: &dyn Fn(FieldId) -> Known<'v>) -> Cond {
    let parts = |conds: &[Cond]| {
        let open = |cond: &&Cond| settled(cond, known).is_none();
        let open: Vec<&Cond> = conds.iter().filter(open).collect();
        let parts = open.into_iter().map(|cond| left(cond, known));
        parts.collect::<Vec<Cond>>()
    };
    match cond {
        Cond::Not(inner) => Cond::Not(Box::new(left(inner, known))),
        Cond::All(conds) => one_of(parts(conds), Cond::All, |part| match part {
            Cond::All(parts) => Ok(parts),
            part => Err(part),
        }),
        Cond::Any(conds) => one_of(parts(conds), Cond::Any, |part| match part {
            Cond::Any(parts) => Ok(parts),
            part => Err(part),
        }),
        test => test.clone(),
    }
}

/// The parts as one condition, without levels that say nothing.
fn one_of(
    parts: Vec<Cond>,
    join: fn(Vec<Cond>) -> Cond,
    open: fn(Cond) -> Result<Vec<Cond>, Cond>,
) -> Cond {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match open(part) {
            Ok(parts) => flat.extend(parts),
            Err(part) => flat.push(part),
        }
    }
    match flat.len() {
        1 => flat.remove(0),
        _ => join(flat),
    }
}

/// Whether an event with this value of the field meets the test.
fn meets(test: &Cond, field: FieldId, value: &Value) -> bool {
    match test {
        // Lists of hundreds of names are not worth a set for one look.
        Cond::Text { patterns, case, .. } => value.items().iter().any(|item| {
            let text = compare::text(item);
            patterns.iter().any(|pattern| pattern.matches(&text, *case))
        }),
        test => Matcher::new(test).matches(&Sketch(vec![(field, value)])),
    }
}

/// An event of which a few fields are known and the others absent.
struct Sketch<'v>(Vec<(FieldId, &'v Value)>);

impl Fields for Sketch<'_> {
    fn get(&self, field: FieldId) -> &Value {
        let found = self.0.iter().find(|(one, _)| *one == field);
        found.map_or(&Value::Null, |(_, value)| *value)
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
