//! From an event to its row: every cell that some table of a hunt shows of it, made once, where the
//! record is read, and finished as it will stand there.
//!
//! What all events of a kind have in common (most of them lack most fields) is found out with the
//! first of them, and cells that follow from a path, an account or a command line are remembered by
//! what the record holds there, so that a row costs what is new in it.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use super::cells::{Resolved, Source};
use super::csv::{self, Finish, Style};
use super::row::{EventRow, LONG, MARK, OfKind, Packed, Run, TextAt};
use super::{findings, index, message, rule_tables, timeline};
use crate::model::field::{FieldId, FieldTable, Fields, Known, Show, View};
use crate::model::record::{Location, Part};
use crate::model::rule::RuleInfo;
use crate::model::value::Value;

#[cfg(test)]
mod tests;

thread_local! {
    /// Where a thread makes its rows. Of what it makes just as much is kept as a row needs, since
    /// memory that is given back in part is hard to use again.
    static DRAFT: Cell<Draft> = Cell::default();
}

/// Kinds whose rows are planned: Sysmon's event ids are no more.
const KINDS: usize = 256;
/// What is kept of an event beside its cells and texts.
const KEPT: [&str; 3] = ["@timestamp", "event.category", "event.type"];

/// What rows hold, and in which order.
#[derive(Debug, Default)]
pub struct Held {
    style: Style,
    /// The cells of all tables, each once: those that a timeline has side by side come first.
    cells: Vec<Resolved>,
    /// What is read as the event has it, by sentences and by what ties events together.
    texts: Vec<Text>,
    kept: [Option<FieldId>; 3],
    /// By kind, made when the first event of the kind comes.
    plans: Box<[OnceLock<Plan>]>,
    /// Of events without a kind.
    plan: Plan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Text {
    from: Resolved,
    /// The cell that shows it, most often as it stands.
    cell: Option<usize>,
    /// It counts where it is one text, and not a list of them or something else.
    single: bool,
}

/// How the rows of a kind are made.
#[derive(Clone, Debug, Default)]
struct Plan {
    cells: Box<[Cells]>,
    /// Whether an event can have the text.
    texts: Box<[bool]>,
    of_kind: Option<Arc<OfKind>>,
}

#[derive(Clone, Debug)]
enum Cells {
    /// Some that are the same in all events of the kind, and where each ends.
    Same(Box<[u8]>, Box<[u32]>),
    /// Some, side by side from this place on, that the event fills from parts that repeat.
    Repeated(usize, Box<[Resolved]>, Box<[Part]>),
    /// One that the event fills.
    Field(Resolved),
}

/// A row being made.
#[derive(Default)]
struct Draft {
    ends: Vec<u32>,
    text: Vec<u8>,
}

impl Held {
    /// What the tables of a hunt with these rules show, finished in this style. Numbers every field
    /// that they read.
    pub fn new<'a>(
        fields: &mut FieldTable,
        rules: impl IntoIterator<Item = &'a RuleInfo>,
        style: Style,
    ) -> Held {
        let mut held = Held {
            style,
            kept: KEPT.map(|name| Some(fields.intern(View::Ecs, name))),
            plans: vec![OnceLock::new(); KINDS].into(),
            ..Held::default()
        };
        let cells = timeline::cells()
            .chain(findings::cells())
            .chain(rule_tables::cells());
        for cell in cells {
            let cell = cell.intern(fields);
            if !held.cells.contains(&cell) {
                held.cells.push(cell);
            }
        }
        for cell in message::WORDS.into_iter().chain(index::TEXTS) {
            held.keep(cell.intern(fields), false);
        }
        for cell in index::TIES {
            held.keep(cell.intern(fields), true);
        }
        for rule in rules {
            for place in message::places(&rule.message) {
                let field = fields.intern(message::view_of(rule.vendor), place);
                held.keep(Resolved::Field(Some(field)), false);
            }
        }
        held.plan = Plan {
            cells: held.cells.iter().copied().map(Cells::Field).collect(),
            texts: vec![true; held.texts.len()].into(),
            of_kind: None,
        };
        held
    }

    fn keep(&mut self, from: Resolved, single: bool) {
        let text = Text {
            from,
            cell: self.cells.iter().position(|cell| *cell == from),
            single,
        };
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// How the cells are finished.
    pub(super) fn style(&self) -> Style {
        self.style
    }

    /// Where rows have a cell.
    pub(super) fn run(&self, cell: Resolved) -> Option<Run> {
        let at = self.cells.iter().position(|held| *held == cell)?;
        Some(Run::one(at))
    }

    /// Where rows have what an event has in a cell, as the event has it.
    pub(super) fn text(&self, from: Resolved) -> Option<TextAt> {
        self.text_at(from, false)
    }

    /// The same; rows have it only where it is one text.
    pub(super) fn single(&self, from: Resolved) -> Option<TextAt> {
        self.text_at(from, true)
    }

    fn text_at(&self, from: Resolved, single: bool) -> Option<TextAt> {
        let is_it = |text: &Text| (text.from, text.single) == (from, single);
        let at = self.texts.iter().position(is_it)?;
        Some(TextAt {
            cell: self.texts[at].cell,
            own: self.cells.len() + at,
        })
    }

    /// What they show of an event.
    pub fn row<E: Fields + Show>(&self, event: &E, location: Location, damaged: bool) -> EventRow {
        let kind = event.kind().map(usize::from);
        let plan = match kind.and_then(|kind| self.plans.get(kind)) {
            Some(plan) => plan.get_or_init(|| self.plan_of(event)),
            None => &self.plan,
        };
        let mut draft = DRAFT.take();
        let Draft { ends, text } = &mut draft;
        for cells in &plan.cells {
            if !ends.is_empty() {
                text.push(b',');
            }
            let from = text.len();
            match cells {
                Cells::Same(same, their_ends) => {
                    text.extend_from_slice(same);
                    ends.extend(their_ends.iter().map(|end| from as u32 + end));
                }
                Cells::Repeated(at, cells, parts) => {
                    event.remembered(*at as u32, parts, text, |text| {
                        self.finish_with_ends(cells, event, text);
                    });
                    let their_ends = text.len() - cells.len() * size_of::<u32>();
                    let (end_bytes, _) = text[their_ends..].as_chunks();
                    ends.extend(
                        end_bytes
                            .iter()
                            .map(|end| from as u32 + u32::from_le_bytes(*end)),
                    );
                    text.truncate(their_ends);
                }
                Cells::Field(cell) => ends.push(self.finish(*cell, event, text)),
            }
        }
        for (kept, can_be) in self.texts.iter().zip(&plan.texts) {
            let shown = |cell: usize| ends[cell] & MARK == 0;
            let is_there = *can_be
                && !kept.cell.is_some_and(shown)
                && (!kept.single || kind.is_some() || kept.is_single(event))
                && kept.from.write(event, text);
            ends.push(text.len() as u32 | if is_there { 0 } else { MARK });
        }
        let [time, ..] = self.kept;
        let row = EventRow {
            location,
            damaged,
            time: match value(event, time) {
                Value::Time(time) => Some(*time),
                _ => None,
            },
            of_kind: match &plan.of_kind {
                Some(of_kind) => Arc::clone(of_kind),
                None => Arc::new(self.of_kind(event)),
            },
            has_long: ends.iter().any(|end| end & LONG != 0),
            packed: Packed::new(ends, text),
        };
        draft.ends.clear();
        draft.text.clear();
        DRAFT.set(draft);
        row
    }

    /// Appends a cell, and gives its end with its marks.
    fn finish<E: Show>(&self, cell: Resolved, event: &E, text: &mut Vec<u8>) -> u32 {
        let from = text.len();
        cell.write(event, text);
        let mark = match csv::finish(text, from, self.style) {
            Finish::Long => MARK | LONG,
            Finish::Other => MARK,
            // What is there and empty is told from what is not there by its own text.
            Finish::Plain if event.kind().is_none() => MARK,
            Finish::Plain => 0,
        };
        text.len() as u32 | mark
    }

    /// Appends cells and after them their ends, as bytes, counted from the first.
    fn finish_with_ends<E: Show>(&self, cells: &[Resolved], event: &E, text: &mut Vec<u8>) {
        let from = text.len() as u32;
        let mut ends = Vec::with_capacity(cells.len());
        for cell in cells {
            if !ends.is_empty() {
                text.push(b',');
            }
            ends.push(self.finish(*cell, event, text) - from);
        }
        text.extend(ends.into_iter().flat_map(u32::to_le_bytes));
    }

    /// Where a cell comes from; what is the same in all of a kind stands as it is in every row, or is
    /// made for each.
    fn source<E: Show>(&self, cell: Resolved, event: &E) -> Source {
        match cell.source(event) {
            Source::Kind(text) if !self.is_plain(&text) => Source::Event,
            source => source,
        }
    }

    fn is_plain(&self, text: &str) -> bool {
        csv::finish(&mut text.into(), 0, self.style) == Finish::Plain
    }

    fn of_kind<E: Fields>(&self, event: &E) -> OfKind {
        let [_, category, types] = self.kept.map(|field| value(event, field));
        let has = |value: &Value, item| value.items().iter().any(|one| one.as_str() == Some(item));
        OfKind {
            category: category.clone(),
            is_start: has(category, "process") && has(types, "start"),
        }
    }

    /// The plan of all events of this one's kind.
    fn plan_of<E: Fields + Show>(&self, event: &E) -> Plan {
        let sources = self.cells.iter().map(|cell| self.source(*cell, event));
        let sources: Vec<Source> = sources.collect();
        let (mut cells, mut at) = (Vec::new(), 0);
        for run in sources.chunk_by(Source::is_shared_with) {
            let resolved = &self.cells[at..at + run.len()];
            cells.push(match &run[0] {
                Source::Kind(_) => same(run),
                Source::Parts(parts) => {
                    Cells::Repeated(at, resolved.into(), parts.as_slice().into())
                }
                Source::Event => Cells::Field(resolved[0]),
            });
            at += run.len();
        }
        let [_, category, types] = self.kept;
        let varies =
            |field: Option<FieldId>| field.is_some_and(|field| event.known(field) == Known::Varies);
        let is_known = !varies(category) && !varies(types);
        Plan {
            cells: cells.into(),
            texts: (self.texts.iter())
                .map(|text| text.from.known(event).is_none_or(|known| !known.is_empty()))
                .collect(),
            of_kind: is_known.then(|| Arc::new(self.of_kind(event))),
        }
    }
}

/// Cells that are the same in all events of a kind.
fn same(sources: &[Source]) -> Cells {
    let (mut text, mut ends) = (Vec::new(), Vec::new());
    for source in sources {
        if !ends.is_empty() {
            text.push(b',');
        }
        if let Source::Kind(known) = source {
            text.extend_from_slice(known.as_bytes());
        }
        ends.push(text.len() as u32);
    }
    Cells::Same(text.into(), ends.into())
}

impl Text {
    fn is_single<E: Fields>(&self, event: &E) -> bool {
        match self.from {
            Resolved::Field(field) => value(event, field).as_str().is_some(),
            Resolved::User { .. } => true,
        }
    }
}

fn value<E: Fields>(event: &E, field: Option<FieldId>) -> &Value {
    field.map_or(&Value::Null, |field| event.get(field))
}
