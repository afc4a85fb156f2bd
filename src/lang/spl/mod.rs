//! SPL: from the text of a Splunk search to a plan.
//!
//! ```text
//! text ─ expand ─▶ text without macros ─ lex ─▶ tokens ─ parse ─▶ ast ─ lower ─▶ plan
//! ```
//!
//! Sources: Splunk's Search Reference (`search`, `where`, `stats`, `rename`, `convert`) and Search
//! Manual (order of evaluation, macros). What this page of SPL does not have yet is refused where
//! it stands, with "not supported yet"; nothing is passed over, since a clause left out would
//! change what a search finds.

mod ast;
mod compare;
mod error;
mod expand;
mod lex;
mod lower;
mod macros;
mod parse;
#[cfg(test)]
mod tests;

pub use error::{Error, ErrorKind};
pub use macros::Macros;

use super::plan::Plan;
use crate::model::field::{FieldTable, FieldTypes};

/// The longest search, in bytes, before and after macros are expanded.
const MAX_TEXT: usize = 64 << 10;
const MAX_EXPANDED: usize = 256 << 10;
/// How deep parentheses, `NOT` and arithmetic may nest.
const MAX_DEPTH: usize = 64;

/// Compiles a search. Spans of errors are in `text`; what is wrong inside a macro points at the
/// macro's call there.
///
/// ```
/// use evql::lang::{plan::Body, spl};
/// use evql::model::field::{FieldTable, FieldType, FieldTypes, View};
///
/// struct Texts;
/// impl FieldTypes for Texts {
///     fn type_of(&self, _: View, _: &str) -> Option<FieldType> {
///         Some(FieldType::Keyword)
///     }
///     fn nearest(&self, _: View, _: &str) -> Option<String> {
///         None
///     }
/// }
///
/// let search = "process_name=regasm.exe | stats count by dest, user";
/// let mut fields = FieldTable::default();
/// let plan = spl::compile(search, &spl::Macros::default(), &Texts, &mut fields).unwrap();
/// let Body::Search(search) = plan.body else { unreachable!() };
/// assert_eq!(search.columns, ["dest", "user", "count"]);
/// ```
pub fn compile(
    text: &str,
    macros: &Macros,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Result<Plan, Error> {
    if text.len() > MAX_TEXT {
        return Err(Error::wrong(
            format!("a search is at most {} KiB long", MAX_TEXT >> 10),
            0..0,
        ));
    }
    let expanded = expand::expand(text, macros)?;
    compile_expanded(&expanded.text, types, fields).map_err(|error| expanded.locate(error))
}

fn compile_expanded(
    text: &str,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Result<Plan, Error> {
    let tokens = lex::lex(text)?;
    let pipeline = parse::parse(&tokens, text.len())?;
    lower::lower(&pipeline, types, fields)
}
