//! The conditions that require a text of one field: from a value to the conditions it may meet.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::terms::Term;
use crate::engine::predicate::{folded, length_bit};
use crate::model::field::FieldId;

/// A field's conditions by the terms that they require.
pub(super) struct File {
    pub(super) field: FieldId,
    whole: FxHashMap<Box<str>, Vec<u32>>,
    /// How long the whole texts are, by their [`length_bit`]s.
    lengths: u64,
    parts: Option<Parts>,
}

/// One automaton finds all parts in one pass over the value.
struct Parts {
    automaton: AhoCorasick,
    /// By the automaton's pattern number.
    conds: Vec<Vec<u32>>,
}

/// A file that is being filled.
pub(super) struct Draft {
    pub(super) field: FieldId,
    pub(super) terms: BTreeMap<Term, Vec<u32>>,
}

impl Draft {
    pub(super) fn new(field: FieldId) -> Draft {
        Draft {
            field,
            terms: BTreeMap::new(),
        }
    }

    /// The file, and the conditions that could not be filed because the automaton of the parts
    /// would be too large.
    pub(super) fn finish(self) -> (File, Vec<u32>) {
        let (mut whole, mut lengths) = (FxHashMap::default(), 0);
        let (mut parts, mut conds) = (Vec::new(), Vec::new());
        for (term, filed) in self.terms {
            match term {
                Term::Whole(text) => {
                    lengths |= length_bit(&text);
                    whole.insert(text, filed);
                }
                Term::Part(text) => {
                    parts.push(text);
                    conds.push(filed);
                }
            }
        }
        let build = || {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(parts.iter().map(|part| part.as_bytes()))
        };
        let (parts, unfiled) = match (!parts.is_empty()).then(build) {
            None => (None, Vec::new()),
            Some(Ok(automaton)) => (Some(Parts { automaton, conds }), Vec::new()),
            Some(Err(_)) => (None, conds.concat()),
        };
        let file = File {
            field: self.field,
            whole,
            lengths,
            parts,
        };
        (file, unfiled)
    }
}

impl File {
    /// Adds the conditions that a value may meet, some more than once.
    pub(super) fn look_up(&self, text: &str, out: &mut Vec<u32>) {
        if self.lengths & length_bit(text) != 0 {
            let found = folded(text, |text| self.whole.get(text));
            out.extend_from_slice(found.map_or(&[], Vec::as_slice));
        }
        let Some(parts) = &self.parts else { return };
        // A long value can have the same part many times over.
        let (mut last, mut many) = (None, 4096);
        for part in parts.automaton.find_overlapping_iter(text) {
            if last.replace(part.pattern()) != Some(part.pattern()) {
                out.extend_from_slice(&parts.conds[part.pattern().as_usize()]);
            }
            if out.len() > many {
                out.sort_unstable();
                out.dedup();
                many = many.max(2 * out.len());
            }
        }
    }
}
