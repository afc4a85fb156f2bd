//! What an expression is worth, given an event or a row.

use std::borrow::Cow;

use super::plan::Expr;
use crate::model::field::Fields;
use crate::model::value::Value;

impl Expr {
    /// The expression's value.
    pub fn evaluate<'a, F: Fields + ?Sized>(&'a self, fields: &'a F) -> Cow<'a, Value> {
        let _ = fields;
        todo!()
    }
}
