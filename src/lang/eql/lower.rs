//! From a tree to a plan: fields become numbers, types are checked, constants are folded, and
//! negations move to the leaves.

mod compare;
mod cond;
mod expr;
mod fold;
mod query;
mod types;

pub use query::statement;

use rustc_hash::FxHashSet;

use super::ast::{Field, Span};
use super::{Options, UnknownFields};
use crate::diag::Diagnostic;
use crate::lang::plan::Expr;
use crate::model::field::{FieldId, FieldTable, FieldTypes, View};
use types::Type;

/// Unknown names past so many are not compared with all that are known, which takes a while.
const MOST_HINTS: usize = 100;

/// What lowering knows and collects.
struct Lowering<'a> {
    types: &'a dyn FieldTypes,
    fields: &'a mut FieldTable,
    options: &'a Options,
    warnings: Vec<Diagnostic>,
    /// The fields that were warned of.
    unknown: FxHashSet<Box<str>>,
}

/// An expression with its type.
struct Typed {
    expr: Expr,
    ty: Type,
    span: Span,
}

impl Lowering<'_> {
    /// A field's number and type.
    fn field(&mut self, field: &Field, span: &Span) -> Result<(FieldId, Type), Diagnostic> {
        let ty = match self.types.type_of(View::Ecs, &field.name) {
            Some(ty) => Type::of(ty),
            None => {
                if !field.optional {
                    self.unknown(&field.name, span)?;
                }
                Type::Unknown
            }
        };
        Ok((self.fields.intern(View::Ecs, &field.name), ty))
    }

    fn unknown(&mut self, name: &str, span: &Span) -> Result<(), Diagnostic> {
        if self.unknown.contains(name) {
            return Ok(());
        }
        self.unknown.insert(name.into());
        let message = format!("unknown field `{name}`");
        let mut diagnostic = Diagnostic::new(message, span.clone());
        if self.unknown.len() <= MOST_HINTS
            && let Some(nearest) = self.types.nearest(View::Ecs, name)
        {
            diagnostic = diagnostic.hint(format!("did you mean `{nearest}`?"));
        }
        match self.options.unknown_fields {
            UnknownFields::Deny => return Err(diagnostic),
            UnknownFields::Warn => self.warnings.push(diagnostic),
        }
        Ok(())
    }
}

/// What an expression without fields folds to.
#[cfg(test)]
pub fn constant(text: &str) -> Result<crate::model::value::Value, Diagnostic> {
    let node = super::parse::expression(text)?;
    let mut lowering = Lowering {
        types: &super::tests::Mapping,
        fields: &mut FieldTable::default(),
        options: &Options::default(),
        warnings: Vec::new(),
        unknown: FxHashSet::default(),
    };
    let typed = lowering.expr(&node)?;
    match typed.expr {
        Expr::Const(value) => Ok(value),
        other => panic!("{text} is not constant: {other:?}"),
    }
}
