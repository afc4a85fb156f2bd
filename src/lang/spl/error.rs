//! Why a search cannot be compiled: wrong, or right but not for this program.

use std::ops::Range;

use crate::diag::Diagnostic;

/// What is wrong with a search.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{diagnostic}")]
pub struct Error {
    /// Whose fault it is.
    pub kind: ErrorKind,
    /// What and where.
    pub diagnostic: Diagnostic,
    /// Inside which macro that the search calls.
    pub in_macro: Option<String>,
}

/// Whose fault it is that a search cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No Splunk would run it.
    Wrong,
    /// Splunk would; this program does not yet.
    NotSupported,
    /// It names a field or a macro that is not known here but may be elsewhere.
    Unknown,
}

impl Error {
    pub(super) fn wrong(message: impl Into<String>, span: Range<usize>) -> Error {
        Error {
            kind: ErrorKind::Wrong,
            diagnostic: Diagnostic::new(message, span),
            in_macro: None,
        }
    }

    /// `what` is what the text has: `the command "eval"`.
    pub(super) fn not_supported(what: impl std::fmt::Display, span: Range<usize>) -> Error {
        Error {
            kind: ErrorKind::NotSupported,
            diagnostic: Diagnostic::new(format!("{what} is not supported yet"), span),
            in_macro: None,
        }
    }

    pub(super) fn unknown(message: impl Into<String>, span: Range<usize>) -> Error {
        Error {
            kind: ErrorKind::Unknown,
            diagnostic: Diagnostic::new(message, span),
            in_macro: None,
        }
    }

    /// What is wrong stands inside a macro: the search's call is `call`, and `names` are the
    /// names of the macros from there to where it is wrong.
    pub(super) fn inside(mut self, call: Range<usize>, names: &[String]) -> Error {
        let chain: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        self.diagnostic.message =
            format!("in macro {}: {}", chain.join(", "), self.diagnostic.message);
        self.diagnostic.span = call;
        self.in_macro = names.first().cloned();
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Error {
        self.diagnostic.hint = Some(hint.into());
        self
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Diagnostic {
        error.diagnostic
    }
}
