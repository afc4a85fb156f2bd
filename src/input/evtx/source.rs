//! The bytes of a log by position, so that several threads can read different parts of one file
//! at once without sharing a cursor.

use std::fs::File;
use std::io;

/// Where a log's bytes are.
#[derive(Debug)]
pub(super) enum Source {
    File(File),
    Bytes(Vec<u8>),
}

impl Source {
    /// Fills `out` from `offset` on. Returns how many bytes there were: fewer than asked for only
    /// at the end.
    pub(super) fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::File(file) => read_file_at(file, offset, out),
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
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
        }
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
