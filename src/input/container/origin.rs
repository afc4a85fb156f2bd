//! Where the bytes of one file are, and how they are unpacked.

use std::io::{self, Read};

use flate2::CrcReader;
use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::Limits;
use crate::input::source::Source;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Packing {
    /// Not at all.
    None,
    /// A zip member's deflate.
    Deflate,
    /// gzip, one stream or several in a row.
    Gzip,
}

/// The bytes of one file: of the disk's, or of a container's member.
#[derive(Clone, Debug)]
pub(in crate::input) struct Origin {
    /// What holds the bytes.
    pub(in crate::input) source: Source,
    /// From which byte on.
    pub(in crate::input) start: u64,
    /// How many bytes there are, packed.
    pub(in crate::input) length: u64,
    /// How they are packed.
    pub(in crate::input) packing: Packing,
    /// The CRC-32 of the unpacked bytes, where the container has it apart.
    pub(in crate::input) checksum: Option<u32>,
    /// What they may unpack to.
    pub(in crate::input) limits: Limits,
}

impl Origin {
    /// All of a source as it is.
    pub(in crate::input) fn plain(source: Source, limits: Limits) -> io::Result<Origin> {
        Ok(Origin {
            length: source.len()?,
            start: 0,
            source,
            packing: Packing::None,
            checksum: None,
            limits,
        })
    }

    /// Whether the bytes can be read from any place as they lie.
    pub(in crate::input) fn is_plain(&self) -> bool {
        self.packing == Packing::None && self.start == 0
    }

    /// The unpacked bytes from the first on. More of them than the limits allow is an error, at
    /// the first byte too many, and so is a checksum that fails, at the end.
    pub(in crate::input) fn open(&self) -> io::Result<Box<dyn Read>> {
        let bytes = self.source.cursor(self.start)?.take(self.length);
        let left = self.limits.unpacked(self.length);
        let checksum = self.checksum;
        Ok(match self.packing {
            Packing::None if checksum.is_none() => Box::new(bytes),
            Packing::None => Box::new(Checked::new(bytes, left, checksum)),
            Packing::Deflate => Box::new(Checked::new(DeflateDecoder::new(bytes), left, checksum)),
            Packing::Gzip => Box::new(Checked::new(MultiGzDecoder::new(bytes), left, checksum)),
        })
    }
}

/// A reader that fails where it would give more than it may, or where what it gave is not what
/// was packed.
struct Checked<R> {
    inner: CrcReader<R>,
    left: u64,
    checksum: Option<u32>,
}

impl<R: Read> Checked<R> {
    fn new(inner: R, left: u64, checksum: Option<u32>) -> Checked<R> {
        Checked {
            inner: CrcReader::new(inner),
            left,
            checksum,
        }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        if count == 0 && !out.is_empty() {
            let sum = self.inner.crc().sum();
            return match self.checksum {
                Some(checksum) if checksum != sum => Err(io::Error::other("its checksum fails")),
                _ => Ok(0),
            };
        }
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                return Err(io::Error::other(
                    "it unpacks to too many bytes, as a bomb does",
                ));
            }
        }
        Ok(count)
    }
}
