//! Rows that wait for their order: made while the logs are read, handed out when the last process
//! start is known. The first of them stay in memory, the rest go to a temporary file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use crate::schema::Event;

use super::Error;

/// Bytes of rows that stay in memory.
const MEMORY: usize = 64 << 20;
/// Bytes of rows that one thread makes before it puts them away.
const PIECE: usize = 1 << 20;

/// Appends an event's row to a text, and gives a number that comes back with it.
pub(super) type Render<'a> = &'a (dyn Fn(&Event<'_>, &mut String) -> u32 + Sync);

/// Where a row waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    at: u64,
    length: u32,
    /// What making it gave.
    pub note: u32,
}

/// How rows are made, and where they wait.
pub(super) struct Spool<'a> {
    render: Render<'a>,
    texts: Mutex<Texts>,
}

#[derive(Default)]
struct Texts {
    memory: String,
    file: Option<File>,
    end: u64,
    /// What went wrong first.
    failed: Option<io::Error>,
}

/// The rows of one block.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    text: String,
    /// How many of the rows have been put away.
    away: usize,
}

impl Rows {
    /// Makes an event's row.
    pub fn push(&mut self, event: &Event<'_>, spool: &Spool) {
        let from = self.text.len();
        let note = (spool.render)(event, &mut self.text);
        self.rows.push(Row {
            at: from as u64,
            length: (self.text.len() - from) as u32,
            note,
        });
        if self.text.len() >= PIECE {
            self.put_away(spool);
        }
    }

    /// Puts the rows away that have not been.
    pub fn put_away(&mut self, spool: &Spool) {
        let mut texts = spool.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let base = texts.put(&self.text);
        drop(texts);
        for row in &mut self.rows[self.away..] {
            row.at += base;
        }
        self.away = self.rows.len();
        self.text.clear();
    }
}

impl Texts {
    /// Where the text begins.
    fn put(&mut self, text: &str) -> u64 {
        let begin = self.end;
        self.end += text.len() as u64;
        if self.file.is_none() && self.end <= MEMORY as u64 {
            self.memory.push_str(text);
        } else if let Err(error) = self.write(text) {
            self.failed.get_or_insert(error);
        }
        begin
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(text.as_bytes())
    }
}

impl<'a> Spool<'a> {
    pub fn new(render: Render<'a>) -> Spool<'a> {
        Spool {
            render,
            texts: Mutex::default(),
        }
    }

    /// Hands out the rows in this order, until `emit` returns an error.
    pub fn emit<E>(
        self,
        rows: impl Iterator<Item = Row>,
        mut emit: impl FnMut(&str, u32) -> Result<(), E>,
    ) -> Result<Result<(), E>, Error> {
        let texts = self.texts.into_inner();
        let mut texts = texts.unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = texts.failed {
            return Err(Error::Spool(error));
        }
        let mut buffer = Vec::new();
        for row in rows {
            let from = usize::try_from(row.at).unwrap_or(usize::MAX);
            let held = (texts.memory).get(from..from.saturating_add(row.length as usize));
            let text = match (held, &mut texts.file) {
                (Some(text), _) => text,
                (None, Some(file)) => {
                    let at = row.at - texts.memory.len() as u64;
                    buffer.resize(row.length as usize, 0);
                    (file.seek(SeekFrom::Start(at)))
                        .and_then(|_| file.read_exact(&mut buffer))
                        .map_err(Error::Spool)?;
                    std::str::from_utf8(&buffer)
                        .map_err(|error| Error::Spool(io::Error::other(error)))?
                }
                (None, None) => "",
            };
            if let Err(error) = emit(text, row.note) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }
}
