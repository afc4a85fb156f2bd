//! What texts a condition requires: from a condition to the terms it can be filed under.

use std::collections::BTreeSet;

use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::{Cond, Op};
use crate::model::field::FieldId;
use crate::model::value::Value;

/// Past so many texts a condition is asked rather than filed under each.
const MOST_TERMS: usize = 1000;

/// A text, in small letters, that a field's value is or has in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Term {
    /// The whole value.
    Whole(Box<str>),
    /// A part of it; never empty.
    Part(Box<str>),
}

/// Fields and terms, one of which an event must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms(BTreeSet<(FieldId, Term)>);

impl Terms {
    /// The fields, each once.
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldId> {
        let mut last = None;
        let fields = self.0.iter().map(|(field, _)| *field);
        fields.filter(move |field| last.replace(*field) != Some(*field))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(FieldId, Term)> {
        self.0.iter()
    }

    /// Whether values must be searched for parts.
    pub(super) fn in_parts(&self) -> bool {
        self.0.iter().any(|(_, term)| matches!(term, Term::Part(_)))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (FieldId, Term)> {
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
            let terms: Option<BTreeSet<_>> = (patterns.iter())
                .map(|pattern| Some((*field, term(pattern)?)))
                .collect();
            let terms = terms.filter(|terms| !terms.is_empty() && terms.len() <= MOST_TERMS);
            terms.map(Terms).into_iter().collect()
        }
        Cond::Compare {
            field,
            op: Op::Eq,
            value: Value::Str(text),
        } => vec![Terms(
            [(*field, Term::Whole(text.to_ascii_lowercase().into()))].into(),
        )],
        _ => Vec::new(),
    }
}

/// What a pattern requires: all of it, else its longest run of text. None of bare wildcards.
fn term(pattern: &Pattern) -> Option<Term> {
    if let Some(literal) = pattern.as_literal() {
        return Some(Term::Whole(literal.to_ascii_lowercase().into()));
    }
    let pieces = pattern.pieces();
    let runs = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    });
    let longest = runs.max_by_key(|text| text.len())?;
    Some(Term::Part(longest.to_ascii_lowercase().into()))
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
                let strange = terms.fields().filter(|field| new(*field)).count();
                (terms.in_parts(), strange, terms.len())
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
