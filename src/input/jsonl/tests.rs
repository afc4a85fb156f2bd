use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::read;
use crate::input::owned::Owned;
use crate::input::{Ask, BlockReport};
use crate::model::record::{EventIds, Location, Names, Record, SystemField};
use crate::model::time::Time;

/// What a test looks at of one record.
#[derive(Debug, PartialEq)]
struct Seen {
    location: Location,
    event_id: u16,
    record_id: u64,
    time: Option<Time>,
    computer: String,
    channel: String,
    system: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
    document: Option<Value>,
}

fn see(record: &dyn Record) -> Seen {
    let mut data = BTreeMap::new();
    record.each_data(&mut |name, value| {
        data.insert(name.to_owned(), value.to_owned());
    });
    let system = SystemField::ALL.into_iter();
    Seen {
        location: record.location(),
        event_id: record.event_id(),
        record_id: record.record_id(),
        time: record.time_created(),
        computer: record.computer().to_owned(),
        channel: record.channel().to_owned(),
        system: system
            .filter_map(|field| Some((format!("{field:?}"), record.system(field)?.into_owned())))
            .collect(),
        data,
        document: record.document().cloned().map(Value::Object),
    }
}

fn read_with(bytes: &[u8], generic: bool, only: Option<&[u64]>) -> (Vec<Seen>, BlockReport) {
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic,
    };
    let mut seen = Vec::new();
    let mut buffer = Owned::default();
    let report = read(Box::new(bytes), 0, &ask, only, &mut buffer, &mut |record| {
        seen.push(see(record));
    });
    (seen, report)
}

fn read_all(text: &str) -> (Vec<Seen>, BlockReport) {
    read_with(text.as_bytes(), false, None)
}

fn ids(seen: &[Seen]) -> Vec<u64> {
    seen.iter().map(|seen| seen.record_id).collect()
}

fn dump(id: u64) -> Value {
    json!({"Event": {
        "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "System": {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
            "EventID": {"#attributes": {"Qualifiers": 7}, "#text": 3},
            "Keywords": "0x8000000000000000",
            "TimeCreated": {"#attributes": {"SystemTime": "2020-07-09T22:00:11.1813819Z"}},
            "EventRecordID": id,
            "Correlation": null,
            "Execution": {"#attributes": {"ProcessID": 3280, "ThreadID": 3892}},
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "MSEDGEWIN10",
            "Security": {"#attributes": {"UserID": "S-1-5-18"}}
        },
        "EventData": {
            "RuleName": "", "ProcessId": 428, "Initiated": false, "Image": "C:\\{x}\\\"y\".exe",
            "Data": {"#text": ["a", "b"]}
        }
    }})
}

#[test]
fn a_dumped_event_is_read_with_attributes_inside_or_apart() {
    let (seen, report) = read_all(&dump(42).to_string());
    let [one] = seen.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!((one.event_id, one.record_id), (3, 42));
    assert_eq!(one.time, Time::parse("2020-07-09T22:00:11.1813819Z"));
    assert_eq!(one.computer, "MSEDGEWIN10");
    assert_eq!(one.channel, "Microsoft-Windows-Sysmon/Operational");
    assert_eq!(one.system["Qualifiers"], "7");
    assert_eq!(one.system["ProcessId"], "3280");
    assert_eq!(one.system["UserId"], "S-1-5-18");
    assert!(!one.system.contains_key("ActivityId"));
    let data: Vec<(&str, &str)> = one
        .data
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        data,
        [
            ("Image", "C:\\{x}\\\"y\".exe"),
            ("Initiated", "false"),
            ("ProcessId", "428"),
            ("RuleName", ""),
            ("param1", "a"),
            ("param2", "b"),
        ]
    );
    assert_eq!(one.document, None);
    assert_eq!(report.sysmon, BTreeMap::from([(3, 1)]));

    let mut apart = dump(42);
    let system = apart["Event"]["System"].as_object_mut().unwrap();
    for name in [
        "Provider",
        "TimeCreated",
        "Execution",
        "Security",
        "EventID",
    ] {
        let mut value = system.remove(name).unwrap();
        if let Some(text) = value.get("#text") {
            system.insert(name.to_owned(), text.clone());
        }
        system.insert(format!("{name}_attributes"), value["#attributes"].take());
    }
    assert_eq!(read_all(&apart.to_string()).0, seen);
}

#[test]
fn every_layout_of_objects_gives_the_same_records() {
    let (one, two) = (dump(1), dump(2));
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let forms = [
        format!("{one}\n{two}\n"),
        format!("\u{FEFF}{one}\r\n\r\n{two}"),
        format!("{one}{two}"),
        format!("{}\n{}\n", pretty(&one), pretty(&two)),
        pretty(&json!([one, two])),
        json!([one, two]).to_string(),
        format!("Record 1\n{}\nRecord 2\n{}\n", pretty(&one), pretty(&two)),
        format!("{{\"_index\":\"x\",\"_source\":{one}}}\n{two}"),
    ];
    for form in forms {
        let (seen, report) = read_all(&form);
        assert_eq!(ids(&seen), [1, 2], "{form}");
        assert_eq!(report.problems, [], "{form}");
        let utf16: Vec<u8> = format!("\u{FEFF}{form}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(ids(&read_with(&utf16, false, None).0), [1, 2], "{form}");
        let only = [seen[1].location.offset];
        let (again, report) = read_with(form.as_bytes(), false, Some(&only));
        assert_eq!(again, seen[1..], "{form} {only:?}");
        assert_eq!((report.records, report.problems), (0, vec![]));
    }
}

#[test]
fn a_broken_line_costs_that_line_alone() {
    let good = dump(9).to_string();
    let broken = [
        (
            good[..good.find("\"Channel").unwrap()].to_owned(),
            "the text ends inside an object",
        ),
        (
            good[..good.find("MSEDGE").unwrap() + 3].to_owned(),
            "a line break inside a string",
        ),
        (good[..good.len() - 2].to_owned(), "without its end"),
        (good[20..].to_owned(), "neither an object"),
        (good.replacen("ID\":9", "ID\";9", 1), "expected `:`"),
        (
            format!("{good}}}").replace("\"EventRecordID\":9", "\"EventRecordID\":\"x\""),
            "a record without a record id",
        ),
        ("{".repeat(10), "without its end"),
        (
            format!("{}{}", "{\"a\":".repeat(200), "}".repeat(200)),
            "nested too deep",
        ),
        ("null".to_owned(), "neither an object"),
    ];
    for (line, what) in broken {
        let (seen, report) = read_all(&format!("{}\n{line}\n{}\n", dump(1), dump(2)));
        assert_eq!(ids(&seen), [1, 2], "{line}");
        assert!(
            report.problems[0].what.contains(what),
            "{line}: {:?}",
            report.problems
        );
        assert_eq!(
            report.problems[0].offset,
            Some(dump(1).to_string().len() as u64 + 1)
        );
    }
    let (seen, report) = read_all(&format!("{}\n{}", dump(1), &good[..90]));
    assert_eq!(ids(&seen), [1]);
    assert_eq!(report.problems[0].what, "the text ends inside an object");
    let (seen, report) = read_all(&format!(
        "{{\"a\":\"{}\"}}\n{}",
        "x".repeat(5 << 20),
        dump(1)
    ));
    assert_eq!(ids(&seen), [1]);
    assert_eq!(report.problems[0].what, "an object longer than 4 MiB");
}

#[test]
fn a_record_inside_of_what_is_no_object_is_recalled() {
    let (one, other) = (dump(1), dump(2));
    // Braces match from the first line to the third, but it is no JSON.
    let text = format!("{{\"a\" x,\n{one}\n}}\n{other}\n");
    let (all, _) = read_all(&text);
    assert_eq!(ids(&all), [1, 2]);
    let recalled = |seen: &[Seen]| {
        let only: Vec<u64> = seen.iter().map(|seen| seen.location.offset).collect();
        read_with(text.as_bytes(), false, Some(&only)).0
    };
    for some in [&all[..], &all[..1], &all[1..]] {
        assert_eq!(recalled(some), some);
    }
}

#[test]
fn nxlog_s_flat_form_is_a_record() {
    let event = json!({
        "EventTime": "2020-09-04 15:07:26", "Hostname": "WS5.example.corp",
        "Keywords": -9223372036854775808i64, "EventType": "SetValue", "EventTypeOrignal": "INFO",
        "SeverityValue": 2, "Severity": "INFO", "EventID": 13,
        "SourceName": "Microsoft-Windows-Sysmon",
        "ProviderGuid": "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", "Version": 2, "Task": 13,
        "OpcodeValue": 0, "RecordNumber": 5170, "ExecutionProcessID": 3264, "ThreadID": 4420,
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Domain": "NT AUTHORITY",
        "AccountName": "SYSTEM", "UserID": "S-1-5-18", "AccountType": "User", "Message": "m",
        "Category": "Registry value set", "Opcode": "Info", "UtcTime": "2020-09-04 19:07:25.100",
        "ProcessGuid": "{747f3d96-85f1-5f07-0000-001074cb0000}", "ProcessId": "4",
        "Image": "C:\\x.exe", "TargetObject": "HKLM\\a", "Details": "b",
        "EventReceivedTime": "2020-09-04 15:07:27", "SourceModuleName": "eventlog",
        "SourceModuleType": "im_msvistalog", "@timestamp": "2020-09-04T19:07:27.123Z",
        "host": "wec", "port": 60543, "@version": "1", "tags": ["mordorDataset"]
    });
    let (seen, report) = read_all(&event.to_string());
    assert_eq!(report.problems, []);
    let one = &seen[0];
    assert_eq!((one.event_id, one.record_id), (13, 5170));
    assert_eq!(one.time, Time::parse("2020-09-04T19:07:27.123Z"));
    assert_eq!(
        (one.computer.as_str(), one.document.is_none()),
        ("WS5.example.corp", true)
    );
    assert_eq!(one.system["Keywords"], "0x8000000000000000");
    assert_eq!(one.system["ProcessId"], "3264");
    assert_eq!(one.system["UserId"], "S-1-5-18");
    let names: Vec<&str> = one.data.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Details",
            "EventType",
            "Image",
            "ProcessGuid",
            "ProcessId",
            "TargetObject",
            "UtcTime"
        ]
    );
    let mut zoned = event.clone();
    zoned["EventTime"] = json!("2020-09-04T15:07:26.5-04:00");
    zoned["EventType"] = json!("INFO");
    let (seen, _) = read_all(&zoned.to_string());
    assert_eq!(seen[0].time, Time::parse("2020-09-04T19:07:26.500Z"));
    assert!(!seen[0].data.contains_key("EventType"));
}

#[test]
fn a_beat_s_document_is_a_record_until_a_pipeline_has_seen_it() {
    let raw = json!({
        "@timestamp": "2020-09-04T19:07:26.123Z",
        "event": {"code": 1, "provider": "Microsoft-Windows-Sysmon", "created": "2020-09-04T19:08:00.000Z"},
        "winlog": {
            "provider_name": "Microsoft-Windows-Sysmon", "event_id": 1, "record_id": 77,
            "channel": "Microsoft-Windows-Sysmon/Operational", "computer_name": "PC1",
            "process": {"pid": 5, "thread": {"id": 6}}, "user": {"identifier": "S-1-5-18"},
            "event_data": {"UtcTime": "2020-09-04 19:07:25.100", "Image": "C:\\x.exe"}
        }
    });
    let (seen, _) = read_all(&raw.to_string());
    let one = &seen[0];
    assert_eq!(
        (one.event_id, one.record_id, one.computer.as_str()),
        (1, 77, "PC1")
    );
    assert_eq!(one.time, Time::parse("2020-09-04T19:07:26.123Z"));
    assert_eq!(one.system["ThreadId"], "6");
    assert_eq!(one.data["Image"], "C:\\x.exe");
    assert_eq!(one.document, None);

    let mut seen_by_pipeline = raw.clone();
    seen_by_pipeline["process"] = json!({"executable": "C:\\x.exe"});
    let (seen, _) = read_all(&seen_by_pipeline.to_string());
    assert_eq!(seen[0].time, Time::parse("2020-09-04T19:08:00.000Z"));
    assert_eq!(seen[0].document, Some(seen_by_pipeline));

    let dotted = json!({
        "@timestamp": "2020-09-04T19:07:26.123Z", "process.name": "x.exe",
        "winlog.provider_name": "Microsoft-Windows-Sysmon", "winlog.event_id": "3",
        "winlog.event_data.User": "a\\b"
    });
    let (seen, report) = read_all(&format!("\n{dotted}"));
    assert_eq!(report.problems, []);
    assert_eq!((seen[0].event_id, seen[0].record_id), (3, 1));
    assert_eq!(seen[0].data["User"], "a\\b");
    assert_eq!(seen[0].document, Some(dotted));

    let before_7 = json!({
        "@timestamp": "2018-09-04T19:07:26.123Z", "source_name": "Microsoft-Windows-Sysmon",
        "event_id": 1, "record_number": "12", "computer_name": "PC2", "log_name": "x",
        "event_data": {"Image": "C:\\y.exe"}
    });
    let (seen, _) = read_all(&before_7.to_string());
    assert_eq!((seen[0].record_id, seen[0].computer.as_str()), (12, "PC2"));
    assert_eq!((seen[0].channel.as_str(), &seen[0].document), ("x", &None));
    assert_eq!(seen[0].data["Image"], "C:\\y.exe");
}

#[test]
fn other_objects_are_counted_unless_they_are_asked_for() {
    let text = "{\"@timestamp\":116444736000,\"a\":{\"b\":1}}\n{\"c\":2}\n";
    let (seen, report) = read_all(text);
    assert_eq!((seen.len(), report.records, report.sysmon.len()), (0, 2, 0));
    let (seen, report) = read_with(text.as_bytes(), true, None);
    assert_eq!((report.records, report.sysmon.len()), (2, 0));
    assert_eq!(
        seen[0].document,
        Some(json!({"@timestamp": 116444736000u64, "a": {"b": 1}}))
    );
    assert_eq!(
        (seen[0].event_id, seen[0].time),
        (0, Some(Time::from_millis(116_444_736_000)))
    );
    assert_eq!(
        (seen[1].record_id, seen[1].time),
        (seen[1].location.offset, None)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_mutation_panics_or_costs_a_line_it_does_not_touch(
        at in 0usize..1200, length in 0usize..40, bytes in prop::collection::vec(any::<u8>(), 0..40)
    ) {
        let mut middle = dump(2).to_string().into_bytes();
        let from = at.min(middle.len());
        let to = (from + length).min(middle.len());
        middle.splice(from..to, bytes);
        let (first, last) = (format!("{}\n", dump(1)), format!("\n{}\n", dump(3)));
        let text = [first.as_bytes(), &middle, last.as_bytes()].concat();
        let (seen, _) = read_with(&text, false, None);
        prop_assert_eq!(seen.first().map(|seen| seen.record_id), Some(1));
        prop_assert_eq!(seen.last().map(|seen| seen.record_id), Some(3));
    }

    #[test]
    fn what_is_recalled_is_what_was_read(
        text in "(\\{|\\}|\\[|\\]|\"|:|,|\"a\":1|\n\\{\"b\":2\\}|\n\\{|\n| |x){0,60}",
        some in any::<u64>(),
    ) {
        let (mut all, _) = read_with(text.as_bytes(), true, None);
        let mut number = 0;
        all.retain(|_| {
            number += 1;
            some >> (number % 64) & 1 == 1
        });
        let only: Vec<u64> = all.iter().map(|seen| seen.location.offset).collect();
        let (recalled, _) = read_with(text.as_bytes(), true, Some(&only));
        prop_assert_eq!(recalled, all);
    }

    #[test]
    fn no_text_panics(text in "(\\{|\\}|\\[|\\]|\"|\\\\|:|,|a|1|\n| |Event|System){0,60}") {
        read_with(text.as_bytes(), true, None);
    }
}
