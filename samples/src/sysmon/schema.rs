//! The data of every Sysmon event, as three generations of Sysmon name, order and type it.
//!
//! Source: the event manifests of Sysmon 1, 10 and 15 (schemas 2.0, 4.22 and 4.90) and the
//! templates in logs that these wrote.

use crate::evtx::{Element, Guid, Kind, Node, Template, gap};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A generation of Sysmon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// Sysmon 1 to 2: no RuleName, OriginalFileName or ParentUser; hashes are called `Hash`.
    Old,
    /// Sysmon 10: rule names and original file names, but no ParentUser.
    Middle,
    /// Sysmon 15: all of today's fields.
    New,
}

impl Generation {
    /// What it writes for "none" in a text.
    pub fn none(self) -> &'static str {
        match self {
            Generation::Old => "",
            Generation::Middle | Generation::New => "-",
        }
    }
}

/// The shape of one event's data.
pub struct Schema {
    /// The generation of Sysmon.
    pub generation: Generation,
    /// The event id.
    pub event: u16,
    /// The version in the record's System part.
    pub version: u8,
    /// Names of the data in order.
    pub names: Vec<&'static str>,
    /// The EventData template.
    pub template: Arc<Template>,
}

/// The data of an event in a generation of Sysmon; `None` where that Sysmon did not have the event.
pub fn schema(generation: Generation, event: u16) -> Option<&'static Schema> {
    static SCHEMAS: LazyLock<BTreeMap<(Generation, u16), Schema>> = LazyLock::new(|| {
        let all = [
            (Generation::Old, OLD),
            (Generation::Middle, MIDDLE),
            (Generation::New, NEW),
        ];
        all.iter()
            .flat_map(|(generation, table)| {
                table
                    .iter()
                    .map(|row| ((*generation, row.0), Schema::new(*generation, row)))
            })
            .collect()
    });
    SCHEMAS.get(&(generation, event))
}

/// The type that Sysmon declares for a named data.
pub fn kind(name: &str) -> Kind {
    match name {
        "ProcessGuid" | "LogonGuid" | "ParentProcessGuid" | "SourceProcessGuid"
        | "TargetProcessGuid" | "SourceProcessGUID" | "TargetProcessGUID" => Kind::GUID,
        "ProcessId" | "ParentProcessId" | "SourceProcessId" | "TargetProcessId" | "NewThreadId"
        | "SourceThreadId" | "TerminalSessionId" | "Session" => Kind::UINT32,
        "SourcePort" | "DestinationPort" => Kind::UINT16,
        "Initiated" | "SourceIsIpv6" | "DestinationIsIpv6" | "IsExecutable" => Kind::BOOL,
        "LogonId" => Kind::HEX64,
        "GrantedAccess" => Kind::HEX32,
        _ => Kind::STRING,
    }
}

impl Schema {
    fn new(generation: Generation, (event, version, names): &(u16, u8, &'static str)) -> Schema {
        let names: Vec<&'static str> = names.split(' ').collect();
        let data = names.iter().enumerate().map(|(i, name)| {
            let data = Element::new("Data", vec![gap(i as u16, kind(name))]);
            Node::Element(data.with("Name", Node::Text((*name).to_owned())))
        });
        let root = Element::new("EventData", data.collect());
        let guid = Guid::from_u128(
            0x6576_716c_7379_736d_8000_0000_0000_0000
                | (generation as u128) << 16
                | u128::from(*event),
        );
        Schema {
            generation,
            event: *event,
            version: *version,
            names,
            template: Arc::new(Template { guid, root }),
        }
    }
}

type Row = (u16, u8, &'static str);

const OLD: &[Row] = &[
    (
        1,
        1,
        "UtcTime ProcessGuid ProcessId Image CommandLine User LogonGuid LogonId TerminalSessionId IntegrityLevel Hash ParentProcessGuid ParentProcessId ParentImage ParentCommandLine",
    ),
    (
        2,
        1,
        "UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime PreviousCreationUtcTime",
    ),
    (
        3,
        1,
        "UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
    ),
    (4, 1, "UtcTime State"),
    (5, 1, "UtcTime ProcessGuid ProcessId Image"),
    (6, 1, "UtcTime ImageLoaded Hashes Signed Signature"),
];

const MIDDLE: &[Row] = &[
    (
        1,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine",
    ),
    (
        3,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
    ),
    (5, 3, "RuleName UtcTime ProcessGuid ProcessId Image"),
    (
        7,
        3,
        "RuleName UtcTime ProcessGuid ProcessId Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus",
    ),
    (
        10,
        3,
        "RuleName UtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace",
    ),
    (
        11,
        2,
        "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime",
    ),
    (
        12,
        2,
        "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject",
    ),
    (
        13,
        2,
        "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject Details",
    ),
    (
        22,
        5,
        "RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image",
    ),
];

const NEW: &[Row] = &[
    (
        1,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser",
    ),
    (
        2,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime PreviousCreationUtcTime User",
    ),
    (
        3,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
    ),
    (4, 3, "UtcTime State Version SchemaVersion"),
    (5, 3, "RuleName UtcTime ProcessGuid ProcessId Image User"),
    (
        6,
        4,
        "RuleName UtcTime ImageLoaded Hashes Signed Signature SignatureStatus",
    ),
    (
        7,
        3,
        "RuleName UtcTime ProcessGuid ProcessId Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus User",
    ),
    (
        8,
        2,
        "RuleName UtcTime SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser",
    ),
    (
        9,
        2,
        "RuleName UtcTime ProcessGuid ProcessId Image Device User",
    ),
    (
        10,
        3,
        "RuleName UtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser",
    ),
    (
        11,
        2,
        "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime User",
    ),
    (
        12,
        2,
        "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject User",
    ),
    (
        13,
        2,
        "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject Details User",
    ),
    (
        14,
        2,
        "RuleName EventType UtcTime ProcessGuid ProcessId Image TargetObject NewName User",
    ),
    (
        15,
        2,
        "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime Hash Contents User",
    ),
    (16, 3, "UtcTime Configuration ConfigurationFileHash"),
    (
        17,
        1,
        "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
    ),
    (
        18,
        1,
        "RuleName EventType UtcTime ProcessGuid ProcessId PipeName Image User",
    ),
    (
        19,
        3,
        "RuleName EventType UtcTime Operation User EventNamespace Name Query",
    ),
    (
        20,
        3,
        "RuleName EventType UtcTime Operation User Name Type Destination",
    ),
    (
        21,
        3,
        "RuleName EventType UtcTime Operation User Consumer Filter",
    ),
    (
        22,
        5,
        "RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User",
    ),
    (
        23,
        5,
        "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable Archived",
    ),
    (
        24,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image Session ClientInfo Hashes Archived User",
    ),
    (
        25,
        5,
        "RuleName UtcTime ProcessGuid ProcessId Image Type User",
    ),
    (
        26,
        5,
        "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
    ),
    (
        27,
        5,
        "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes",
    ),
    (
        28,
        5,
        "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable",
    ),
    (
        29,
        5,
        "RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes",
    ),
    (255, 3, "UtcTime ID Description"),
];
