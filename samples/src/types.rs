//! Logs that hold every value type of the BinXML format, for readers to be compared on.

use crate::evtx::{
    Element, FileTime, Guid, Instance, Kind, Log, Node, Record, Sid, Template, Value, gap,
};
use crate::sysmon::PROVIDER;
use std::sync::Arc;

/// One value of every type with the name that the log gives it.
pub fn values() -> Vec<(&'static str, Value)> {
    let time = FileTime(133_800_000_001_234_567);
    let sid = |part| Sid {
        authority: 5,
        parts: vec![21, 1_004_336_348, 1_177_238_915, part],
    };
    let guid = Guid::from_u128(0x5770385f_c22a_43e0_bf4c_06f5698ffbd9);
    vec![
        ("Null", Value::Null),
        ("String", Value::from("Grüße, 世界 \u{1f980} <&>\"'")),
        ("Empty", Value::from("")),
        ("Ansi", Value::Ansi(b"plain ansi".to_vec())),
        ("Int8", Value::Int8(-128)),
        ("UInt8", Value::UInt8(255)),
        ("Int16", Value::Int16(-32_768)),
        ("UInt16", Value::UInt16(65_535)),
        ("Int32", Value::Int32(i32::MIN)),
        ("UInt32", Value::UInt32(u32::MAX)),
        ("Int64", Value::Int64(i64::MIN)),
        ("UInt64", Value::UInt64(u64::MAX)),
        ("Real32", Value::Real32(1.5)),
        ("Real64", Value::Real64(-0.1)),
        ("True", Value::Bool(true)),
        ("False", Value::Bool(false)),
        ("Mask", Value::Raw(Kind::BOOL, vec![6, 0, 0, 0])),
        ("Binary", Value::Binary(vec![0, 1, 0xfe, 0xff])),
        ("Guid", Value::Guid(guid)),
        ("Size32", Value::Size32(4096)),
        ("Size64", Value::Size64(0x7ffe_0000_0000)),
        ("FileTime", Value::FileTime(time)),
        ("SystemTime", Value::SystemTime(time)),
        ("Sid", Value::Sid(sid(1001))),
        ("Hex32", Value::Hex32(0x1fff)),
        ("Hex64", Value::Hex64(0x3e7)),
    ]
}

/// An array of every type that can be an element of one.
pub fn arrays() -> Vec<(&'static str, Value)> {
    let one_of = |value: Value| Value::Array(value.kind(), vec![value]);
    let pairs = values().into_iter().filter(|(name, value)| {
        !matches!(value, Value::Null | Value::Binary(_) | Value::Raw(..))
            && !name.starts_with("Size")
    });
    let mut arrays: Vec<_> = pairs.map(|(name, value)| (name, one_of(value))).collect();
    arrays.push((
        "Strings",
        Value::Array(Kind::STRING, vec!["one".into(), "".into(), "three".into()]),
    ));
    arrays.push((
        "Numbers",
        Value::Array(Kind::UINT32, (0..5).map(Value::UInt32).collect()),
    ));
    arrays.push(("None", Value::Array(Kind::UINT16, vec![])));
    arrays
}

/// A record whose EventData holds these values under a fixed System part.
pub fn record(id: u64, data: &[(&'static str, Value)]) -> Record {
    let named = |i: usize, name: &str, value: &Value| {
        let data = Element::new("Data", vec![gap(i as u16, value.kind())]);
        Node::Element(data.with("Name", Node::Text(name.to_owned())))
    };
    let fields = data
        .iter()
        .enumerate()
        .map(|(i, (name, value))| named(i, name, value))
        .collect();
    // The GUID tells templates apart, so it is made from all that the template holds.
    let shape = data
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u128, |h, (name, value)| {
            name.bytes()
                .chain([value.kind().0])
                .fold(h, |h, b| (h ^ u128::from(b)).wrapping_mul(0x0100_0000_01b3))
        });
    let fields = Template {
        guid: Guid::from_u128(shape),
        root: Element::new("EventData", fields),
    };
    let nested = Instance {
        template: Arc::new(fields),
        values: data.iter().map(|(_, v)| v.clone()).collect(),
    };
    let written = FileTime(133_800_000_000_000_000 + id);
    wrap(id, written, nested)
}

fn wrap(id: u64, written: FileTime, data: Instance) -> Record {
    let text = |name: &str, node| Node::Element(Element::new(name, vec![node]));
    let system = Element::new(
        "System",
        vec![
            Node::Element(
                Element::new("Provider", vec![]).with("Name", Node::Text(PROVIDER.to_owned())),
            ),
            text("EventID", gap(0, Kind::UINT16)),
            Node::Element(
                Element::new("TimeCreated", vec![]).with("SystemTime", gap(1, Kind::FILETIME)),
            ),
            text("EventRecordID", gap(2, Kind::UINT64)),
            text(
                "Channel",
                Node::Text("Microsoft-Windows-Sysmon/Operational".to_owned()),
            ),
            text("Computer", Node::Text("TYPES.corp.example".to_owned())),
        ],
    );
    let root = Element::new("Event", vec![Node::Element(system), gap(3, Kind::BINXML)]);
    let guid = Guid::from_u128(0x6576_716c_7479_7065_8000_0000_0000_0001);
    let values = vec![
        Value::UInt16(1),
        Value::FileTime(written),
        Value::UInt64(id),
        Value::BinXml(Box::new(data)),
    ];
    Record {
        id,
        written,
        event: Instance {
            template: Arc::new(Template { guid, root }),
            values,
        },
    }
}

/// A log with the plain values, and with `arrays` also a record of every array type.
pub fn log(with_arrays: bool) -> Vec<u8> {
    let mut log = Log::in_memory();
    let mut records = vec![record(1, &values()), record(2, &values())];
    if with_arrays {
        records.push(record(3, &arrays()));
    }
    for record in &records {
        // Short records always fit a chunk.
        let _ = log.push(record);
    }
    log.into_bytes()
}
