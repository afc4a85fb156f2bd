//! EQL: from the text of a query to a [`Plan`].
//!
//! The language is Elasticsearch's, as it documents it under "EQL syntax reference"; what
//! Elasticsearch refuses (`join`, `fork`, array indexes, process relationships, pipes other than
//! `head` and `tail`, comparisons of two fields) is refused here too. A query is cut into tokens
//! (`lex`), read into a tree (`parse`), and lowered with a mapping's field types at hand
//! (`lower`): fields become numbers, constants are folded, negations move to the leaves.

mod ast;
mod lex;
mod lower;
mod parse;
#[cfg(test)]
mod tests;

use super::plan::Plan;
use crate::diag::Diagnostic;
use crate::model::field::{FieldTable, FieldTypes};

/// How a query is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The field that `process where` asks to be `process`.
    pub category_field: String,
    /// What to make of a field that the mapping does not know.
    pub unknown_fields: UnknownFields,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            category_field: "event.category".to_owned(),
            unknown_fields: UnknownFields::Deny,
        }
    }
}

/// What to make of a field that the mapping does not know. An optional one (`?field`) is never
/// objected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnknownFields {
    /// The query is wrong.
    Deny,
    /// A warning; the field has whatever type suits.
    Warn,
}

/// A query that can run.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// What it looks for.
    pub plan: Plan,
    /// What is odd without being wrong.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a query.
///
/// ```
/// use evql::lang::eql;
/// use evql::model::field::{FieldTable, FieldType, FieldTypes, View};
///
/// struct Mapping;
/// impl FieldTypes for Mapping {
///     fn type_of(&self, _: View, name: &str) -> Option<FieldType> {
///         (name == "process.name").then_some(FieldType::Keyword)
///     }
///     fn nearest(&self, _: View, _: &str) -> Option<String> {
///         Some("process.name".to_owned())
///     }
/// }
///
/// let mut fields = FieldTable::default();
/// let mut compile = |text| eql::compile(text, &Mapping, &mut fields, &eql::Options::default());
/// assert!(compile(r#"process where process.name : "cmd.exe""#).is_ok());
/// let wrong = compile(r#"process where process.nam : "cmd.exe""#).unwrap_err();
/// assert_eq!(wrong.message, "unknown field `process.nam`");
/// assert_eq!(wrong.span, 14..25);
/// assert_eq!(wrong.hint.unwrap(), "did you mean `process.name`?");
/// ```
///
/// # Errors
/// Where the query is wrong: the first thing that is, with its span.
pub fn compile(
    text: &str,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
    options: &Options,
) -> Result<Compiled, Diagnostic> {
    let statement = parse::statement(text)?;
    lower::statement(&statement, types, fields, options)
}
