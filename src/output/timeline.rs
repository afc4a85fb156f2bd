//! From events in order to a timeline: `timeline.csv` of a hunt (the findings' events and the
//! other connections of their processes) and the answer of `evql timeline` (every event).
//!
//! The rows of a whole log's timeline are written straight from the records being read, so that it
//! needs no copy of the log; those of a hunt's are made of the rows that all its tables share.

use super::cells::Cell;
use super::table::{Column, column};

mod of_hunt;
mod row;

pub(super) use of_hunt::OfHunt;
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

/// The cells that a timeline shows of an event.
pub(super) fn cells() -> impl Iterator<Item = Cell> {
    COLUMNS.iter().filter_map(|column| match column.from {
        Event(cell) => Some(cell),
        _ => None,
    })
}
