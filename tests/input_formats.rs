//! One log in every form gives the same records.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use evql::input::{Ask, Buffers, discover};
use evql::model::record::{EventIds, Names, Record, SystemField};
use evql::model::time::Time;
use evtx::{EvtxParser, ParserSettings};

/// All that a record says, without where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    event_id: u16,
    record_id: u64,
    time: Option<Time>,
    computer: String,
    channel: String,
    system: BTreeMap<SystemName, String>,
    data: Vec<(String, String)>,
}

type SystemName = String;

fn said(record: &dyn Record) -> Said {
    let mut data = Vec::new();
    record.each_data(&mut |name, value| data.push((name.to_owned(), value.to_owned())));
    let system = SystemField::ALL.into_iter().filter_map(|field| {
        // A time's digits are told differently by different writers, and compared as a time.
        let text = record.system(field)?.into_owned();
        (field != SystemField::TimeCreated).then(|| (format!("{field:?}"), text))
    });
    Said {
        event_id: record.event_id(),
        record_id: record.record_id(),
        time: record.time_created(),
        computer: record.computer().to_owned(),
        channel: record.channel().to_owned(),
        system: system.collect(),
        data,
    }
}

fn read(path: &Path) -> Vec<Said> {
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let found = discover(&[path.to_owned()]).unwrap();
    let mut records = Vec::new();
    for input in &found.inputs {
        for block in 0..input.blocks() {
            input.read(block, &ask, None, &mut Buffers::default(), &mut |record| {
                records.push(said(record));
            });
        }
    }
    records
}

fn corpus() -> Vec<PathBuf> {
    let shared = std::env::var_os("EVQL_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let Ok(folder) = fs::read_dir(shared.join("corpus/sysmon")) else {
        eprintln!("skipped: ../shared is not here");
        return Vec::new();
    };
    let mut logs: Vec<PathBuf> = folder
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "evtx")
        })
        .collect();
    logs.sort();
    logs
}

fn parser(log: &Path, settings: ParserSettings) -> EvtxParser<fs::File> {
    EvtxParser::from_path(log)
        .unwrap()
        .with_configuration(settings)
}

fn xml(log: &Path) -> String {
    let mut parser = parser(log, ParserSettings::default().num_threads(1));
    parser
        .records()
        .flatten()
        .map(|record| record.data)
        .collect()
}

fn json(log: &Path, apart: bool) -> String {
    let settings = ParserSettings::default()
        .num_threads(1)
        .indent(false)
        .separate_json_attributes(apart);
    let mut parser = parser(log, settings);
    let lines: Vec<String> = parser
        .records_json()
        .flatten()
        .map(|record| record.data)
        .collect();
    lines.join("\n")
}

fn assert_alike(path: &Path, text: impl AsRef<[u8]>, log: &Path, expected: &[Said]) {
    fs::write(path, text).unwrap();
    let records = read(path);
    for (record, expected) in records.iter().zip(expected) {
        assert_eq!(record, expected, "{}", log.display());
    }
    assert_eq!(records.len(), expected.len(), "{}", log.display());
}

#[test]
fn a_log_and_its_exports_give_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    let mut count = 0;
    for log in corpus() {
        let expected = read(&log);
        count += expected.len();
        let text = xml(&log);
        assert_alike(&path, &text, &log, &expected);
        let utf16 = format!("\u{FEFF}<Events>{text}</Events>");
        let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_alike(&path, utf16, &log, &expected);
        assert_alike(&path, json(&log, false), &log, &expected);
        assert_alike(&path, json(&log, true), &log, &expected);
    }
    eprintln!("{count} records");
}
