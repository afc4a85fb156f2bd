//! One log in every form in which people hand it on gives the same findings.

use std::fs;
use std::io::Write;
use std::path::Path;

use evtx::{EvtxParser, ParserSettings};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{ELASTIC, Hunt, Row, SPLUNK, anywhere, hunt, samples, temp};

const LOGS: [&str; 3] = [
    "ws01-sysmon.evtx",
    "srv02-sysmon.evtx",
    "srv02-old-exported.evtx",
];

fn parser(log: &str) -> EvtxParser<fs::File> {
    let parser = EvtxParser::from_path(samples().join(log)).expect("a sample");
    parser.with_configuration(ParserSettings::new().num_threads(1).indent(false))
}

/// The log's events as XML, without declarations.
fn events(log: &str) -> Vec<String> {
    let mut parser = parser(log);
    let records = parser
        .records()
        .map(|record| record.expect("a sound record").data);
    let bare = |xml: String| {
        xml[xml.find("<Event").expect("an event")..]
            .trim()
            .to_owned()
    };
    records.map(bare).collect()
}

/// With attributes in single quotes, as Splunk keeps events.
fn single_quoted(xml: &str) -> String {
    let mut in_tag = false;
    let turn = |c| {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '"' if in_tag => return '\'',
            _ => {}
        }
        c
    };
    xml.chars().map(turn).collect()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

/// What is found, wherever it stands. XML cannot hold an escape character, and the `evtx` crate
/// writes `_` for it.
fn answer(hunt: Hunt) -> [Vec<Row>; 4] {
    let hunt = hunt.ended(0);
    let tables = ["findings.csv", ELASTIC, SPLUNK, "timeline.csv"];
    tables.map(|table| {
        let mut rows = anywhere(hunt.table(table));
        for cell in rows.iter_mut().flat_map(|row| row.values_mut()) {
            *cell = cell.replace("\\u{1b}", "_");
        }
        rows
    })
}

#[test]
fn an_export_gives_the_findings_of_its_log() {
    for log in LOGS {
        let expected = answer(hunt(&[samples().join(log)], &[]));
        assert!(!expected[0].is_empty());
        let events = events(log);
        let document = |declared: &str| {
            format!(
                "<?xml version=\"1.0\" encoding=\"{declared}\"?>\r\n<Events>{}</Events>",
                events.concat()
            )
        };
        let splunk: Vec<String> = events.iter().map(|event| single_quoted(event)).collect();
        let forms: [(&str, Vec<u8>); 8] = [
            ("a document", document("utf-8").into_bytes()),
            (
                "a document with a mark",
                format!("\u{FEFF}{}", document("utf-8")).into_bytes(),
            ),
            ("UTF-16", utf16(&document("utf-16"), false)),
            ("UTF-16, big end first", utf16(&document("utf-16"), true)),
            ("no root", events.concat().into_bytes()),
            ("no root, UTF-16", utf16(&events.join("\r\n"), false)),
            ("Splunk's raw form", splunk.join("\n").into_bytes()),
            ("JSON lines", json_lines(log)),
        ];
        for (form, bytes) in forms {
            let folder = temp();
            let path = folder.path().join("export.txt");
            fs::write(&path, bytes).expect("an export");
            let found = answer(hunt(&[&path], &[]));
            for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                assert_eq!(found, expected, "{log} as {form}");
            }
            assert!(found == expected, "{log} as {form}");
            both(&samples().join(log), &path, &expected, form);
        }
    }
}

/// The log and its export together are one log and duplicates.
fn both(log: &Path, export: &Path, expected: &[Vec<Row>; 4], form: &str) {
    assert!(
        &answer(hunt(&[log, export], &[])) == expected,
        "with its log, {form}"
    );
}

fn json_lines(log: &str) -> Vec<u8> {
    let mut parser = parser(log);
    let lines = parser
        .records_json()
        .map(|record| record.expect("a sound record").data + "\n");
    lines.collect::<String>().into_bytes()
}

#[test]
fn a_packed_log_gives_its_findings() {
    let folder = temp();
    let log = samples().join(LOGS[0]);
    let expected = answer(hunt(&[&log], &[]));
    let path = folder.path().join("collected");
    let mut packed = GzEncoder::new(
        fs::File::create(&path).expect("a file"),
        Compression::fast(),
    );
    packed
        .write_all(&fs::read(&log).expect("a sample"))
        .expect("written");
    packed.finish().expect("written");
    assert!(answer(hunt(&[&path], &[])) == expected);
}
