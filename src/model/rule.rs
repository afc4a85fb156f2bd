//! What a rule says of itself, apart from what it looks for.

use std::path::PathBuf;

/// Whose engine a rule is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// Elastic Security: EQL.
    Elastic,
    /// Splunk Enterprise Security Content: SPL.
    Splunk,
}

impl Vendor {
    /// `elastic` or `splunk`.
    pub fn as_str(self) -> &'static str {
        match self {
            Vendor::Elastic => "elastic",
            Vendor::Splunk => "splunk",
        }
    }
}

/// A MITRE ATT&CK tactic or technique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attack {
    /// `TA0002`, `T1218.009`; empty where the rule names it without one.
    pub id: String,
    /// `Execution`; empty where the rule gives the id alone.
    pub name: String,
}

/// Where a rule's text came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleOrigin {
    /// Built into the program, with its file name there.
    BuiltIn(&'static str),
    /// A file of the user's.
    File(PathBuf),
    /// Typed on the command line.
    Query,
}

/// What a rule says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Whose rule it is.
    pub vendor: Vendor,
    /// The vendor's id: a UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version as published; empty where its file has none.
    pub version: String,
    /// What it looks for, in the vendor's words.
    pub description: String,
    /// `low`, `medium`, `high`, `critical`; for Splunk derived from the risk score.
    pub severity: String,
    /// 0 to 100.
    pub risk_score: Option<u32>,
    /// Tactics, in the rule's order.
    pub tactics: Vec<Attack>,
    /// Techniques and sub-techniques, in the rule's order.
    pub techniques: Vec<Attack>,
    /// A message with `$field$` places, in the fields of the rule's view; empty where it has none.
    pub message: String,
    /// Where its text came from.
    pub origin: RuleOrigin,
    /// SHA-256 of its file's bytes, lower-case hex.
    pub sha256: String,
}
