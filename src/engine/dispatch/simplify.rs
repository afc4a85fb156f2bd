//! What is left of a condition for events of one kind: from what is known beforehand to a smaller
//! condition.

use super::beforehand::Beforehand;
use crate::lang::plan::Cond;
use crate::model::field::FieldId;
use crate::model::record::EventIds;

/// A condition with every test decided that what is known decides. The tests are the rule's own:
/// of most of them nobody ever needs a copy.
#[derive(Clone, Debug, PartialEq)]
pub enum Left<'c> {
    /// Nothing is.
    Const(bool),
    /// All are true.
    All(Vec<Left<'c>>),
    /// At least one is true.
    Any(Vec<Left<'c>>),
    /// The complement.
    Not(Box<Left<'c>>),
    /// A test that depends on the event.
    Test(&'c Cond),
}

impl<'c> Left<'c> {
    /// What is left of a condition for events of which this is known.
    pub fn new(cond: &'c Cond, known: &Beforehand, id: Option<u16>) -> Left<'c> {
        match cond {
            Cond::Const(value) => Left::Const(*value),
            Cond::Not(inner) => match Left::new(inner, known, id) {
                Left::Const(value) => Left::Const(!value),
                inner => Left::Not(Box::new(inner)),
            },
            Cond::All(conds) | Cond::Any(conds) => {
                let all = matches!(cond, Cond::All(_));
                join(conds.iter().map(|cond| Left::new(cond, known, id)), all)
            }
            test => {
                let ids = EventIds::of(id);
                let settled = known.settle(test, ids);
                match id {
                    Some(_) if settled.met == ids => Left::Const(true),
                    Some(_) if settled.unmet == ids => Left::Const(false),
                    _ => Left::Test(test),
                }
            }
        }
    }

    /// The condition.
    pub fn to_cond(&self) -> Cond {
        let conds = |parts: &[Left]| parts.iter().map(Left::to_cond).collect();
        match self {
            Left::Const(value) => Cond::Const(*value),
            Left::All(parts) => Cond::All(conds(parts)),
            Left::Any(parts) => Cond::Any(conds(parts)),
            Left::Not(inner) => Cond::Not(Box::new(inner.to_cond())),
            Left::Test(test) => (*test).clone(),
        }
    }

    /// Visits each field that it reads, as often as it reads it.
    pub fn each_field(&self, visit: &mut dyn FnMut(FieldId)) {
        match self {
            Left::Const(_) => {}
            Left::All(parts) | Left::Any(parts) => {
                parts.iter().for_each(|part| part.each_field(visit));
            }
            Left::Not(inner) => inner.each_field(visit),
            Left::Test(test) => test.each_field(visit),
        }
    }
}

/// The parts as one, without levels that say nothing. `All` is decided by a part that is false,
/// `Any` by one that is true.
fn join<'c>(parts: impl Iterator<Item = Left<'c>>, all: bool) -> Left<'c> {
    let mut open = Vec::new();
    for part in parts {
        match part {
            Left::Const(value) if value == all => {}
            Left::Const(value) => return Left::Const(value),
            Left::All(parts) if all => open.extend(parts),
            Left::Any(parts) if !all => open.extend(parts),
            part => open.push(part),
        }
    }
    match (open.len(), all) {
        (0, _) => Left::Const(all),
        (1, _) => open.remove(0),
        (_, true) => Left::All(open),
        (_, false) => Left::Any(open),
    }
}
