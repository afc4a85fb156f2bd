//! What texts a condition requires: from a condition to the terms it can be filed under.

use super::simplify::Left;
use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::{Cond, Op};
use crate::model::field::FieldId;
use crate::model::value::Value;

/// Past so many texts a condition is asked rather than filed under each.
const MOST_TERMS: usize = 1000;

/// A text that a field's value is or has in it, in letters of either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term<'c> {
    /// The whole value.
    Whole(&'c str),
    /// A part of it; never empty.
    Part(&'c str),
}

/// Fields and terms, one of which an event must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms<'c>(Vec<(FieldId, Term<'c>)>);

impl<'c> Terms<'c> {
    /// The fields, those that stand side by side once.
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldId> {
        let mut last = None;
        let fields = self.0.iter().map(|(field, _)| *field);
        fields.filter(move |field| last.replace(*field) != Some(*field))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (FieldId, Term<'c>)> {
        self.0.iter().copied()
    }

    /// Whether values must be searched for parts.
    pub(super) fn in_parts(&self) -> bool {
        self.0.iter().any(|(_, term)| matches!(term, Term::Part(_)))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The sets of terms that a condition requires: of each set an event that meets the condition has
/// at least one term. None of them says enough, each only keeps away events that cannot match.
pub(super) fn required<'c>(left: &Left<'c>) -> Vec<Terms<'c>> {
    match left {
        Left::All(parts) => parts.iter().flat_map(required).collect(),
        Left::Any(parts) => union(parts),
        Left::Test(test) => of_test(test).into_iter().collect(),
        Left::Const(_) | Left::Not(_) => Vec::new(),
    }
}

fn of_test(test: &Cond) -> Option<Terms<'_>> {
    match test {
        Cond::Text {
            field, patterns, ..
        } if (1..=MOST_TERMS).contains(&patterns.len()) => {
            let terms = patterns
                .iter()
                .map(|pattern| Some((*field, term(pattern)?)));
            terms.collect::<Option<_>>().map(Terms)
        }
        Cond::Compare {
            field,
            op: Op::Eq,
            value: Value::Str(text),
        } => Some(Terms(vec![(*field, Term::Whole(text))])),
        _ => None,
    }
}

/// What a pattern requires: all of it, else its longest run of text. None of bare wildcards.
fn term(pattern: &Pattern) -> Option<Term<'_>> {
    let pieces = match pattern {
        Pattern::Literal(text) => return Some(Term::Whole(text)),
        Pattern::Wild(pieces) => pieces,
    };
    let runs = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    });
    let longest = runs.max_by_key(|text| text.len())?;
    Some(Term::Part(longest))
}

/// What a choice requires: one set of each part, together. Of a part's sets those are taken that
/// stay on the same field as the other parts', else the smallest.
fn union<'c>(parts: &[Left<'c>]) -> Vec<Terms<'c>> {
    let parts: Vec<Vec<Terms>> = parts.iter().map(required).collect();
    let Some(first) = parts.first() else {
        return Vec::new();
    };
    let mut unions: Vec<Terms> = Vec::new();
    for lead in first {
        let mut together = lead.clone();
        for part in &parts[1..] {
            let stranger = |terms: &&Terms| {
                let new = |field| !together.fields().any(|one| one == field);
                let strange = terms.fields().filter(|field| new(*field)).count();
                (terms.in_parts(), strange, terms.len())
            };
            let Some(terms) = part.iter().min_by_key(stranger) else {
                return Vec::new();
            };
            together.0.extend(terms.iter());
        }
        if together.len() <= MOST_TERMS && !unions.contains(&together) {
            unions.push(together);
        }
    }
    unions
}
