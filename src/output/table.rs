//! Columns as data: what a table's column is called, what it holds and where that comes from.

use std::fmt::Write;

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
