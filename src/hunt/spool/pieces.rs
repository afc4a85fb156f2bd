//! Pieces of rows, in memory or in a temporary file, and the way back from the file: read in
//! windows, because rows are asked for nearly in the order in which they were made.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes that are read at once.
const WINDOW: u64 = 16 << 10;
/// Of these, bytes before the row that was asked for: its neighbours may come after it.
const BEFORE: u64 = 4 << 10;
/// How many windows are open. Logs of several hosts are read each at a place of its own.
const WINDOWS: usize = 256;

/// Some rows, one after another.
#[derive(Debug)]
pub(super) enum Piece {
    /// In memory.
    Held(String),
    /// In the file.
    Away {
        /// Where in it.
        at: u64,
        /// How many bytes.
        length: u64,
    },
}

impl Default for Piece {
    fn default() -> Piece {
        Piece::Held(String::new())
    }
}

/// Adds a piece to the file, a new one where there is none.
pub(super) fn append(file: &mut Option<File>, text: &str) -> io::Result<()> {
    let file = match file {
        Some(file) => file,
        none => none.insert(tempfile::tempfile()?),
    };
    file.write_all(text.as_bytes())
}

/// A part of the file, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    from: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// As many as are open at once, each to be used for the same pieces again and again.
    pub fn some() -> Vec<Window> {
        vec![Window::default(); WINDOWS]
    }

    /// The text of so many bytes of the file, read with some of what stands about it in its piece.
    pub fn text(
        &mut self,
        file: &mut Option<File>,
        piece: (u64, u64),
        at: u64,
        length: usize,
    ) -> io::Result<&str> {
        let end = at + length as u64;
        if at < self.from || end > self.from + self.bytes.len() as u64 {
            self.from = at.saturating_sub(BEFORE).max(piece.0);
            let to = (self.from + WINDOW).min(piece.1).max(end);
            self.bytes.clear();
            let file = file.as_mut().ok_or(io::ErrorKind::NotFound)?;
            file.seek(SeekFrom::Start(self.from))?;
            self.bytes.resize((to - self.from) as usize, 0);
            file.read_exact(&mut self.bytes)?;
        }
        let from = (at - self.from) as usize;
        std::str::from_utf8(&self.bytes[from..from + length]).map_err(io::Error::other)
    }
}
