//! A record as the `evtx` crate reads it: the way for whatever the projecting reader does not
//! know to the last byte.
//!
//! The crate renders the record as XML, which the reader of XML exports then takes as one. Of
//! the characters that XML does not allow, the crate writes `_`.

use std::error::Error;
use std::sync::Arc;

use evtx::{EvtxChunk, EvtxChunkHeader, EvtxRecord, IterChunkRecords, ParserSettings};

use super::chunk::{CHUNK_SIZE, RECORD_HEADER_SIZE};

/// A chunk's copy in which the table of names is emptied: the crate then reads names where they
/// stand, and a damaged table costs no record.
pub(super) fn copy_of(chunk: &[u8]) -> Vec<u8> {
    let mut copy = chunk.to_vec();
    copy.resize(CHUNK_SIZE, 0);
    copy[128..384].fill(0);
    copy
}

/// The chunk through the crate's eyes. None where it takes it for none.
pub(super) fn open<'c>(data: &'c [u8], header: &'c EvtxChunkHeader) -> Option<EvtxChunk<'c>> {
    let settings = ParserSettings::new().num_threads(1).indent(false);
    EvtxChunk::new(data, header, Arc::new(settings)).ok()
}

/// The records of a chunk as the crate gives them, ascending.
pub(super) struct Whole<'c> {
    records: IterChunkRecords<'c>,
    ahead: Option<EvtxRecord<'c>>,
    wrong: String,
}

impl<'c> Whole<'c> {
    pub(super) fn new(chunk: &'c mut EvtxChunk<'_>) -> Whole<'c> {
        Whole {
            records: chunk.iter(),
            ahead: None,
            wrong: String::new(),
        }
    }

    /// Goes on to the record at `offset` and renders it. The error is in the crate's words.
    pub(super) fn at(&mut self, offset: usize) -> Result<Vec<u8>, String> {
        let start = (offset + RECORD_HEADER_SIZE) as u64;
        loop {
            let record = match self.ahead.take() {
                Some(record) => record,
                None => match self.records.next() {
                    None => break,
                    Some(Ok(record)) => record,
                    Some(Err(error)) => {
                        self.wrong = innermost(&error);
                        continue;
                    }
                },
            };
            if record.binxml_offset < start {
                continue;
            }
            if record.binxml_offset > start {
                self.ahead = Some(record);
                break;
            }
            let xml = record.into_xml_bytes().map_err(|error| innermost(&error))?;
            return Ok(xml.data);
        }
        Err(format!("record cannot be read: {}", self.wrong))
    }
}

fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
