//! What is broken costs no more than itself, and is told.

use std::fs;
use std::path::Path;

use evql_samples::shared;
use evtx::{EvtxParser, ParserSettings};

use crate::support::{Hunt, contents, hunt, input, samples, temp, total};

/// How many records the `evtx` crate reads, chunk by chunk as the file has them.
fn by_crate(bytes: Vec<u8>) -> u64 {
    let settings = ParserSettings::new().num_threads(1);
    let Ok(parser) = EvtxParser::from_buffer(bytes) else {
        return 0;
    };
    let mut parser = parser.with_configuration(settings);
    parser.records_json().filter(Result::is_ok).count() as u64
}

#[test]
fn of_damaged_logs_is_read_what_the_crate_reads() {
    let Some(corpus) = shared("corpus/damaged") else {
        return;
    };
    let hunt = hunt(&[&corpus], &[]).ended(1);
    let run = hunt.run();
    for (name, bytes) in contents(&corpus) {
        let read = input(&run, &name)["records"].as_u64();
        let theirs = by_crate(bytes);
        assert!(read >= Some(theirs), "{name}: {read:?} of {theirs}");
    }
}

#[test]
fn a_log_cut_anywhere_gives_every_whole_record_before_the_cut() {
    let log = fs::read(samples().join("ws01-sysmon.evtx")).expect("a sample");
    let ends = record_ends(&log);
    assert_eq!(ends.len(), 112);
    let folder = temp();
    let path = folder.path().join("cut.evtx");
    let mut lengths: Vec<usize> = (4096 + 600..log.len()).step_by(7_919).collect();
    for end in ends.iter().step_by(19) {
        lengths.extend([end - 5, end - 4, *end]);
    }
    for length in lengths {
        fs::write(&path, &log[..length]).expect("a cut log");
        let hunt = hunt(&[&path], &["--threads", "1"]);
        let run = hunt.run();
        // Of the last one, the size that a record repeats at its end may be missing.
        let whole = ends.iter().filter(|end| **end - 4 <= length).count() as u64;
        assert_eq!(total(&run, "records"), whole, "cut at {length}");
        assert_eq!(hunt.ran.code, Some(1), "cut at {length}: {}", hunt.ran.err);
        assert!(
            hunt.ran.err.contains("cut off"),
            "cut at {length}: {}",
            hunt.ran.err
        );
    }
}

/// Where each record of a sound log ends: magic, size, number; the size again at the end.
fn record_ends(log: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    for chunk in (4096..log.len()).step_by(65_536) {
        let mut at = chunk + 512;
        while log.get(at..at + 4) == Some(&b"\x2a\x2a\0\0"[..]) {
            let size: [u8; 4] = log[at + 4..at + 8].try_into().expect("four bytes");
            at += u32::from_le_bytes(size) as usize;
            ends.push(at);
        }
    }
    ends
}

#[test]
fn a_file_that_only_begins_like_a_log_is_told() {
    let folder = temp();
    let log = fs::read(samples().join("ws01-sysmon.evtx")).expect("a sample");
    for length in [8, 100, 4095, 4096, 4100, 4096 + 512] {
        let path = folder.path().join("stub.evtx");
        fs::write(&path, &log[..length]).expect("a stub");
        let hunt = hunt(&[&path], &[]);
        assert_eq!(hunt.ran.code, Some(1), "{length}: {}", hunt.ran.err);
        assert!(
            hunt.ran.err.contains("problem"),
            "{length}: {}",
            hunt.ran.err
        );
        assert_eq!(total(&hunt.run(), "records"), 0);
        assert_eq!(hunt.findings().len(), 0);
    }
}

#[test]
fn every_problem_is_in_run_json_and_the_first_on_the_terminal() {
    let hunt = hunt(&[samples()], &[]).ended(1);
    let run = hunt.run();
    let problems = |name: &str| problems(&hunt, name);
    assert_eq!(run["unreadable"].as_array().map(Vec::len), Some(0));
    let damaged = problems("srv02-damaged.evtx");
    assert_eq!(damaged.len(), 2);
    assert!(damaged[0].2.contains("checksum"), "{damaged:?}");
    assert_eq!(damaged[0].0, Some(1));
    assert_eq!(damaged[1].0, Some(1));
    let cut = problems("ws01-cut.evtx");
    assert!(
        cut.iter().any(|problem| problem.2.contains("cut off")),
        "{cut:?}"
    );
    for (chunk, offset, what) in damaged.iter().chain(&cut) {
        assert!(chunk.is_some() && offset.is_some(), "{what}");
        assert!(hunt.ran.err.contains(what), "{what}: {}", hunt.ran.err);
    }
    // The records of the chunk with a wrong checksum are read and marked.
    let marked = hunt
        .findings()
        .into_iter()
        .filter(|row| row["damaged"] == "yes");
    let files: Vec<String> = marked.map(|row| row["files"].clone()).collect();
    assert!(!files.is_empty());
    assert!(
        files
            .iter()
            .all(|file| Path::new(file).ends_with("srv02-damaged.evtx"))
    );
}

fn problems(hunt: &Hunt, name: &str) -> Vec<(Option<u64>, Option<u64>, String)> {
    let run = hunt.run();
    let list = input(&run, name)["problems"].as_array().cloned();
    let problem = |problem: &serde_json::Value| {
        let what = problem["what"].as_str().expect("what is wrong").to_owned();
        (problem["chunk"].as_u64(), problem["offset"].as_u64(), what)
    };
    list.expect("a list").iter().map(problem).collect()
}
