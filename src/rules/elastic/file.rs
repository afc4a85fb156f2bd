//! What of a rule file is read.

use serde::Deserialize;
use toml::Spanned;

use crate::diag::Diagnostic;
use crate::lang::pattern::Pattern;
use crate::lang::plan::Case;
use crate::model::rule::Attack;

mod plain;

#[derive(Debug, Deserialize)]
pub struct File {
    #[serde(default)]
    metadata: Metadata,
    pub rule: RuleTable,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    maturity: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct RuleTable {
    pub rule_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    language: Option<String>,
    pub query: Option<Spanned<String>>,
    pub severity: Option<String>,
    pub risk_score: Option<u32>,
    pub version: Option<u64>,
    enabled: Option<bool>,
    pub event_category_override: Option<String>,
    #[serde(default)]
    index: Vec<String>,
    #[serde(default)]
    pub filters: Vec<toml::Table>,
    #[serde(default)]
    threat: Vec<Threat>,
}

#[derive(Debug, Default, Deserialize)]
struct Threat {
    tactic: Option<Named>,
    #[serde(default)]
    technique: Vec<Technique>,
}

#[derive(Debug, Default, Deserialize)]
struct Technique {
    #[serde(flatten)]
    named: Named,
    #[serde(default)]
    subtechnique: Vec<Named>,
}

#[derive(Debug, Default, Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
}

/// Reads a file.
pub fn read(text: &str) -> Result<File, Diagnostic> {
    if let Some(file) = plain::read(text) {
        return Ok(file);
    }
    toml::from_str(text)
        .map_err(|error| Diagnostic::new(error.message(), error.span().unwrap_or(0..0)))
}

impl File {
    /// Why the rule does not run, if it does not.
    pub fn not_run(&self) -> Option<String> {
        let rule = &self.rule;
        match (rule.kind.as_deref(), rule.language.as_deref()) {
            (Some("eql"), None | Some("eql")) => {}
            (Some("eql"), Some(language)) => return Some(format!("written in {language}")),
            (Some(kind), _) => return Some(format!("a rule of type \"{kind}\"")),
            (None, _) => return Some("a rule of no type".to_owned()),
        }
        if rule.enabled == Some(false) {
            return Some("disabled".to_owned());
        }
        match self.metadata.maturity.as_deref() {
            None | Some("production" | "beta") => {}
            Some(other) => return Some(format!("of maturity \"{other}\"")),
        }
        (!rule.index.is_empty() && !rule.index.iter().any(|index| holds_sysmon(index))).then(|| {
            let indices = rule.index.join(", ");
            format!("over indices that hold no Sysmon data ({indices})")
        })
    }

    /// Each tactic once.
    pub fn tactics(&self) -> Vec<Attack> {
        once(
            self.rule
                .threat
                .iter()
                .filter_map(|threat| threat.tactic.as_ref()),
        )
    }

    /// Each technique once, its sub-techniques after it.
    pub fn techniques(&self) -> Vec<Attack> {
        once(
            self.rule
                .threat
                .iter()
                .flat_map(|threat| &threat.technique)
                .flat_map(|technique| {
                    std::iter::once(&technique.named).chain(&technique.subtechnique)
                }),
        )
    }
}

/// Whether an index pattern takes in an index that Winlogbeat or Elastic Agent writes Sysmon's
/// records to: the channel's own, or that of forwarded events.
fn holds_sysmon(index: &str) -> bool {
    const INDICES: [&str; 4] = [
        "winlogbeat",
        "winlogbeat-8.0.0",
        "logs-windows.sysmon_operational-default",
        "logs-windows.forwarded-default",
    ];
    let local = index.rsplit(':').next().unwrap_or(index);
    let pattern = Pattern::wildcard(local);
    INDICES
        .iter()
        .any(|index| pattern.matches(index, Case::Sensitive))
}

fn once<'n>(all: impl Iterator<Item = &'n Named>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for named in all {
        let attack = Attack {
            id: named.id.clone(),
            name: named.name.clone(),
        };
        if !attacks.contains(&attack) {
            attacks.push(attack);
        }
    }
    attacks
}
