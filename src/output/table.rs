//! Columns as data: what a table's column is called, what it holds and where that comes from.

use std::fmt::Write;
use std::ops::Range;

use super::csv::Rows;

/// A column. `S` says where its cells come from, each table in its own way.
#[derive(Clone, Copy, Debug)]
pub struct Column<S> {
    /// Its name in the header: stable, since other tools read it.
    pub name: &'static str,
    /// Where its cells come from.
    pub from: S,
    /// What it holds, for the manual.
    pub doc: &'static str,
}

/// A column.
pub const fn column<S: Copy>(name: &'static str, from: S, doc: &'static str) -> Column<S> {
    Column { name, from, doc }
}

/// A table that can be written in parts: it has a row, or some, for each of so many things.
pub(super) trait Table: Sync {
    /// The columns' names in order.
    fn header(&self) -> Vec<&str>;
    /// How many things there are.
    fn len(&self) -> usize;
    /// Adds the rows of some of them.
    fn add(&self, things: Range<usize>, rows: &mut Rows);
}

/// The columns' names in order.
pub fn names<S>(columns: &'static [Column<S>]) -> impl Iterator<Item = &'static str> {
    columns.iter().map(|column| column.name)
}

/// The columns as a Markdown table.
pub fn markdown<S>(columns: &[Column<S>]) -> String {
    let mut out = String::from("| column | what it holds |\n|---|---|\n");
    for column in columns {
        let _ = writeln!(out, "| `{}` | {} |", column.name, column.doc);
    }
    out
}
