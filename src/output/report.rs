//! What a hunt hands over to the outputs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::behind::Behind;
use super::cells::Cell;
use super::held::Held;
use super::row::{EventRow, Run, TextAt};
use crate::model::field::FieldTable;
use crate::model::finding::Finding;
use crate::model::located::Located;
use crate::model::problem::Problem;
use crate::model::record::Location;
use crate::model::rule::RuleInfo;

/// Everything that a hunt found, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// `forensic` or `elastic`: in what order events stood and whose `user.id` they had.
    pub profile: &'a str,
    /// The rules that ran, in order; a [`Finding`] names its rule by the place here.
    pub rules: &'a [RuleUsed<'a>],
    /// What they found, in the order in which it is shown.
    pub findings: &'a [Finding],
    /// Every event that an output may show: those behind the findings, and the starts (event 1) of
    /// the processes in them, from which command lines and hashes are filled in. The start of a
    /// process is known by its `event.category` and `event.type`.
    pub events: &'a Located<EventRow>,
    /// Which of the events each finding has.
    pub behind: &'a Behind,
    /// What the events' rows hold.
    pub held: &'a Held,
    /// Which field has which number.
    pub fields: &'a FieldTable,
    /// The inputs, in the order in which a [`Location`] numbers them.
    pub inputs: &'a [InputRead],
}

impl<'a> Report<'a> {
    /// The path of the input at a location, as people see it.
    pub(super) fn path(&self, location: Location) -> Cow<'a, str> {
        match self.inputs.get(location.file as usize) {
            // Nearly every path is text, and to find that out alone costs least.
            Some(input) => match input.path.to_str() {
                Some(path) => Cow::Borrowed(path),
                None => input.path.to_string_lossy(),
            },
            None => Cow::Borrowed(""),
        }
    }

    /// The events of a finding, as many as it has; none for one that is missing or not at hand.
    pub(super) fn events_of(&self, finding: usize) -> impl Iterator<Item = Option<&'a EventRow>> {
        let events = self.events;
        let numbers = self.numbers_of(finding).iter();
        numbers.map(|number| events.at((*number)? as usize))
    }

    /// Their numbers.
    pub(super) fn numbers_of(&self, finding: usize) -> &'a [Option<u32>] {
        self.behind.of(self.findings, self.events, finding)
    }

    /// Where rows have a cell.
    pub(super) fn run(&self, cell: Cell) -> Option<Run> {
        self.held.run(cell.resolve(self.fields))
    }

    /// Where rows have what an event has in a cell, as the event has it.
    pub(super) fn text(&self, cell: Cell) -> Option<TextAt> {
        self.held.text(cell.resolve(self.fields))
    }

    /// The same; rows have it only where it is one text.
    pub(super) fn single(&self, cell: Cell) -> Option<TextAt> {
        self.held.single(cell.resolve(self.fields))
    }
}

/// A rule that ran.
#[derive(Clone, Copy, Debug)]
pub struct RuleUsed<'a> {
    /// What it says of itself.
    pub info: &'a RuleInfo,
    /// The form of its findings.
    pub shape: Shape<'a>,
}

/// The form of a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    /// Events, alone or in stages: a table with a row an event (EQL).
    Events,
    /// Rows with these columns (SPL).
    Rows(&'a [String]),
}

/// One input and how its reading went.
#[derive(Clone, Debug, Default)]
pub struct InputRead {
    /// As shown to people.
    pub path: PathBuf,
    /// `evtx`, `xml`, `jsonl`.
    pub format: &'static str,
    /// Bytes.
    pub size: u64,
    /// Intact records of any provider.
    pub records: u64,
    /// Of these, records that no rule could ask for: other providers', other event ids.
    pub skipped: u64,
    /// Of these, records that another input holds as well.
    pub duplicates: u64,
    /// Records that could not be read, where their number is known.
    pub unreadable: u64,
    /// Records that the `evtx` crate read because the projecting reader did not know their form.
    pub fallback: u64,
    /// Sysmon's records by event id.
    pub sysmon: BTreeMap<u16, u64>,
    /// Everything that could not be read as it should.
    pub problems: Vec<Problem>,
    /// Lower-case hex, where asked for.
    pub sha256: Option<String>,
}
