//! Pieces of rows, in memory or in a temporary file, and the way back from the file: read in
//! windows, because rows are asked for nearly in the order in which each log gave them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes that are read at once.
const WINDOW: u64 = 8 << 10;
/// How many windows are open: logs whose events lie side by side in time are each read at a place
/// of their own.
const WINDOWS: usize = 2048;

/// Some rows, one after another.
#[derive(Debug)]
pub(super) enum Piece {
    /// In memory.
    Held(Vec<u8>),
    /// In the file, and where.
    Away(u64),
}

impl Default for Piece {
    fn default() -> Piece {
        Piece::Held(Vec::new())
    }
}

/// Adds a piece to the file, a new one where there is none.
pub(super) fn append(file: &mut Option<File>, rows: &[u8]) -> io::Result<()> {
    let file = match file {
        Some(file) => file,
        none => none.insert(tempfile::tempfile()?),
    };
    file.write_all(rows)
}

/// Parts of the file, read.
#[derive(Debug)]
pub(super) struct Windows {
    file: Option<File>,
    /// How many bytes it has.
    end: u64,
    windows: Vec<Window>,
}

#[derive(Clone, Debug, Default)]
struct Window {
    from: u64,
    bytes: Vec<u8>,
}

impl Windows {
    pub fn new(file: Option<File>, end: u64) -> Windows {
        Windows {
            file,
            end,
            windows: vec![Window::default(); WINDOWS],
        }
    }

    /// So many bytes of the file.
    pub fn read(&mut self, at: u64, length: usize) -> io::Result<&[u8]> {
        let number = at / WINDOW;
        // Places that are a round number of windows apart shall not meet (Fibonacci hashing).
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let window = &mut self.windows[spread as usize % WINDOWS];
        let from = number * WINDOW;
        let needed = at + length as u64;
        if window.bytes.is_empty()
            || window.from != from
            || needed > from + window.bytes.len() as u64
        {
            let to = (from + WINDOW).min(self.end).max(needed);
            window.from = from;
            window.bytes.resize((to - from) as usize, 0);
            let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
            file.seek(SeekFrom::Start(from))?;
            file.read_exact(&mut window.bytes)?;
        }
        let at = (at - from) as usize;
        Ok(&window.bytes[at..at + length])
    }
}
