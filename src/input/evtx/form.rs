//! A template definition as it stands in one chunk, to be known again where it stands in another.
//!
//! From chunk to chunk a definition keeps its bytes, all but the places of its names, which are
//! references into the chunk. So one that was read once is known again by comparing what stands
//! between its names, and of the names where each of them points.

use super::bytes::u32_at;
use super::definition::{DEFINITION_HEADER, body_at, name_bytes};

/// What stands before an inline name's length: the link to the next name, and a hash.
const NAME_HEADER: usize = 6;
const REFERENCE: usize = 4;

/// A reference to a name, in a definition's tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    /// Bytes from the first token.
    pub(super) at: usize,
    /// Whether the name itself follows.
    pub(super) inline: bool,
    /// Where it points in its chunk.
    pub(super) to: usize,
}

/// What has to be the same in a definition that says the same.
#[derive(Debug)]
pub(super) struct Form {
    tokens: Box<[u8]>,
    /// By token byte: all bits where it has to be the same, none where a name or its place stands.
    mask: Box<[u8]>,
    references: Box<[(Reference, u16)]>,
    names: Box<[Box<[u8]>]>,
}

impl Form {
    /// The form of a definition that was read, with its references in order. None where it has more
    /// names than any.
    pub(super) fn of(chunk: &[u8], offset: usize, references: &[Reference]) -> Option<Form> {
        let tokens = body_at(chunk, offset)?;
        let mut mask = vec![0xff; tokens.len()];
        let mut names: Vec<Box<[u8]>> = Vec::new();
        let mut numbered = Vec::with_capacity(references.len());
        for reference in references {
            let name = name_bytes(chunk, reference.to)?;
            let known = names.iter().position(|known| **known == *name);
            let number = known.unwrap_or(names.len());
            if known.is_none() {
                names.push(name.into());
            }
            let from = reference.at;
            let to = match reference.inline {
                true => from + REFERENCE + NAME_HEADER + name.len(),
                false => from + REFERENCE,
            };
            mask.get_mut(from..to)?.fill(0);
            numbered.push((*reference, u16::try_from(number).ok()?));
        }
        Some(Form {
            tokens: tokens.into(),
            mask: mask.into(),
            references: numbered.into(),
            names: names.into(),
        })
    }

    /// Bytes that it keeps.
    pub(super) fn size(&self) -> usize {
        let references = size_of_val(&*self.references);
        let names: usize = self.names.iter().map(|name| name.len()).sum();
        self.tokens.len() + self.mask.len() + references + names
    }

    /// Whether the definition at `offset` has this form. `found` is memory that is used again.
    pub(super) fn is_at(&self, chunk: &[u8], offset: usize, found: &mut Vec<usize>) -> bool {
        self.same(chunk, offset, found).is_some()
    }

    fn same(&self, chunk: &[u8], offset: usize, found: &mut Vec<usize>) -> Option<()> {
        let tokens = body_at(chunk, offset)?;
        if tokens.len() != self.tokens.len() {
            return None;
        }
        // Byte by byte without an end in between, which compiles to wide instructions.
        let both = tokens.iter().zip(&self.tokens).zip(&self.mask);
        let unlike = both.fold(0, |unlike, ((one, other), mask)| {
            unlike | (one ^ other) & mask
        });
        (unlike == 0).then_some(())?;
        let start = offset + DEFINITION_HEADER;
        found.clear();
        found.resize(self.names.len(), usize::MAX);
        for (reference, number) in &self.references {
            let to = u32_at(tokens, reference.at)? as usize;
            let inline = to == start + reference.at + REFERENCE;
            (inline == reference.inline).then_some(())?;
            let known = found.get_mut(usize::from(*number))?;
            if *known != to {
                let name = self.names.get(usize::from(*number))?;
                (name_bytes(chunk, to)? == &**name).then_some(())?;
                *known = to;
            }
        }
        Some(())
    }
}
