//! A chunk's header, its checksums and the walk over its records.
//!
//! The layout is that of libevtx's documentation of the "Windows XML Event Log (EVTX)" format.
//! The walk takes the same way as the `evtx` crate's, so that both read the same set of records
//! of a damaged chunk: from the header to the free space or the last record, and past a record
//! that cannot be read on to the next one that is live beyond doubt.

use memchr::memmem;

use super::bytes::{u32_at, u64_at};

/// Bytes of a chunk, header included.
pub(super) const CHUNK_SIZE: usize = 65_536;
/// Bytes of a chunk's header.
pub(super) const HEADER_SIZE: usize = 512;
/// What a chunk begins with.
pub(super) const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";
/// Bytes of a record before its BinXML: magic, size, number, time written.
pub(super) const RECORD_HEADER_SIZE: usize = 24;

const RECORD_MAGIC: &[u8; 4] = b"\x2a\x2a\0\0";
/// The copy of a record's size that ends it.
const SIZE_COPY: usize = 4;
const NO_CHECKSUMS: u32 = 4;
/// Seconds since 1601 of the last moment that the `evtx` crate takes as a record's time.
const LAST_SECOND: u64 = 265_046_680_800;

/// What a chunk says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    first_id: u64,
    last_id: u64,
    last_record: u32,
    free_space: u32,
    records_checksum: u32,
    flags: u32,
    header_checksum: u32,
}

impl Header {
    /// None where the chunk does not begin with its magic.
    pub(super) fn read(chunk: &[u8]) -> Option<Header> {
        if !chunk.starts_with(CHUNK_MAGIC) {
            return None;
        }
        Some(Header {
            first_id: u64_at(chunk, 24)?,
            last_id: u64_at(chunk, 32)?,
            last_record: u32_at(chunk, 44)?,
            free_space: u32_at(chunk, 48)?,
            records_checksum: u32_at(chunk, 52)?,
            flags: u32_at(chunk, 120)?,
            header_checksum: u32_at(chunk, 124)?,
        })
    }

    /// Where the records end, at most the chunk's end.
    pub(super) fn free_space(&self) -> usize {
        (self.free_space as usize).min(CHUNK_SIZE)
    }

    /// What fails of the chunk's checksums, of which some logs have none. `there` is how much of
    /// the chunk the log holds: records that are cut off are not summed up.
    pub(super) fn failing_checksum(&self, chunk: &[u8], there: usize) -> Option<&'static str> {
        if self.flags & NO_CHECKSUMS != 0 || there < HEADER_SIZE {
            return None;
        }
        let mut sum = crc32fast::Hasher::new();
        sum.update(chunk.get(..120)?);
        sum.update(chunk.get(128..HEADER_SIZE)?);
        if sum.finalize() != self.header_checksum {
            return Some("chunk header checksum fails");
        }
        let end = self.free_space as usize;
        if end > there && there < CHUNK_SIZE {
            return None;
        }
        match chunk.get(HEADER_SIZE..end) {
            None => Some("free space offset outside the chunk"),
            Some(records) if crc32fast::hash(records) == self.records_checksum => None,
            Some(_) => Some("record checksum fails"),
        }
    }
}

/// A record's place and what its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawRecord {
    /// Bytes from the chunk's start to the record's header.
    pub(super) offset: usize,
    /// Bytes from the chunk's start to the end of its BinXML.
    pub(super) end: usize,
    /// The number in its header.
    pub(super) number: u64,
}

/// Why no record could be read at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skip {
    pub(super) offset: usize,
    pub(super) number: Option<u64>,
    pub(super) what: &'static str,
    /// Whether the walk ends here.
    pub(super) last: bool,
}

/// The records of a chunk, and where there are none, why.
pub(super) struct Walk<'c> {
    chunk: &'c [u8],
    header: Header,
    /// How much of the chunk the log holds; the rest is zeros.
    there: usize,
    next: Option<usize>,
}

impl<'c> Walk<'c> {
    pub(super) fn new(chunk: &'c [u8], header: Header, there: usize) -> Walk<'c> {
        Walk {
            chunk,
            header,
            there: there.min(chunk.len()),
            next: Some(HEADER_SIZE),
        }
    }

    fn find_live(&self, mut from: usize) -> Option<usize> {
        let live_end = self.header.free_space();
        let until = live_end
            .min((self.header.last_record as usize).saturating_add(RECORD_MAGIC.len()))
            .min(self.there);
        loop {
            let hit = memmem::find(self.chunk.get(from..until)?, RECORD_MAGIC)?;
            let at = from + hit;
            let live = record_at(self.chunk, at, self.there).is_ok_and(|record| {
                let size = record.end + SIZE_COPY - record.offset;
                u32_at(self.chunk, record.end).map(|copy| copy as usize) == Some(size)
                    && record.end + SIZE_COPY <= live_end
                    && (self.header.first_id..=self.header.last_id).contains(&record.number)
            });
            if live {
                return Some(at);
            }
            from = at + 1;
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<RawRecord, Skip>;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.next?;
        if offset >= self.header.free_space() {
            self.next = None;
            return None;
        }
        match record_at(self.chunk, offset, self.there) {
            Ok(record) => {
                let last = record.number == self.header.last_id;
                self.next = (!last).then_some(record.end + SIZE_COPY);
                Some(Ok(record))
            }
            Err(bad) => {
                self.next = self.find_live(offset + 1);
                if self.next.is_none() && bad.blank {
                    return None;
                }
                Some(Err(Skip {
                    offset,
                    number: bad.number,
                    what: bad.what,
                    last: self.next.is_none(),
                }))
            }
        }
    }
}

struct Bad {
    what: &'static str,
    number: Option<u64>,
    /// Nothing where a record should start: the records end before the header says.
    blank: bool,
}

/// The record whose header stands at `offset`, as far as its size goes.
pub(super) fn record_at_offset(chunk: &[u8], offset: usize, there: usize) -> Option<RawRecord> {
    record_at(chunk, offset, there.min(chunk.len())).ok()
}

fn record_at(chunk: &[u8], offset: usize, there: usize) -> Result<RawRecord, Bad> {
    let bad = |what, number| Bad {
        what,
        number,
        blank: false,
    };
    let cut = there < CHUNK_SIZE;
    let nothing = Bad {
        what: "no room for a record",
        number: None,
        blank: true,
    };
    if offset >= there {
        return Err(nothing);
    }
    let Some(header) = chunk.get(offset..offset + RECORD_HEADER_SIZE) else {
        return Err(nothing);
    };
    if cut && offset + RECORD_HEADER_SIZE > there {
        return Err(bad("record is cut off", None));
    }
    if !header.starts_with(RECORD_MAGIC) {
        return Err(Bad {
            what: "no record where one should start",
            number: None,
            blank: header.starts_with(&[0; 4]),
        });
    }
    let number = u64_at(header, 8);
    if u64_at(header, 16).is_none_or(|filetime| filetime / 10_000_000 > LAST_SECOND) {
        return Err(bad("record header has no valid time", number));
    }
    let size = u32_at(header, 4).unwrap_or(0) as usize;
    if size < RECORD_HEADER_SIZE + SIZE_COPY {
        return Err(bad("record is smaller than its header", number));
    }
    let end = offset.saturating_add(size - SIZE_COPY);
    if cut && end > there {
        return Err(bad("record is cut off", number));
    }
    if end > chunk.len() {
        return Err(bad("record is larger than its chunk", number));
    }
    Ok(RawRecord {
        offset,
        end,
        number: number.unwrap_or(0),
    })
}
