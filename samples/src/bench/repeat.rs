//! From real logs to a bigger one: their whole chunks over and over under a mended file header.
//!
//! Every record gets a number of its own in its header, in its EventRecordID and in the header of its
//! chunk, so that no reader takes the copies for duplicates; checksums are computed anew.

use crate::evtx::{CHUNK_SIZE, FILE_HEADER_SIZE, Log, seal_chunk};
use std::io::{self, Seek, Write};

/// Which of a record's values is EventRecordID, in the System part that Windows wraps around every
/// event of a manifest-based provider, and the type it has there (UInt64).
const RECORD_ID: (usize, u8) = (10, 0x0a);

/// Sample collections hold logs of a few records in an otherwise empty chunk, which no log of any age
/// has. Where there are fuller chunks, only those that are a third full are repeated: this is the
/// offset at which their free space begins.
const FILLED: u32 = CHUNK_SIZE as u32 / 3;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Chunks in the new log.
    pub chunks: u64,
    /// Records in it.
    pub records: u64,
    /// Chunks of the given logs that were left out because they are damaged or laid out otherwise.
    pub left_out: u64,
}

/// A chunk with the places of its records' ids.
struct Template {
    bytes: Vec<u8>,
    /// Offset of each record and of its EventRecordID value.
    records: Vec<(usize, usize)>,
}

impl Template {
    fn is_filled(&self) -> bool {
        u32_at(&self.bytes, 48).is_some_and(|free| free >= FILLED)
    }
}

/// Repeats the chunks of `logs`, those that are reasonably full, until the new log is about `bytes` long.
///
/// # Errors
/// Where `out` cannot be written; `InvalidInput` where no log holds a chunk that can be repeated.
pub fn repeat<W: Write + Seek>(out: W, bytes: u64, logs: &[Vec<u8>]) -> io::Result<Repeated> {
    let mut done = Repeated::default();
    let mut templates = Vec::new();
    let bodies = logs.iter().filter_map(|log| log.get(FILE_HEADER_SIZE..));
    for chunk in bodies.flat_map(|log| log.chunks_exact(CHUNK_SIZE)) {
        // A log is made longer by chunks of zeros, for records to come.
        if chunk.iter().all(|byte| *byte == 0) {
            continue;
        }
        match records(chunk) {
            Some(records) if !records.is_empty() => {
                templates.push(Template {
                    bytes: chunk.to_vec(),
                    records,
                });
            }
            _ => done.left_out += 1,
        }
    }
    if templates.iter().any(Template::is_filled) {
        templates.retain(Template::is_filled);
    }
    if templates.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "no chunk that can be repeated",
        ));
    }
    let mut log = Log::create(out)?;
    let wanted = (bytes.saturating_sub(FILE_HEADER_SIZE as u64) / CHUNK_SIZE as u64).max(1);
    for turn in 0..wanted {
        let at = (turn % templates.len() as u64) as usize;
        let template = &mut templates[at];
        renumber(template, done.records + 1);
        log.push_chunk(&template.bytes)?;
        done.chunks += 1;
        done.records += template.records.len() as u64;
    }
    log.set_next_id(done.records + 1);
    log.finish()?;
    Ok(done)
}

/// Gives the records of a chunk the numbers from `first` on.
fn renumber(template: &mut Template, first: u64) {
    let chunk = &mut template.bytes;
    let mut put = |at: usize, number: u64| chunk[at..at + 8].copy_from_slice(&number.to_le_bytes());
    for ((start, value), number) in template.records.iter().zip(first..) {
        put(start + 8, number);
        put(*value, number);
    }
    let last = first + template.records.len() as u64 - 1;
    for (at, number) in [(8, first), (16, last), (24, first), (32, last)] {
        put(at, number);
    }
    seal_chunk(chunk);
}

/// Where the records of a chunk and their ids are; `None` where anything is not as Windows lays it out.
fn records(chunk: &[u8]) -> Option<Vec<(usize, usize)>> {
    if chunk.get(..8)? != b"ElfChnk\0" {
        return None;
    }
    let free = u32_at(chunk, 48)? as usize;
    let mut records = Vec::new();
    let mut start = 0x200;
    while start < free {
        if free > CHUNK_SIZE || chunk.get(start..start + 4)? != [0x2a, 0x2a, 0, 0] {
            return None;
        }
        let size = u32_at(chunk, start + 4)? as usize;
        let end = start.checked_add(size)?;
        if size < 32 || end > free || u32_at(chunk, end - 4)? as usize != size {
            return None;
        }
        records.push((start, record_id(chunk.get(..end)?, start + 24)?));
        start = end;
    }
    Some(records)
}

/// The place of the EventRecordID value of the template instance that begins at `at`.
fn record_id(chunk: &[u8], at: usize) -> Option<usize> {
    if chunk.get(at..at + 6)? != [0x0f, 1, 1, 0, 0x0c, 1] {
        return None;
    }
    let mut at = at + 14;
    if u32_at(chunk, at - 4)? as usize == at {
        at += 24 + u32_at(chunk, at + 20)? as usize;
    }
    let count = u32_at(chunk, at)? as usize;
    let descriptors = chunk.get(at + 4..)?.chunks_exact(4);
    let mut value = at + 4 + count.checked_mul(4)?;
    for (i, descriptor) in descriptors.take(count).enumerate() {
        let size = u16::from_le_bytes([descriptor[0], descriptor[1]]) as usize;
        if i == RECORD_ID.0 {
            let whole = descriptor[2] == RECORD_ID.1 && size == 8 && value + 8 <= chunk.len();
            return whole.then_some(value);
        }
        value += size;
    }
    None
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story;
    use std::io::Cursor;

    #[test]
    fn copies_are_numbered_through() {
        let samples = story::samples();
        let log = samples
            .iter()
            .find(|s| s.name == "srv02-old-exported.evtx")
            .unwrap();
        let mut out = Cursor::new(Vec::new());
        let done = repeat(
            &mut out,
            4096 + 3 * 65_536,
            std::slice::from_ref(&log.bytes),
        )
        .unwrap();
        assert_eq!(
            done,
            Repeated {
                chunks: 3,
                records: 39,
                left_out: 0
            }
        );
        let bytes = out.into_inner();
        let mut number = 0;
        for chunk in bytes[4096..].chunks(65_536) {
            for (start, value) in records(chunk).unwrap() {
                number += 1;
                let at = |at: usize| u64::from_le_bytes(chunk[at..at + 8].try_into().unwrap());
                assert_eq!((at(start + 8), at(value)), (number, number));
            }
            let mut sealed = chunk.to_vec();
            seal_chunk(&mut sealed);
            assert_eq!(sealed, chunk);
        }
        assert_eq!(number, 39);
    }

    #[test]
    fn what_is_no_log_is_refused() {
        let error = repeat(Cursor::new(Vec::new()), 1 << 20, &[vec![7; 70_000]]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
