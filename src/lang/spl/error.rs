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
        }
    }

    /// `what` is what the text has: `the command "eval"`.
    pub(super) fn not_supported(what: impl std::fmt::Display, span: Range<usize>) -> Error {
        Error {
            kind: ErrorKind::NotSupported,
            diagnostic: Diagnostic::new(format!("{what} is not supported yet"), span),
        }
    }

    pub(super) fn unknown(message: impl Into<String>, span: Range<usize>) -> Error {
        Error {
            kind: ErrorKind::Unknown,
            diagnostic: Diagnostic::new(message, span),
        }
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
