//! The projecting reader against the `evtx` crate: the same records, and of each the same texts.

mod told;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evql::input::evtx::Log;
use evql::model::record::Names;
use evql_samples::shared;
use told::{hold_against_the_crate, read};

fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|name| name == "evtx"))
        .collect();
    logs.sort();
    assert!(!logs.is_empty(), "{}", folder.display());
    logs
}

/// How many records the reader told of a folder's logs, and how many it left to the crate or
/// reports as lost.
fn hold_folder(folder: &Path) -> (usize, u64) {
    let (mut told, mut left) = (0, 0);
    for path in logs(folder) {
        let name = path.display().to_string();
        let (some, fallback) = hold_against_the_crate(&name, std::fs::read(&path).unwrap());
        told += some;
        left += fallback;
    }
    (told, left)
}

#[test]
fn every_text_of_every_real_record_is_the_crates() {
    let (Some(sysmon), Some(damaged)) = (shared("corpus/sysmon"), shared("corpus/damaged")) else {
        return;
    };
    let (told, left) = hold_folder(&sysmon);
    assert_eq!((told, left), (1774, 0));
    let (told, left) = hold_folder(&damaged);
    assert_eq!((told, left), (4540, 150));
}

#[test]
fn every_text_of_every_sample_record_is_the_crates() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs");
    let (told, left) = hold_folder(&samples);
    assert!(told > 300);
    assert!(left < 10, "{left} of a damaged and a cut log's");
}

#[test]
fn every_value_type_is_rendered_as_the_crate_renders_it() {
    assert_eq!(
        hold_against_the_crate("plain values", evql_samples::types::log(false)),
        (2, 2)
    );
    assert_eq!(
        hold_against_the_crate("arrays", evql_samples::types::log(true)),
        (3, 3)
    );
}

#[test]
fn counts_of_real_logs_are_those_of_an_independent_parser() {
    let Some(folder) = shared("corpus/sysmon") else {
        return;
    };
    let text = std::fs::read(folder.join("records-by-event-id.json")).unwrap();
    let expected: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_slice(&text).unwrap();
    let names = Names::default();
    for path in logs(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut counts = BTreeMap::new();
        let mut seen = 0u64;
        for report in read(&Log::open(&path).unwrap(), &names, |_| seen += 1) {
            assert_eq!(report.problems, [], "{name}");
            for (id, count) in report.sysmon {
                *counts.entry(id.to_string()).or_default() += count;
            }
        }
        assert_eq!(Some(&counts), expected.get(name), "{name}");
        assert_eq!(seen, counts.values().sum::<u64>(), "{name}");
    }
}
