//! Where rules come from: rule files in their vendor's own form, built in or the user's, become
//! [`Rule`]s with a plan.
//!
//! Every file gets one [`Outcome`]; a folder of rules is loaded as far as it can be.

pub mod elastic;
pub mod splunk;

use std::path::Path;

use crate::diag::Diagnostic;
use crate::lang::plan::Plan;
use crate::lang::spl::Macros;
use crate::model::field::{FieldTable, FieldTypes};
use crate::model::hex;
use crate::model::rule::{RuleInfo, RuleOrigin};

/// A rule that can run.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it says of itself.
    pub info: RuleInfo,
    /// What it looks for.
    pub plan: Plan,
    /// Its query, as its file has it.
    pub text: String,
    /// What is odd about the query without making it wrong; spans are in `text`.
    pub warnings: Vec<Diagnostic>,
}

/// What became of a rule file.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It runs.
    Loaded(Box<Rule>),
    /// It is a rule, but not one that runs here.
    NotRun {
        /// Its id; empty where it has none.
        id: String,
        /// Its name; empty where it has none.
        name: String,
        /// Why not: `a rule of type "threshold"`.
        reason: String,
    },
    /// It is wrong.
    Broken {
        /// What is wrong, and where in `text`.
        diagnostic: Diagnostic,
        /// The whole file.
        text: String,
    },
}

/// The built-in rule files: their names, and their text in their vendor's form.
pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    elastic::BUILT_IN.iter().chain(splunk::BUILT_IN).copied()
}

/// Loads one rule file. Its form is told by its name: `.toml`, in any letter case, is Elastic's, anything
/// else Splunk's.
pub fn load(
    origin: RuleOrigin,
    bytes: &[u8],
    macros: &Macros,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Outcome {
    let name = match &origin {
        RuleOrigin::BuiltIn(name) => Path::new(name),
        RuleOrigin::File(path) => path,
        RuleOrigin::Query => Path::new(""),
    };
    match name.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("toml") => {
            elastic::load(origin, bytes, types, fields)
        }
        _ => splunk::load(origin, bytes, macros, types, fields),
    }
}

/// A rule file's text, if it is one and no longer than so many bytes; else what becomes of it.
fn text_of(bytes: &[u8], longest: usize) -> Result<&str, Outcome> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= longest => Ok(text),
        Ok(_) => {
            let message = format!("a rule file is at most {} MiB long", longest >> 20);
            Err(broken(Diagnostic::new(message, 0..0), ""))
        }
        Err(error) => {
            // In the text shown, U+FFFD stands where it stops being text.
            let at = error.valid_up_to();
            let wrong = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
            let diagnostic = Diagnostic::new("the file is not UTF-8", wrong);
            Err(broken(diagnostic, &String::from_utf8_lossy(bytes)))
        }
    }
}

fn broken(diagnostic: Diagnostic, text: &str) -> Outcome {
    Outcome::Broken {
        diagnostic,
        text: text.to_owned(),
    }
}

/// SHA-256 in lower-case hex.
fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::text(&Sha256::digest(bytes))
}
