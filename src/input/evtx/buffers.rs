//! What one thread uses again from chunk to chunk.

use super::project::Instances;
use super::templates::Templates;
use super::utf16;
use super::value::{STRING, Value};
use crate::input::owned::Owned;

/// Memory and learned templates that one thread keeps between chunks, of one log or of many.
#[derive(Debug, Default)]
pub struct Buffers {
    pub(super) chunk: Vec<u8>,
    pub(super) known: Learned,
}

/// What was learned from records before.
#[derive(Debug, Default)]
pub(super) struct Learned {
    pub(super) templates: Templates,
    pub(super) instances: Instances,
    pub(super) computer: Last,
    pub(super) channel: Last,
    /// The record that the `evtx` crate reads.
    pub(super) owned: Owned,
}

/// A text that hardly ever changes from record to record: decoded once and compared by its bytes.
#[derive(Debug, Default)]
pub(super) struct Last {
    bytes: Vec<u8>,
    text: String,
    changes: u32,
}

impl Last {
    /// The text, and how often it has changed until now.
    #[inline]
    pub(super) fn text(&self) -> (&str, u32) {
        (&self.text, self.changes)
    }

    /// Whether it is the value's.
    #[inline]
    pub(super) fn is_of(&self, value: Value<'_>) -> bool {
        value.kind == STRING && self.bytes == value.bytes && !self.bytes.is_empty()
    }

    /// Makes it the value's.
    pub(super) fn turn_to(&mut self, value: Value<'_>) {
        if self.is_of(value) {
            return;
        }
        self.changes = self.changes.wrapping_add(1);
        self.bytes.clear();
        match value.kind {
            STRING => {
                self.bytes.extend_from_slice(value.bytes);
                self.text = utf16::decode(value.bytes);
            }
            _ => self.text = value.text().into_owned(),
        }
    }
}
