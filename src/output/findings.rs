//! From findings to `findings.csv`: a row a finding, enough to triage without opening the log.
//!
//! A row never mixes two processes or two connections: its process is that of the first event
//! that names one, its connection the first event with a destination.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::cells::{Cell, Resolved};
use super::csv::{Sheet, Style, Written};
use super::index::Index;
use super::message;
use super::report::{Report, RuleUsed};
use super::table::{Column, column, names};
use crate::model::field::FieldTable;
use crate::model::finding::{EventRow, Finding, Remark};
use crate::model::rule::Attack;

/// Where a cell of `findings.csv` comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The finding and its rule.
    Finding(fn(&View<'_>, &mut String)),
    /// The finding's process: its start where that is at hand, else the first of the finding's
    /// events of that process that has it.
    Process(Cell),
    /// The first of the finding's events that has a destination address, else the first event
    /// that has it.
    Network(Cell),
    /// The first of the finding's events that has it.
    Any(Cell),
}

use Cell::{Ecs, User};
use Origin::{Any, Network, Process};

/// The columns of `findings.csv`.
pub static COLUMNS: &[Column<Origin>] = &[
    column(
        "finding",
        Origin::Finding(|v, out| push(out, v.number)),
        "The row's number, from 1. `timeline.csv` names findings by it.",
    ),
    column(
        "rule_source",
        Origin::Finding(|v, out| out.push_str(v.rule.info.vendor.as_str())),
        "Whose rule it is: `elastic` or `splunk`.",
    ),
    column(
        "rule_name",
        Origin::Finding(|v, out| out.push_str(&v.rule.info.name)),
        "The rule's name.",
    ),
    column(
        "rule_id",
        Origin::Finding(|v, out| out.push_str(&v.rule.info.id)),
        "The rule's id, as its vendor gave it.",
    ),
    column(
        "rule_version",
        Origin::Finding(|v, out| out.push_str(&v.rule.info.version)),
        "The rule's version; empty where its file has none.",
    ),
    column(
        "severity",
        Origin::Finding(|v, out| out.push_str(&v.rule.info.severity)),
        "`low`, `medium`, `high` or `critical`.",
    ),
    column(
        "risk_score",
        Origin::Finding(|v, out| {
            if let Some(score) = v.rule.info.risk_score {
                push(out, score)
            }
        }),
        "0 to 100, as the rule says.",
    ),
    column(
        "tactics",
        Origin::Finding(|v, out| attacks(&v.rule.info.tactics, out)),
        "MITRE ATT&CK tactics, id and name, joined with `; `.",
    ),
    column(
        "techniques",
        Origin::Finding(|v, out| attacks(&v.rule.info.techniques, out)),
        "MITRE ATT&CK techniques and sub-techniques, likewise.",
    ),
    column(
        "rule_finding",
        Origin::Finding(|v, out| push(out, v.finding.number)),
        "The finding's number among its rule's, from 1: `sequence` in the table of an Elastic rule, the row in that of a Splunk rule.",
    ),
    column(
        "first_time_utc",
        Origin::Finding(|v, out| v.time(Iterator::min, out)),
        "Time of the earliest event (Sysmon's UtcTime, else the time the record was written), UTC.",
    ),
    column(
        "last_time_utc",
        Origin::Finding(|v, out| v.time(Iterator::max, out)),
        "Time of the latest event, likewise.",
    ),
    column("host", Any(Ecs("host.name")), "The computer."),
    column(
        "user",
        Process(User),
        "The account of the process, `DOMAIN\\name`.",
    ),
    column(
        "process",
        Process(Ecs("process.name")),
        "The process's file name.",
    ),
    column(
        "process_path",
        Process(Ecs("process.executable")),
        "The process's file with its path.",
    ),
    column(
        "pid",
        Process(Ecs("process.pid")),
        "The process id, which Windows uses again.",
    ),
    column(
        "process_entity_id",
        Process(Ecs("process.entity_id")),
        "Sysmon's ProcessGuid, which it does not use again.",
    ),
    column(
        "command_line",
        Process(Ecs("process.command_line")),
        "The process's command line.",
    ),
    column(
        "md5",
        Process(Ecs("process.hash.md5")),
        "MD5 of the process's file.",
    ),
    column(
        "sha1",
        Process(Ecs("process.hash.sha1")),
        "SHA-1 of the process's file.",
    ),
    column(
        "sha256",
        Process(Ecs("process.hash.sha256")),
        "SHA-256 of the process's file.",
    ),
    column(
        "imphash",
        Process(Ecs("process.pe.imphash")),
        "Hash of the imports of the process's file.",
    ),
    column(
        "parent",
        Process(Ecs("process.parent.name")),
        "The parent's file name.",
    ),
    column(
        "parent_path",
        Process(Ecs("process.parent.executable")),
        "The parent's file with its path.",
    ),
    column(
        "parent_command_line",
        Process(Ecs("process.parent.command_line")),
        "The parent's command line.",
    ),
    column(
        "source_address",
        Network(Ecs("source.ip")),
        "The connection's source address.",
    ),
    column(
        "source_port",
        Network(Ecs("source.port")),
        "Its source port.",
    ),
    column(
        "source_name",
        Network(Ecs("source.domain")),
        "The name that Sysmon resolved for the source.",
    ),
    column(
        "destination_address",
        Network(Ecs("destination.ip")),
        "The connection's destination address.",
    ),
    column(
        "destination_port",
        Network(Ecs("destination.port")),
        "Its destination port.",
    ),
    column(
        "destination_name",
        Network(Ecs("destination.domain")),
        "The name that Sysmon resolved for the destination.",
    ),
    column(
        "file_path",
        Any(Ecs("file.path")),
        "The file that an event is about (written, loaded, deleted; a pipe).",
    ),
    column(
        "registry_path",
        Any(Ecs("registry.path")),
        "The registry key or value that an event is about.",
    ),
    column(
        "registry_data",
        Any(Ecs("registry.data.strings")),
        "What was written there.",
    ),
    column(
        "dns_name",
        Any(Ecs("dns.question.name")),
        "The name that was asked of DNS.",
    ),
    column(
        "count",
        Origin::Finding(|v, out| push(out, v.finding.count)),
        "How many events the finding counts.",
    ),
    column(
        "message",
        Origin::Finding(message::write),
        "What the finding says: the rule's message with its `$field$` places filled in (a place stays as written where no event has the field); for a rule without one, a sentence in the order of Elastic's alert reasons.",
    ),
    column(
        "profile",
        Origin::Finding(|v, out| out.push_str(v.profile)),
        "The profile of the run: `forensic` or `elastic` (see [profiles](profiles.md)).",
    ),
    column(
        "elastic_live",
        Origin::Finding(|v, out| out.push_str(live(v.finding.remark))),
        "Why Elastic's live pipeline would not raise this finding: `missed: order`, `missed: user`, `missed: order, user`. Empty where nothing speaks against it, and for rules that are not Elastic's.",
    ),
    column(
        "record_ids",
        Origin::Finding(|v, out| v.records(out)),
        "The record id (`System/EventRecordID`) of each event, in stage order or in the log's, joined with `; `. `none` stands for a stage whose event must be missing.",
    ),
    column(
        "files",
        Origin::Finding(|v, out| v.files(out)),
        "The log of each event, in the same order; one where all stand in the same.",
    ),
    column(
        "start_record_id",
        Origin::Finding(|v, out| {
            if let Some(start) = v.enriched() {
                out.push_str(&v.index.record_id(start))
            }
        }),
        "Where the process's details come from the record of its start and that is not among the finding's events: its record id.",
    ),
    column(
        "start_file",
        Origin::Finding(|v, out| {
            if let Some(start) = v.enriched() {
                out.push_str(&v.report.path(start.location))
            }
        }),
        "The log of that record.",
    ),
    column(
        "damaged",
        Origin::Finding(|v, out| {
            if v.shown().any(|event| event.damaged) {
                out.push_str("yes")
            }
        }),
        "`yes` where a record behind the row stands in a chunk whose checksum fails.",
    ),
];

/// One finding with everything that its row shows.
pub struct View<'a> {
    pub(super) report: &'a Report<'a>,
    pub(super) index: &'a Index<'a>,
    pub(super) fields: &'a FieldTable,
    pub(super) rule: &'a RuleUsed<'a>,
    pub(super) finding: &'a Finding,
    /// Those that are at hand, in order.
    pub(super) events: Vec<&'a EventRow>,
    number: usize,
    profile: &'a str,
    /// The process's start, then its other events.
    process: Vec<&'a EventRow>,
    /// The connection, then every event.
    network: Vec<&'a EventRow>,
}

/// Writes `findings.csv`.
///
/// # Errors
/// What writing gives.
pub fn write<W: Write>(report: &Report<'_>, style: Style, out: W) -> io::Result<(W, Written)> {
    let index = Index::new(report);
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
        let Some(view) = View::new(report, &index, finding, at + 1) else {
            continue;
        };
        for (from, resolved) in &sources {
            sheet.cell(|out| match (from, resolved) {
                (Origin::Finding(write), _) => write(&view, out),
                (Process(_), Some(cell)) => first(&view.process, *cell, out),
                (Network(_), Some(cell)) => first(&view.network, *cell, out),
                (_, Some(cell)) => first(&view.events, *cell, out),
                (_, None) => {}
            })?;
        }
        sheet.end_row()?;
    }
    sheet.finish()
}

impl<'a> View<'a> {
    /// None where the finding names a rule that the report lacks.
    fn new(
        report: &'a Report<'a>,
        index: &'a Index<'a>,
        finding: &'a Finding,
        number: usize,
    ) -> Option<View<'a>> {
        let events: Vec<&EventRow> = finding
            .events
            .iter()
            .flatten()
            .filter_map(|location| report.events.get(location))
            .collect();
        let process = match events.iter().find(|event| index.process(event).is_some()) {
            Some(first) => index
                .start(first)
                .into_iter()
                .chain(
                    events
                        .iter()
                        .copied()
                        .filter(|event| index.process(event) == index.process(first)),
                )
                .collect(),
            None => events.first().copied().into_iter().collect(),
        };
        let network = match events.iter().find(|event| index.has_destination(event)) {
            Some(connection) => vec![*connection],
            None => events.clone(),
        };
        Some(View {
            rule: report.rules.get(finding.rule)?,
            fields: report.fields,
            profile: report.profile,
            report,
            index,
            finding,
            events,
            number,
            process,
            network,
        })
    }

    /// The record that fills in the process's details, where it is not among the events.
    fn enriched(&self) -> Option<&'a EventRow> {
        let start = self.process.first()?;
        let own = self
            .events
            .iter()
            .any(|event| event.location == start.location);
        (!own).then_some(*start)
    }

    /// Every event that the row shows something of.
    fn shown(&self) -> impl Iterator<Item = &'a EventRow> {
        self.events.iter().copied().chain(self.enriched())
    }

    fn time(
        &self,
        choose: fn(
            std::vec::IntoIter<crate::model::time::Time>,
        ) -> Option<crate::model::time::Time>,
        out: &mut String,
    ) {
        let times: Vec<_> = self
            .events
            .iter()
            .filter_map(|event| self.index.time(event))
            .collect();
        if let Some(time) = choose(times.into_iter()) {
            push(out, time);
        }
    }

    fn records(&self, out: &mut String) {
        for (at, location) in self.finding.events.iter().enumerate() {
            if at > 0 {
                out.push_str("; ");
            }
            match location.map(|location| self.report.events.get(&location)) {
                None => out.push_str("none"),
                Some(Some(event)) => out.push_str(&self.index.record_id(event)),
                Some(None) => {}
            }
        }
    }

    fn files(&self, out: &mut String) {
        let mut files = self
            .finding
            .events
            .iter()
            .flatten()
            .map(|location| location.file);
        if let Some(first) = files.next()
            && files.all(|file| file == first)
        {
            if let Some(location) = self.finding.events.iter().flatten().next() {
                out.push_str(&self.report.path(*location));
            }
            return;
        }
        for (at, location) in self.finding.events.iter().enumerate() {
            if at > 0 {
                out.push_str("; ");
            }
            match location {
                Some(location) => out.push_str(&self.report.path(*location)),
                None => out.push_str("none"),
            }
        }
    }

    pub(super) fn process_text(&self, field: &'static str) -> String {
        self.text(&self.process, Ecs(field))
    }

    pub(super) fn network_text(&self, field: &'static str) -> String {
        self.text(&self.network, Ecs(field))
    }

    pub(super) fn any_text(&self, field: &'static str) -> String {
        self.text(&self.events, Ecs(field))
    }

    pub(super) fn user_text(&self) -> String {
        self.text(&self.process, User)
    }

    fn text(&self, events: &[&EventRow], cell: Cell) -> String {
        let mut text = String::new();
        first(events, cell.resolve(self.fields), &mut text);
        text
    }
}

/// Appends what the first event that has something shows.
fn first(events: &[&EventRow], cell: Resolved, out: &mut String) {
    let before = out.len();
    for event in events {
        cell.write(*event, out);
        if out.len() > before {
            return;
        }
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    let _ = write!(out, "{value}");
}

/// `T1218 System Binary Proxy Execution; T1218.009 Regsvcs/Regasm`.
fn attacks(attacks: &[Attack], out: &mut String) {
    for (at, attack) in attacks.iter().enumerate() {
        if at > 0 {
            out.push_str("; ");
        }
        out.push_str(&attack.id);
        if !attack.id.is_empty() && !attack.name.is_empty() {
            out.push(' ');
        }
        out.push_str(&attack.name);
    }
}

fn live(remark: Option<Remark>) -> &'static str {
    match remark {
        None => "",
        Some(Remark {
            order: true,
            user: true,
        }) => "missed: order, user",
        Some(Remark {
            order: true,
            user: false,
        }) => "missed: order",
        Some(Remark {
            order: false,
            user: true,
        }) => "missed: user",
        Some(Remark {
            order: false,
            user: false,
        }) => "missed",
    }
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
