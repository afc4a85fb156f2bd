//! From findings to `findings.csv`: a row a finding, enough to triage without opening the log.
//!
//! A row never mixes two processes or two connections: its process is that of the first event
//! that names one, its connection the first event with a destination.

mod columns;
mod view;

use std::io::{self, Write};

use super::cells::Resolved;
use super::csv::{Sheet, Style, Written};
use super::index::Index;
use super::message::Words;
use super::report::Report;
use super::table::names;

pub use columns::{COLUMNS, Origin};
pub use view::View;
pub(super) use view::first;

use Origin::{Any, Network, Process};

/// Writes `findings.csv`.
///
/// # Errors
/// What writing gives.
pub fn write<W: Write>(report: &Report<'_>, style: Style, out: W) -> io::Result<(W, Written)> {
    let index = Index::new(report);
    let words = Words::new(report.fields);
    let sources: Vec<(Origin, Option<Resolved>)> = COLUMNS
        .iter()
        .map(|column| match column.from {
            Process(cell) | Network(cell) | Any(cell) => {
                (column.from, Some(cell.resolve(report.fields)))
            }
            Origin::Finding(_) => (column.from, None),
        })
        .collect();
    let mut sheet = Sheet::new(out, style, names(COLUMNS))?;
    for (at, finding) in report.findings.iter().enumerate() {
        let Some(view) = View::new(report, &index, &words, finding, at + 1) else {
            continue;
        };
        sheet.row(|rows| {
            for (from, resolved) in &sources {
                rows.cell(|out| match (from, resolved) {
                    (Origin::Finding(write), _) => write(&view, out),
                    (Process(_), Some(cell)) => first(&view.process, *cell, out),
                    (Network(_), Some(cell)) => first(&view.network, *cell, out),
                    (_, Some(cell)) => first(&view.events, *cell, out),
                    (_, None) => {}
                });
            }
            rows.end_row();
        })?;
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::super::story::{Story, rows};
    use super::*;

    #[test]
    fn a_row_says_who_did_what() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let (csv, written) = write(&report, Style::default(), Vec::new()).unwrap();
        assert_eq!(written.rows, 2);
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
        let (csv, _) = write(&report, Style::default(), Vec::new()).unwrap();
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
        let (csv, written) = write(&story.report(&rules), Style::default(), Vec::new()).unwrap();
        assert_eq!(written, Written::default());
        let header: Vec<&str> = names(COLUMNS).collect();
        assert_eq!(String::from_utf8(csv).unwrap(), header.join(",") + "\r\n");
    }

    #[test]
    fn events_that_are_not_at_hand_leave_cells_empty() {
        let mut story = Story::new();
        story.events.clear();
        let rules = story.rules();
        let (csv, _) = write(&story.report(&rules), Style::default(), Vec::new()).unwrap();
        let rows = rows(csv);
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[1]["message"],
            "RegAsm.exe on WS01 by $user$ costs $5, $nothing$"
        );
        assert_eq!(rows[0].get("host"), None);
    }
}
