//! Documents that are in Elastic's schema already.

use super::*;

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
fn the_own_user_of_a_sysmon_document() {
    let user = |provider: &str, domain: &str, name: &str| {
        Sample::document(
            1,
            serde_json::json!({
                "user": { "id": "S-1-5-18", "domain": domain, "name": name },
                "winlog": {
                    "provider_name": provider,
                    "user": { "identifier": "S-1-5-18" },
                }
            }),
        )
    };
    let sysmon = "Microsoft-Windows-Sysmon";
    let ann = user(sysmon, "CORP", "ann");
    assert_eq!(ann.ecs("user.id"), Value::Null);
    assert_eq!(ann.ecs("winlog.user.identifier"), text("S-1-5-18"));
    let service = user(sysmon, "NT AUTHORITY", "NETWORK SERVICE");
    assert_eq!(service.ecs("user.id"), text("S-1-5-20"));
    let other = user("Other", "CORP", "ann");
    assert_eq!(other.ecs("user.id"), text("S-1-5-18"));
    for document in [ann, service, other] {
        assert_eq!(document.ecs(WRITTEN_USER), text("S-1-5-18"));
    }
    let bare = serde_json::json!({ "user": { "id": "S-1-5-21-7" } });
    assert_eq!(
        Sample::document(0, bare).ecs(WRITTEN_USER),
        text("S-1-5-21-7")
    );
    assert_eq!(
        Sample::new(1, &[("User", "NT AUTHORITY\\NETWORK SERVICE")]).ecs(WRITTEN_USER),
        text("S-1-5-18")
    );
}
