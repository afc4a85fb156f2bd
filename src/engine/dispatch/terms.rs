//! What texts a condition requires: from a condition to the terms it can be filed under.

use std::collections::BTreeSet;

use crate::lang::plan::{Cond, Op};
use crate::model::field::FieldId;
use crate::model::value::Value;

/// Past so many texts a condition is asked rather than filed under each.
const MOST_TERMS: usize = 1000;

/// Fields and texts (in small letters), one of which an event must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms(BTreeSet<(FieldId, Box<str>)>);

impl Terms {
    /// The fields, each once.
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldId> {
        let mut last = None;
        let fields = self.0.iter().map(|(field, _)| *field);
        fields.filter(move |field| last.replace(*field) != Some(*field))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(FieldId, Box<str>)> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (FieldId, Box<str>)> {
        self.0.into_iter()
    }
}

/// The sets of terms that a condition requires: of each set an event that meets the condition has
/// at least one term. None of them says enough, each only keeps away events that cannot match.
pub(super) fn required(cond: &Cond) -> Vec<Terms> {
    match cond {
        Cond::All(conds) => conds.iter().flat_map(required).collect(),
        Cond::Any(conds) => union(conds),
        Cond::Text {
            field, patterns, ..
        } => {
            let literals = patterns.iter().map(|pattern| pattern.as_literal());
            let terms: Option<BTreeSet<_>> = literals
                .map(|literal| Some((*field, literal?.to_ascii_lowercase().into())))
                .collect();
            let terms = terms.filter(|terms| !terms.is_empty() && terms.len() <= MOST_TERMS);
            terms.map(Terms).into_iter().collect()
        }
        Cond::Compare {
            field,
            op: Op::Eq,
            value: Value::Str(text),
        } => vec![Terms([(*field, text.to_ascii_lowercase().into())].into())],
        _ => Vec::new(),
    }
}

/// What a choice requires: one set of each part, together. Of a part's sets those are taken that
/// stay on the same field as the other parts', else the smallest.
fn union(conds: &[Cond]) -> Vec<Terms> {
    let parts: Vec<Vec<Terms>> = conds.iter().map(required).collect();
    let Some(first) = parts.first() else {
        return Vec::new();
    };
    let mut unions: Vec<Terms> = Vec::new();
    for lead in first {
        let mut together = lead.0.clone();
        for part in &parts[1..] {
            let stranger = |terms: &&Terms| {
                let new = |field| !together.iter().any(|(one, _)| *one == field);
                (
                    terms.fields().filter(|field| new(*field)).count(),
                    terms.len(),
                )
            };
            let Some(terms) = part.iter().min_by_key(stranger) else {
                return Vec::new();
            };
            together.extend(terms.0.iter().cloned());
        }
        let together = Terms(together);
        if together.len() <= MOST_TERMS && !unions.contains(&together) {
            unions.push(together);
        }
    }
    unions
}
