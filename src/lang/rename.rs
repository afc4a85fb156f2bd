//! From a plan to the same plan over other fields, so that one rule can be read in two ways: a
//! profile that takes a fact from elsewhere names another field, and nothing else changes.

use std::cell::RefCell;

use super::plan::{Cond, Expr};
use crate::model::field::FieldId;

impl Cond {
    /// Visits each field that the condition reads, as often as it reads it.
    pub fn each_field(&self, visit: &mut dyn FnMut(FieldId)) {
        let visit = RefCell::new(visit);
        self.map_fields(&|field| {
            (visit.borrow_mut())(field);
            field
        });
    }

    /// The same condition with each field replaced by what `to` makes of it.
    pub fn map_fields(&self, to: &dyn Fn(FieldId) -> FieldId) -> Cond {
        let all = |conds: &[Cond]| conds.iter().map(|cond| cond.map_fields(to)).collect();
        match self {
            Cond::Const(value) => Cond::Const(*value),
            Cond::All(conds) => Cond::All(all(conds)),
            Cond::Any(conds) => Cond::Any(all(conds)),
            Cond::Not(cond) => Cond::Not(Box::new(cond.map_fields(to))),
            Cond::Exists(field) => Cond::Exists(to(*field)),
            Cond::Text {
                field,
                patterns,
                case,
            } => Cond::Text {
                field: to(*field),
                patterns: patterns.clone(),
                case: *case,
            },
            Cond::Regex { field, patterns } => Cond::Regex {
                field: to(*field),
                patterns: patterns.clone(),
            },
            Cond::Compare { field, op, value } => Cond::Compare {
                field: to(*field),
                op: *op,
                value: value.clone(),
            },
            Cond::Cidr { field, nets } => Cond::Cidr {
                field: to(*field),
                nets: nets.clone(),
            },
            Cond::Computed(expr) => Cond::Computed(expr.map_fields(to)),
        }
    }
}

impl Expr {
    /// The same expression with each field replaced by what `to` makes of it.
    pub fn map_fields(&self, to: &dyn Fn(FieldId) -> FieldId) -> Expr {
        let all = |exprs: &[Expr]| exprs.iter().map(|expr| expr.map_fields(to)).collect();
        let boxed = |expr: &Expr| Box::new(expr.map_fields(to));
        let both = |sides: &[Expr; 2]| Box::new(sides.each_ref().map(|side| side.map_fields(to)));
        match self {
            Expr::Const(value) => Expr::Const(value.clone()),
            Expr::Field(field) => Expr::Field(to(*field)),
            Expr::Call {
                function,
                args,
                case,
            } => Expr::Call {
                function,
                args: all(args),
                case: *case,
            },
            Expr::Not(expr) => Expr::Not(boxed(expr)),
            Expr::And(exprs) => Expr::And(all(exprs)),
            Expr::Or(exprs) => Expr::Or(all(exprs)),
            Expr::Compare { op, sides } => Expr::Compare {
                op: *op,
                sides: both(sides),
            },
            Expr::Text {
                value,
                patterns,
                case,
            } => Expr::Text {
                value: boxed(value),
                patterns: patterns.clone(),
                case: *case,
            },
            Expr::Regex { value, patterns } => Expr::Regex {
                value: boxed(value),
                patterns: patterns.clone(),
            },
            Expr::Arithmetic { op, sides } => Expr::Arithmetic {
                op: *op,
                sides: both(sides),
            },
            Expr::Negate(expr) => Expr::Negate(boxed(expr)),
            Expr::IsNull(expr) => Expr::IsNull(boxed(expr)),
        }
    }
}
