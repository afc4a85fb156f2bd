//! Where findings go: from findings and the events behind them to tables, and from tables to
//! files, a terminal or a pipe.
//!
//! Columns are data ([`table::Column`]), so that the files, the manual (`docs/output.md`) and what is
//! held of an event ([`Held`]) come from one place. Every file here is the same
//! for the same logs, rules and options, whatever the number of threads.

mod behind;
pub mod cells;
pub mod csv;
pub mod findings;
pub mod folder;
mod held;
mod index;
pub mod jsonl;
mod message;
pub mod query;
pub mod report;
mod row;
pub mod rule_tables;
pub mod run_json;
pub mod show;
pub mod slug;
pub mod summary;
pub mod table;
mod tables;
pub mod text;
pub mod timeline;
pub mod whole;

#[cfg(test)]
mod manual;
#[cfg(test)]
mod sketch;
#[cfg(test)]
mod story;

pub use behind::Behind;
pub use cells::timeline_columns_needed;
pub use folder::Folder;
pub use held::Held;
pub use report::{InputRead, Report, RuleUsed, Shape};
pub use row::EventRow;
pub use tables::{Tables, write_tables};
