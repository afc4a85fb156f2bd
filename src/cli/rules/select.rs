//! Which of the loaded rules are meant: by severity, by technique, by name or id.

use clap::{Args, ValueEnum};
use serde_json::{Map, json};

use crate::lang::pattern::Pattern;
use crate::lang::plan::Case;
use crate::model::rule::{Attack, RuleInfo};
use crate::rules::Outcome;

use super::super::Failure;
use super::files::RuleFile;

/// What selects rules. Several options must all be met; of several values of one, any.
#[derive(Args)]
pub(super) struct Select {
    /// Only rules of these severities, exactly: low, medium, high, critical
    #[arg(long, value_enum, value_name = "LEVEL", value_delimiter = ',')]
    severity: Vec<Severity>,
    /// Only rules of these ATT&CK techniques; T1218 takes in T1218.010
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = technique)]
    technique: Vec<String>,
    /// Only rules of this name or id; * and ? are wildcards, letter case does not count
    #[arg(long, value_name = "NAME|ID")]
    rule: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    fn as_str(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

/// `T1218` or `T1218.010`.
fn technique(text: &str) -> Result<String, String> {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let upper = text.to_ascii_uppercase();
    let known = upper.strip_prefix('T').is_some_and(|number| {
        let (main, sub) = number.split_once('.').unwrap_or((number, "000"));
        digits(main, 4) && digits(sub, 3)
    });
    match known {
        true => Ok(upper),
        false => Err("a technique is written T1218 or T1218.010".to_owned()),
    }
}

impl Select {
    /// Takes away what is not meant. A file that is broken stays, since nobody can tell.
    pub fn apply(&self, files: &mut Vec<RuleFile>) -> Result<(), Failure> {
        let mut met = vec![false; self.rule.len()];
        let patterns: Vec<Pattern> = self
            .rule
            .iter()
            .map(|name| Pattern::wildcard(name))
            .collect();
        let mut named = |id: &str, name: &str| {
            let mut any = patterns.is_empty();
            for (pattern, met) in patterns.iter().zip(&mut met) {
                let folds = Case::Insensitive;
                if pattern.matches(name, folds) || pattern.matches(id, folds) {
                    *met = true;
                    any = true;
                }
            }
            any
        };
        files.retain(|file| match &file.outcome {
            Outcome::Loaded(rule) => {
                named(&rule.info.id, &rule.info.name) && self.is_of_kind(&rule.info)
            }
            Outcome::NotRun { id, name, .. } => {
                named(id, name) && self.severity.is_empty() && self.technique.is_empty()
            }
            Outcome::Broken { .. } => true,
        });
        match met.iter().position(|met| !met) {
            Some(at) => Err(
                Failure::new(format!("no rule is called {:?}", self.rule[at]))
                    .hint("`evql rules list` shows names and ids; * stands for any letters"),
            ),
            None => Ok(()),
        }
    }

    fn is_of_kind(&self, info: &RuleInfo) -> bool {
        let severity = |one: &Severity| one.as_str().eq_ignore_ascii_case(&info.severity);
        let technique = |one: &String| info.techniques.iter().any(|all| is_of(all, one));
        (self.severity.is_empty() || self.severity.iter().any(severity))
            && (self.technique.is_empty() || self.technique.iter().any(technique))
    }

    /// The options, as `run.json` says them.
    pub fn say(&self, said: &mut Map<String, serde_json::Value>) {
        let severities: Vec<_> = self.severity.iter().map(|one| one.as_str()).collect();
        said.insert("severity".to_owned(), json!(severities));
        said.insert("technique".to_owned(), json!(self.technique));
        said.insert("rule".to_owned(), json!(self.rule));
    }
}

/// Keeps the files of the rules of this name or id, and the broken ones.
pub(super) fn by_name(wanted: &str, files: &mut Vec<RuleFile>) {
    let pattern = Pattern::wildcard(wanted);
    let is = |text: &str| pattern.matches(text, Case::Insensitive);
    files.retain(|file| match &file.outcome {
        Outcome::Loaded(rule) => is(&rule.info.id) || is(&rule.info.name),
        Outcome::NotRun { id, name, .. } => is(id) || is(name),
        Outcome::Broken { .. } => true,
    });
}

/// Whether an attack is of a technique or of one of its sub-techniques.
fn is_of(attack: &Attack, technique: &str) -> bool {
    let rest = attack.id.strip_prefix(technique);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_takes_in_its_sub_techniques() {
        let attack = |id: &str| Attack {
            id: id.to_owned(),
            name: String::new(),
        };
        assert!(is_of(&attack("T1218.010"), "T1218"));
        assert!(is_of(&attack("T1218"), "T1218"));
        assert!(!is_of(&attack("T1218"), "T1218.010"));
        assert!(!is_of(&attack("T12180"), "T1218"));
        assert_eq!(technique("t1218.010").as_deref(), Ok("T1218.010"));
        for wrong in ["1218", "T121", "T1218.1", "T1218.0100", "T1218,", ""] {
            assert!(technique(wrong).is_err(), "{wrong}");
        }
    }
}
