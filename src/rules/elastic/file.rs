//! What of a rule file is read.

use std::borrow::Cow;

use serde::Deserialize;
use toml::Spanned;

use crate::diag::Diagnostic;
use crate::lang::pattern::Pattern;
use crate::lang::plan::Case;
use crate::model::rule::Attack;

mod plain;

/// A rule file. Texts are parts of it wherever they are written as they are meant.
#[derive(Debug, Deserialize)]
pub struct File<'t> {
    #[serde(default)]
    metadata: Metadata<'t>,
    pub rule: RuleTable<'t>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata<'t> {
    maturity: Option<Cow<'t, str>>,
}

#[derive(Debug, Default, Deserialize)]
pub struct RuleTable<'t> {
    pub rule_id: Option<Cow<'t, str>>,
    pub name: Option<Cow<'t, str>>,
    pub description: Option<Cow<'t, str>>,
    #[serde(rename = "type")]
    kind: Option<Cow<'t, str>>,
    language: Option<Cow<'t, str>>,
    pub query: Option<Spanned<Cow<'t, str>>>,
    pub severity: Option<Cow<'t, str>>,
    pub risk_score: Option<u32>,
    pub version: Option<u64>,
    enabled: Option<bool>,
    pub event_category_override: Option<Cow<'t, str>>,
    #[serde(default)]
    index: Vec<Cow<'t, str>>,
    #[serde(default)]
    pub filters: Vec<toml::Table>,
    #[serde(default)]
    threat: Vec<Threat<'t>>,
}

#[derive(Debug, Default, Deserialize)]
struct Threat<'t> {
    tactic: Option<Named<'t>>,
    #[serde(default)]
    technique: Vec<Technique<'t>>,
}

#[derive(Debug, Default, Deserialize)]
struct Technique<'t> {
    #[serde(flatten)]
    named: Named<'t>,
    #[serde(default)]
    subtechnique: Vec<Named<'t>>,
}

#[derive(Debug, Default, Deserialize)]
struct Named<'t> {
    #[serde(default)]
    id: Cow<'t, str>,
    #[serde(default)]
    name: Cow<'t, str>,
}

/// Reads a file.
pub fn read(text: &str) -> Result<File<'_>, Diagnostic> {
    if let Some(file) = plain::read(text) {
        return Ok(file);
    }
    toml::from_str(text)
        .map_err(|error| Diagnostic::new(error.message(), error.span().unwrap_or(0..0)))
}

impl File<'_> {
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
    let start = local.split(['*', '?']).next().unwrap_or(local);
    // Most of the indices that rules name begin otherwise.
    INDICES.iter().any(|index| {
        index.starts_with(start) && Pattern::wildcard(local).matches(index, Case::Sensitive)
    })
}

fn once<'n>(all: impl Iterator<Item = &'n Named<'n>>) -> Vec<Attack> {
    let mut attacks: Vec<Attack> = Vec::new();
    for Named { id, name } in all {
        if !(attacks.iter()).any(|attack| attack.id == *id && attack.name == *name) {
            attacks.push(Attack {
                id: id.clone().into_owned(),
                name: name.clone().into_owned(),
            });
        }
    }
    attacks
}
