//! What rules say: from the text of a query to a typed plan.
//!
//! Two languages, one [`plan`]. Each language is lexed, parsed into a tree with spans, and lowered
//! with a mapping's field types at hand; whatever is wrong or not supported yet is a
//! [`Diagnostic`](crate::diag::Diagnostic) with its span.

pub mod eql;
pub mod expr;
pub mod functions;
pub mod pattern;
pub mod plan;
pub mod rename;
pub mod spl;
