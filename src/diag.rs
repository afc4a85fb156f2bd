//! A source span, a message, a hint, drawn under the line that is wrong.

use std::fmt::Write;
use std::ops::Range;

/// Something wrong in a text that a user wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// What is wrong: `unknown function "lenght"`.
    pub message: String,
    /// Which bytes of the text.
    pub span: Range<usize>,
    /// What to do about it: `did you mean "length"?`
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A message about a span.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Diagnostic {
        Diagnostic {
            message: message.into(),
            span,
            hint: None,
        }
    }

    /// With what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The diagnostic without its text, for where there is one line to say it in: the hint follows
    /// in parentheses.
    pub fn line(&self) -> String {
        match &self.hint {
            None => self.message.clone(),
            Some(hint) => format!("{} ({hint})", self.message),
        }
    }

    /// The diagnostic drawn on its text: the place, the first line of the span, carets under it
    /// and the hint. `name` is the file's, or what stands for it.
    ///
    /// ```
    /// let wrong = evql::diag::Diagnostic::new("unknown function \"lenght\"", 14..20)
    ///     .hint("did you mean \"length\"?");
    /// assert_eq!(wrong.draw("query", "process where lenght(a) > 1"), "\
    /// error: unknown function \"lenght\"
    ///  --> query:1:15
    ///   |
    /// 1 | process where lenght(a) > 1
    ///   |               ^^^^^^
    ///   = did you mean \"length\"?
    /// ");
    /// ```
    pub fn draw(&self, name: &str, text: &str) -> String {
        let start = floor_boundary(text, self.span.start);
        let end = floor_boundary(text, self.span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let number = text[..start].matches('\n').count() + 1;
        let column = text[line_start..start].chars().count();
        let width = text[start..end.min(line_end).max(start)]
            .chars()
            .count()
            .max(1);
        let margin = " ".repeat(number.to_string().len());
        let shown: String = text[line_start..line_end].chars().map(visible).collect();
        let mut out = String::new();
        let _ = writeln!(out, "error: {}", self.message);
        let _ = writeln!(out, "{margin}--> {name}:{number}:{}", column + 1);
        let _ = writeln!(out, "{margin} |");
        let _ = writeln!(out, "{number} | {shown}");
        let _ = writeln!(
            out,
            "{margin} | {}{}",
            " ".repeat(column),
            "^".repeat(width)
        );
        if let Some(hint) = &self.hint {
            let _ = writeln!(out, "{margin} = {hint}");
        }
        out
    }
}

/// A rule's text may try to write to the reader's terminal.
fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
