//! The conditions that require a text of one field: from a value to the conditions it may meet.
//!
//! What is found here is asked afterwards, so a file may name a condition too many, and never one
//! too few. It is made anew for each event id of each run, for logs that are often short: it is
//! cheap to make before it is cheap to ask.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::terms::Term;
use crate::engine::predicate::length_bit;
use crate::model::field::FieldId;

/// The most bytes of a part that are looked up.
const GRAM: usize = 4;
/// The most places of a text of which one is looked at.
const STRIDE: usize = 8;
/// The most bytes of a part that are compared where its gram stands: so a text takes time for its
/// length and for how many parts there are, however long they are and however alike.
const COMPARED: usize = 32;

/// A field's conditions by the terms that they require.
pub(super) struct File<'c> {
    pub(super) field: FieldId,
    /// By the hashes of whole texts, ascending.
    whole: Vec<(u64, u32)>,
    /// How long the whole texts are, by their [`length_bit`]s.
    lengths: u64,
    parts: Option<Parts<'c>>,
}

/// Parts of texts, each by a few of its bytes, those that the fewest other parts are known by, and by
/// those that begin at the next places: wherever a part stands in a text, some of them begin at a
/// place that is looked at.
struct Parts<'c> {
    /// How many bytes: no more than the shortest part has.
    gram: usize,
    /// The bits that a gram of so many bytes has.
    mask: u32,
    /// Of how many places of a text one is looked at: no more than the shortest part has grams.
    stride: usize,
    /// Bits at the hashes of the grams. Most places of a text are passed by for lacking one.
    seen: Vec<u64>,
    /// By their grams, ascending.
    parts: Vec<Part<'c>>,
}

struct Part<'c> {
    gram: u32,
    /// Where it stands in what is compared.
    offset: usize,
    compared: &'c [u8],
    cond: u32,
}

/// A file that is being filled.
pub(super) struct Draft<'c> {
    pub(super) field: FieldId,
    terms: Vec<(Term<'c>, u32)>,
}

impl<'c> Draft<'c> {
    pub(super) fn new(field: FieldId) -> Draft<'c> {
        let terms = Vec::new();
        Draft { field, terms }
    }

    pub(super) fn add(&mut self, term: Term<'c>, cond: u32) {
        self.terms.push((term, cond));
    }

    pub(super) fn finish(self) -> File<'c> {
        let (mut whole, mut parts, mut lengths) = (Vec::new(), Vec::new(), 0);
        for (term, cond) in self.terms {
            match term {
                Term::Whole(text) => {
                    lengths |= length_bit(text);
                    whole.push((hash(text), cond));
                }
                Term::Part(text) => parts.push((text, cond)),
            }
        }
        whole.sort_unstable();
        whole.dedup();
        File {
            field: self.field,
            whole,
            lengths,
            parts: (!parts.is_empty()).then(|| Parts::new(parts)),
        }
    }
}

impl File<'_> {
    /// Adds the conditions that a value may meet, some more than once.
    pub(super) fn look_up(&self, text: &str, out: &mut Vec<u32>) {
        if self.lengths & length_bit(text) != 0 {
            let of = hash(text);
            let from = self.whole.partition_point(|(hash, _)| *hash < of);
            let alike = self.whole[from..]
                .iter()
                .take_while(|(hash, _)| *hash == of);
            out.extend(alike.map(|(_, cond)| cond));
        }
        if let Some(parts) = &self.parts {
            parts.look_up(text.as_bytes(), out);
        }
    }
}

impl<'c> Parts<'c> {
    fn new(texts: Vec<(&'c str, u32)>) -> Parts<'c> {
        let shortest = texts.iter().map(|(text, _)| text.len()).min();
        let shortest = shortest.unwrap_or(GRAM);
        let gram = shortest.min(GRAM);
        let stride = (shortest + 1 - gram).min(STRIDE);
        let bits = (texts.len() * stride * 32).next_power_of_two().max(1024);
        let mut parts = Parts {
            gram,
            mask: u32::MAX >> (8 * (GRAM - gram)),
            stride,
            seen: vec![0; bits / 64],
            parts: Vec::with_capacity(texts.len() * stride),
        };
        let mut uses: FxHashMap<u32, u32> = FxHashMap::default();
        for (text, cond) in texts {
            let text = text.as_bytes();
            let grams: Vec<u32> = (0..=text.len() - gram)
                .filter_map(|at| parts.gram_at(text, at))
                .collect();
            let used = |(_, grams): &(usize, &[u32])| -> u32 {
                grams.iter().filter_map(|gram| uses.get(gram)).sum()
            };
            let Some((first, grams)) = (0..).zip(grams.windows(stride)).min_by_key(used) else {
                continue;
            };
            for (at, gram) in (first..).zip(grams) {
                *uses.entry(*gram).or_default() += 1;
                let (word, bit) = parts.place(*gram);
                parts.seen[word] |= bit;
                let from = at.saturating_sub(COMPARED / 2);
                let to = text.len().min(from + COMPARED);
                parts.parts.push(Part {
                    gram: *gram,
                    offset: at - from,
                    compared: &text[from..to],
                    cond,
                });
            }
        }
        parts
            .parts
            .sort_unstable_by_key(|part| (part.gram, part.cond));
        parts
    }

    /// The gram that begins at a place: the same for letters of either case, and for a few other
    /// signs too, for parts are compared afterwards.
    #[inline]
    fn gram_at(&self, text: &[u8], at: usize) -> Option<u32> {
        let from = text.get(at..)?;
        let bytes = match from.first_chunk() {
            Some(bytes) => *bytes,
            None => {
                let mut bytes = [0; GRAM];
                bytes[..self.gram].copy_from_slice(from.get(..self.gram)?);
                bytes
            }
        };
        Some((u32::from_le_bytes(bytes) | 0x2020_2020) & self.mask)
    }

    /// Where a gram's bit stands.
    #[inline]
    fn place(&self, gram: u32) -> (usize, u64) {
        let hash = gram.wrapping_mul(0x9E37_79B1) >> 8;
        (
            (hash >> 6) as usize & (self.seen.len() - 1),
            1 << (hash & 63),
        )
    }

    fn look_up(&self, text: &[u8], out: &mut Vec<u32>) {
        // A long value can have the same part many times over.
        let mut many = 4096;
        for at in (0..text.len()).step_by(self.stride) {
            let Some(gram) = self.gram_at(text, at) else {
                break;
            };
            let (word, bit) = self.place(gram);
            if self.seen[word] & bit == 0 {
                continue;
            }
            self.verify(gram, at, text, out);
            if out.len() > many {
                out.sort_unstable();
                out.dedup();
                many = many.max(2 * out.len());
            }
        }
    }

    /// Adds the conditions of the parts with this gram that stand where it starts.
    fn verify(&self, gram: u32, start: usize, text: &[u8], out: &mut Vec<u32>) {
        let first = self.parts.partition_point(|part| part.gram < gram);
        let alike = self.parts[first..]
            .iter()
            .take_while(|part| part.gram == gram);
        for part in alike {
            let there = start.checked_sub(part.offset);
            let there = there.and_then(|from| text.get(from..from + part.compared.len()));
            let is_it = |there: &[u8]| there.eq_ignore_ascii_case(part.compared);
            if there.is_some_and(is_it) && out.last() != Some(&part.cond) {
                out.push(part.cond);
            }
        }
    }
}

/// The same of texts that differ in the case of ASCII's letters alone.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut add = |mut word: [u8; 8]| {
        word.make_ascii_lowercase();
        hasher.write_u64(u64::from_le_bytes(word));
    };
    words.iter().for_each(|word| add(*word));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    add(last);
    hasher.finish()
}
