//! A computed expression as a test: from an expression and an event to yes or no.
//!
//! Elasticsearch runs a comparison that a query cannot make in a script, once for each value of
//! each field that the script reads: it is true if it is true of any of them. Negated, it is true
//! if it is true of none, and null-safe still: of something it must be false.

use crate::lang::plan::{Cond, Expr, Op};
use crate::model::field::{FieldId, Fields};
use crate::model::value::Value;

/// A computed expression that is ready to be asked of many events.
#[derive(Clone, Debug)]
pub(super) struct Computed {
    /// What is asked, negations in front taken off.
    test: Expr,
    negated: bool,
    /// The fields that it reads, each once.
    fields: Vec<FieldId>,
}

/// Two fields of a hostile document could have millions of values each.
const MOST_COMBINATIONS: usize = 1 << 16;

impl Computed {
    pub fn new(expr: &Expr) -> Computed {
        let mut fields = Vec::new();
        Cond::Computed(expr.clone()).each_field(&mut |field| fields.push(field));
        fields.sort();
        fields.dedup();
        let (mut test, mut negated) = (expr.clone(), false);
        loop {
            test = match test {
                Expr::Not(inner) => *inner,
                Expr::Compare { op: Op::Ne, sides } => Expr::Compare { op: Op::Eq, sides },
                test => {
                    return Computed {
                        test,
                        negated,
                        fields,
                    };
                }
            };
            negated = !negated;
        }
    }

    pub fn matches<F: Fields + ?Sized>(&self, event: &F) -> bool {
        let several = |field: &FieldId| match event.get(*field) {
            Value::List(items) if items.len() > 1 => Some((*field, &**items)),
            _ => None,
        };
        let lists: Vec<(FieldId, &[Value])> = self.fields.iter().filter_map(several).collect();
        if lists.is_empty() {
            return self.test.truth(event) == Some(!self.negated);
        }
        let mut some_false = false;
        let mut at = vec![0; lists.len()];
        for _ in 0..MOST_COMBINATIONS {
            let chosen = lists.iter().zip(&at);
            let row = Chosen {
                event,
                values: chosen
                    .map(|((field, items), at)| (*field, &items[*at]))
                    .collect(),
            };
            match self.test.truth(&row) {
                Some(true) => return !self.negated,
                Some(false) => some_false = true,
                None => {}
            }
            if !advance(&mut at, &lists) {
                break;
            }
        }
        self.negated && some_false
    }
}

/// The next combination of places; false after the last.
fn advance(at: &mut [usize], lists: &[(FieldId, &[Value])]) -> bool {
    for (at, (_, items)) in at.iter_mut().zip(lists) {
        *at += 1;
        if *at < items.len() {
            return true;
        }
        *at = 0;
    }
    false
}

/// An event with one value chosen for each field that has several.
struct Chosen<'e, F: ?Sized> {
    event: &'e F,
    values: Vec<(FieldId, &'e Value)>,
}

impl<F: Fields + ?Sized> Fields for Chosen<'_, F> {
    fn get(&self, field: FieldId) -> &Value {
        let chosen = self.values.iter().find(|(one, _)| *one == field);
        chosen.map_or_else(|| self.event.get(field), |(_, value)| value)
    }
}
