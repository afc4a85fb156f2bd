//! From an event's data to a complete record: Sysmon's System part around its EventData.

use super::schema::{Generation, Schema, kind, schema};
use crate::evtx::{
    Element, FileTime, Guid, Instance, Kind, Node, Record, Sid, Template, Value, optional,
};
use std::sync::Arc;

/// The provider's name in every Sysmon record.
pub const PROVIDER: &str = "Microsoft-Windows-Sysmon";
const PROVIDER_GUID: Guid = Guid::from_u128(0x5770385f_c22a_43e0_bf4c_06f5698ffbd9);
const CHANNEL: &str = "Microsoft-Windows-Sysmon/Operational";
const KEYWORDS: u64 = 0x8000_0000_0000_0000;

/// The data of one Sysmon event. A name that is not set is null.
#[derive(Clone)]
pub struct Event {
    schema: &'static Schema,
    values: Vec<Value>,
}

impl Event {
    /// An event with no data set yet.
    ///
    /// # Panics
    /// Where that generation of Sysmon has no such event.
    pub fn new(generation: Generation, event: u16) -> Event {
        let schema = schema(generation, event).expect("an event that this Sysmon writes");
        Event {
            schema,
            values: vec![Value::Null; schema.names.len()],
        }
    }

    /// The event id.
    pub fn id(&self) -> u16 {
        self.schema.event
    }

    /// Sets a data where the generation has it, and passes over it where not.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Event {
        if let Some(at) = self.schema.names.iter().position(|n| *n == name) {
            self.values[at] = value.into();
        }
        self
    }

    /// The names of the data with their values.
    pub fn data(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.schema.names.iter().copied().zip(&self.values)
    }

    /// Gives every text that is not set yet the value for "none": `-`, or nothing in an old Sysmon.
    #[must_use]
    pub fn filled(mut self) -> Event {
        for (name, value) in self.schema.names.iter().zip(&mut self.values) {
            if *value == Value::Null && kind(name) == Kind::STRING {
                *value = Value::from(self.schema.generation.none());
            }
        }
        self
    }
}

/// A machine that runs Sysmon.
pub struct Host {
    /// The Computer of its records.
    pub computer: String,
    /// The first four bytes of its process GUIDs.
    pub machine: u32,
    /// Process id of the Sysmon service.
    pub service: u32,
    /// Who writes the records: the account of the Sysmon service, SYSTEM.
    pub writer: Sid,
    template: Arc<Template>,
}

impl Host {
    /// A host whose Sysmon runs as SYSTEM under process id 2384.
    pub fn new(computer: &str, machine: u32) -> Host {
        let guid = Guid::from_u128(0x6576_716c_686f_7374_8000_0000_0000_0000 | u128::from(machine));
        Host {
            computer: computer.to_owned(),
            machine,
            service: 2384,
            writer: Sid {
                authority: 5,
                parts: vec![18],
            },
            template: Arc::new(Template {
                guid,
                root: system(computer),
            }),
        }
    }

    /// A process GUID as Sysmon makes them: machine, start in seconds since 1970, and a token that
    /// tells processes of one second apart.
    pub fn process_guid(&self, start: FileTime, token: u64) -> Guid {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.machine.to_le_bytes());
        bytes[4..8].copy_from_slice(&start.unix_seconds().to_le_bytes());
        bytes[8..].copy_from_slice(&token.to_be_bytes());
        Guid(bytes)
    }

    /// The record that Sysmon writes of an event at `written`, under one id in header and value.
    pub fn record(&self, id: u64, written: FileTime, event: &Event) -> Record {
        let source = Source {
            provider: PROVIDER,
            guid: PROVIDER_GUID,
            channel: CHANNEL,
            event: event.id(),
            version: event.schema.version,
            level: if event.id() == 255 { 2 } else { 4 },
            task: event.id(),
            keywords: KEYWORDS,
            process: self.service,
            user: Some(self.writer.clone()),
        };
        let data = Instance {
            template: event.schema.template.clone(),
            values: event.values.clone(),
        };
        self.wrap(id, written, &source, data)
    }

    /// The record of any provider's event.
    pub fn wrap(&self, id: u64, written: FileTime, source: &Source, data: Instance) -> Record {
        let values = vec![
            Value::UInt8(source.level),
            Value::UInt8(0),
            Value::UInt16(source.task),
            Value::UInt16(source.event),
            Value::Null,
            Value::Hex64(source.keywords),
            Value::FileTime(written),
            Value::Null,
            Value::UInt32(source.process),
            Value::UInt32(source.process + 1044),
            Value::UInt64(id),
            Value::UInt8(source.version),
            source.user.clone().map_or(Value::Null, Value::Sid),
            Value::Null,
            Value::from(source.provider),
            Value::Guid(source.guid),
            Value::from(source.channel),
            Value::BinXml(Box::new(data)),
        ];
        let template = self.template.clone();
        Record {
            id,
            written,
            event: Instance { template, values },
        }
    }
}

/// What the System part says of a record beside its id and times.
pub struct Source {
    /// The provider's name.
    pub provider: &'static str,
    /// The provider's GUID.
    pub guid: Guid,
    /// The log.
    pub channel: &'static str,
    /// The event id.
    pub event: u16,
    /// The version of the event's data.
    pub version: u8,
    /// 4 for information, 2 for an error.
    pub level: u8,
    /// The task.
    pub task: u16,
    /// The keywords.
    pub keywords: u64,
    /// The writing process.
    pub process: u32,
    /// The writing account.
    pub user: Option<Sid>,
}

/// The template that the log service wraps around an event of a manifest-based provider. Values are
/// numbered as Windows numbers them; the computer's name is part of the template.
pub(crate) fn system(computer: &str) -> Element {
    let text = |name: &str, node: Node| Element::new(name, vec![node]);
    let child = Node::Element;
    let system = Element::new(
        "System",
        vec![
            child(
                Element::new("Provider", vec![])
                    .with("Name", optional(14, Kind::STRING))
                    .with("Guid", optional(15, Kind::GUID)),
            ),
            child(
                text("EventID", optional(3, Kind::UINT16))
                    .with("Qualifiers", optional(4, Kind::UINT16))
                    .depends(3),
            ),
            child(text("Version", optional(11, Kind::UINT8)).depends(11)),
            child(text("Level", optional(0, Kind::UINT8)).depends(0)),
            child(text("Task", optional(2, Kind::UINT16)).depends(2)),
            child(text("Opcode", optional(1, Kind::UINT8)).depends(1)),
            child(text("Keywords", optional(5, Kind::HEX64)).depends(5)),
            child(
                Element::new("TimeCreated", vec![]).with("SystemTime", optional(6, Kind::FILETIME)),
            ),
            child(text("EventRecordID", optional(10, Kind::UINT64)).depends(10)),
            child(
                Element::new("Correlation", vec![])
                    .with("ActivityID", optional(7, Kind::GUID))
                    .with("RelatedActivityID", optional(13, Kind::GUID)),
            ),
            child(
                Element::new("Execution", vec![])
                    .with("ProcessID", optional(8, Kind::UINT32))
                    .with("ThreadID", optional(9, Kind::UINT32)),
            ),
            child(text("Channel", optional(16, Kind::STRING)).depends(16)),
            child(text("Computer", Node::Text(computer.to_owned()))),
            child(Element::new("Security", vec![]).with("UserID", optional(12, Kind::SID))),
        ],
    );
    Element::new("Event", vec![child(system), optional(17, Kind::BINXML)])
        .with(
            "xmlns",
            Node::Text("http://schemas.microsoft.com/win/2004/08/events/event".to_owned()),
        )
        .depends(17)
}
