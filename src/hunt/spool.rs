//! Rows that wait for their order: made while the logs are read, handed out when the last process
//! start is known. The first of them stay in memory, the rest go to a temporary file.
//!
//! Rows lie in pieces of a megabyte, which the threads fill one block after another: none is ever
//! copied to grow, and those past what memory may hold are written out whole.

mod block;
mod pieces;

use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::schema::Event;

use super::Error;
use super::threads::lock;
use block::Block;
use pieces::{Piece, Windows};

/// Bytes of rows that stay in memory.
const MEMORY: u64 = 64 << 20;
/// Bytes of a piece.
const PIECE: usize = 1 << 20;
/// Bytes of a piece that are left free rather than have a row make it grow: far more than most
/// rows need.
const SPARE: usize = 16 << 10;

/// Appends an event's row, and gives a number that comes back with it.
pub(super) type Render<'a> = &'a (dyn Fn(&Event<'_>, &mut Vec<u8>) -> u32 + Sync);

/// Where a row waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    piece: u32,
    at: u32,
    length: u32,
    /// What making it gave.
    pub note: u32,
}

/// How rows are made, and where they wait.
pub(super) struct Spool<'a> {
    render: Render<'a>,
    texts: Mutex<Texts>,
    /// Bytes that stay in memory.
    memory: u64,
}

/// A piece that somebody fills.
#[derive(Debug)]
struct Open {
    number: u32,
    rows: Vec<u8>,
}

#[derive(Default)]
struct Texts {
    /// All pieces by number; those still open are empty here.
    pieces: Vec<Piece>,
    /// Pieces that nobody fills just now.
    open: Vec<Open>,
    /// The memory of pieces that were written out.
    free: Vec<Vec<u8>>,
    /// Bytes in memory.
    held: u64,
    file: Option<File>,
    /// Bytes in the file.
    end: u64,
    /// What went wrong first.
    failed: Option<io::Error>,
}

/// The rows of one run of blocks.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    open: Option<Open>,
}

impl Rows {
    /// Makes an event's row.
    pub fn push(&mut self, event: &Event<'_>, spool: &Spool) {
        self.add(spool, |rows| (spool.render)(event, rows));
    }

    fn add(&mut self, spool: &Spool, render: impl FnOnce(&mut Vec<u8>) -> u32) {
        let open = self.open.get_or_insert_with(|| spool.texts().open());
        let from = open.rows.len();
        let note = render(&mut open.rows);
        self.rows.push(Row {
            piece: open.number,
            at: from as u32,
            length: (open.rows.len() - from) as u32,
            note,
        });
        if open.rows.len() > PIECE - SPARE {
            self.put_away(spool);
        }
    }

    /// Leaves the piece to whoever makes rows next.
    pub fn put_away(&mut self, spool: &Spool) {
        let Some(open) = self.open.take() else { return };
        let mut texts = spool.texts();
        match open.rows.len() > PIECE - SPARE {
            true => texts.close(open, spool.memory),
            false => texts.open.push(open),
        }
    }
}

impl Texts {
    fn open(&mut self) -> Open {
        self.open.pop().unwrap_or_else(|| {
            self.pieces.push(Piece::default());
            let free = self.free.pop();
            Open {
                number: (self.pieces.len() - 1) as u32,
                rows: free.unwrap_or_else(|| Vec::with_capacity(PIECE)),
            }
        })
    }

    fn close(&mut self, open: Open, memory: u64) {
        let Open { number, mut rows } = open;
        let length = rows.len() as u64;
        self.pieces[number as usize] = if self.held + length <= memory {
            self.held += length;
            Piece::Held(rows)
        } else {
            let at = self.end;
            self.end += length;
            if let Err(error) = pieces::append(&mut self.file, &rows) {
                self.failed.get_or_insert(error);
            }
            rows.clear();
            rows.shrink_to(PIECE);
            self.free.push(rows);
            Piece::Away(at)
        };
    }
}

impl<'a> Spool<'a> {
    pub fn new(render: Render<'a>) -> Spool<'a> {
        Spool {
            render,
            texts: Mutex::default(),
            memory: MEMORY,
        }
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, Texts> {
        lock(&self.texts)
    }

    /// Hands out the rows in this order, many at a time: their bytes, how many they are and the sum
    /// of their notes, until `emit` returns an error.
    pub fn emit<E>(
        self,
        mut rows: &[Row],
        mut emit: impl FnMut(&[u8], u64, u64) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error> {
        let texts = self.texts.into_inner();
        let mut texts = texts.unwrap_or_else(PoisonError::into_inner);
        for open in std::mem::take(&mut texts.open) {
            // What was being filled is in memory already.
            texts.pieces[open.number as usize] = Piece::Held(open.rows);
        }
        if let Some(error) = texts.failed {
            return Err(Error::Spool(error));
        }
        let pieces = texts.pieces;
        let away = Mutex::new(Windows::new(texts.file, texts.end));
        let mut blocks = vec![Block::default(); rayon::current_num_threads()];
        while !rows.is_empty() {
            let mut shares = Vec::new();
            for _ in &blocks {
                let (share, rest) = rows.split_at(block::full(rows));
                shares.push(share);
                rows = rest;
            }
            let gathered: Result<(), io::Error> = (blocks.par_iter_mut().zip(shares))
                .map(|(block, share)| block.gather(share, &pieces, &away))
                .collect();
            gathered.map_err(Error::Spool)?;
            for block in blocks.iter().filter(|block| block.rows > 0) {
                if let Err(error) = emit(&block.bytes, block.rows, block.notes) {
                    return Ok(Err(error));
                }
            }
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes, rows, and the sum of their notes.
    type Handed = (Vec<u8>, u64, u64);

    /// Rows of two threads in turn, handed out in an order that goes back and forth.
    fn spooled(memory: u64, rows: usize, order: impl Fn(usize) -> usize) -> (Handed, Handed) {
        let render = |_: &Event<'_>, _: &mut Vec<u8>| 0;
        let spool = Spool {
            memory,
            ..Spool::new(&render)
        };
        let text = |row: usize| format!("{row} {}\n", "é".repeat(row % 700));
        let (mut one, mut two) = (Rows::default(), Rows::default());
        let mut places = Vec::new();
        for row in 0..rows {
            let rows = if row / 50 % 2 == 0 {
                &mut one
            } else {
                &mut two
            };
            rows.add(&spool, |out| {
                out.extend_from_slice(text(row).as_bytes());
                row as u32
            });
            places.push(*rows.rows.last().unwrap());
            if row % 50 == 49 {
                rows.put_away(&spool);
            }
        }
        one.put_away(&spool);
        two.put_away(&spool);
        let order: Vec<usize> = (0..rows).map(order).collect();
        let places: Vec<Row> = order.iter().map(|row| places[*row]).collect();
        let mut out = (Vec::new(), 0, 0);
        let emitted = spool.emit(&places, |bytes, count, notes| {
            out.0.extend_from_slice(bytes);
            (out.1, out.2) = (out.1 + count, out.2 + notes);
            Ok::<(), ()>(())
        });
        assert!(matches!(emitted, Ok(Ok(()))));
        let expected: String = order.iter().map(|row| text(*row)).collect();
        let notes = order.iter().map(|row| *row as u64).sum();
        (out, (expected.into_bytes(), rows as u64, notes))
    }

    #[test]
    fn rows_come_back_from_memory_and_from_the_file() {
        for memory in [0, 1 << 20, MEMORY] {
            let (out, expected) = spooled(memory, 6_000, |row| row);
            assert!(out == expected, "in order, {memory} bytes in memory");
            let (out, expected) = spooled(memory, 6_000, |row| row ^ 5);
            assert!(out == expected, "nearly in order, {memory} bytes in memory");
            let (out, expected) = spooled(memory, 6_000, |row| row * 4_001 % 6_000);
            assert!(out == expected, "in no order, {memory} bytes in memory");
        }
    }

    #[test]
    fn a_row_larger_than_a_piece_is_whole() {
        let render = |_: &Event<'_>, _: &mut Vec<u8>| 0;
        for memory in [0, MEMORY] {
            let spool = Spool {
                memory,
                ..Spool::new(&render)
            };
            let mut rows = Rows::default();
            let large = "x".repeat(3 * PIECE);
            for text in ["a", &large, "b"] {
                rows.add(&spool, |out| {
                    out.extend_from_slice(text.as_bytes());
                    7
                });
            }
            rows.put_away(&spool);
            rows.rows.reverse();
            let (mut out, mut counted) = (Vec::new(), (0, 0));
            let emitted = spool.emit(&rows.rows, |bytes, count, notes| {
                out.extend_from_slice(bytes);
                counted = (counted.0 + count, counted.1 + notes);
                Ok::<(), ()>(())
            });
            assert!(matches!(emitted, Ok(Ok(()))));
            assert!(out == format!("b{large}a").into_bytes());
            assert_eq!(counted, (3, 21));
        }
    }

    #[test]
    fn the_first_error_of_whoever_takes_rows_ends_it() {
        let render = |_: &Event<'_>, _: &mut Vec<u8>| 0;
        let spool = Spool::new(&render);
        let mut rows = Rows::default();
        let large = "x".repeat(PIECE);
        for _ in 0..3 {
            rows.add(&spool, |out| {
                out.extend_from_slice(large.as_bytes());
                0
            });
        }
        rows.put_away(&spool);
        let mut taken = 0;
        let emitted = spool.emit(&rows.rows, |_, count, _| {
            taken += count;
            if taken < 2 { Ok(()) } else { Err("full") }
        });
        assert!(matches!(emitted, Ok(Err("full"))));
        assert_eq!(taken, 2);
    }
}
