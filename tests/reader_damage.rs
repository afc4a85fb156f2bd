//! Logs that are cut off, dirty or overwritten: what is there is read, what is not is reported.

use std::fs;

use evql::hunt::{self, Profile, Threads};
use evql::input::evtx::{Buffers, Log};
use evql::input::{Ask, BlockReport, discover};
use evql::lang::eql;
use evql::model::field::FieldTable;
use evql::model::problem::{Lost, Problem};
use evql::model::record::{EventIds, Names, Record};
use evql::schema::{self, Schema};
use evql_samples::evtx::Log as Writer;
use evql_samples::sysmon::{Event, Generation, Host};

const FILE_HEADER: usize = 4096;
const CHUNK: usize = 65_536;

/// Three chunks of 20 records each.
fn sound() -> Vec<u8> {
    let host = Host::new("WS01.corp.example", 0x2f1c_8a40);
    let at = "2026-03-02 08:15:04.120".parse().unwrap();
    let mut log = Writer::in_memory();
    for id in 1..=60 {
        let name = format!("host{id}.example");
        let event = Event::new(Generation::New, 22).with("QueryName", name.as_str());
        log.push(&host.record(id, at, &event.filled())).unwrap();
        if id % 20 == 0 {
            log.end_chunk().unwrap();
        }
    }
    log.into_bytes()
}

fn read(bytes: &[u8]) -> (Vec<u64>, Vec<Problem>, Vec<BlockReport>) {
    let log = Log::of_bytes(bytes.to_vec()).unwrap();
    let (names, events) = (Names::default(), EventIds::ALL);
    let ask = Ask {
        names: &names,
        events: &events,
        generic: false,
    };
    let mut ids = Vec::new();
    let mut buffers = Buffers::default();
    let mut sink = |record: &dyn Record| ids.push(record.record_id());
    let reports: Vec<_> = (0..log.blocks())
        .map(|block| log.read(0, block, &ask, None, &mut buffers, &mut sink))
        .collect();
    let problems = log.problems().iter().cloned();
    let problems = problems.chain(reports.iter().flat_map(|report| report.problems.clone()));
    (ids, problems.collect(), reports)
}

fn told(problems: &[Problem]) -> Vec<(Option<u32>, Lost, &str)> {
    problems
        .iter()
        .map(|problem| (problem.chunk, problem.lost, &*problem.what))
        .collect()
}

/// Where a record starts, and where it ends.
fn record(bytes: &[u8], number: u64) -> (usize, usize) {
    let mark = [0x2a, 0x2a, 0, 0];
    let starts = (FILE_HEADER..bytes.len() - 16).filter(|at| bytes[*at..].starts_with(&mark));
    let mut of_number = starts.filter(|at| bytes[*at + 8..*at + 16] == number.to_le_bytes());
    let at = of_number.next().unwrap();
    let size = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap());
    (at, at + size as usize)
}

#[test]
fn a_sound_log_has_no_problems() {
    let (ids, problems, reports) = read(&sound());
    assert_eq!(ids, (1..=60).collect::<Vec<_>>());
    assert_eq!(problems, []);
    assert_eq!(reports[1].records, 20);
    assert_eq!(reports[1].sysmon.get(&22), Some(&20));
    assert_eq!(reports[1].fallback, 0);
    assert_eq!(reports[1].bytes, CHUNK as u64);
}

#[test]
fn a_log_cut_off_inside_a_chunk_gives_every_complete_record() {
    let bytes = sound();
    let (start, end) = record(&bytes, 27);
    let (ids, problems, _) = read(&bytes[..end]);
    assert_eq!(ids, (1..=27).collect::<Vec<_>>());
    let header = "cut off: 2 of 3 chunks are there";
    let cut = "cut off inside a chunk";
    let expected = [
        (Some(2), Lost::File, header),
        (Some(1), Lost::Chunk, cut),
        (Some(1), Lost::Chunk, "record is cut off"),
    ];
    assert_eq!(told(&problems), expected[..2]);
    for to in [start + 5, start + 24, start + 100, end - 5] {
        let (ids, problems, _) = read(&bytes[..to]);
        assert_eq!(ids, (1..=26).collect::<Vec<_>>(), "cut at {to}");
        assert_eq!(told(&problems), expected, "cut at {to}");
    }
}

#[test]
fn a_log_cut_off_at_a_chunks_edge_or_inside_a_header_says_so() {
    let bytes = sound();
    let second = FILE_HEADER + CHUNK;
    let missing = |there: &str| format!("cut off: {there} of 3 chunks are there");
    let (ids, problems, _) = read(&bytes[..second]);
    assert_eq!(ids.len(), 20);
    assert_eq!(told(&problems), [(Some(1), Lost::File, &*missing("1"))]);
    for more in [3, 8, 300] {
        let (ids, problems, _) = read(&bytes[..second + more]);
        assert_eq!(ids.len(), 20);
        let expected = [
            (Some(2), Lost::File, &*missing("2")),
            (Some(1), Lost::Chunk, "cut off inside a chunk"),
        ];
        assert_eq!(told(&problems), expected, "{more} bytes of a header");
    }
    let (ids, problems, _) = read(&bytes[..100]);
    assert!(ids.is_empty());
    assert_eq!(problems[0].what, "cut off inside the file header");
    assert_eq!(problems[0].lost, Lost::File);
}

#[test]
fn a_damaged_file_header_costs_nothing() {
    let mut bytes = sound();
    bytes[24] ^= 1;
    let (ids, problems, _) = read(&bytes);
    assert_eq!(ids.len(), 60);
    assert_eq!(
        told(&problems),
        [(None, Lost::Nothing, "file header checksum fails")]
    );
}

#[test]
fn a_chunk_that_is_none_is_reported_and_an_unused_one_is_not() {
    let mut bytes = sound();
    bytes[FILE_HEADER + CHUNK] = b'X';
    let (ids, problems, _) = read(&bytes);
    assert_eq!(ids.len(), 40);
    assert_eq!(
        told(&problems),
        [(Some(1), Lost::Chunk, "no chunk where one should start")]
    );
    assert_eq!(problems[0].offset, Some((FILE_HEADER + CHUNK) as u64));

    bytes[FILE_HEADER + CHUNK..FILE_HEADER + 2 * CHUNK].fill(0);
    let (ids, problems, _) = read(&bytes);
    assert_eq!(ids.len(), 40);
    assert_eq!(problems, []);
}

#[test]
fn records_of_a_chunk_whose_checksum_fails_are_marked_and_an_overwritten_one_is_reported() {
    let mut bytes = sound();
    let (start, _) = record(&bytes, 30);
    bytes[start..start + 4].fill(0xff);
    let log = Log::of_bytes(bytes).unwrap();
    let (names, events) = (Names::default(), EventIds::ALL);
    let ask = Ask {
        names: &names,
        events: &events,
        generic: false,
    };
    let mut seen = Vec::new();
    let mut buffers = Buffers::default();
    let mut sink = |record: &dyn Record| seen.push((record.record_id(), record.damaged()));
    let sound = log.read(0, 0, &ask, None, &mut buffers, &mut sink);
    let damaged = log.read(0, 1, &ask, None, &mut buffers, &mut sink);
    assert_eq!(sound.problems, []);
    let expected = [
        (Some(1), Lost::Nothing, "record checksum fails"),
        (Some(1), Lost::Record, "no record where one should start"),
    ];
    assert_eq!(told(&damaged.problems), expected);
    assert_eq!(damaged.problems[1].offset, Some(start as u64));
    let expected: Vec<_> = (1..=40)
        .filter(|id| *id != 30)
        .map(|id| (id, id > 20))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn records_are_recalled_by_their_offsets_without_a_second_report() {
    let mut bytes = sound();
    bytes[FILE_HEADER + 600] ^= 1;
    let log = Log::of_bytes(bytes).unwrap();
    let (mut names, events) = (Names::default(), EventIds::of([22]));
    let query = names.intern("QueryName").unwrap();
    let ask = Ask {
        names: &names,
        events: &events,
        generic: false,
    };
    let mut buffers = Buffers::default();
    let mut all = Vec::new();
    let mut sink = |record: &dyn Record| all.push(record.location().offset);
    log.read(7, 2, &ask, None, &mut buffers, &mut sink);
    assert_eq!(all.len(), 20);
    let only = [all[3], all[11]];
    let mut recalled = Vec::new();
    let report = log.read(7, 2, &ask, Some(&only), &mut buffers, &mut |record| {
        assert_eq!(record.location().file, 7);
        let name = record.data(query).unwrap().into_owned();
        recalled.push((record.location().offset, name));
    });
    assert_eq!(report.problems, []);
    let expected = [
        (only[0], "host44.example".to_owned()),
        (only[1], "host52.example".to_owned()),
    ];
    assert_eq!(recalled, expected);
}

/// The second pass needs the records of a sequence again.
#[test]
fn what_is_gone_when_it_is_read_again_is_told() {
    let host = Host::new("WS01.corp.example", 0x2f1c_8a40);
    let at = "2026-03-02 08:15:04.120".parse().unwrap();
    let mut log = Writer::in_memory();
    for (id, event) in [(1, 1), (2, 3), (3, 11)] {
        let event = Event::new(Generation::New, event)
            .with("ProcessGuid", "{2F1C8A40-470B-69A5-0000-000014C2125D}");
        log.push(&host.record(id, at, &event.filled())).unwrap();
    }
    let evtx = log.into_bytes();
    let line = |id, event: u8| {
        format!(
            r#"{{"EventTime":"2026-03-02T08:15:04.120Z","SourceName":"Microsoft-Windows-Sysmon","EventID":{event},"RecordNumber":{id},"Hostname":"PC","Channel":"Microsoft-Windows-Sysmon/Operational","ProcessGuid":"{{2F1C8A40-470B-69A5-0000-000014C2125D}}"}}"#
        )
    };
    let json = [line(1, 1), line(2, 3), line(3, 11)].join("\n");
    let (second, _) = record(&evtx, 2);
    let length = line(1, 1).len() as u64 + 1;
    // Each with how much of it is left, with its chunk, and with the offset of the first that is gone.
    let logs = [
        ("a.evtx", &evtx[..], second as u64, Some(0), second as u64),
        ("a.jsonl", json.as_bytes(), length, None, length),
        ("b.jsonl", json.as_bytes(), 0, None, 0),
    ];
    for (name, bytes, left, chunk, offset) in logs {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let mut fields = FieldTable::default();
        let query = "sequence by process.entity_id [process where true] [network where true]";
        let compiled = eql::compile(query, &Schema, &mut fields, &eql::Options::default());
        let plan = compiled.expect("a query").plan;
        let threads = Threads::new(1).unwrap();
        let cut = |_| {
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_len(left).unwrap();
        };
        let options = hunt::Options {
            profile: Profile::Forensic,
            schema: schema::Options::default(),
            generic: None,
            window: hunt::Window::default(),
            threads: &threads,
            progress: &cut,
        };
        let discovery = discover(std::slice::from_ref(&path)).unwrap();
        let outcome = hunt::hunt(&discovery, &[&plan], &mut fields, &options, |_| ());
        assert!(outcome.findings.is_empty());
        let what = match left {
            0 => "2 records were read once but not again: findings may lack them",
            _ => "1 record was read once but not again: findings may lack it",
        };
        let problem = Problem {
            chunk,
            offset: Some(offset),
            record_id: None,
            lost: Lost::Record,
            what: what.to_owned(),
        };
        assert_eq!(outcome.inputs[0].problems, [problem], "{name}");
    }
}
