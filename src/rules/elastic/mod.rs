//! Elastic rule files: from TOML to rules.
//!
//! The form is that of Elastic's detection-rules repository: a table `[metadata]` and a table
//! `[rule]`. What a file says beyond what a rule needs is left unread.

mod file;
mod filter;
mod other;
mod place;
#[cfg(test)]
mod tests;

use super::{Outcome, Rule, broken, sha256, text_of};
use crate::diag::Diagnostic;
use crate::lang::eql::{self, UnknownFields};
use crate::model::field::{FieldTable, FieldTypes};
use crate::model::rule::{RuleInfo, RuleOrigin, Vendor};

/// The rules that come with the program: file name and content.
pub const BUILT_IN: &[(&str, &str)] = &[(
    "network_connection_via_registration_utility.toml",
    include_str!("../builtin/network_connection_via_registration_utility.toml"),
)];

/// The longest rule file, in bytes.
const MAX_FILE: usize = 4 << 20;

/// Loads one rule file.
///
/// A rule of another type than `eql`, one over indices that hold no Sysmon data, one that is
/// disabled, one that is not in production, and TOML that has nothing of a rule are
/// [`Outcome::NotRun`]. A field that the mapping does not know is a warning.
pub fn load(
    origin: RuleOrigin,
    bytes: &[u8],
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Outcome {
    let text = match text_of(bytes, MAX_FILE) {
        Ok(text) => text,
        Err(outcome) => return outcome,
    };
    match read(origin, text, types, fields) {
        Ok(outcome) => outcome,
        Err(diagnostic) => other::outcome(text).unwrap_or_else(|| broken(diagnostic, text)),
    }
}

fn read(
    origin: RuleOrigin,
    text: &str,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Result<Outcome, Diagnostic> {
    let file = file::read(text)?;
    if let Some(reason) = file.not_run() {
        return Ok(Outcome::NotRun {
            id: file.rule.rule_id.unwrap_or_default().into_owned(),
            name: file.rule.name.unwrap_or_default().into_owned(),
            reason,
        });
    }
    let (tactics, techniques) = (file.tactics(), file.techniques());
    let rule = file.rule;
    let missing = |what: &str| Diagnostic::new(format!("a rule without `{what}`"), 0..0);
    let query = rule.query.ok_or_else(|| missing("query"))?;
    let id = rule.rule_id.ok_or_else(|| missing("rule_id"))?.into_owned();
    let name = rule.name.ok_or_else(|| missing("name"))?.into_owned();
    let mut options = eql::Options {
        unknown_fields: UnknownFields::Warn,
        ..eql::Options::default()
    };
    if let Some(field) = rule.event_category_override {
        options.category_field = field.into_owned();
    }
    let mut compiled =
        eql::compile(query.get_ref(), types, fields, &options).map_err(|mut wrong| {
            wrong.span = place::in_file(text, query.span(), wrong.span);
            wrong
        })?;
    for filter in &rule.filters {
        let condition = match filter::condition(filter, fields) {
            Ok(condition) => condition,
            Err(what) => {
                let reason =
                    format!("it has a filter beside its query that is not supported ({what})");
                return Ok(Outcome::NotRun { id, name, reason });
            }
        };
        compiled.plan.narrow(&condition);
    }
    let info = RuleInfo {
        vendor: Vendor::Elastic,
        id,
        name,
        version: rule
            .version
            .map_or(String::new(), |version| version.to_string()),
        description: rule
            .description
            .as_deref()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        severity: rule.severity.unwrap_or_default().into_owned(),
        risk_score: rule.risk_score,
        tactics,
        techniques,
        message: String::new(),
        origin,
        sha256: sha256(text.as_bytes()),
    };
    Ok(Outcome::Loaded(Box::new(Rule {
        info,
        plan: compiled.plan,
        text: query.into_inner().into_owned(),
        warnings: compiled.warnings,
    })))
}
