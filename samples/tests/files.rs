//! The committed samples are what the program writes, and the story is sound.

use evql_samples::{files, story};
use std::collections::HashSet;
use std::path::Path;

#[test]
fn committed_samples_are_what_the_program_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(files::differing(folder), Vec::<std::path::PathBuf>::new());
}

#[test]
fn record_ids_are_unique_but_in_the_shadow_copy() {
    let mut seen = HashSet::new();
    for sample in story::samples() {
        let host = &sample.name[..5];
        let channel = if sample.name.contains("security") {
            "Security"
        } else {
            "Sysmon"
        };
        for told in &sample.told {
            let fresh = seen.insert((host.to_owned(), channel, told.id));
            assert_eq!(
                fresh,
                !sample.name.contains("shadow"),
                "{} {}",
                sample.name,
                told.id
            );
        }
    }
}

#[test]
fn logs_grow_in_the_order_of_writing() {
    for sample in story::samples() {
        let times: Vec<_> = sample.records.iter().map(|record| record.written).collect();
        assert!(times.is_sorted(), "{}", sample.name);
    }
}

#[test]
fn every_sysmon_event_is_in_an_attack() {
    let samples = story::samples();
    let attacks = samples
        .iter()
        .filter(|sample| sample.name.starts_with("attacks-"));
    let mut events: Vec<u16> = attacks
        .flat_map(|sample| &sample.told)
        .map(|told| told.event)
        .collect();
    events.sort_unstable();
    events.dedup();
    let all: Vec<u16> = (1..=29).chain([255]).collect();
    assert_eq!(events, all);
}
