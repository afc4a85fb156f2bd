//! Events 1 and 3, field by field, under both names, and whose process it was.

use super::*;

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
fn only_a_whole_text_is_absent_for_being_a_dash() {
    let event = Sample::new(3, &[("Image", r"C:\-")]);
    assert_eq!(event.cim("process_name"), text("-"));
    assert_eq!(event.ecs("process.name"), text("-"));
    let event = Sample::new(3, &[("Image", "-")]);
    assert_eq!(event.cim("process_name"), Value::Null);
    assert_eq!(event.ecs("process.name"), Value::Null);
}
