//! An EVTX file: a header, then chunks of 64 KiB, found by their position to the end of the file
//! whatever the header counts.

use std::fs::File;
use std::io;
use std::path::Path;

use super::buffers::Buffers;
use super::bytes::{u16_at, u32_at};
use super::chunk::{CHUNK_MAGIC, CHUNK_SIZE, Header};
use super::read::{CUT_OFF, Reading, Tally};
use crate::input::source::Source;
use crate::input::{Ask, BlockReport};
use crate::model::problem::{Lost, Problem};
use crate::model::record::Record;

/// What an EVTX file begins with.
const FILE_MAGIC: &[u8; 8] = b"ElfFile\0";
/// Bytes of the file header's block, after which the chunks begin.
const HEADER_BLOCK: usize = 4096;
/// Bytes of the header proper.
const FILE_HEADER: usize = 128;
const NO_CHECKSUM: u32 = 4;

/// A log in Windows' own binary form. Its blocks are its chunks, and any number of threads may
/// read them at once.
#[derive(Debug)]
pub struct Log {
    source: Source,
    size: u64,
    first_chunk: u64,
    problems: Vec<Problem>,
    every: bool,
}

impl Log {
    /// Opens a file. A damaged file header is a problem, not an error: chunks stand by themselves.
    pub fn open(path: &Path) -> io::Result<Log> {
        Log::of_file(File::open(path)?)
    }

    /// A log in an open file.
    pub fn of_file(file: File) -> io::Result<Log> {
        Log::of(Source::File(file.into()))
    }

    /// A log in memory.
    pub fn of_bytes(bytes: Vec<u8>) -> io::Result<Log> {
        Log::of(Source::Bytes(bytes.into()))
    }

    /// A log wherever its bytes are.
    pub(in crate::input) fn of(source: Source) -> io::Result<Log> {
        let size = source.len()?;
        let mut block = [0; HEADER_BLOCK];
        let there = source.read_at(0, &mut block)?;
        let header = &block[..there];
        let mut log = Log {
            first_chunk: HEADER_BLOCK as u64,
            source,
            size,
            problems: Vec::new(),
            every: false,
        };
        let mut wrong = |lost, what: &str| {
            log.problems.push(Problem {
                chunk: None,
                offset: Some(0),
                record_id: None,
                lost,
                what: what.to_owned(),
            });
        };
        if there < HEADER_BLOCK {
            wrong(Lost::File, "cut off inside the file header");
        }
        match header_fault(header) {
            Some(fault) => wrong(Lost::Nothing, fault),
            None => {
                let block_size = u64::from(u16_at(header, 40).unwrap_or(0));
                if block_size != HEADER_BLOCK as u64 && log.has_chunk_at(block_size)? {
                    log.first_chunk = block_size;
                }
            }
        }
        let counted = u32::from(u16_at(header, 42).unwrap_or(0));
        if header.starts_with(FILE_MAGIC) && counted > log.blocks() {
            let there = log.blocks();
            log.problems.push(Problem {
                chunk: Some(there),
                offset: Some(size),
                record_id: None,
                lost: Lost::File,
                what: format!("cut off: {there} of {counted} chunks are there"),
            });
        }
        Ok(log)
    }

    /// The same log, giving the records of every provider and event id: so the reader is held
    /// against the `evtx` crate on all that there is.
    pub fn of_every_provider(mut self) -> Log {
        self.every = true;
        self
    }

    fn has_chunk_at(&self, offset: u64) -> io::Result<bool> {
        let mut magic = [0; CHUNK_MAGIC.len()];
        let there = self.source.read_at(offset, &mut magic)?;
        Ok(offset >= FILE_HEADER as u64 && there == magic.len() && &magic == CHUNK_MAGIC)
    }

    /// Bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many chunks there is room for, a last partial one included.
    pub fn blocks(&self) -> u32 {
        let chunks = self.size.saturating_sub(self.first_chunk);
        u32::try_from(chunks.div_ceil(CHUNK_SIZE as u64)).unwrap_or(u32::MAX)
    }

    /// Where a chunk begins.
    pub(in crate::input) fn offset_of(&self, block: u32) -> u64 {
        self.first_chunk + u64::from(block) * CHUNK_SIZE as u64
    }

    /// What is wrong with the file as a whole.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Reads the chunk at a position. Records of the Sysmon provider whose event id is asked for
    /// reach the sink in the chunk's order; `file` is the number that their locations bear. With
    /// `only`, just the records at these offsets do, and no problem is reported again.
    pub fn read(
        &self,
        file: u32,
        block: u32,
        ask: &Ask,
        only: Option<&[u64]>,
        buffers: &mut Buffers,
        sink: &mut dyn FnMut(&dyn Record),
    ) -> BlockReport {
        let offset = self.offset_of(block);
        let mut report = BlockReport::default();
        let problem = |lost, what: String| Problem {
            chunk: Some(block),
            offset: Some(offset),
            record_id: None,
            lost,
            what,
        };
        let mut chunk = std::mem::take(&mut buffers.chunk);
        chunk.resize(CHUNK_SIZE, 0);
        match self.source.read_at(offset, &mut chunk) {
            Err(error) => report
                .problems
                .push(problem(Lost::Chunk, error.to_string())),
            Ok(there) => {
                chunk[there..].fill(0);
                report.bytes = there as u64;
                if let Some(header) = Header::read(&chunk) {
                    let mut reading = Reading {
                        chunk: &chunk,
                        there,
                        header,
                        file,
                        block,
                        offset,
                        ask,
                        only,
                        every: self.every,
                        damaged: false,
                        tally: Tally::default(),
                        report: &mut report,
                    };
                    reading.run(&mut buffers.known, sink);
                } else if only.is_none() && chunk.iter().any(|byte| *byte != 0) {
                    let what = match there < CHUNK_SIZE {
                        true => CUT_OFF,
                        false => "no chunk where one should start",
                    };
                    report.problems.push(problem(Lost::Chunk, what.to_owned()));
                }
            }
        }
        buffers.chunk = chunk;
        report
    }
}

fn header_fault(header: &[u8]) -> Option<&'static str> {
    if !header.starts_with(FILE_MAGIC) {
        return Some("file header has no magic");
    }
    let sum = crc32fast::hash(header.get(..120)?);
    let flags = u32_at(header, 120)?;
    (flags & NO_CHECKSUM == 0 && u32_at(header, 124)? != sum)
        .then_some("file header checksum fails")
}
