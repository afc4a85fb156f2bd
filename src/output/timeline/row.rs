//! From an event and what is said beside it to a row of a timeline.
//!
//! Half of a row's cells are the same in every row of one kind of event, empty most of them. What
//! they are is found out once for each kind, so that a row costs what its other cells cost. Many of
//! those say what another row said: of the same program there is the same to say.

use std::io::{self, Write};
use std::sync::OnceLock;

use super::super::cells::{Resolved, Source};
use super::super::csv::{Rows, Sheet, Style, Written};
use super::super::table::names;
use super::{COLUMNS, Origin};
use crate::model::field::{FieldTable, Show};
use crate::model::record::Part;

/// Kinds whose rows are planned: Sysmon's event ids are no more.
const KINDS: usize = 256;

/// What a row says beside the event's fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The path of its log.
    pub file: &'a str,
    /// [`Location::block`](crate::model::record::Location::block).
    pub chunk: u32,
    /// Whether its record stands in a chunk whose checksum fails.
    pub damaged: bool,
    /// The names of the rules that named it.
    pub rules: &'a str,
    /// The findings that it is part of.
    pub findings: &'a str,
}

/// The timeline's columns with their fields by number.
#[derive(Clone, Debug)]
pub struct Timeline {
    style: Style,
    cells: Plan,
    /// By kind, made when the first event of the kind comes.
    plans: Box<[OnceLock<Plan>]>,
}

/// The cells of a row, in order.
type Plan = Box<[Cells]>;

#[derive(Clone, Debug)]
enum Cells {
    /// So many, finished.
    Same(usize, Box<[u8]>),
    /// One that the event fills.
    Field(Resolved),
    /// Some, side by side from this column on, that the event fills from parts that repeat.
    Repeated(usize, Box<[Resolved]>, Box<[Part]>),
    /// One that is filled from elsewhere.
    Beside(Origin),
}

impl Timeline {
    /// For events whose fields are numbered so; see
    /// [`timeline_columns_needed`](crate::output::timeline_columns_needed).
    pub fn new(fields: &FieldTable, style: Style) -> Timeline {
        let cells = COLUMNS.iter().map(|column| match column.from {
            Origin::Event(cell) => Cells::Field(cell.resolve(fields)),
            from => Cells::Beside(from),
        });
        Timeline {
            style,
            cells: cells.collect(),
            plans: vec![OnceLock::new(); KINDS].into(),
        }
    }

    /// A sheet with the timeline's header.
    ///
    /// # Errors
    /// What writing gives.
    pub fn sheet<W: Write>(&self, out: W) -> io::Result<Sheet<W>> {
        Sheet::new(out, self.style, names(COLUMNS))
    }

    /// Appends one row.
    pub fn row<S: Show + ?Sized>(
        &self,
        event: &S,
        beside: Beside<'_>,
        out: &mut Vec<u8>,
    ) -> Written {
        let mut rows = Rows::after(std::mem::take(out), self.style);
        self.cells(event, beside, &mut rows);
        let (rows, written) = rows.finish();
        *out = rows;
        written
    }

    /// Adds one row to others.
    fn cells<S: Show + ?Sized>(&self, event: &S, beside: Beside<'_>, rows: &mut Rows) {
        for cells in self.plan(event) {
            match cells {
                Cells::Same(count, text) => rows.finished(*count, |out| {
                    out.extend_from_slice(text);
                    0
                }),
                Cells::Repeated(column, cells, parts) => rows.finished(cells.len(), |out| {
                    // What is remembered is too short to hold a long one.
                    let mut long = 0;
                    event.remembered(self.what(*column), parts, out, |out| {
                        long = self.finished(event, cells, out);
                    });
                    long
                }),
                Cells::Field(cell) => rows.cell(|out| _ = cell.write(event, out)),
                Cells::Beside(from) => beside.cell(*from, rows),
            }
        }
        rows.end_row();
    }

    fn plan<S: Show + ?Sized>(&self, event: &S) -> &[Cells] {
        match event
            .kind()
            .and_then(|kind| self.plans.get(usize::from(kind)))
        {
            None => &self.cells,
            Some(plan) => plan.get_or_init(|| self.plan_of(event)),
        }
    }

    /// What cells from a column on are remembered as: their style is part of them.
    fn what(&self, column: usize) -> u32 {
        (column as u32) << 1 | u32::from(self.style.raw_cells)
    }

    /// Appends cells, finished, and says how many of them are long.
    fn finished<S: Show + ?Sized>(&self, event: &S, cells: &[Resolved], out: &mut Vec<u8>) -> u64 {
        let mut rows = Rows::after(std::mem::take(out), self.style);
        for cell in cells {
            rows.cell(|out| _ = cell.write(event, out));
        }
        let (text, written) = rows.finish();
        *out = text;
        written.long_cells
    }

    /// The plan of all events of this one's kind.
    fn plan_of<S: Show + ?Sized>(&self, event: &S) -> Plan {
        let sources: Vec<Source> = self
            .cells
            .iter()
            .map(|cells| source(cells, event))
            .collect();
        let (mut plan, mut column) = (Vec::new(), 0);
        for run in sources.chunk_by(Source::is_shared_with) {
            let cells = &self.cells[column..column + run.len()];
            plan.push(match &run[0] {
                Source::Kind(_) => {
                    let mut same = Rows::after(Vec::new(), self.style);
                    for source in run {
                        if let Source::Kind(text) = source {
                            same.text(text);
                        }
                    }
                    Cells::Same(run.len(), same.finish().0.into())
                }
                Source::Parts(parts) => {
                    let resolved = |cells: &Cells| match cells {
                        Cells::Field(cell) => Some(*cell),
                        _ => None,
                    };
                    let cells = cells.iter().filter_map(resolved).collect();
                    Cells::Repeated(column, cells, parts.as_slice().into())
                }
                Source::Event => cells[0].clone(),
            });
            column += run.len();
        }
        plan.into()
    }
}

fn source<S: Show + ?Sized>(cells: &Cells, event: &S) -> Source {
    let Cells::Field(cell) = cells else {
        return Source::Event;
    };
    cell.source(event)
}

impl Beside<'_> {
    pub(super) fn cell(&self, from: Origin, rows: &mut Rows) {
        match from {
            Origin::File => rows.text(self.file),
            Origin::Chunk => rows.number(self.chunk.into()),
            Origin::Damaged => rows.text(if self.damaged { "yes" } else { "" }),
            Origin::Rules => rows.text(self.rules),
            Origin::Findings => rows.text(self.findings),
            Origin::Event(_) => rows.text(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::{FieldId, View};
    use crate::model::value::Value;
    use crate::output::sketch::{Remembered, Sketch};
    use crate::output::story::Values;
    use crate::output::timeline_columns_needed;

    #[test]
    fn a_row_is_the_same_whatever_is_known_of_its_kind() {
        let mut fields = FieldTable::default();
        timeline_columns_needed(&mut fields);
        let field = |name| fields.get(View::Ecs, name).unwrap();
        let (always, never) = (field("event.action"), field("user.name"));
        let value = |field: FieldId| match field == never {
            true => Value::Null,
            false => Value::str(format!("={},\"", field.0)),
        };
        let beside = Beside {
            file: "a,b.evtx",
            chunk: 7,
            damaged: true,
            rules: "one",
            findings: "1; 2",
        };
        let remembered = Remembered::default();
        for raw_cells in [false, true] {
            let style = Style {
                raw_cells,
                ..Style::default()
            };
            let timeline = Timeline::new(&fields, style);
            let rows = [None, Some(1), Some(1), Some(9999)].map(|kind| {
                let event = Sketch {
                    kind,
                    remembered: &remembered,
                    values: &Values(fields.iter().map(|(field, ..)| value(field)).collect()),
                    always,
                    never,
                };
                let mut row = b"before ".to_vec();
                assert_eq!(timeline.row(&event, beside, &mut row).rows, 1);
                String::from_utf8(row).unwrap()
            });
            assert!(rows.iter().all(|row| *row == rows[0]), "{rows:?}");
            let time = if raw_cells {
                "\"=0,\"\"\""
            } else {
                "\"'=0,\"\"\""
            };
            assert!(rows[0].starts_with(&format!("before {time},")), "{rows:?}");
            assert!(rows[0].ends_with(",one,1; 2\r\n"), "{rows:?}");
        }
        let styles = remembered
            .borrow()
            .keys()
            .map(|(what, _)| what % 2)
            .sum::<u32>();
        assert_eq!(remembered.borrow().len() as u32, styles * 2);
        assert!(styles > 3);
    }
}
