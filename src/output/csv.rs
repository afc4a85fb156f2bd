//! From cells to CSV: RFC 4180 (commas, CRLF, quotes where needed), UTF-8, made safe for the
//! spreadsheets that it is opened in.
//!
//! A cell that a spreadsheet would run as a formula is defused with a leading apostrophe, and
//! hidden characters are shown as escapes ([`super::show`]), so that a row is always one line.

use std::io::{self, Write};

use super::show::visible;

/// Rows below the header that Excel can show.
const EXCEL_ROWS: u64 = 1_048_575;
/// UTF-16 units that Excel shows of one cell.
const EXCEL_CELL: usize = 32_767;

/// Bytes that are gathered before they are handed on.
const BUFFER: usize = 1 << 16;

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Starts with a byte-order mark, by which Excel knows UTF-8.
    pub bom: bool,
    /// Leaves cells that begin like a formula as they are.
    pub raw_cells: bool,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows, without the header.
    pub rows: u64,
    /// Cells that are longer than a spreadsheet shows. They were written whole.
    pub long_cells: u64,
}

impl Written {
    /// With what a further part of the same table holds.
    pub fn and(self, part: Written) -> Written {
        Written {
            rows: self.rows.saturating_add(part.rows),
            long_cells: self.long_cells.saturating_add(part.long_cells),
        }
    }

    /// What whoever opens the table in Excel has to know.
    pub fn warnings(&self, table: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.rows > EXCEL_ROWS {
            warnings.push(format!(
                "{table} has {} rows and is whole, but Excel shows only the first {EXCEL_ROWS}",
                self.rows
            ));
        }
        if self.long_cells > 0 {
            warnings.push(format!(
                "{table} has {} cells of more than {EXCEL_CELL} characters, which Excel cuts off",
                self.long_cells
            ));
        }
        warnings
    }
}

/// A table on its way to a writer.
pub struct Sheet<W: Write> {
    writer: ::csv::Writer<W>,
    /// The row so far: the csv crate writes a whole one in half the time of its cells.
    row: ::csv::ByteRecord,
    style: Style,
    cell: String,
    written: Written,
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
        let mut sheet = Sheet::part(out, style);
        for name in header {
            sheet.text(name.as_ref());
        }
        sheet.end_row()?;
        sheet.written.rows = 0;
        Ok(sheet)
    }

    /// Rows of a table whose header stands elsewhere: tables are made in parts, in parallel.
    pub fn part(out: W, style: Style) -> Sheet<W> {
        let writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .buffer_capacity(BUFFER)
            .from_writer(out);
        Sheet {
            writer,
            row: ::csv::ByteRecord::new(),
            style,
            cell: String::new(),
            written: Written::default(),
        }
    }

    /// One cell, whose text is appended to the given string.
    pub fn cell(&mut self, write: impl FnOnce(&mut String)) {
        let mut cell = std::mem::take(&mut self.cell);
        cell.clear();
        write(&mut cell);
        self.text(&cell);
        self.cell = cell;
    }

    /// One cell of text.
    pub fn text(&mut self, text: &str) {
        let shown = visible(text);
        if shown.len() > EXCEL_CELL && shown.encode_utf16().count() > EXCEL_CELL {
            self.written.long_cells += 1;
        }
        if !self.style.raw_cells && is_formula(text) {
            self.row.push_field(format!("'{shown}").as_bytes());
        } else {
            self.row.push_field(shown.as_bytes());
        }
    }

    /// The row is complete.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.writer.write_byte_record(&self.row).map_err(io_error)?;
        self.row.clear();
        self.written.rows += 1;
        Ok(())
    }

    /// Hands the rows so far to the reader.
    ///
    /// # Errors
    /// What writing gives.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// The table is complete: gives the writer back, flushed.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(self) -> io::Result<(W, Written)> {
        let written = self.written;
        match self.writer.into_inner() {
            Ok(out) => Ok((out, written)),
            Err(failed) => Err(failed.into_error()),
        }
    }
}

/// The error of the writer behind, as it was: a closed pipe is told by its kind.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Whether a spreadsheet may take the cell for a formula: it begins, after blanks, with `=`, `+`,
/// `-`, `@` or one of their full-width forms, or at once with a tab or a line break
/// (OWASP, CSV Injection).
fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn write(style: Style, rows: &[&[&str]]) -> String {
        let mut sheet = Sheet::new(Vec::new(), style, ["a", "b"]).unwrap();
        for row in rows {
            for cell in *row {
                sheet.text(cell);
            }
            sheet.end_row().unwrap();
        }
        String::from_utf8(sheet.finish().unwrap().0).unwrap()
    }

    #[test]
    fn writes_rfc_4180() {
        assert_eq!(
            write(Style::default(), &[&["x,y", "say \"hi\""], &["", "é"]]),
            "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n,é\r\n"
        );
        assert_eq!(write(Style::default(), &[]), "a,b\r\n");
    }

    #[test]
    fn starts_with_the_mark_that_excel_wants() {
        let style = Style {
            bom: true,
            ..Style::default()
        };
        assert_eq!(write(style, &[&["1", "2"]]), "\u{feff}a,b\r\n1,2\r\n");
    }

    #[test]
    fn defuses_formulas_unless_told_not_to() {
        for (cell, defused) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-enc AAAA", "'-enc AAAA"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\\tx"),
            ("\rx", "'\\rx"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("\u{feff}=1", "\\u{feff}=1"),
            ("a=1", "a=1"),
            ("1-2", "1-2"),
            ("'=1", "'=1"),
        ] {
            let style = Style::default();
            assert_eq!(
                write(style, &[&[cell, ""]]),
                format!("a,b\r\n{defused},\r\n")
            );
        }
        let raw = Style {
            raw_cells: true,
            ..Style::default()
        };
        assert_eq!(write(raw, &[&["=1+1", "\tx\n"]]), "a,b\r\n=1+1,\\tx\\n\r\n");
    }

    #[test]
    fn counts_what_excel_cannot_show() {
        let mut sheet = Sheet::new(Vec::new(), Style::default(), ["a"]).unwrap();
        for cell in [
            "x".repeat(EXCEL_CELL),
            "x".repeat(EXCEL_CELL + 1),
            "é".repeat(EXCEL_CELL),
        ] {
            sheet.text(&cell);
            sheet.end_row().unwrap();
        }
        let (bytes, written) = sheet.finish().unwrap();
        assert_eq!(
            written,
            Written {
                rows: 3,
                long_cells: 1
            }
        );
        assert_eq!(bytes.len(), 3 + 4 * EXCEL_CELL + 1 + 3 * 2);
        assert_eq!(
            written.warnings("t.csv"),
            ["t.csv has 1 cells of more than 32767 characters, which Excel cuts off"]
        );
        let many = Written {
            rows: EXCEL_ROWS + 1,
            long_cells: 0,
        };
        assert_eq!(
            many.warnings("t.csv"),
            ["t.csv has 1048576 rows and is whole, but Excel shows only the first 1048575"]
        );
        assert_eq!(
            Written {
                rows: EXCEL_ROWS,
                long_cells: 0
            }
            .warnings("t.csv"),
            [""; 0]
        );
    }

    proptest! {
        #[test]
        fn reads_back(rows in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 0..8)) {
            let mut sheet = Sheet::new(Vec::new(), Style::default(), ["a", "b", "c"]).unwrap();
            for row in &rows {
                for cell in row {
                    sheet.text(cell);
                }
                sheet.end_row().unwrap();
            }
            let (bytes, written) = sheet.finish().unwrap();
            prop_assert_eq!(written.rows, rows.len() as u64);
            prop_assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), rows.len() + 1);
            let mut reader = ::csv::Reader::from_reader(&bytes[..]);
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|row| row.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let expected: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|cell| {
                            let mark = if is_formula(cell) { "'" } else { "" };
                            format!("{mark}{}", visible(cell))
                        })
                        .collect()
                })
                .collect();
            prop_assert_eq!(read, expected);
            for row in &rows {
                for cell in row {
                    prop_assert!(!visible(cell).chars().any(char::is_control));
                }
            }
        }
    }
}
