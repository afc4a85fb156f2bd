//! From chunks to a log file, whether it is held in memory or streamed to a disk.

use super::chunk::{CHUNK_SIZE, Chunk, Record};
use std::io::{self, Cursor, Seek, SeekFrom, Write};

/// Bytes before the first chunk.
pub const FILE_HEADER_SIZE: usize = 0x1000;

/// A log being written. Records go to the current chunk until it is full.
pub struct Log<W: Write + Seek> {
    out: W,
    current: Chunk,
    chunks: u64,
    records: u64,
    next_id: u64,
}

impl Log<Cursor<Vec<u8>>> {
    /// A log in memory.
    pub fn in_memory() -> Log<Cursor<Vec<u8>>> {
        Log {
            out: Cursor::new(vec![0; FILE_HEADER_SIZE]),
            current: Chunk::default(),
            chunks: 0,
            records: 0,
            next_id: 1,
        }
        .at_end()
    }

    fn at_end(mut self) -> Self {
        self.out.set_position(FILE_HEADER_SIZE as u64);
        self
    }

    /// The log's bytes.
    ///
    /// # Panics
    /// Never: memory does not fail.
    pub fn into_bytes(self) -> Vec<u8> {
        self.finish().expect("memory does not fail").into_inner()
    }
}

impl<W: Write + Seek> Log<W> {
    /// A log that goes to `out`, which stands at its beginning.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn create(mut out: W) -> io::Result<Log<W>> {
        out.write_all(&[0; FILE_HEADER_SIZE])?;
        Ok(Log {
            out,
            current: Chunk::default(),
            chunks: 0,
            records: 0,
            next_id: 1,
        })
    }

    /// Writes a record, into a new chunk where the current one is full.
    ///
    /// # Errors
    /// Where a full chunk cannot be written, or the record is longer than a chunk (`InvalidInput`).
    pub fn push(&mut self, record: &Record) -> io::Result<()> {
        let number = self.records + 1;
        if self.current.push(number, record).is_none() {
            self.end_chunk()?;
            self.current.push(number, record).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "a record longer than a chunk")
            })?;
        }
        self.records = number;
        self.next_id = record.id + 1;
        Ok(())
    }

    /// Ends the current chunk, if it holds a record.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn end_chunk(&mut self) -> io::Result<()> {
        if !self.current.is_empty() {
            let bytes = std::mem::take(&mut self.current).finish();
            self.push_chunk(&bytes)?;
        }
        Ok(())
    }

    /// Writes a ready-made chunk (65,536 bytes).
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn push_chunk(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.chunks += 1;
        self.out.write_all(chunk)
    }

    /// The record id that the file header announces as the next, where ready-made chunks were written.
    pub fn set_next_id(&mut self, id: u64) {
        self.next_id = id;
    }

    /// Bytes of the file as far as it is written out.
    pub fn size(&self) -> u64 {
        FILE_HEADER_SIZE as u64 + self.chunks * CHUNK_SIZE as u64
    }

    /// Ends the last chunk and completes the file header.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_chunk()?;
        self.out.seek(SeekFrom::Start(0))?;
        self.out
            .write_all(&file_header(self.chunks, self.next_id))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The 4,096 bytes before the first chunk. The header counts chunks in 16 bits; longer logs wrap.
pub fn file_header(chunks: u64, next_id: u64) -> [u8; FILE_HEADER_SIZE] {
    let mut header = [0; FILE_HEADER_SIZE];
    header[..8].copy_from_slice(b"ElfFile\0");
    header[16..24].copy_from_slice(&chunks.saturating_sub(1).to_le_bytes());
    header[24..32].copy_from_slice(&next_id.to_le_bytes());
    header[32..36].copy_from_slice(&0x80_u32.to_le_bytes());
    header[36..38].copy_from_slice(&1_u16.to_le_bytes());
    header[38..40].copy_from_slice(&3_u16.to_le_bytes());
    header[40..42].copy_from_slice(&(FILE_HEADER_SIZE as u16).to_le_bytes());
    header[42..44].copy_from_slice(&(chunks as u16).to_le_bytes());
    let checksum = crc32fast::hash(&header[..0x78]);
    header[0x7c..0x80].copy_from_slice(&checksum.to_le_bytes());
    header
}
