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
    references: Box<[(Reference, u16)]>,
    names: Box<[Box<[u8]>]>,
}

impl Form {
    /// The form of a definition that was read, with its references in order. None where it has more
    /// names than any.
    pub(super) fn of(chunk: &[u8], offset: usize, references: &[Reference]) -> Option<Form> {
        let mut names: Vec<Box<[u8]>> = Vec::new();
        let mut numbered = Vec::with_capacity(references.len());
        for reference in references {
            let name = name_bytes(chunk, reference.to)?;
            let known = names.iter().position(|known| **known == *name);
            let number = known.unwrap_or(names.len());
            if known.is_none() {
                names.push(name.into());
            }
            numbered.push((*reference, u16::try_from(number).ok()?));
        }
        Some(Form {
            tokens: body_at(chunk, offset)?.into(),
            references: numbered.into(),
            names: names.into(),
        })
    }

    /// Bytes that it keeps.
    pub(super) fn size(&self) -> usize {
        let references = size_of_val(&*self.references);
        let names: usize = self.names.iter().map(|name| name.len()).sum();
        self.tokens.len() + references + names
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
        let start = offset + DEFINITION_HEADER;
        found.clear();
        found.resize(self.names.len(), usize::MAX);
        let mut from = 0;
        for (reference, number) in &self.references {
            let at = reference.at;
            (tokens.get(from..at)? == self.tokens.get(from..at)?).then_some(())?;
            let to = u32_at(tokens, at)? as usize;
            let name = self.names.get(usize::from(*number))?;
            let known = found.get_mut(usize::from(*number))?;
            if *known != to {
                (name_bytes(chunk, to)? == &**name).then_some(())?;
                *known = to;
            }
            from = at + REFERENCE;
            let inline = to == start + from;
            (inline == reference.inline).then_some(())?;
            if inline {
                from += NAME_HEADER + name.len();
            }
        }
        (tokens.get(from..)? == self.tokens.get(from..)?).then_some(())
    }
}
