//! What one thread uses again from chunk to chunk.

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
}

impl Last {
    pub(super) fn text(&mut self, value: Value<'_>) -> &str {
        if value.kind != STRING {
            self.bytes.clear();
            self.text = value.text().into_owned();
        } else if self.bytes != value.bytes || self.bytes.is_empty() {
            self.bytes = value.bytes.to_vec();
            self.text = utf16::decode(value.bytes);
        }
        &self.text
    }
}
