//! The other event ids: files, images, the registry, names; old spellings and odd ones.

use super::*;

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
