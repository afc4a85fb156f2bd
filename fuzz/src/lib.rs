//! What the targets hold evql to: bytes in, a panic where a promise is broken.

mod log;
mod plan;
#[path = "../../tests/told/mod.rs"]
mod told;

pub use log::{chunk, text};
pub use plan::plan;

use evql::diag::Diagnostic;

/// A diagnostic says something, and of a place in the text.
pub fn diagnostic(wrong: &Diagnostic, text: &str) {
    assert!(!wrong.message.is_empty());
    assert!(
        text.get(wrong.span.clone()).is_some(),
        "{wrong:?} is not of a place in the text"
    );
    assert!(!wrong.draw("input", text).is_empty());
}
