//! Bytes by position, so that several threads can read different parts of one file at once without
//! sharing a cursor.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

/// Where bytes are.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// An open file.
    File(Arc<File>),
    /// A file that is opened for each reading: a system lets a program hold a few hundred open, and
    /// a collection has more.
    Path(PathBuf),
    /// A part of an open file, from a byte on, so many bytes.
    Part(Arc<File>, u64, u64),
    /// Bytes in memory.
    Bytes(Arc<[u8]>),
}

impl Source {
    /// Fills `out` from `offset` on. Returns how many bytes there were: fewer than asked for only
    /// at the end.
    pub(super) fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::File(file) => read_file_at(file, offset, out),
            Source::Path(path) => read_file_at(&File::open(path)?, offset, out),
            Source::Part(file, start, length) => {
                let there = usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX);
                let count = there.min(out.len());
                read_file_at(file, start.saturating_add(offset), &mut out[..count])
            }
            Source::Bytes(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX);
                let there = bytes.get(from..).unwrap_or_default();
                let count = there.len().min(out.len());
                out[..count].copy_from_slice(&there[..count]);
                Ok(count)
            }
        }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> io::Result<u64> {
        match self {
            Source::File(file) => Ok(file.metadata()?.len()),
            Source::Path(path) => Ok(path.metadata()?.len()),
            Source::Part(_, _, length) => Ok(*length),
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The same bytes, opened once for all that is read of them.
    pub(super) fn opened(&self) -> io::Result<Source> {
        match self {
            Source::Path(path) => Ok(Source::File(Arc::new(File::open(path)?))),
            other => Ok(other.clone()),
        }
    }

    /// The bytes from an offset on, to be read one after another.
    pub(super) fn cursor(&self, start: u64) -> io::Result<Cursor> {
        let source = self.opened()?;
        Ok(Cursor {
            end: source.len()?,
            source,
            at: start,
        })
    }
}

/// A place in a source that moves as it is read.
#[derive(Debug)]
pub(super) struct Cursor {
    source: Source,
    at: u64,
    end: u64,
}

impl Read for Cursor {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(self.at, out)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::other("a place before the start"))?;
        Ok(self.at)
    }
}

fn read_file_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < out.len() {
        match read_some_at(file, offset + count as u64, &mut out[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(unix)]
fn read_some_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

#[cfg(windows)]
fn read_some_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, offset)
}
