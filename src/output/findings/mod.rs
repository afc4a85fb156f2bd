//! From findings to `findings.csv`: a row a finding, enough to triage without opening the log.
//!
//! A row never mixes two processes or two connections: its process is that of the first event
//! that names one, its connection the first event with a destination.

mod columns;
mod view;

use std::ops::Range;
use std::sync::OnceLock;

use super::cells::Cell;
use super::csv::{Rows, Written};
use super::index::Index;
use super::message::{Message, Words};
use super::report::Report;
use super::row::{EventRow, Run};
use super::table::{Table, names};
use crate::model::rule::RuleInfo;

pub use columns::{COLUMNS, Origin};
pub use view::View;
pub(super) use view::first;

use Origin::{Any, Network, Process};
use view::Lists;

/// The cells that `findings.csv` shows of events.
pub(super) fn cells() -> impl Iterator<Item = Cell> {
    COLUMNS.iter().filter_map(|column| match column.from {
        Process(cell) | Network(cell) | Any(cell) => Some(cell),
        Origin::Rule(_) | Origin::Finding(_) => None,
    })
}

/// `findings.csv`.
pub(super) struct Findings<'a> {
    report: &'a Report<'a>,
    /// Made with the first row: it takes going through all events.
    index: OnceLock<Index<'a>>,
    words: Words,
    cells: Vec<Cells>,
    /// Made with the first finding of each.
    rules: Vec<OnceLock<OfRule<'a>>>,
}

enum Cells {
    /// So many that the rule fills.
    Rule(usize),
    /// One that the finding fills.
    Finding(fn(&View<'_>, &mut Vec<u8>)),
    /// Some that lie side by side in the rows of these events.
    Events(Whose, Run),
}

/// Which of a finding's events fill a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Process,
    Network,
    Any,
}

/// What all findings of a rule have in common.
pub(super) struct OfRule<'a> {
    pub info: &'a RuleInfo,
    pub message: Message<'a>,
    /// The cells that it fills, finished.
    cells: (Vec<u8>, Written),
}

impl<'a> Findings<'a> {
    pub fn new(report: &'a Report<'a>) -> Findings<'a> {
        let mut cells: Vec<Cells> = Vec::new();
        for column in COLUMNS {
            let (whose, cell) = match column.from {
                Process(cell) => (Whose::Process, cell),
                Network(cell) => (Whose::Network, cell),
                Any(cell) => (Whose::Any, cell),
                Origin::Finding(write) => {
                    cells.push(Cells::Finding(write));
                    continue;
                }
                Origin::Rule(_) => {
                    match cells.last_mut() {
                        Some(Cells::Rule(count)) => *count += 1,
                        _ => cells.push(Cells::Rule(1)),
                    }
                    continue;
                }
            };
            let Some(run) = report.run(cell) else {
                continue;
            };
            if let Some(Cells::Events(last, before)) = cells.last_mut()
                && *last == whose
                && before.join(run)
            {
                continue;
            }
            cells.push(Cells::Events(whose, run));
        }
        Findings {
            report,
            index: OnceLock::new(),
            words: Words::new(report),
            cells,
            rules: report.rules.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| Index::new(self.report))
    }

    /// None where the report lacks the rule.
    fn rule(&self, at: usize) -> Option<&OfRule<'a>> {
        let rule = self.report.rules.get(at)?;
        let of_rule = || {
            let mut rows = Rows::after(Vec::new(), self.report.held.style());
            for column in COLUMNS {
                if let Origin::Rule(write) = column.from {
                    rows.cell(|out| write(rule.info, out));
                }
            }
            OfRule {
                info: rule.info,
                message: Message::new(rule, self.report),
                cells: rows.finish(),
            }
        };
        Some(self.rules.get(at)?.get_or_init(of_rule))
    }

    fn row(&self, view: &View<'_>, rows: &mut Rows) {
        for cells in &self.cells {
            match cells {
                Cells::Rule(count) => {
                    let (text, written) = &view.rule.cells;
                    rows.finished(*count, |out| {
                        out.extend_from_slice(text);
                        written.long_cells
                    });
                }
                Cells::Finding(write) => rows.cell(|out| write(view, out)),
                Cells::Events(whose, run) => match whose {
                    Whose::Process => of_events(view.process, *run, rows),
                    Whose::Network => of_events(view.network, *run, rows),
                    Whose::Any => of_events(view.events, *run, rows),
                },
            }
        }
        rows.end_row();
    }
}

/// Of each cell what the first event that has something shows.
fn of_events(events: &[&EventRow], run: Run, rows: &mut Rows) {
    match events {
        [event] => return rows.of_event(event, run),
        [event, ..] if event.has_all(run) => return rows.of_event(event, run),
        _ => {}
    }
    for cell in run.cells() {
        match events.iter().find(|event| !event.cells(cell).is_empty()) {
            Some(event) => rows.of_event(event, cell),
            None => rows.text(""),
        }
    }
}

impl Table for Findings<'_> {
    fn header(&self) -> Vec<&str> {
        names(COLUMNS).collect()
    }

    fn len(&self) -> usize {
        self.report.findings.len()
    }

    fn add(&self, findings: Range<usize>, rows: &mut Rows) {
        let mut lists = Lists::default();
        for at in findings {
            if let Some(view) = View::new(self, &mut lists, at) {
                self.row(&view, rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{Story, rows, written};
    use super::*;
    use crate::model::located::Located;

    #[test]
    fn a_row_says_who_did_what() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let (csv, count) = written(&Findings::new(&report));
        assert_eq!(count.rows, 2);
        let rows = rows(csv);
        let expected = [
            ("finding", "1"),
            ("rule_source", "elastic"),
            ("rule_name", "Registration Utility"),
            ("rule_id", "00000000-0000-0000-0000-000000000001"),
            ("rule_version", "9"),
            ("severity", "low"),
            ("risk_score", "21"),
            ("tactics", "TA0002 Execution"),
            (
                "techniques",
                "T1218 System Binary Proxy Execution; T1218.009",
            ),
            ("rule_finding", "1"),
            ("first_time_utc", "2024-03-01 10:00:00.250"),
            ("last_time_utc", "2024-03-01 10:00:00.500"),
            ("host", "WS01"),
            ("user", "CORP\\ann"),
            ("process", "regsvr32.exe"),
            ("pid", "100"),
            ("process_entity_id", "{r}"),
            ("command_line", "regsvr32 /i:http://x"),
            ("sha256", "aa"),
            ("parent", "WINWORD.EXE"),
            ("destination_address", "2001:db8::1"),
            ("destination_port", "443"),
            ("count", "2"),
            (
                "message",
                "process, network events with process regsvr32.exe, parent process WINWORD.EXE, \
                 destination [2001:db8::1]:443, by CORP\\ann on WS01 created low alert \
                 Registration Utility",
            ),
            ("profile", "forensic"),
            ("elastic_live", "missed: order"),
            ("record_ids", "1; none; 2"),
            ("files", "logs/a.evtx"),
        ];
        let expected = expected.map(|(name, cell)| (name.to_owned(), cell.to_owned()));
        assert_eq!(rows[0], expected.into());
    }

    #[test]
    fn a_search_is_filled_in_from_the_process_start() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let (csv, _) = written(&Findings::new(&report));
        let row = &rows(csv)[1];
        for (name, cell) in [
            ("command_line", "'-regasm"),
            ("start_record_id", "4"),
            ("start_file", "logs/a.evtx"),
            ("record_ids", "5; 9"),
            ("files", "logs/a.evtx; logs/b.xml"),
            ("first_time_utc", "2024-03-01 11:00:01.000"),
            ("last_time_utc", "2024-03-01 11:00:03.000"),
            (
                "message",
                "RegAsm.exe on WS01 by CORP\\ann costs $5, $nothing$",
            ),
            ("damaged", "yes"),
        ] {
            assert_eq!(row.get(name).map(String::as_str), Some(cell), "{name}");
        }
        assert_eq!(row.get("elastic_live"), None);
    }

    #[test]
    fn there_is_a_header_without_findings() {
        let mut story = Story::new();
        story.findings.clear();
        let rules = story.rules();
        let (csv, count) = written(&Findings::new(&story.report(&rules)));
        assert_eq!(count, Written::default());
        let header: Vec<&str> = names(COLUMNS).collect();
        assert_eq!(String::from_utf8(csv).unwrap(), header.join(",") + "\r\n");
    }

    #[test]
    fn events_that_are_not_at_hand_leave_cells_empty() {
        let mut story = Story::new();
        story.events = Located::default();
        let rules = story.rules();
        let (csv, _) = written(&Findings::new(&story.report(&rules)));
        let rows = rows(csv);
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[1]["message"],
            "RegAsm.exe on WS01 by $user$ costs $5, $nothing$"
        );
        assert_eq!(rows[0].get("host"), None);
    }
}
