//! The projecting reader against the `evtx` crate: the same records, and of each the same texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use evql::input::evtx::{Buffers, Log};
use evql::input::{Ask, BlockReport};
use evql::model::record::{EventIds, Names, Record};

fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("EVQL_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    if !path.is_dir() {
        eprintln!("skipped: ../shared is not here");
        return None;
    }
    Some(path)
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut logs: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|name| name == "evtx"))
        .collect();
    logs.sort();
    assert!(!logs.is_empty());
    logs
}

fn read(path: &Path, names: &Names, mut sink: impl FnMut(&dyn Record)) -> Vec<BlockReport> {
    let log = Log::open(path).unwrap();
    let ask = Ask {
        names,
        events: &EventIds::ALL,
        generic: false,
    };
    let mut buffers = Buffers::default();
    (0..log.blocks())
        .map(|block| log.read(0, block, &ask, None, &mut buffers, &mut sink))
        .collect()
}

#[test]
fn counts_of_real_logs_are_those_of_an_independent_parser() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("corpus/sysmon");
    let text = std::fs::read(folder.join("records-by-event-id.json")).unwrap();
    let expected: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_slice(&text).unwrap();
    let names = Names::default();
    for path in logs(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut counts = BTreeMap::new();
        let mut seen = 0u64;
        for report in read(&path, &names, |_| seen += 1) {
            for (id, count) in report.sysmon {
                *counts.entry(id.to_string()).or_default() += count;
            }
        }
        assert_eq!(Some(&counts), expected.get(name), "{name}");
        assert_eq!(seen, counts.values().sum::<u64>(), "{name}");
    }
}
