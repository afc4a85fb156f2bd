//! The account of reading one text: which records are wanted, what was read, what was lost.

use super::owned::Owned;
use super::{Ask, BlockReport};
use crate::model::problem::{Lost, Problem};
use crate::model::record::Record;

/// Problems told one by one; what a broken text has beyond is told as one number.
const TOLD: usize = 10_000;

/// A piece of a text, as a splitter finds it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A record's text, from an offset to another.
    Whole { from: u64, to: u64 },
    /// Something at an offset that cannot be a whole record, and why.
    Broken { at: u64, what: &'static str },
}

/// What is counted while one text is read.
pub(super) struct Tally<'a> {
    ask: &'a Ask<'a>,
    /// Of the records that are recalled, those that come.
    only: Option<&'a [u64]>,
    /// The one that is recalled now.
    recalled: Option<u64>,
    untold: u64,
    report: BlockReport,
}

impl<'a> Tally<'a> {
    pub(super) fn new(ask: &'a Ask<'a>, only: Option<&'a [u64]>) -> Tally<'a> {
        Tally {
            ask,
            only,
            recalled: None,
            untold: 0,
            report: BlockReport::default(),
        }
    }

    /// Where some records are recalled, goes straight to the next of them: where a record begins can
    /// depend on whether what stands before it could be parsed. False where none is left.
    pub(super) fn goes_on(&mut self, go_to: impl FnOnce(u64)) -> bool {
        let Some(only) = &mut self.only else {
            return true;
        };
        let Some((next, rest)) = only.split_first() else {
            return false;
        };
        (self.recalled, *only) = (Some(*next), rest);
        go_to(*next);
        true
    }

    /// Whether the record at an offset is to be parsed: all are, unless another is recalled.
    pub(super) fn wants(&self, offset: u64) -> bool {
        self.recalled.is_none_or(|recalled| recalled == offset)
    }

    /// Counts a record of another provider.
    pub(super) fn other(&mut self) {
        self.report.records += 1;
    }

    /// Counts a Sysmon record, and says whether it was asked for.
    pub(super) fn sysmon(&mut self, record: &Owned) -> bool {
        self.report.records += 1;
        *self.report.sysmon.entry(record.event_id()).or_default() += 1;
        self.ask.events.contains(record.event_id())
    }

    /// Notes a record that could not be read.
    pub(super) fn broken(&mut self, offset: u64, what: impl Into<String>) {
        self.problem(offset, Lost::Record, what.into());
    }

    /// Notes the end of a source before its end.
    pub(super) fn cut(&mut self, offset: u64, error: &std::io::Error) {
        self.problem(offset, Lost::File, format!("cannot be read on: {error}"));
    }

    fn problem(&mut self, offset: u64, lost: Lost, what: String) {
        if self.only.is_some() {
            return;
        }
        if self.report.problems.len() >= TOLD && lost < Lost::File {
            self.untold += 1;
            return;
        }
        self.report.problems.push(Problem {
            chunk: None,
            offset: Some(offset),
            record_id: None,
            lost,
            what,
        });
    }

    /// The account, with how many bytes it covers.
    pub(super) fn close(mut self, bytes: u64) -> BlockReport {
        if self.only.is_some() {
            return BlockReport {
                bytes,
                ..BlockReport::default()
            };
        }
        if self.untold > 0 {
            self.report.problems.push(Problem {
                chunk: None,
                offset: None,
                record_id: None,
                lost: Lost::Record,
                what: format!("{} more records that cannot be read", self.untold),
            });
        }
        self.report.bytes = bytes;
        self.report
    }
}
