//! Files that hold logs packed: gzip and zip, as collectors deliver them.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use super::discover::Discovery;

/// Bytes that can be read from any place and as often as need be.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    /// A file of the user's.
    File(PathBuf),
}

/// Where a text's bytes come from.
#[derive(Debug)]
pub(super) struct Origin {
    bytes: Bytes,
}

impl Origin {
    /// The bytes as they are.
    pub(super) fn plain(bytes: Bytes) -> Origin {
        Origin { bytes }
    }

    /// The text from its start.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        match &self.bytes {
            Bytes::File(path) => Ok(Box::new(File::open(path)?)),
        }
    }
}

/// Finds the logs in a container.
pub(super) fn open(found: &mut Discovery, shown: PathBuf, bytes: Bytes) {
    let _ = bytes;
    found.passed_over.push((shown, "a container".to_owned()));
}
