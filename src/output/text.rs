//! From rows to an aligned table on a terminal.

use std::io::{self, Write};

use super::show::visible;

/// Columns wider than this push the rest of their row aside: 64 characters.
const WIDEST: usize = 64;

/// A table whose widths come from its header and its first rows; later rows are written at once.
pub struct TextTable<W: Write> {
    out: W,
    first: Vec<Vec<String>>,
    look_ahead: usize,
    widest: usize,
    widths: Vec<usize>,
}

impl<W: Write> TextTable<W> {
    /// A table that waits for so many rows before it fixes its widths.
    pub fn new<S: AsRef<str>>(
        out: W,
        header: impl IntoIterator<Item = S>,
        look_ahead: usize,
    ) -> TextTable<W> {
        let header: Vec<String> = header
            .into_iter()
            .map(|name| visible(name.as_ref()).into_owned())
            .collect();
        TextTable {
            out,
            widths: vec![0; header.len()],
            first: vec![header],
            look_ahead,
            widest: WIDEST,
        }
    }

    /// Lets a column be as wide as this before it pushes the rest of a row aside.
    pub fn widest(mut self, characters: usize) -> TextTable<W> {
        self.widest = characters;
        self
    }

    /// Writes the rows so far, with widths that then stay.
    ///
    /// # Errors
    /// What writing gives.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.first.len() > 1 {
            self.settle()?;
        }
        self.out.flush()
    }

    /// One row.
    ///
    /// # Errors
    /// What writing gives.
    pub fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) -> io::Result<()> {
        let cells: Vec<String> = cells
            .into_iter()
            .map(|cell| visible(cell.as_ref()).into_owned())
            .collect();
        if self.first.is_empty() {
            return self.write(&cells);
        }
        self.first.push(cells);
        match self.first.len() > self.look_ahead {
            true => self.settle(),
            false => Ok(()),
        }
    }

    /// The table is complete: gives the writer back.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(mut self) -> io::Result<W> {
        self.settle()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn settle(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.first);
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count().min(self.widest));
            }
        }
        rows.iter().try_for_each(|row| self.write(row))
    }

    fn write(&mut self, cells: &[String]) -> io::Result<()> {
        let mut line = String::new();
        for (at, cell) in cells.iter().enumerate() {
            line.push_str(cell);
            let width = self.widths.get(at).copied().unwrap_or_default();
            let short = width.saturating_sub(cell.chars().count());
            line.extend(std::iter::repeat_n(' ', short + 2));
        }
        writeln!(self.out, "{}", line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let mut table = TextTable::new(Vec::new(), ["a", "long name", "c"], 10);
        table.row(["1", "é\n", ""]).unwrap();
        table.row(["12345", "x", "y"]).unwrap();
        assert_eq!(
            String::from_utf8(table.finish().unwrap()).unwrap(),
            "a      long name  c\n1      é\\n\n12345  x          y\n"
        );
    }

    #[test]
    fn rows_past_the_look_ahead_are_written_at_once() {
        let mut table = TextTable::new(Vec::new(), ["a", "b"], 1);
        table.row(["1", "2"]).unwrap();
        assert_eq!(table.out, b"a  b\n1  2\n");
        table.row(["333", "4"]).unwrap();
        assert_eq!(table.out, b"a  b\n1  2\n333  4\n");
        let empty = TextTable::new(Vec::new(), ["a", "b"], 9);
        assert_eq!(empty.finish().unwrap(), b"a  b\n");
    }
}
