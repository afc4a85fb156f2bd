//! From parts of tables, made in any order, to files, each written in the order of its parts by
//! whoever finds it not being written. Nobody waits for a file, unless what is made too far ahead of it
//! piles up.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::super::csv::{Rows, Sheet, Style, Written};
use super::super::folder::{Folder, OutputError};
use super::super::table::Table;
use super::jobs::{self, Part};

/// Parts that may wait for the one before them.
pub(super) const AHEAD: usize = 16;

/// A table and its file's name.
pub(super) type Named<'a> = (&'a str, &'a dyn Table);

/// Tables on their way into a folder.
pub(super) struct Writing<'a> {
    folder: &'a Folder,
    style: Style,
    ways: Vec<Way<'a>>,
    /// The memory of parts that were written.
    free: Mutex<Vec<Vec<u8>>>,
}

/// A table on its way into its file.
struct Way<'a> {
    table: Named<'a>,
    parts: usize,
    /// Parts that are made and not written: their rows, and what these are.
    waiting: Mutex<BTreeMap<usize, (Vec<u8>, Written)>>,
    pen: Mutex<Pen>,
}

/// How far the file has come.
struct Pen {
    /// The part that comes next.
    next: usize,
    sheet: Option<Sheet<File>>,
    written: Result<Written, OutputError>,
}

impl<'a> Writing<'a> {
    /// Of these tables, none of whose files is there yet.
    pub fn new(folder: &'a Folder, style: Style, tables: &[Named<'a>]) -> Writing<'a> {
        let way = |table: &Named<'a>| Way {
            table: *table,
            parts: jobs::count(table.1),
            waiting: Mutex::default(),
            pen: Mutex::new(Pen {
                next: 0,
                sheet: None,
                written: Ok(Written::default()),
            }),
        };
        Writing {
            folder,
            style,
            ways: tables.iter().map(way).collect(),
            free: Mutex::default(),
        }
    }

    /// Makes a part, and writes it with all that can be written, unless somebody else does, who then
    /// most often comes to it.
    pub fn make(&self, part: Part) {
        let way = &self.ways[part.table];
        let (_, table) = way.table;
        let free = lock(&self.free).pop();
        let mut rows = Rows::after(free.unwrap_or_default(), self.style);
        table.add(part.things(table), &mut rows);
        let waiting = {
            let mut waiting = lock(&way.waiting);
            waiting.insert(part.number, rows.finish());
            waiting.len()
        };
        let mut pen = match way.pen.try_lock() {
            Ok(pen) => pen,
            Err(TryLockError::WouldBlock) if waiting < AHEAD => return,
            Err(_) => lock(&way.pen),
        };
        self.catch_up(way, &mut pen);
    }

    /// Ends all files, and says what whoever opens them in Excel has to know.
    ///
    /// # Errors
    /// One could not be written.
    pub fn finish(self) -> Result<Vec<String>, OutputError> {
        let mut warnings = Vec::new();
        for way in &self.ways {
            let mut pen = lock(&way.pen);
            self.catch_up(way, &mut pen);
            let written = std::mem::replace(&mut pen.written, Ok(Written::default()))?;
            warnings.extend(written.warnings(way.table.0));
        }
        Ok(warnings)
    }

    /// Writes the parts that come next, as far as they are made.
    fn catch_up(&self, way: &Way<'_>, pen: &mut Pen) {
        let next = |pen: &Pen| lock(&way.waiting).remove(&pen.next);
        while let Some((mut text, written)) = next(pen) {
            pen.next += 1;
            let is_last = pen.next == way.parts;
            if pen.written.is_ok()
                && let Err(error) = self.write(&text, written, way.table, is_last, pen)
            {
                pen.written = Err(error);
            }
            text.clear();
            lock(&self.free).push(text);
        }
    }

    fn write(
        &self,
        text: &[u8],
        written: Written,
        (name, table): Named<'_>,
        is_last: bool,
        pen: &mut Pen,
    ) -> Result<(), OutputError> {
        let path = self.folder.path().join(name);
        let writing = |error| OutputError::io("write", &path)(error);
        let mut sheet = match pen.sheet.take() {
            Some(sheet) => sheet,
            None => {
                let file = self.folder.create(name)?;
                Sheet::new(file, self.style, table.header()).map_err(writing)?
            }
        };
        sheet.append(text, written).map_err(writing)?;
        if is_last {
            pen.written = Ok(sheet.finish().map_err(writing)?.1);
        } else {
            pen.sheet = Some(sheet);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
