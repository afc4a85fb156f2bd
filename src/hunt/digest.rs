//! From inputs to their SHA-256, so that a second person can tell that they have the same logs.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Threads;
use crate::model::hex;

/// The SHA-256 of each file, lower-case hex, in their order.
pub fn sha256(files: &[PathBuf], threads: &Threads) -> Vec<io::Result<String>> {
    threads.map(files.len(), |at| one(&files[at]))
}

fn one(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    Ok(hex::text(&hash.finalize()))
}
