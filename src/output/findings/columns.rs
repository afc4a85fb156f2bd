//! The columns of `findings.csv`: their names, what fills them and what the manual says of them.

use super::view::View;
use crate::model::decimal;
use crate::model::finding::Remark;
use crate::model::rule::{Attack, RuleInfo};
use crate::model::text::Text;
use crate::output::cells::Cell::{self, Ecs, User};
use crate::output::message;
use crate::output::table::{Column, column};

use Origin::{Any, Network, Process};

/// Where a cell of `findings.csv` comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The rule.
    Rule(fn(&RuleInfo, &mut Vec<u8>)),
    /// The finding.
    Finding(fn(&View<'_>, &mut Vec<u8>)),
    /// The finding's process: its start where that is at hand, else the first of the finding's
    /// events of that process that has it.
    Process(Cell),
    /// The first of the finding's events that has a destination address, else the first event
    /// that has it.
    Network(Cell),
    /// The first of the finding's events that has it.
    Any(Cell),
}

/// The columns of `findings.csv`.
pub static COLUMNS: &[Column<Origin>] = &[
    column(
        "finding",
        Origin::Finding(|v, out| decimal::unsigned(v.number as u64, out)),
        "The row's number, from 1. `timeline.csv` names findings by it.",
    ),
    column(
        "rule_source",
        Origin::Rule(|rule, out| out.push_str(rule.vendor.as_str())),
        "Whose rule it is: `elastic` or `splunk`.",
    ),
    column(
        "rule_name",
        Origin::Rule(|rule, out| out.push_str(&rule.name)),
        "The rule's name.",
    ),
    column(
        "rule_id",
        Origin::Rule(|rule, out| out.push_str(&rule.id)),
        "The rule's id, as its vendor gave it.",
    ),
    column(
        "rule_version",
        Origin::Rule(|rule, out| out.push_str(&rule.version)),
        "The rule's version; empty where its file has none.",
    ),
    column(
        "severity",
        Origin::Rule(|rule, out| out.push_str(&rule.severity)),
        "`low`, `medium`, `high` or `critical`.",
    ),
    column(
        "risk_score",
        Origin::Rule(|rule, out| {
            if let Some(score) = rule.risk_score {
                decimal::unsigned(score.into(), out)
            }
        }),
        "0 to 100, as the rule says.",
    ),
    column(
        "tactics",
        Origin::Rule(|rule, out| attacks(&rule.tactics, out)),
        "MITRE ATT&CK tactics, id and name, joined with `; `.",
    ),
    column(
        "techniques",
        Origin::Rule(|rule, out| attacks(&rule.techniques, out)),
        "MITRE ATT&CK techniques and sub-techniques, likewise.",
    ),
    column(
        "rule_finding",
        Origin::Finding(|v, out| decimal::unsigned(v.finding.number, out)),
        "The finding's number among its rule's, from 1: `sequence` in the table of an Elastic rule, the row in that of a Splunk rule.",
    ),
    column(
        "first_time_utc",
        Origin::Finding(|v, out| v.first_time(out)),
        "Time of the earliest event (Sysmon's UtcTime, else the time the record was written), UTC.",
    ),
    column(
        "last_time_utc",
        Origin::Finding(|v, out| v.last_time(out)),
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
        Origin::Finding(|v, out| decimal::unsigned(v.finding.count, out)),
        "How many events the finding counts.",
    ),
    column(
        "message",
        Origin::Finding(message::write),
        "What the finding says: the rule's message with its `$field$` places filled in (a place stays as written where no event has the field); for a rule without one, a sentence in the order of Elastic's alert reasons.",
    ),
    column(
        "profile",
        Origin::Finding(|v, out| out.push_str(v.report.profile)),
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
                v.index.record_id(start, out)
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

/// `T1218 System Binary Proxy Execution; T1218.009 Regsvcs/Regasm`.
fn attacks(attacks: &[Attack], out: &mut Vec<u8>) {
    for (at, attack) in attacks.iter().enumerate() {
        if at > 0 {
            out.push_str("; ");
        }
        out.push_str(&attack.id);
        if !attack.id.is_empty() && !attack.name.is_empty() {
            out.push(b' ');
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
