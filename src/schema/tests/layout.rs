//! What is known before reading; memory used again; moments; types.

use super::*;
use crate::model::field::Kinds;

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
    assert_eq!(layout.known(3, category), Known::Always(&text("network")));
    assert_eq!(layout.known(24, category), Known::Absent);
    assert_eq!(layout.known(1, address), Known::Absent);
    assert_eq!(layout.known(3, address), Known::Varies);
    assert_eq!(layout.known(22, code), Known::Always(&text("22")));
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
        ("process.entry_leader.real_user.name", FieldType::Keyword),
        ("process.entry_leader.entry_meta.source.ip", FieldType::Ip),
        ("process.io.total_bytes_skipped", FieldType::Long),
        ("process.parent.elf.header.entrypoint", FieldType::Long),
        ("file.x509.not_after", FieldType::Date),
        ("tls.server.x509.subject.common_name", FieldType::Keyword),
        ("threat.indicator.file.hash.sha256", FieldType::Keyword),
        ("threat.enrichments.indicator.ip", FieldType::Ip),
        ("threat.enrichments.matched.occurred", FieldType::Date),
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
    for kind in crate::schema::sysmon::KINDS {
        let names = kind.ecs.iter().map(|(name, _)| *name);
        let targets = kind.rows().flat_map(|row| row.ecs).map(|(name, _)| *name);
        for name in targets.chain(names) {
            assert!(Schema.type_of(View::Ecs, name).is_some(), "{name}");
        }
    }
    for (name, _) in crate::schema::header::HEADER.iter().flat_map(|row| row.ecs) {
        assert!(Schema.type_of(View::Ecs, name).is_some(), "{name}");
    }
    let ids: Vec<u16> = event_ids().collect();
    assert_eq!(ids, (1..=29).chain([255]).collect::<Vec<_>>());
}
