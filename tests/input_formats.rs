//! One log in every form gives the same records.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use evql::input::{Ask, Buffers, Format, Input, discover};
use evql::model::record::{EventIds, Names, Record, SystemField};
use evql::model::time::Time;
use flate2::Compression;
use flate2::write::GzEncoder;

use evtx::{EvtxParser, ParserSettings};

/// All that a record says, without where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    event_id: u16,
    record_id: u64,
    time: Option<Time>,
    computer: String,
    channel: String,
    system: BTreeMap<String, String>,
    data: Vec<(String, String)>,
    /// What is had by name, in the order of the names.
    named: Vec<(String, String)>,
}

/// Names that Sysmon gives its data, some of them in every event.
const NAMES: [&str; 10] = [
    "UtcTime",
    "ProcessGuid",
    "ProcessId",
    "Image",
    "CommandLine",
    "User",
    "Hashes",
    "Initiated",
    "DestinationPort",
    "TargetObject",
];

fn said(record: &dyn Record, names: &Names) -> Said {
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
        named: named(record, names),
    }
}

fn named(record: &dyn Record, names: &Names) -> Vec<(String, String)> {
    let value = |name: &str| {
        let id = names.get(name)?;
        let text = record.data(id)?.into_owned();
        let (tail, cut) = record.data_tail(id)?;
        assert_eq!(tail, text.rsplit('\\').next().unwrap());
        assert_eq!(cut, text.contains('\\'));
        Some((name.to_owned(), text))
    };
    NAMES.into_iter().filter_map(value).collect()
}

fn names() -> Names {
    let mut names = Names::default();
    for name in NAMES {
        names.intern(name);
    }
    names
}

fn read(path: &Path) -> Vec<Said> {
    let names = names();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let found = discover(&[path.to_owned()]).unwrap();
    read_all(&found.inputs, &ask)
}

fn read_all(inputs: &[Input], ask: &Ask) -> Vec<Said> {
    let mut records = Vec::new();
    for input in inputs {
        for block in 0..input.blocks() {
            input.read(block, ask, None, &mut Buffers::default(), &mut |record| {
                records.push(said(record, ask.names));
            });
        }
    }
    records
}

fn corpus() -> Vec<PathBuf> {
    let Some(folder) = evql_samples::shared("corpus/sysmon") else {
        return Vec::new();
    };
    let mut logs: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
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

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
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
        assert_alike(&path, gzip(text.as_bytes()), &log, &expected);
        assert_alike(&path, gzip(&fs::read(&log).unwrap()), &log, &expected);
        assert_alike(&path, json(&log, false), &log, &expected);
        assert_alike(&path, json(&log, true), &log, &expected);
    }
    eprintln!("{count} records");
}

#[test]
fn a_log_in_memory_is_read_as_a_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs/ws01-sysmon.evtx");
    let forms = [
        (Format::Evtx, fs::read(&log).unwrap()),
        (Format::Xml, xml(&log).into_bytes()),
        (Format::JsonLines, json(&log, false).into_bytes()),
    ];
    let names = names();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    for (format, bytes) in forms {
        fs::write(&path, &bytes).unwrap();
        let input = Input::of_bytes("memory", format, bytes).unwrap();
        assert_eq!(input.format(), format);
        let records = read_all(&[input], &ask);
        assert!(records.len() > 100);
        assert_eq!(records, read(&path));
    }
}

#[test]
fn a_record_is_found_again_by_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    for log in corpus().into_iter().take(10) {
        for text in [xml(&log), json(&log, false)] {
            fs::write(&path, text).unwrap();
            assert_recalled(&path);
        }
        assert_recalled(&log);
    }
}

fn assert_recalled(path: &Path) {
    let names = Names::default();
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let found = discover(&[path.to_owned()]).unwrap();
    let input = &found.inputs[0];
    let mut buffers = Buffers::default();
    for block in 0..input.blocks() {
        let mut all = Vec::new();
        input.read(block, &ask, None, &mut buffers, &mut |record| {
            all.push((record.location().offset, said(record, &names)));
        });
        let every_third: Vec<_> = all.into_iter().step_by(3).collect();
        let only: Vec<u64> = every_third.iter().map(|(offset, _)| *offset).collect();
        let mut again = Vec::new();
        let report = input.read(block, &ask, Some(&only), &mut buffers, &mut |record| {
            again.push((record.location().offset, said(record, &names)));
        });
        assert_eq!(again, every_third, "{}", path.display());
        assert_eq!(report.problems, []);
    }
}
