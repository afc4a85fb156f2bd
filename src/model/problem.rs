//! What could not be read, so that nothing is lost in silence.

/// How much of the evidence a problem costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lost {
    /// Nothing: the records were read, and are marked (a checksum that fails).
    Nothing,
    /// One record.
    Record,
    /// The rest of a chunk, or all of it.
    Chunk,
    /// The rest of the file, or all of it.
    File,
}

/// One thing that could not be read as it should. The path is the input's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The chunk's number in its file, from 0.
    pub chunk: Option<u32>,
    /// Bytes from the start of the file.
    pub offset: Option<u64>,
    /// The record's number, where it could be read.
    pub record_id: Option<u64>,
    /// What it costs.
    pub lost: Lost,
    /// What is wrong, in a few words: `record checksum fails`, `cut off inside a chunk`.
    pub what: String,
}
