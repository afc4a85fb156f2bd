//! From rows to a writer: the header first, then as many rows at a time as fill a buffer.

use std::io::{self, Write};

use super::{Rows, Style, Written};

/// Bytes that are gathered before they are handed on.
const BUFFER: usize = 1 << 16;
/// Most tables of a hunt have a header and no rows.
const HEADER: usize = 1 << 10;

/// A table on its way to a writer.
#[derive(Debug)]
pub struct Sheet<W: Write> {
    out: W,
    rows: Rows,
    /// Of the cell being written.
    cell: String,
}

impl<W: Write> Sheet<W> {
    /// A table with its header.
    ///
    /// # Errors
    /// What writing gives.
    pub fn new<S: AsRef<str>>(
        mut out: W,
        style: Style,
        header: impl IntoIterator<Item = S>,
    ) -> io::Result<Sheet<W>> {
        if style.bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let rows = Rows::after(Vec::with_capacity(HEADER), style);
        let mut sheet = Sheet {
            out,
            rows,
            cell: String::new(),
        };
        for name in header {
            sheet.text(name.as_ref());
        }
        sheet.end_row()?;
        sheet.rows.written.rows = 0;
        Ok(sheet)
    }

    /// One cell, whose text is appended to the given string.
    pub fn cell(&mut self, write: impl FnOnce(&mut String)) {
        self.cell.clear();
        write(&mut self.cell);
        self.rows.text(&self.cell);
    }

    /// One cell of text.
    pub fn text(&mut self, text: &str) {
        self.rows.text(text);
    }

    /// The row is complete.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.rows.end_row();
        self.hand_on()
    }

    /// One row, written by whoever has it.
    ///
    /// # Errors
    /// What writing gives.
    pub fn row(&mut self, write: impl FnOnce(&mut Rows)) -> io::Result<()> {
        write(&mut self.rows);
        self.hand_on()
    }

    /// Rows that were made elsewhere ([`Rows`]): those of a large table in parallel.
    ///
    /// # Errors
    /// What writing gives.
    pub fn append(&mut self, rows: &[u8], written: Written) -> io::Result<()> {
        self.rows.written = self.rows.written.and(written);
        if rows.len() >= BUFFER {
            self.write_out()?;
            return self.out.write_all(rows);
        }
        self.rows.text.extend_from_slice(rows);
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        match self.rows.text.len() < BUFFER {
            true => Ok(()),
            false => self.write_out(),
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        self.out.write_all(&self.rows.text)?;
        self.rows.text.clear();
        Ok(())
    }

    /// Hands the rows so far to the reader.
    ///
    /// # Errors
    /// What writing gives.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_out()?;
        self.out.flush()
    }

    /// The table is complete: gives the writer back, flushed.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        self.flush()?;
        Ok((self.out, self.rows.written))
    }
}
