//! What one thread uses again from chunk to chunk.

/// Memory and learned templates that one thread keeps between chunks, of one log or of many.
#[derive(Debug, Default)]
pub struct Buffers {
    pub(super) chunk: Vec<u8>,
    pub(super) templates: Templates,
}

#[derive(Debug, Default)]
pub(super) struct Templates;
