//! From one rule's findings to its own table, in its vendor's shape: for Splunk exactly the
//! search's columns, for Elastic a row an event with the sequence's number and its stage.

use std::ops::Range;

use super::cells::Cell;
use super::csv::Rows;
use super::report::{Report, RuleUsed, Shape};
use super::row::{EventRow, Run};
use super::table::{Column, Table, column, names};
use crate::model::finding::Finding;
use crate::model::value::Value;

use Cell::{Ecs, User};

/// The columns that come before an event's in the table of an Elastic rule.
pub static SEQUENCE_COLUMNS: &[Column<()>] = &[
    column(
        "sequence",
        (),
        "The finding's number among the rule's, from 1. Events of one sequence share it; an event query has one event each.",
    ),
    column(
        "stage",
        (),
        "Which of the rule's stages the event matched, from 1; 1 for an event query.",
    ),
];

/// The columns that an event has in the table of an Elastic rule: ECS names where a column is
/// one field.
pub static EVENT_COLUMNS: &[Column<Cell>] = &[
    column(
        "time_utc",
        Ecs("@timestamp"),
        "`@timestamp`: Sysmon's UtcTime, else the time the record was written.",
    ),
    column("host.name", Ecs("host.name"), "The computer."),
    column("event.code", Ecs("event.code"), "Sysmon's event id."),
    column(
        "event.action",
        Ecs("event.action"),
        "What happened, in the words of Elastic's pipeline.",
    ),
    column("user", User, "The account, `DOMAIN\\name`."),
    column(
        "user.id",
        Ecs("user.id"),
        "The account's security identifier, where it is known; whose it is depends on the profile.",
    ),
    column(
        "process.entity_id",
        Ecs("process.entity_id"),
        "Sysmon's ProcessGuid.",
    ),
    column("process.pid", Ecs("process.pid"), "The process id."),
    column(
        "process.name",
        Ecs("process.name"),
        "The process's file name.",
    ),
    column(
        "process.executable",
        Ecs("process.executable"),
        "The process's file with its path.",
    ),
    column(
        "process.command_line",
        Ecs("process.command_line"),
        "The process's command line (event 1).",
    ),
    column(
        "process.parent.name",
        Ecs("process.parent.name"),
        "The parent's file name (event 1).",
    ),
    column(
        "process.parent.executable",
        Ecs("process.parent.executable"),
        "The parent's file with its path (event 1).",
    ),
    column(
        "process.parent.command_line",
        Ecs("process.parent.command_line"),
        "The parent's command line (event 1).",
    ),
    column(
        "process.hash.sha256",
        Ecs("process.hash.sha256"),
        "SHA-256 of the process's file (event 1).",
    ),
    column(
        "network.transport",
        Ecs("network.transport"),
        "`tcp` or `udp` (event 3).",
    ),
    column(
        "network.protocol",
        Ecs("network.protocol"),
        "The name of the destination's port, else of the source's (event 3).",
    ),
    column(
        "network.direction",
        Ecs("network.direction"),
        "`egress` or `ingress` (event 3).",
    ),
    column(
        "source.ip",
        Ecs("source.ip"),
        "The source address (event 3).",
    ),
    column(
        "source.port",
        Ecs("source.port"),
        "The source port (event 3).",
    ),
    column(
        "source.domain",
        Ecs("source.domain"),
        "The source's name (event 3).",
    ),
    column(
        "destination.ip",
        Ecs("destination.ip"),
        "The destination address (event 3).",
    ),
    column(
        "destination.port",
        Ecs("destination.port"),
        "The destination port (event 3).",
    ),
    column(
        "destination.domain",
        Ecs("destination.domain"),
        "The destination's name (event 3).",
    ),
    column(
        "file.path",
        Ecs("file.path"),
        "The file that the event is about.",
    ),
    column(
        "dll.path",
        Ecs("dll.path"),
        "The library that was loaded (event 7).",
    ),
    column(
        "registry.path",
        Ecs("registry.path"),
        "The registry key or value (events 12 to 14).",
    ),
    column(
        "registry.data.strings",
        Ecs("registry.data.strings"),
        "What was written there (event 13).",
    ),
    column(
        "dns.question.name",
        Ecs("dns.question.name"),
        "The name that was asked of DNS (event 22).",
    ),
    column(
        "winlog.record_id",
        Ecs("winlog.record_id"),
        "The record id (`System/EventRecordID`).",
    ),
];

/// The columns that come after an event's in the table of an Elastic rule.
pub static PLACE_COLUMNS: &[Column<()>] = &[
    column("file", (), "The log that holds the record."),
    column(
        "damaged",
        (),
        "`yes` where the record stands in a chunk whose checksum fails.",
    ),
];

/// The cells that the tables of Elastic rules show.
pub(super) fn cells() -> impl Iterator<Item = Cell> {
    EVENT_COLUMNS.iter().map(|column| column.from)
}

/// The columns of an event as rows have them: those that lie side by side there as one.
pub(super) fn runs(report: &Report<'_>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for run in cells().filter_map(|cell| report.run(cell)) {
        if !runs.last_mut().is_some_and(|before| before.join(run)) {
            runs.push(run);
        }
    }
    runs
}

/// The table of one of the report's rules: its findings, in the report's order.
pub(super) struct OfRule<'a> {
    pub report: &'a Report<'a>,
    pub runs: &'a [Run],
    pub shape: Shape<'a>,
    pub findings: Vec<usize>,
}

impl<'a> OfRule<'a> {
    pub fn new(report: &'a Report<'a>, rule: &RuleUsed<'a>, runs: &'a [Run]) -> OfRule<'a> {
        OfRule {
            report,
            runs,
            shape: rule.shape,
            findings: Vec::new(),
        }
    }

    fn event(&self, finding: &Finding, stage: u64, event: &EventRow, rows: &mut Rows) {
        rows.number(finding.number);
        rows.number(stage);
        for run in self.runs {
            rows.of_event(event, *run);
        }
        rows.text(&self.report.path(event.location));
        rows.text(if event.damaged { "yes" } else { "" });
        rows.end_row();
    }
}

impl Table for OfRule<'_> {
    fn header(&self) -> Vec<&str> {
        match self.shape {
            Shape::Rows(columns) => columns.iter().map(String::as_str).collect(),
            Shape::Events => names(SEQUENCE_COLUMNS)
                .chain(names(EVENT_COLUMNS))
                .chain(names(PLACE_COLUMNS))
                .collect(),
        }
    }

    fn len(&self) -> usize {
        self.findings.len()
    }

    fn add(&self, findings: Range<usize>, rows: &mut Rows) {
        for at in &self.findings[findings] {
            let Some(finding) = self.report.findings.get(*at) else {
                continue;
            };
            match self.shape {
                Shape::Rows(columns) => {
                    for at in 0..columns.len() {
                        let value = finding.values.get(at).unwrap_or(&Value::Null);
                        rows.cell(|out| value.show(out));
                    }
                    rows.end_row();
                }
                Shape::Events => {
                    for (stage, event) in (1..).zip(self.report.events_of(*at)) {
                        if let Some(event) = event {
                            self.event(finding, stage, event, rows);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::Written;
    use super::super::story::{Story, rows, written};
    use super::*;

    /// The table of the rule at a place.
    fn table(story: &Story, rule: usize) -> (Vec<u8>, Written) {
        let rules = story.rules();
        let report = story.report(&rules);
        let runs = runs(&report);
        let own = (0..story.findings.len()).filter(|at| story.findings[*at].rule == rule);
        let mut table = OfRule::new(&report, &rules[rule], &runs);
        table.findings.extend(own);
        written(&table)
    }

    #[test]
    fn splunk_has_the_columns_of_its_search_and_no_others() {
        let (csv, _) = table(&Story::new(), 1);
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "dest,process_name,count\r\nWS01,RegAsm.exe,2\r\n"
        );
    }

    #[test]
    fn elastic_has_a_row_an_event() {
        let (csv, written) = table(&Story::new(), 0);
        assert_eq!(written.rows, 2);
        let rows = rows(csv);
        let cells = |name: &str| -> Vec<&str> {
            rows.iter()
                .map(|row| row.get(name).map_or("", String::as_str))
                .collect()
        };
        assert_eq!(cells("sequence"), ["1", "1"]);
        assert_eq!(cells("stage"), ["1", "3"]);
        assert_eq!(
            cells("time_utc"),
            ["2024-03-01 10:00:00.500", "2024-03-01 10:00:00.250"]
        );
        assert_eq!(cells("event.code"), ["1", "3"]);
        assert_eq!(cells("process.command_line"), ["regsvr32 /i:http://x", ""]);
        assert_eq!(cells("destination.ip"), ["", "2001:db8::1"]);
        assert_eq!(cells("winlog.record_id"), ["1", "2"]);
        assert_eq!(cells("file"), ["logs/a.evtx", "logs/a.evtx"]);
    }

    #[test]
    fn a_table_has_its_header_without_rows() {
        let mut story = Story::new();
        story.findings.clear();
        let (csv, _) = table(&story, 1);
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "dest,process_name,count\r\n"
        );
        let (csv, written) = table(&story, 0);
        assert!(csv.starts_with(b"sequence,stage,time_utc,host.name,"));
        assert!(csv.ends_with(b",winlog.record_id,file,damaged\r\n"));
        assert_eq!(written.rows, 0);
    }
}
