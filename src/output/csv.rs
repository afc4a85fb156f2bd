//! From cells to CSV: RFC 4180 (commas, CRLF, quotes where needed), UTF-8, made safe for the
//! spreadsheets that it is opened in.
//!
//! A cell that a spreadsheet would run as a formula is defused with a leading apostrophe, and
//! hidden characters are shown as escapes ([`super::show`]), so that a row is always one line.

use crate::model::decimal;

mod cell;
mod sheet;

pub use cell::Finish;
pub use sheet::Sheet;

/// Rows below the header that Excel can show.
const EXCEL_ROWS: u64 = 1_048_575;
/// UTF-16 units that Excel shows of one cell.
const EXCEL_CELL: usize = 32_767;

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

/// Finishes the cell that the text ends with, from there on.
#[inline]
pub fn finish(text: &mut Vec<u8>, from: usize, style: Style) -> Finish {
    cell::finish(text, from, style.raw_cells)
}

/// Rows as UTF-8. A cell is written where it will stand and finished there.
#[derive(Debug, Default)]
pub struct Rows {
    text: Vec<u8>,
    /// How many cells the row has so far.
    cells: usize,
    style: Style,
    written: Written,
}

impl Rows {
    /// Rows that follow what the text holds.
    pub fn after(text: Vec<u8>, style: Style) -> Rows {
        Rows {
            text,
            style,
            ..Rows::default()
        }
    }

    /// One cell, whose text is appended to the given bytes.
    pub fn cell(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.cells > 0 {
            self.text.push(b',');
        }
        self.cells += 1;
        let from = self.text.len();
        write(&mut self.text);
        if self.text.len() > from {
            let finished = finish(&mut self.text, from, self.style);
            self.written.long_cells += u64::from(finished == Finish::Long);
        }
    }

    /// One cell of text.
    pub fn text(&mut self, text: &str) {
        self.cell(|out| out.extend_from_slice(text.as_bytes()));
    }

    /// One cell of a number.
    pub fn number(&mut self, number: u64) {
        self.finished(1, |out| {
            decimal::unsigned(number, out);
            0
        });
    }

    /// Some cells that are finished, with the commas between them, and how many of them are long.
    pub fn finished(&mut self, cells: usize, write: impl FnOnce(&mut Vec<u8>) -> u64) {
        if self.cells > 0 {
            self.text.push(b',');
        }
        self.cells += cells;
        self.written.long_cells += write(&mut self.text);
    }

    /// The row is complete.
    pub fn end_row(&mut self) {
        // A line with nothing on it would be no row at all.
        if self.cells == 1 && (self.text.is_empty() || self.text.ends_with(b"\n")) {
            self.text.extend_from_slice(b"\"\"");
        }
        self.text.extend_from_slice(b"\r\n");
        self.cells = 0;
        self.written.rows += 1;
    }

    /// The text, and what was added to it.
    pub fn finish(self) -> (Vec<u8>, Written) {
        (self.text, self.written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::show::visible;
    use super::cell::is_formula;
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

    #[test]
    fn parts_join_to_the_whole() {
        let mut sheet = Sheet::new(Vec::new(), Style::default(), ["a"]).unwrap();
        let mut rows = Rows::after(b"kept\r\n".to_vec(), Style::default());
        rows.text("");
        rows.end_row();
        rows.finished(2, |out| {
            out.extend_from_slice(b"1,");
            1
        });
        rows.text("x,y");
        rows.number(7);
        rows.finished(1, |_| 0);
        rows.end_row();
        let (text, written) = rows.finish();
        sheet.append(&text, written).unwrap();
        let (bytes, written) = sheet.finish().unwrap();
        assert_eq!(bytes, b"a\r\nkept\r\n\"\"\r\n1,,\"x,y\",7,\r\n");
        assert_eq!((written.rows, written.long_cells), (2, 1));
    }

    proptest! {
        #[test]
        fn writes_what_the_csv_crate_writes(
            rows in prop::collection::vec(prop::collection::vec("[ -~é\"\"\"\",,,,]{0,9}", 1..3), 0..8),
        ) {
            let style = Style { raw_cells: true, ..Style::default() };
            let mut ours = Rows::after(Vec::new(), style);
            let mut theirs = ::csv::WriterBuilder::new()
                .terminator(::csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(Vec::new());
            for row in &rows {
                row.iter().for_each(|cell| ours.text(cell));
                ours.end_row();
                theirs.write_record(row).unwrap();
            }
            let text = |bytes| String::from_utf8(bytes).unwrap();
            prop_assert_eq!(text(ours.finish().0), text(theirs.into_inner().unwrap()));
        }

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
