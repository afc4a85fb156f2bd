//! From events in order to a timeline: `timeline.csv` of a hunt (the findings' events and the
//! other connections of their processes) and the answer of `evql timeline` (every event).
//!
//! Rows are written straight from whatever has fields, a record being read or a kept row, so that
//! a timeline of a whole log needs no copy of it, and parts can be written in parallel.

use std::io::{self, Write};

use super::cells::Cell;
use super::csv::{Style, Written};
use super::report::Report;
use super::table::{Column, column};
use crate::model::decimal;
use crate::model::record::Location;

mod row;

pub use row::{Beside, Timeline};

/// Where a cell of a timeline comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The event.
    Event(Cell),
    /// The path of its log.
    File,
    /// The part of the log that its record stands in.
    Chunk,
    /// Whether that part's checksum fails.
    Damaged,
    /// The names of the rules that named it.
    Rules,
    /// The findings that it is part of.
    Findings,
}

use Cell::{Ecs, User};
use Origin::Event;

/// The columns of a timeline.
pub static COLUMNS: &[Column<Origin>] = &[
    column(
        "time_utc",
        Event(Ecs("@timestamp")),
        "When it happened: Sysmon's UtcTime, else the time the record was written. UTC.",
    ),
    column("host", Event(Ecs("host.name")), "The computer."),
    column("event_id", Event(Ecs("event.code")), "Sysmon's event id."),
    column(
        "action",
        Event(Ecs("event.action")),
        "What happened, in the words of Elastic's pipeline.",
    ),
    column("user", Event(User), "The account, `DOMAIN\\name`."),
    column(
        "process",
        Event(Ecs("process.name")),
        "The process's file name.",
    ),
    column(
        "process_path",
        Event(Ecs("process.executable")),
        "The process's file with its path.",
    ),
    column(
        "pid",
        Event(Ecs("process.pid")),
        "The process id, which Windows uses again.",
    ),
    column(
        "process_entity_id",
        Event(Ecs("process.entity_id")),
        "Sysmon's ProcessGuid, which it does not use again.",
    ),
    column(
        "command_line",
        Event(Ecs("process.command_line")),
        "The process's command line (event 1).",
    ),
    column(
        "parent",
        Event(Ecs("process.parent.name")),
        "The parent's file name (event 1).",
    ),
    column(
        "parent_path",
        Event(Ecs("process.parent.executable")),
        "The parent's file with its path (event 1).",
    ),
    column(
        "parent_pid",
        Event(Ecs("process.parent.pid")),
        "The parent's process id (event 1).",
    ),
    column(
        "parent_entity_id",
        Event(Ecs("process.parent.entity_id")),
        "The parent's ProcessGuid (event 1).",
    ),
    column(
        "parent_command_line",
        Event(Ecs("process.parent.command_line")),
        "The parent's command line (event 1).",
    ),
    column(
        "md5",
        Event(Ecs("process.hash.md5")),
        "MD5 of the process's file (event 1).",
    ),
    column(
        "sha1",
        Event(Ecs("process.hash.sha1")),
        "SHA-1 of the process's file (event 1).",
    ),
    column(
        "sha256",
        Event(Ecs("process.hash.sha256")),
        "SHA-256 of the process's file (event 1).",
    ),
    column(
        "imphash",
        Event(Ecs("process.pe.imphash")),
        "Hash of the imports of the process's file (event 1).",
    ),
    column(
        "transport",
        Event(Ecs("network.transport")),
        "`tcp` or `udp` (event 3).",
    ),
    column(
        "protocol",
        Event(Ecs("network.protocol")),
        "The name of the destination's port, else of the source's (event 3).",
    ),
    column(
        "direction",
        Event(Ecs("network.direction")),
        "`egress` or `ingress` (event 3).",
    ),
    column(
        "source_address",
        Event(Ecs("source.ip")),
        "The source address (event 3).",
    ),
    column(
        "source_port",
        Event(Ecs("source.port")),
        "The source port (event 3).",
    ),
    column(
        "source_name",
        Event(Ecs("source.domain")),
        "The name that Sysmon resolved for the source (event 3).",
    ),
    column(
        "destination_address",
        Event(Ecs("destination.ip")),
        "The destination address (event 3).",
    ),
    column(
        "destination_port",
        Event(Ecs("destination.port")),
        "The destination port (event 3).",
    ),
    column(
        "destination_name",
        Event(Ecs("destination.domain")),
        "The name that Sysmon resolved for the destination (event 3).",
    ),
    column(
        "file_path",
        Event(Ecs("file.path")),
        "The file that the event is about.",
    ),
    column(
        "registry_path",
        Event(Ecs("registry.path")),
        "The registry key or value that the event is about.",
    ),
    column(
        "registry_data",
        Event(Ecs("registry.data.strings")),
        "What was written there.",
    ),
    column(
        "dns_name",
        Event(Ecs("dns.question.name")),
        "The name that was asked of DNS.",
    ),
    column(
        "record_id",
        Event(Ecs("winlog.record_id")),
        "The record id (`System/EventRecordID`).",
    ),
    column("file", Origin::File, "The log that holds the record."),
    column(
        "chunk",
        Origin::Chunk,
        "The record's 64 KiB chunk in an EVTX log, from 0; 0 in other formats.",
    ),
    column(
        "damaged",
        Origin::Damaged,
        "`yes` where the chunk's checksum fails.",
    ),
    column(
        "log_time_utc",
        Event(Ecs("event.created")),
        "When the record was written (`TimeCreated`), UTC: later than `time_utc`, sometimes by much.",
    ),
    column(
        "rules",
        Origin::Rules,
        "The rules that named the event, joined with `; `. In a hunt's timeline empty for the other connections of a finding's process; in `evql timeline` always empty.",
    ),
    column(
        "findings",
        Origin::Findings,
        "The findings that the event is part of, by their number in `findings.csv`, likewise.",
    ),
];

/// Writes `timeline.csv` of a hunt: the report's events at these locations, in this order.
///
/// # Errors
/// What writing gives.
pub fn write<W: Write>(
    report: &Report<'_>,
    order: &[Location],
    style: Style,
    out: W,
) -> io::Result<(W, Written)> {
    let timeline = Timeline::new(report.fields, style);
    let named = named(report);
    let mut words = Words::default();
    let mut sheet = timeline.sheet(out)?;
    for location in order {
        let Some(event) = report.events.get(location) else {
            continue;
        };
        let from = named.partition_point(|(named, _)| named < location);
        let own = named[from..]
            .iter()
            .take_while(|(named, _)| named == location);
        words.say(own.map(|(_, finding)| *finding), report);
        let beside = Beside {
            file: &report.path(*location),
            chunk: location.block,
            damaged: event.damaged,
            rules: &words.rules,
            findings: &words.findings,
        };
        sheet.row(|rows| timeline.cells(event, beside, rows))?;
    }
    sheet.finish()
}

/// The findings' events, each with the places of its findings.
fn named(report: &Report<'_>) -> Vec<(Location, usize)> {
    let findings = report.findings.iter().enumerate();
    let events = findings.flat_map(|(at, finding)| {
        let events = finding.events.iter().flatten();
        events.map(move |location| (*location, at))
    });
    let mut named: Vec<(Location, usize)> = events.collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// What one event's findings are called.
#[derive(Default)]
struct Words<'a> {
    /// The names of their rules, each once.
    rules: String,
    /// Their numbers.
    findings: String,
    said: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn say(&mut self, findings: impl Iterator<Item = usize>, report: &Report<'a>) {
        self.rules.clear();
        self.findings.clear();
        self.said.clear();
        for at in findings {
            let first = self.findings.is_empty();
            self.findings.push_str(if first { "" } else { "; " });
            decimal::unsigned(at as u64 + 1, &mut self.findings);
            let rule = report.findings.get(at).map(|finding| finding.rule);
            let Some(rule) = rule.and_then(|rule| report.rules.get(rule)) else {
                continue;
            };
            let name = rule.info.name.as_str();
            if !self.said.contains(&name) {
                self.rules
                    .push_str(if self.said.is_empty() { "" } else { "; " });
                self.rules.push_str(name);
                self.said.push(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{Story, at, rows};
    use super::*;

    #[test]
    fn rows_stand_in_the_order_given_with_what_named_them() {
        let story = Story::new();
        let rules = story.rules();
        let order = [at(0, 2), at(0, 1), at(0, 3), at(1, 9), at(7, 7)];
        let (csv, written) =
            write(&story.report(&rules), &order, Style::default(), Vec::new()).unwrap();
        assert_eq!(written.rows, 4);
        let rows = rows(csv);
        let cells = |name: &str| -> Vec<&str> {
            rows.iter()
                .map(|row| row.get(name).map_or("", String::as_str))
                .collect()
        };
        assert_eq!(cells("record_id"), ["2", "1", "3", "9"]);
        assert_eq!(
            cells("rules"),
            ["Registration Utility", "Registration Utility", "", "Regasm"]
        );
        assert_eq!(cells("findings"), ["1", "1", "", "2"]);
        assert_eq!(cells("damaged"), ["", "", "", "yes"]);
        assert_eq!(cells("user"), ["CORP\\ann"; 4]);
        assert_eq!(cells("log_time_utc")[0], "2024-03-01 10:00:00.250");
        assert_eq!(cells("file")[3], "logs/b.xml");
    }

    #[test]
    fn parts_join_to_the_whole() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let order = [at(0, 1), at(0, 2)];
        let mut named = story.findings.clone();
        named.clear();
        let report = Report {
            findings: &named,
            ..report
        };
        let (whole, _) = write(&report, &order, Style::default(), Vec::new()).unwrap();
        let timeline = Timeline::new(&story.fields, Style::default());
        let (mut joined, _) = timeline.sheet(Vec::new()).unwrap().finish().unwrap();
        for location in order {
            let beside = Beside {
                file: "logs/a.evtx",
                ..Beside::default()
            };
            let written = timeline.row(&story.events[&location], beside, &mut joined);
            assert_eq!(written.rows, 1);
        }
        assert_eq!(String::from_utf8(joined), String::from_utf8(whole));
    }
}
