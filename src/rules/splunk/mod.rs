//! Splunk rule files: from YAML to rules.
//!
//! The form is that of Splunk's security content ("detections"), its older files with everything
//! under `tags` and its newer ones with `rba`. What a file says beyond what a rule needs is left
//! unread.

mod file;
mod other;
mod place;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{Outcome, Rule, broken, sha256, text_of};
use crate::diag::Diagnostic;
use crate::lang::spl::{self, ErrorKind, Macros};
use crate::model::field::{FieldTable, FieldTypes};
use crate::model::rule::{Attack, RuleInfo, RuleOrigin, Vendor};

/// The rules that come with the program: file name and content.
pub const BUILT_IN: &[(&str, &str)] = &[(
    "detect_regasm_with_network_connection.yml",
    include_str!("../builtin/detect_regasm_with_network_connection.yml"),
)];

/// Why a macro, a lookup and any other YAML is not run.
const NO_SEARCH: &str = "no Splunk rule: it has no search";

/// The longest rule file, in bytes.
const MAX_FILE: usize = 1 << 20;

/// Loads one rule file.
///
/// A rule that Splunk has deprecated, one that is no detection, and one whose search needs what is
/// not supported yet or a field or macro that is not known is [`Outcome::NotRun`]; what no Splunk
/// would load is [`Outcome::Broken`]. So is a built-in rule, or a filter macro, that the user's
/// macros make unfit to run: that is for the user to mend.
pub fn load(
    origin: RuleOrigin,
    bytes: &[u8],
    macros: &Macros,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Outcome {
    let text = match text_of(bytes, MAX_FILE) {
        Ok(text) => text,
        Err(outcome) => return outcome,
    };
    let file = match file::read(text) {
        Ok(file) => file,
        Err(_) if other::has_no_search(text) => {
            let (id, name, reason) = (String::new(), String::new(), NO_SEARCH.to_owned());
            return Outcome::NotRun { id, name, reason };
        }
        Err(diagnostic) => return broken(diagnostic, text),
    };
    let not_run = |reason: String| Outcome::NotRun {
        id: file.id.clone().unwrap_or_default(),
        name: file.name.clone().unwrap_or_default(),
        reason,
    };
    let Some(search) = &file.search else {
        return not_run(NO_SEARCH.to_owned());
    };
    let (Some(id), Some(name)) = (&file.id, &file.name) else {
        let missing = if file.id.is_none() { "id" } else { "name" };
        return broken(
            Diagnostic::new(format!("a rule without {missing}"), 0..0),
            text,
        );
    };
    if let Some(reason) = file.retired() {
        return not_run(reason);
    }
    let plan = match spl::compile(&search.value, macros, types, fields) {
        Ok(plan) => plan,
        Err(error) => {
            let start = file::offset(search);
            let in_file = |span: Range<usize>| place::in_file(text, start, &search.value, span);
            let mut diagnostic = error.diagnostic;
            diagnostic.span = in_file(diagnostic.span);
            let filter = error.in_macro.is_some_and(|name| name.ends_with("_filter"));
            let ours = matches!(origin, RuleOrigin::BuiltIn(_));
            if error.kind == ErrorKind::Wrong || filter || ours {
                return broken(diagnostic, text);
            }
            return not_run(reason(&diagnostic, text));
        }
    };
    let risk_score = file.risk_score();
    let info = RuleInfo {
        vendor: Vendor::Splunk,
        id: id.clone(),
        name: name.clone(),
        version: file
            .version
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        description: file.description.clone().unwrap_or_default(),
        severity: severity(risk_score).to_owned(),
        risk_score,
        tactics: Vec::new(),
        techniques: file.techniques().map(technique).collect(),
        message: file.message().to_owned(),
        origin,
        sha256: sha256(bytes),
    };
    Outcome::Loaded(Box::new(Rule {
        info,
        plan,
        text: search.value.clone(),
        warnings: Vec::new(),
    }))
}

/// What is wrong, what to do and the line, for a table with one line a rule.
fn reason(diagnostic: &Diagnostic, text: &str) -> String {
    let before = text.get(..diagnostic.span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    match &diagnostic.hint {
        Some(hint) => format!("{} (line {line}; {hint})", diagnostic.message),
        None => format!("{} (line {line})", diagnostic.message),
    }
}

/// Splunk's rules give a score of 0 to 100 and no severity. The bands are this program's: the
/// upper three fifths of the scale are medium, high and critical, what is below is low; no score
/// counts as low.
fn severity(risk_score: Option<u32>) -> &'static str {
    match risk_score {
        Some(81..) => "critical",
        Some(61..=80) => "high",
        Some(41..=60) => "medium",
        Some(..=40) | None => "low",
    }
}

fn technique(id: &str) -> Attack {
    Attack {
        id: id.to_owned(),
        name: String::new(),
    }
}
