//! Events from records: every quirk of the mapping, by value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::clock::{Clock, Moment, ProcessGuid};
use super::{Layout, Options, Schema, SplunkDest, event_ids};
use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, Fields, Known, View};
use crate::model::record::{Location, NameId, Names, Record, SystemField};
use crate::model::time::Time;
use crate::model::value::Value;

/// A record by hand.
#[derive(Clone, Default)]
struct Sample {
    id: u16,
    data: Vec<(String, String)>,
    names: Names,
    document: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Sample {
    fn new(id: u16, data: &[(&str, &str)]) -> Sample {
        let data = data
            .iter()
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect();
        Sample {
            id,
            data,
            ..Sample::default()
        }
    }

    fn document(id: u16, json: serde_json::Value) -> Sample {
        Sample {
            id,
            document: json.as_object().cloned(),
            ..Sample::default()
        }
    }

    fn with(&self, options: &Options, view: View, field: &str) -> Value {
        let mut fields = FieldTable::default();
        let id = fields.intern(view, field);
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, options);
        let record = Sample {
            names,
            ..self.clone()
        };
        let mut scratch = layout.scratch();
        layout.event(&record, &mut scratch).get(id).clone()
    }

    fn ecs(&self, field: &str) -> Value {
        self.with(&Options::default(), View::Ecs, field)
    }

    fn cim(&self, field: &str) -> Value {
        self.with(&Options::default(), View::Cim, field)
    }

    fn moment(&self) -> Moment {
        let mut names = Names::default();
        let clock = Clock::new(&mut names);
        clock.moment(&Sample {
            names,
            ..self.clone()
        })
    }
}

impl Record for Sample {
    fn location(&self) -> Location {
        Location {
            file: 0,
            block: 0,
            offset: 0,
        }
    }
    fn event_id(&self) -> u16 {
        self.id
    }
    fn record_id(&self) -> u64 {
        7
    }
    fn time_created(&self) -> Option<Time> {
        Time::parse("2019-05-12T18:35:07.5Z")
    }
    fn computer(&self) -> &str {
        "IEWIN7"
    }
    fn channel(&self) -> &str {
        "Microsoft-Windows-Sysmon/Operational"
    }
    fn system(&self, field: SystemField) -> Option<Cow<'_, str>> {
        Some(match field {
            SystemField::Version => "5".into(),
            SystemField::Level => "4".into(),
            SystemField::Opcode => "0".into(),
            SystemField::EventRecordId => "7".into(),
            SystemField::EventId => self.id.to_string().into(),
            SystemField::UserId => "S-1-5-18".into(),
            SystemField::ProcessId => "1564".into(),
            SystemField::ProviderGuid => "5770385F-C22A-43E0-BF4C-06F5698FFBD9".into(),
            _ => return None,
        })
    }
    fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
        let name = self.names.name(name);
        let (_, text) = self.data.iter().find(|(known, _)| known == name)?;
        Some(Cow::Borrowed(text))
    }
    fn each_data(&self, visit: &mut dyn FnMut(&str, &str)) {
        self.data.iter().for_each(|(name, text)| visit(name, text));
    }
    fn document(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        self.document.as_ref()
    }
}

fn text(text: &str) -> Value {
    Value::str(text)
}

fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| text(item)).collect())
}

fn address(text: &str) -> Value {
    Value::ip(text.parse().unwrap())
}

const GUID: &str = "365ABB72-67B5-5CD8-0000-00107A8E0D00";

fn start() -> Sample {
    Sample::new(
        1,
        &[
            ("RuleName", ""),
            ("UtcTime", "2019-05-12 18:35:06.562"),
            ("ProcessGuid", GUID),
            ("ProcessId", "2476"),
            ("Image", r"C:\Windows\System32\regsvr32.exe"),
            ("FileVersion", "6.1.7600.16385 (win7_rtm.090713-1255)"),
            ("Company", "Microsoft Corporation"),
            ("OriginalFileName", "-"),
            ("CommandLine", r#"regsvr32 /s "/i:http://a b" scrobj.dll"#),
            ("CurrentDirectory", r"C:\Users\IEUser\"),
            ("User", r"IEWIN7\IEUser"),
            ("LogonGuid", "{365ABB72-6759-5CD8-0000-0020F2CF0700}"),
            ("LogonId", "0x18d3fb"),
            ("IntegrityLevel", "High"),
            (
                "Hashes",
                "SHA1=9E57914D39FBFE785C915E225011892613C4714C,MD5=00000000000000000000000000000000,\
             IMPHASH=B6789EDFE23DDA911AE37C87444D3DCB",
            ),
            (
                "ParentProcessGuid",
                "{00000000-0000-0000-0000-000000000000}",
            ),
            ("ParentProcessId", "0"),
            ("ParentImage", "-"),
            ("ParentCommandLine", r"C:\x.exe"),
        ],
    )
}

#[test]
fn a_process_start() {
    let event = start();
    for (field, value) in [
        ("event.category", text("process")),
        ("event.type", text("start")),
        ("event.action", text("Process creation")),
        ("event.code", text("1")),
        ("event.kind", text("event")),
        ("event.provider", text("Microsoft-Windows-Sysmon")),
        ("event.module", text("sysmon")),
        ("data_stream.dataset", text("windows.sysmon_operational")),
        (
            "event.created",
            Value::Time(Time::parse("2019-05-12T18:35:07.5Z").unwrap()),
        ),
        (
            "@timestamp",
            Value::Time(Time::parse("2019-05-12 18:35:06.562").unwrap()),
        ),
        ("host.name", text("IEWIN7")),
        ("host.id", text("IEWIN7")),
        ("host.os.type", text("windows")),
        (
            "process.entity_id",
            text("{365abb72-67b5-5cd8-0000-00107a8e0d00}"),
        ),
        ("process.pid", Value::Int(2476)),
        (
            "process.executable",
            text(r"C:\Windows\System32\regsvr32.exe"),
        ),
        ("process.name", text("regsvr32.exe")),
        (
            "process.args",
            texts(&["regsvr32", "/s", "/i:http://a b", "scrobj.dll"]),
        ),
        ("process.args_count", Value::Int(4)),
        ("process.working_directory", text(r"C:\Users\IEUser\")),
        (
            "process.hash.sha1",
            text("9e57914d39fbfe785c915e225011892613c4714c"),
        ),
        ("process.hash.md5", Value::Null),
        ("process.hash.sha256", Value::Null),
        (
            "process.pe.imphash",
            text("b6789edfe23dda911ae37c87444d3dcb"),
        ),
        ("process.pe.company", text("Microsoft Corporation")),
        ("process.pe.original_file_name", Value::Null),
        ("process.parent.entity_id", Value::Null),
        ("process.parent.executable", Value::Null),
        ("process.parent.name", Value::Null),
        ("process.parent.pid", Value::Int(0)),
        ("process.parent.args", texts(&[r"C:\x.exe"])),
        ("user.domain", text("IEWIN7")),
        ("user.name", text("IEUser")),
        ("user.id", Value::Null),
        ("winlog.user.identifier", text("S-1-5-18")),
        ("rule.name", Value::Null),
        ("related.user", texts(&["IEUser"])),
        (
            "related.hash",
            texts(&[
                "9e57914d39fbfe785c915e225011892613c4714c",
                "b6789edfe23dda911ae37c87444d3dcb",
            ]),
        ),
        ("winlog.event_id", text("1")),
        ("winlog.record_id", text("7")),
        ("winlog.version", Value::Int(5)),
        ("winlog.process.pid", Value::Int(1564)),
        ("winlog.opcode", text("Info")),
        ("log.level", text("information")),
        (
            "winlog.provider_guid",
            text("{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"),
        ),
        ("winlog.event_data.IntegrityLevel", text("High")),
        ("winlog.event_data.Company", text("Microsoft Corporation")),
        (
            "winlog.event_data.LogonGuid",
            text("{365abb72-6759-5cd8-0000-0020f2cf0700}"),
        ),
        ("winlog.event_data.Image", Value::Null),
        ("winlog.event_data.UtcTime", Value::Null),
        ("winlog.event_data.Nothing", Value::Null),
        ("destination.ip", Value::Null),
        ("no.such.field", Value::Null),
    ] {
        assert_eq!(event.ecs(field), value, "{field}");
    }
}

#[test]
fn a_process_start_at_splunk() {
    let event = start();
    for (field, value) in [
        ("EventCode", Value::Int(1)),
        ("EventID", Value::Int(1)),
        ("process_name", text("regsvr32.exe")),
        ("process_path", text(r"C:\Windows\System32\regsvr32.exe")),
        ("process", text(r#"regsvr32 /s "/i:http://a b" scrobj.dll"#)),
        ("process_id", Value::Int(2476)),
        (
            "process_guid",
            text("{365abb72-67b5-5cd8-0000-00107a8e0d00}"),
        ),
        ("parent_process", text(r"C:\x.exe")),
        ("user", text(r"IEWIN7\IEUser")),
        ("dest", text("IEWIN7")),
        ("dvc", text("IEWIN7")),
        ("host", text("IEWIN7")),
        (
            "source",
            text("XmlWinEventLog:Microsoft-Windows-Sysmon/Operational"),
        ),
        ("sourcetype", text("XmlWinEventLog")),
        (
            "_time",
            Value::Time(Time::parse("2019-05-12T18:35:07.5Z").unwrap()),
        ),
        ("Image", text(r"C:\Windows\System32\regsvr32.exe")),
        ("OriginalFileName", text("-")),
        ("original_file_name", Value::Null),
        ("RuleName", Value::Null),
        ("dest_ip", Value::Null),
        ("image", Value::Null),
    ] {
        assert_eq!(event.cim(field), value, "{field}");
    }
}

fn connection() -> Sample {
    Sample::new(
        3,
        &[
            ("UtcTime", "2019-05-12 18:35:05.0"),
            ("ProcessGuid", GUID),
            ("Image", "System"),
            ("User", r"NT AUTHORITY\SYSTEM"),
            ("Protocol", "tcp"),
            ("Initiated", "true"),
            ("SourceIsIpv6", "false"),
            ("SourceIp", "::ffff:10.0.2.15"),
            ("SourceHostname", "-"),
            ("SourcePort", "49159"),
            ("SourcePortName", "epmap"),
            ("DestinationIsIpv6", "false"),
            ("DestinationIp", "fe80:0:0:0:0:0:0:1%12"),
            ("DestinationHostname", ""),
            ("DestinationPort", "x"),
            ("DestinationPortName", "-"),
        ],
    )
}

#[test]
fn a_connection() {
    let event = connection();
    for (field, value) in [
        ("event.category", text("network")),
        ("event.type", texts(&["start", "connection", "protocol"])),
        ("process.executable", text("System")),
        ("process.name", Value::Null),
        ("source.ip", address("10.0.2.15")),
        ("source.port", Value::Int(49159)),
        ("source.domain", Value::Null),
        ("destination.ip", address("fe80::1")),
        ("destination.port", Value::Null),
        ("network.transport", text("tcp")),
        ("network.protocol", text("epmap")),
        ("network.direction", text("egress")),
        ("network.type", text("ipv4")),
        ("user.id", text("S-1-5-18")),
        ("user.name", text("SYSTEM")),
        (
            "related.ip",
            Value::List([address("10.0.2.15"), address("fe80::1")].into()),
        ),
        ("winlog.event_data.DestinationIsIpv6", Value::Null),
        ("dns.question.name", Value::Null),
    ] {
        assert_eq!(event.ecs(field), value, "{field}");
    }
    for (field, value) in [
        ("process_name", text("System")),
        ("src", text("::ffff:10.0.2.15")),
        ("src_ip", text("::ffff:10.0.2.15")),
        ("dest_ip", text("fe80:0:0:0:0:0:0:1%12")),
        ("direction", text("outbound")),
        ("transport", text("tcp")),
        ("protocol", text("ip")),
        ("app", text("System")),
        ("dest", text("IEWIN7")),
        ("SourceHostname", text("-")),
    ] {
        assert_eq!(event.cim(field), value, "{field}");
    }
    let remote = Options {
        splunk_dest: SplunkDest::Remote,
    };
    let dest = |event: &Sample| event.with(&remote, View::Cim, "dest");
    assert_eq!(dest(&event), text("fe80:0:0:0:0:0:0:1%12"));
    let mut named = event;
    named.data.retain(|(name, _)| name != "DestinationHostname");
    named
        .data
        .push(("DestinationHostname".into(), "cdn.example".into()));
    assert_eq!(dest(&named), text("cdn.example"));
    assert_eq!(dest(&start()), text("IEWIN7"));
}

#[test]
fn the_processs_own_user() {
    let user = |logon: &str, user: &str| {
        Sample::new(1, &[("LogonId", logon), ("User", user)]).ecs("user.id")
    };
    assert_eq!(user("0x3e7", ""), text("S-1-5-18"));
    assert_eq!(user("0x3E5", r"X\Y"), text("S-1-5-19"));
    assert_eq!(user("0x3e4", r"NT AUTHORITY\SYSTEM"), text("S-1-5-20"));
    assert_eq!(user("-", r"NT-AUTORITÄT\SYSTEM"), text("S-1-5-18"));
    assert_eq!(user("0x1234", r"CORP\ann"), Value::Null);
}

#[test]
fn old_and_odd_spellings() {
    let stream = Sample::new(15, &[("Hash", "MD5=AA,SHA256=BB")]);
    assert_eq!(stream.ecs("file.hash.sha256"), text("bb"));
    assert_eq!(stream.ecs("process.hash.sha256"), Value::Null);
    assert_eq!(stream.ecs("winlog.event_data.Hash"), Value::Null);
    let unknown = Sample::new(15, &[("Hash", "Unknown")]);
    assert_eq!(unknown.ecs("file.hash.md5"), Value::Null);
    assert_eq!(unknown.ecs("related.hash"), Value::Null);

    let thread = Sample::new(
        8,
        &[
            ("SourceProcessGuid", GUID),
            ("SourceImage", r"C:\a.exe"),
            ("TargetProcessGuid", GUID),
            ("TargetImage", r"C:\Windows\lsass.exe"),
        ],
    );
    let guid = text("{365abb72-67b5-5cd8-0000-00107a8e0d00}");
    assert_eq!(thread.ecs("process.entity_id"), guid);
    assert_eq!(thread.ecs("process.name"), text("a.exe"));
    assert_eq!(thread.ecs("winlog.event_data.TargetProcessGUID"), guid);
    assert_eq!(
        thread.ecs("winlog.event_data.TargetProcessGuid"),
        Value::Null
    );
    assert_eq!(
        thread.ecs("winlog.event_data.TargetImage"),
        text(r"C:\Windows\lsass.exe")
    );
    assert_eq!(thread.cim("TargetImage"), text(r"C:\Windows\lsass.exe"));

    let consumer = Sample::new(20, &[("Destination", r#" "C:\\x\\evil.exe""#)]);
    assert_eq!(consumer.ecs("process.name"), text(r#"evil.exe""#));
    let error = Sample::new(255, &[("ID", "3"), ("Description", "failed")]);
    assert_eq!(error.ecs("error.code"), text("3"));
    assert_eq!(error.ecs("event.outcome"), text("failure"));
    assert_eq!(error.ecs("event.type"), Value::Null);
    let tampering = Sample::new(25, &[("Type", "Image is replaced")]);
    assert_eq!(tampering.ecs("message"), text("Image is replaced"));
    assert_eq!(tampering.ecs("winlog.event_data.Type"), Value::Null);
    assert_eq!(
        Sample::new(20, &[("Type", "Script")]).ecs("winlog.event_data.Type"),
        text("Script")
    );
    assert_eq!(Sample::new(19, &[("Name", "f")]).cim("Name"), text("f"));
    let next = Sample::new(30, &[("Image", r"C:\n.exe"), ("Novelty", "x")]);
    assert_eq!(next.ecs("process.name"), text("n.exe"));
    assert_eq!(next.ecs("winlog.event_data.Novelty"), text("x"));
    assert_eq!(next.ecs("event.code"), text("30"));
    assert_eq!(next.ecs("event.category"), Value::Null);
}

#[test]
fn files_and_images() {
    let image = Sample::new(
        7,
        &[
            ("ImageLoaded", r"C:\Temp.d\taskschd"),
            ("OriginalFileName", "taskschd.dll"),
            ("Description", "Task Scheduler"),
            ("Signed", "true"),
            ("Signature", "Microsoft Windows"),
            ("SignatureStatus", "Valid"),
            ("Hashes", "SHA256=AB"),
        ],
    );
    for (field, value) in [
        ("event.category", text("process")),
        ("file.path", text(r"C:\Temp.d\taskschd")),
        ("file.name", text("taskschd")),
        ("file.directory", text(r"C:\Temp.d")),
        ("file.extension", text(r"d\taskschd")),
        ("file.hash.sha256", text("ab")),
        ("file.pe.original_file_name", text("taskschd.dll")),
        ("process.pe.original_file_name", Value::Null),
        ("process.pe.description", Value::Null),
        ("file.pe.description", text("Task Scheduler")),
        ("file.code_signature.signed", Value::Null),
        ("file.code_signature.status", text("Valid")),
        ("file.code_signature.valid", Value::Bool(true)),
        (
            "file.code_signature.subject_name",
            text("Microsoft Windows"),
        ),
        ("winlog.event_data.Signed", text("true")),
        ("winlog.event_data.SignatureStatus", text("Valid")),
        ("dll.name", text("taskschd")),
        ("dll.path", text(r"C:\Temp.d\taskschd")),
        ("dll.hash.sha256", text("ab")),
        ("dll.code_signature.trusted", Value::Bool(true)),
        ("dll.code_signature.exists", Value::Bool(true)),
    ] {
        assert_eq!(image.ecs(field), value, "{field}");
    }
    let expired = Sample::new(7, &[("SignatureStatus", "Expired")]);
    assert_eq!(expired.ecs("file.code_signature.valid"), Value::Null);
    let pipe = Sample::new(17, &[("PipeName", r"\lsass.x")]);
    assert_eq!(pipe.ecs("file.name"), text(r"\lsass.x"));
    assert_eq!(pipe.ecs("file.extension"), Value::Null);
    let deleted = Sample::new(
        23,
        &[
            ("TargetFilename", r"C:\a\b.EXE"),
            ("Hashes", "MD5=0A"),
            ("Archived", "true"),
            ("IsExecutable", "False"),
        ],
    );
    assert_eq!(deleted.ecs("file.extension"), text("EXE"));
    assert_eq!(deleted.ecs("process.hash.md5"), text("0a"));
    assert_eq!(deleted.ecs("sysmon.file.archived"), Value::Bool(true));
    assert_eq!(deleted.ecs("sysmon.file.is_executable"), Value::Bool(false));
    assert_eq!(deleted.ecs("winlog.event_data.Archived"), Value::Null);
    let bare = Sample::new(11, &[("TargetFilename", "b.exe")]);
    assert_eq!(bare.ecs("file.path"), text("b.exe"));
    assert_eq!(bare.ecs("file.name"), Value::Null);
    assert_eq!(bare.ecs("file.extension"), Value::Null);
}

#[test]
fn the_registry_and_the_dns() {
    let value = Sample::new(
        13,
        &[
            ("TargetObject", r"HKLM\SOFTWARE\Run\evil\"),
            ("Details", "QWORD (0x00000001-0x00000002)"),
            ("EventType", "SetValue"),
        ],
    );
    for (field, expected) in [
        ("event.category", texts(&["configuration", "registry"])),
        ("registry.path", text(r"HKLM\SOFTWARE\Run\evil\")),
        ("registry.hive", text("HKLM")),
        ("registry.key", text(r"SOFTWARE\Run\evil")),
        ("registry.value", text("evil")),
        ("registry.data.strings", texts(&["258"])),
        ("registry.data.type", text("SZ_QWORD")),
        ("winlog.event_data.TargetObject", Value::Null),
        (
            "winlog.event_data.Details",
            text("QWORD (0x00000001-0x00000002)"),
        ),
        ("winlog.event_data.EventType", text("SetValue")),
    ] {
        assert_eq!(value.ecs(field), expected, "{field}");
    }
    let gone = Sample::new(12, &[("EventType", "DeleteKey"), ("TargetObject", "HKCR")]);
    assert_eq!(gone.ecs("registry.key"), Value::Null);
    assert_eq!(gone.ecs("registry.data.strings"), Value::Null);
    assert_eq!(gone.cim("action"), text("deleted"));

    let query = Sample::new(
        22,
        &[
            ("QueryName", "a.example"),
            ("QueryStatus", "0"),
            (
                "QueryResults",
                "type:  5 b.example;::ffff:192.0.2.7;::ffff:192.0.2.7;",
            ),
        ],
    );
    for (field, expected) in [
        ("dns.question.name", text("a.example")),
        ("dns.answers.type", texts(&["CNAME", "A", "A"])),
        (
            "dns.answers.data",
            texts(&["b.example", "192.0.2.7", "192.0.2.7"]),
        ),
        (
            "dns.resolved_ip",
            Value::List([address("192.0.2.7"), address("192.0.2.7")].into()),
        ),
        ("related.ip", Value::List([address("192.0.2.7")].into())),
        ("related.hosts", texts(&["b.example", "a.example"])),
        ("network.protocol", text("dns")),
        ("sysmon.dns.status", text("SUCCESS")),
    ] {
        assert_eq!(query.ecs(field), expected, "{field}");
    }
}

#[test]
fn what_an_event_id_says_by_itself() {
    let mut fields = FieldTable::default();
    let category = fields.intern(View::Ecs, "event.category");
    let address = fields.intern(View::Ecs, "destination.ip");
    let code = fields.intern(View::Ecs, "event.code");
    let dest_ip = fields.intern(View::Cim, "dest_ip");
    let odd = fields.intern(View::Cim, "SomethingElse");
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    assert_eq!(layout.known(3, category), Known::Always(text("network")));
    assert_eq!(layout.known(24, category), Known::Absent);
    assert_eq!(layout.known(1, address), Known::Absent);
    assert_eq!(layout.known(3, address), Known::Varies);
    assert_eq!(layout.known(22, code), Known::Always(text("22")));
    assert_eq!(layout.known(1, dest_ip), Known::Absent);
    assert_eq!(layout.known(1, odd), Known::Varies);
    assert_eq!(layout.known(4242, category), Known::Absent);
    assert_eq!(layout.known(4242, code), Known::Varies);
    assert_eq!(layout.known(1, FieldId(99)), Known::Absent);
    assert!(names.get("DestinationIp").is_some());
    assert!(names.get("CommandLine").is_none());
}

#[test]
fn memory_is_used_again_and_nothing_stays_in_it() {
    let mut fields = FieldTable::default();
    let name = fields.intern(View::Ecs, "process.name");
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    let mut scratch = layout.scratch();
    let first = Sample {
        names: names.clone(),
        ..Sample::new(1, &[("Image", r"C:\a.exe")])
    };
    let second = Sample {
        names,
        ..Sample::new(1, &[])
    };
    assert_eq!(layout.event(&first, &mut scratch).get(name), &text("a.exe"));
    assert_eq!(layout.event(&second, &mut scratch).get(name), &Value::Null);
    assert_eq!(layout.event(&first, &mut scratch).get(name), &text("a.exe"));
}

#[test]
fn moments() {
    let moment = start().moment();
    assert_eq!(moment.utc, Time::parse("2019-05-12 18:35:06.562"));
    assert_eq!(
        moment.created,
        Time::parse("2019-05-12T18:35:07.5Z").unwrap()
    );
    assert_eq!(moment.record_id, 7);
    let own = ProcessGuid::parse(GUID).unwrap();
    assert_eq!(own.0[..4], [0x36, 0x5a, 0xbb, 0x72]);
    assert_eq!(moment.own, Some(own));
    assert_eq!(moment.target, None);
    let braces = format!("{{{}}}", GUID.to_lowercase());
    assert_eq!(ProcessGuid::parse(&braces), Some(own));
    for wrong in [
        "",
        "{}",
        "{00000000-0000-0000-0000-000000000000}",
        "365ABB72-67B5-5CD8-0000-00107A8E0D0",
        "365ABB72-67B5-5CD8-0000-00107A8E0D0g",
        "365ABB72-67B5-5CD8-0000000107A8E0D00",
        "é65ABB72-67B5-5CD8-0000-0107A8E0D00",
    ] {
        assert_eq!(ProcessGuid::parse(wrong), None, "{wrong}");
    }
    let access = Sample::new(
        10,
        &[("SourceProcessGUID", GUID), ("TargetProcessGUID", &braces)],
    );
    assert_eq!(
        (access.moment().own, access.moment().target),
        (Some(own), Some(own))
    );
    assert_eq!(access.moment().utc, None);
}

#[test]
fn documents_in_elastics_schema() {
    let event = Sample::document(
        3,
        serde_json::json!({
            "@timestamp": "2019-05-12T18:35:06.562Z",
            "process": {
                "name": "regsvr32.exe", "pid": "2476",
                "executable": "C:\\Windows\\regsvr32.exe",
                "entity_id": "{365abb72-67b5-5cd8-0000-00107a8e0d00}"
            },
            "destination.ip": "::ffff:104.20.208.21",
            "destination": { "port": 80 },
            "event": { "type": ["start", "connection"], "code": 3 },
            "winlog": { "computer_name": "IEWIN7", "event_data.SourceHostname": "-" },
            "source.ip": "10.0.2.15",
            "dns": { "answers": [{ "type": "A" }, { "type": "CNAME" }] },
            "registry": { "path": null }, "user": "odd"
        }),
    );
    for (field, value) in [
        ("process.name", text("regsvr32.exe")),
        ("process.pid", Value::Int(2476)),
        ("destination.ip", address("104.20.208.21")),
        ("destination.port", Value::Int(80)),
        ("event.type", texts(&["start", "connection"])),
        ("event.code", text("3")),
        ("dns.answers.type", texts(&["A", "CNAME"])),
        ("event.category", Value::Null),
        ("registry.path", Value::Null),
        ("user.name", Value::Null),
        (
            "@timestamp",
            Value::Time(Time::parse("2019-05-12 18:35:06.562").unwrap()),
        ),
    ] {
        assert_eq!(event.ecs(field), value, "{field}");
    }
    for (field, value) in [
        ("process_name", text("regsvr32.exe")),
        ("process_path", text(r"C:\Windows\regsvr32.exe")),
        ("dest_ip", text("::ffff:104.20.208.21")),
        ("dest", text("IEWIN7")),
        ("src", text("10.0.2.15")),
        ("EventCode", Value::Int(3)),
    ] {
        assert_eq!(event.cim(field), value, "{field}");
    }
    let moment = event.moment();
    assert_eq!(moment.utc, Time::parse("2019-05-12 18:35:06.562"));
    assert_eq!(moment.own, ProcessGuid::parse(GUID));
}

#[test]
fn types() {
    for (field, kind) in [
        ("process.name", FieldType::Keyword),
        ("process.parent.pid", FieldType::Long),
        ("process.args_count", FieldType::Long),
        ("destination.ip", FieldType::Ip),
        ("dns.resolved_ip", FieldType::Ip),
        ("@timestamp", FieldType::Date),
        ("event.risk_score", FieldType::Double),
        ("file.code_signature.trusted", FieldType::Boolean),
        ("winlog.event_data.Anything", FieldType::Keyword),
        ("winlog.process.pid", FieldType::Long),
        ("process.Ext.token.integrity_level_name", FieldType::Keyword),
        ("process.Ext.relative_file_creation_time", FieldType::Double),
    ] {
        assert_eq!(Schema.type_of(View::Ecs, field), Some(kind), "{field}");
    }
    for field in [
        "",
        "process",
        "process.",
        "process.nmae",
        "winlog.event_data.",
        "name",
    ] {
        assert_eq!(Schema.type_of(View::Ecs, field), None, "{field}");
    }
    for (field, kind) in [
        ("dest_ip", FieldType::Ip),
        ("EventCode", FieldType::Long),
        ("_time", FieldType::Date),
        ("process_name", FieldType::Keyword),
        ("CommandLine", FieldType::Keyword),
    ] {
        assert_eq!(Schema.type_of(View::Cim, field), Some(kind), "{field}");
    }
    assert_eq!(Schema.type_of(View::Cim, "dest (remote)"), None);
}

/// Every field that the tables fill has a type, and the values are of it.
#[test]
fn the_tables_fill_known_fields() {
    for kind in super::sysmon::KINDS {
        let names = kind.ecs.iter().map(|(name, _)| *name);
        let targets = kind.rows().flat_map(|row| row.ecs).map(|(name, _)| *name);
        for name in targets.chain(names) {
            assert!(Schema.type_of(View::Ecs, name).is_some(), "{name}");
        }
    }
    for (name, _) in super::header::HEADER.iter().flat_map(|row| row.ecs) {
        assert!(Schema.type_of(View::Ecs, name).is_some(), "{name}");
    }
    let ids: Vec<u16> = event_ids().collect();
    assert_eq!(ids, (1..=29).chain([255]).collect::<Vec<_>>());
}

fn every_field() -> FieldTable {
    let mut fields = FieldTable::default();
    for row in super::sysmon::KINDS
        .iter()
        .flat_map(|kind| kind.rows())
        .chain(super::header::HEADER)
    {
        for (name, _) in row.ecs {
            fields.intern(View::Ecs, name);
        }
        for (name, _) in row.cim {
            fields.intern(View::Cim, name);
        }
        if let super::row::Source::Data(name) = row.source {
            fields.intern(View::Ecs, &format!("winlog.event_data.{name}"));
            fields.intern(View::Cim, name);
        }
    }
    fields
}

proptest! {
    /// Any text in any piece of data gives values of the fields' types, and never a panic.
    #[test]
    fn any_text_anywhere(
        id in prop_oneof![1u16..32, Just(255), Just(9999)],
        texts in proptest::collection::vec(
            "\\PC{0,12}|[\\\\\"=,;: .-]{0,8}|type:[ 0-9a-z.;:]{0,20}|[DQ]?WORD \\(0x[0-9a-f]{8}-?.{0,12}|\\{[0-9A-F-]{36}\\}", 1..4),
    ) {
        let fields = every_field();
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, &Options::default());
        let data = (0..names.len())
            .map(|at| names.name(NameId(at as u16)).to_owned())
            .zip(texts.iter().cloned().cycle())
            .collect();
        let record = Sample { id, data, names, document: None };
        let mut scratch = layout.scratch();
        let event = layout.event(&record, &mut scratch);
        let mut seen = BTreeMap::new();
        for (field, view, name) in fields.iter() {
            let value = event.get(field).clone();
            for item in value.items() {
                prop_assert!(!item.is_null() && !matches!(item, Value::List(_)));
                if view == View::Ecs {
                    let fits = match (Schema.type_of(view, name), item) {
                        (Some(FieldType::Keyword), Value::Str(_))
                        | (Some(FieldType::Long), Value::Int(_))
                        | (Some(FieldType::Boolean), Value::Bool(_))
                        | (Some(FieldType::Date), Value::Time(_))
                        | (Some(FieldType::Ip), Value::Ip(_)) => true,
                        _ => false,
                    };
                    prop_assert!(fits, "{}: {:?}", name, item);
                }
            }
            if layout.known(id, field) == Known::Absent {
                prop_assert!(value.is_null());
            }
            seen.insert(name, value);
        }
    }
}
