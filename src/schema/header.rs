//! What every record says of itself (`Event/System`), whatever its event id.
//!
//! Source of the ECS side: what Winlogbeat and Elastic Agent write for every event of a Windows
//! log, and the Sysmon pipeline's own settings. Source of the Splunk side: the add-on for Windows,
//! which reads the XML header, and the Common Information Model.

use crate::model::record::SystemField::*;

use super::row::{Row, system, text};
use super::transform::Transform::*;

/// The rows of the header. They stand behind the rows of the event id.
pub static HEADER: &[Row] = &[
    system(
        ProviderGuid,
        &[("winlog.provider_guid", Guid)],
        &[("Guid", Guid)],
    ),
    system(
        EventId,
        &[text("event.code"), text("winlog.event_id")],
        &[("EventCode", Int), ("EventID", Int), ("signature_id", Int)],
    ),
    system(Version, &[("winlog.version", Int)], &[]),
    system(Level, &[("log.level", LevelName)], &[("Level", Int)]),
    system(Task, &[], &[("Task", Int)]),
    system(Opcode, &[("winlog.opcode", OpcodeName)], &[("Opcode", Int)]),
    system(Keywords, &[], &[text("Keywords")]),
    system(
        TimeCreated,
        &[("@timestamp", Moment), ("event.created", Moment)],
        &[("_time", Moment), text("SystemTime")],
    ),
    system(
        EventRecordId,
        &[text("winlog.record_id")],
        &[("EventRecordID", Int), ("RecordNumber", Int)],
    ),
    system(
        ActivityId,
        &[("winlog.activity_id", Guid)],
        &[("ActivityID", Guid)],
    ),
    system(
        RelatedActivityId,
        &[("winlog.related_activity_id", Guid)],
        &[("RelatedActivityID", Guid)],
    ),
    system(ProcessId, &[("winlog.process.pid", Int)], &[]),
    system(ThreadId, &[("winlog.process.thread.id", Int)], &[]),
    system(
        Channel,
        &[text("winlog.channel")],
        &[text("Channel"), ("source", SplunkSource)],
    ),
    system(
        Computer,
        &[
            text("winlog.computer_name"),
            text("host.name"),
            text("host.hostname"),
            text("host.id"),
            text("agent.name"),
        ],
        &[
            text("dest"),
            text("dvc"),
            text("host"),
            text("Computer"),
            text("ComputerName"),
            text("dest_nt_host"),
        ],
    ),
    system(
        UserId,
        &[text("winlog.user.identifier")],
        &[text("UserID"), text("Sid")],
    ),
];

const PROVIDER: &str = "Microsoft-Windows-Sysmon";

/// What is so of every Sysmon event, ECS names.
pub static ECS: &[(&str, &str)] = &[
    ("event.kind", "event"),
    ("event.provider", PROVIDER),
    ("winlog.provider_name", PROVIDER),
    ("event.module", "sysmon"),
    ("event.dataset", "windows.sysmon_operational"),
    ("data_stream.type", "logs"),
    ("data_stream.dataset", "windows.sysmon_operational"),
    ("data_stream.namespace", "default"),
    ("ecs.version", "8.0.0"),
    ("host.os.type", "windows"),
    ("host.os.family", "windows"),
    ("host.os.platform", "windows"),
    ("winlog.api", "wineventlog"),
];

/// What is so of every Sysmon event, Splunk's names.
pub static CIM: &[(&str, &str)] = &[
    ("Name", PROVIDER),
    ("SourceName", PROVIDER),
    ("sourcetype", "XmlWinEventLog"),
    ("vendor_product", "Microsoft Sysmon"),
    ("os", "Microsoft Windows"),
];
