//! From waiting rows to a block of them in their order, as one thread gathers it while others gather
//! the next: rows that stand anywhere in memory cost more to find than to write.

use std::io;
use std::sync::Mutex;

use super::Row;
use super::pieces::{Piece, Windows};
use crate::hunt::threads::lock;

/// Bytes after which a block is full.
const FULL: usize = 256 << 10;

/// Rows that stand together.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub bytes: Vec<u8>,
    pub rows: u64,
    /// The sum of the rows' notes.
    pub notes: u64,
}

/// How many of the rows, which are not none, fill a block.
pub(super) fn full(rows: &[Row]) -> usize {
    let mut bytes = 0;
    let fill = |row: &Row| {
        bytes += row.length as usize;
        bytes >= FULL
    };
    rows.iter().position(fill).map_or(rows.len(), |at| at + 1)
}

impl Block {
    /// Gathers these rows in place of what it held.
    pub fn gather(
        &mut self,
        rows: &[Row],
        pieces: &[Piece],
        away: &Mutex<Windows>,
    ) -> io::Result<()> {
        *self = Block {
            bytes: std::mem::take(&mut self.bytes),
            rows: rows.len() as u64,
            notes: rows.iter().map(|row| u64::from(row.note)).sum(),
        };
        self.bytes.clear();
        for row in rows {
            let (from, length) = (row.at as usize, row.length as usize);
            match pieces.get(row.piece as usize) {
                None => {}
                Some(Piece::Held(held)) => {
                    let row = held.get(from..from + length);
                    self.bytes.extend_from_slice(row.unwrap_or_default());
                }
                Some(Piece::Away(at)) => {
                    let mut away = lock(away);
                    let row = away.read(*at + u64::from(row.at), length)?;
                    self.bytes.extend_from_slice(row);
                }
            }
        }
        Ok(())
    }
}
