//! What people see on standard error while and after a command runs.

use std::io::{IsTerminal, Write};

use super::Common;

/// Standard error, and how to write on it.
pub(super) struct Terminal {
    /// Whether to colour.
    pub color: bool,
    /// Whether to be silent but for errors.
    pub quiet: bool,
    /// Whether to say more.
    pub verbose: bool,
    /// Whether somebody watches.
    pub watched: bool,
}

impl Terminal {
    pub fn new(common: &Common) -> Terminal {
        let watched = std::io::stderr().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Terminal {
            color: watched && !common.no_color && !no_color,
            quiet: common.quiet,
            verbose: common.verbose,
            watched,
        }
    }

    /// What stopped the run.
    pub fn error(&self, message: &str) {
        self.labelled("error", "1;31", message);
    }

    /// What to do about it.
    pub fn hint(&self, message: &str) {
        self.labelled(" hint", "1;36", message);
    }

    /// What the reader of the results must know.
    pub fn warning(&self, message: &str) {
        if !self.quiet {
            self.labelled("warning", "1;33", message);
        }
    }

    /// Text as it is, unless quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.write(text);
        }
    }

    /// Text as it is, even if quiet.
    pub fn say_always(&self, text: &str) {
        self.write(text);
    }

    fn labelled(&self, label: &str, color: &str, message: &str) {
        match self.color {
            true => self.write(&format!("\x1b[{color}m{label}\x1b[0m: {message}\n")),
            false => self.write(&format!("{label}: {message}\n")),
        }
    }

    /// A closed standard error is no reason to lose the results.
    fn write(&self, text: &str) {
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}
