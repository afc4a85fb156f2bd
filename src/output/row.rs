//! An event as the tables of a hunt show it: cells that are finished and lie side by side, so that
//! a table copies those that it has side by side too in one piece; after them, texts as the event
//! has them, where no cell shows them so.
//!
//! Thousands of events stand in several tables each, so their rows are made once ([`super::held`]).

use std::sync::Arc;

use super::csv::Rows;
use crate::model::record::Location;
use crate::model::time::Time;
use crate::model::value::Value;

/// Marks the end of a cell that does not show its text as it stands, and of a text that the event
/// has not or that its cell shows.
pub(super) const MARK: u32 = 1 << 31;
/// Marks the end of a cell that is longer than a spreadsheet shows.
pub(super) const LONG: u32 = 1 << 30;

/// An event that tables show.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Where its record stands.
    pub location: Location,
    /// Whether its record stands in a chunk whose checksum fails.
    pub damaged: bool,
    pub(super) time: Option<Time>,
    pub(super) of_kind: Arc<OfKind>,
    /// Whether some cell is longer than a spreadsheet shows.
    pub(super) has_long: bool,
    pub(super) packed: Packed,
}

/// The cells and texts of a row. Where they end stands before them, in one piece of memory, for the
/// one is looked at with the other.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    /// How many ends there are.
    count: u32,
    /// The ends, each of 32 bits, and then UTF-8.
    bytes: Box<[u8]>,
}

/// A number of 32 bits, the lowest first.
type End = [u8; 4];

impl Packed {
    /// From where each cell ends, then each text, with their marks, and from what they are.
    pub fn new(ends: &[u32], text: &[u8]) -> Packed {
        let mut bytes = Vec::with_capacity(size_of_val(ends) + text.len());
        bytes.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
        bytes.extend_from_slice(text);
        Packed {
            count: ends.len() as u32,
            bytes: bytes.into(),
        }
    }

    fn parts(&self) -> (&[End], &[u8]) {
        let (ends, text) = self.bytes.split_at(self.count as usize * size_of::<End>());
        (ends.as_chunks().0, text)
    }
}

/// What most often all events of a kind have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OfKind {
    pub category: Value,
    /// Whether they tell of the start of their process.
    pub is_start: bool,
}

/// Cells that lie side by side in every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    from: usize,
    to: usize,
}

/// Where rows have a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextAt {
    /// The cell that most often shows it as it stands.
    pub cell: Option<usize>,
    /// Its own place behind the cells.
    pub own: usize,
}

impl Run {
    /// One cell.
    pub fn one(at: usize) -> Run {
        Run {
            from: at,
            to: at + 1,
        }
    }

    /// Takes in the next one, where it follows. False, and nothing done, where it does not.
    pub fn join(&mut self, next: Run) -> bool {
        let follows = self.to == next.from;
        if follows {
            self.to = next.to;
        }
        follows
    }

    /// How many they are.
    pub fn len(self) -> usize {
        self.to - self.from
    }

    /// Each by itself.
    pub fn cells(self) -> impl Iterator<Item = Run> {
        (self.from..self.to).map(Run::one)
    }
}

impl EventRow {
    /// Cells, finished, with the commas between them.
    pub(super) fn cells(&self, run: Run) -> &[u8] {
        // A comma stands before each cell but the first.
        let (ends, text) = self.packed.parts();
        let from = end_before(ends, run.from) + usize::from(run.from > 0);
        text.get(from..end_before(ends, run.to)).unwrap_or_default()
    }

    /// Whether none of these cells is empty.
    pub(super) fn has_all(&self, run: Run) -> bool {
        run.cells().all(|cell| !self.cells(cell).is_empty())
    }

    /// How many of these cells are longer than a spreadsheet shows.
    pub(super) fn long(&self, run: Run) -> u64 {
        if !self.has_long {
            return 0;
        }
        let (ends, _) = self.packed.parts();
        let ends = ends.get(run.from..run.to).unwrap_or_default();
        let is_long = |end: &End| u32::from_le_bytes(*end) & LONG != 0;
        ends.iter().map(|end| u64::from(is_long(end))).sum()
    }

    /// A text as the event has it, UTF-8; none where it has none.
    pub(super) fn text(&self, at: Option<TextAt>) -> Option<&[u8]> {
        let at = at?;
        let (ends, texts) = self.packed.parts();
        let is_marked = |at: usize| {
            let end = ends.get(at).map(|end| u32::from_le_bytes(*end));
            end.is_none_or(|end| end & MARK != 0)
        };
        if let Some(cell) = at.cell
            && !is_marked(cell)
        {
            let text = self.cells(Run::one(cell));
            return (!text.is_empty()).then_some(text);
        }
        let text = end_before(ends, at.own)..end_before(ends, at.own + 1);
        if is_marked(at.own) {
            None
        } else {
            texts.get(text)
        }
    }
}

/// Where what comes before a place ends.
fn end_before(ends: &[End], at: usize) -> usize {
    let end = at.checked_sub(1).and_then(|before| ends.get(before));
    end.map_or(0, |end| {
        (u32::from_le_bytes(*end) & !(MARK | LONG)) as usize
    })
}

impl Rows {
    /// Some of an event's cells.
    pub(super) fn of_event(&mut self, event: &EventRow, run: Run) {
        self.finished(run.len(), |out| {
            out.extend_from_slice(event.cells(run));
            event.long(run)
        });
    }
}
