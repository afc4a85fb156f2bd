//! What a Splunk rule file says, in either of its two forms.

use std::fmt;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::diag::Diagnostic;

/// A rule file. Only `search` is read with its place.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) id: Option<String>,
    pub(super) version: Option<Scalar>,
    status: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    pub(super) description: Option<String>,
    pub(super) search: Option<Spanned<String>>,
    tags: Option<Tags>,
    rba: Option<Rba>,
}

/// The older home of the message and the scores.
#[derive(Debug, Deserialize)]
struct Tags {
    message: Option<String>,
    risk_score: Option<Scalar>,
    impact: Option<Scalar>,
    confidence: Option<Scalar>,
    mitre_attack_id: Option<Vec<String>>,
}

/// Risk-based alerting: the newer home of the message and the scores.
#[derive(Debug, Deserialize)]
struct Rba {
    message: Option<String>,
    risk_objects: Option<Vec<RiskObject>>,
}

#[derive(Debug, Deserialize)]
struct RiskObject {
    score: Option<Scalar>,
}

/// A number or a text, as files write versions and scores.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Whole(i64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn score(&self) -> Option<u32> {
        let number = match self {
            Scalar::Whole(number) => *number as f64,
            Scalar::Float(number) => *number,
            Scalar::Text(text) => text.trim().parse().ok()?,
        };
        (0.0..=100.0)
            .contains(&number)
            .then_some(number.round() as u32)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Whole(number) => number.fmt(f),
            Scalar::Float(number) => number.fmt(f),
            Scalar::Text(text) => text.fmt(f),
        }
    }
}

/// Reads a file's YAML. What is not YAML, and a field of the wrong kind, is a diagnostic.
pub(super) fn read(text: &str) -> Result<File, Diagnostic> {
    serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        let start = location
            .and_then(|location| location.span().byte_offset())
            .map_or(0, |offset| usize::try_from(offset).unwrap_or(0))
            .min(text.len());
        let rest = text.get(start..).unwrap_or_default();
        let end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let message = error.without_snippet().to_string();
        let message = message.lines().next().unwrap_or_default();
        Diagnostic::new(message, start..end)
    })
}

/// Where in its file a value starts.
pub(super) fn offset(value: &Spanned<String>) -> usize {
    let offset = value.referenced.span().byte_offset();
    offset.map_or(0, |offset| usize::try_from(offset).unwrap_or(0))
}

impl File {
    /// Why the rule is not meant to run, if so.
    pub(super) fn retired(&self) -> Option<String> {
        let is = |value: &Option<String>, words: &[&str]| {
            let value = value.as_deref().unwrap_or_default().trim();
            words.iter().any(|word| value.eq_ignore_ascii_case(word))
        };
        if is(&self.status, &["deprecated", "removed"]) {
            let status = self.status.as_deref().unwrap_or_default();
            return Some(format!("its status is {status}"));
        }
        if is(
            &self.kind,
            &["baseline", "investigation", "response", "deprecated"],
        ) {
            let kind = self.kind.as_deref().unwrap_or_default();
            return Some(format!("its type is {kind}, which is no detection"));
        }
        None
    }

    /// The message with its `$field$` places; empty where there is none.
    pub(super) fn message(&self) -> &str {
        let newer = self.rba.as_ref().and_then(|rba| rba.message.as_deref());
        let older = || self.tags.as_ref().and_then(|tags| tags.message.as_deref());
        newer.or_else(older).unwrap_or_default()
    }

    /// The greatest score of a risk object; in older files the score, or impact times confidence.
    pub(super) fn risk_score(&self) -> Option<u32> {
        let objects = self.rba.as_ref().and_then(|rba| rba.risk_objects.as_ref());
        let scores = objects.into_iter().flatten();
        let newer = scores
            .filter_map(|object| object.score.as_ref()?.score())
            .max();
        newer.or_else(|| {
            let tags = self.tags.as_ref()?;
            let score = |value: &Option<Scalar>| value.as_ref().and_then(Scalar::score);
            score(&tags.risk_score)
                .or_else(|| Some(score(&tags.impact)? * score(&tags.confidence)? / 100))
        })
    }

    /// The ids of its ATT&CK techniques.
    pub(super) fn techniques(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.as_ref();
        let ids = tags.and_then(|tags| tags.mitre_attack_id.as_ref());
        ids.into_iter().flatten().map(String::as_str)
    }
}
