//! What the samples' program writes is what the `evtx` crate reads.

use evql_samples::{evtx::Value, story, types};
use evtx::EvtxParser;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The named data of every record that the crate can read, by EventRecordID, as text.
fn read(bytes: Vec<u8>) -> (BTreeMap<u64, Vec<(String, String)>>, usize) {
    let mut parser = EvtxParser::from_buffer(bytes).expect("a log with a sound header");
    let mut records = BTreeMap::new();
    let mut unreadable = 0;
    for record in parser.records_json_value() {
        let Ok(record) = record else {
            unreadable += 1;
            continue;
        };
        let event = &record.data["Event"];
        let id = event["System"]["EventRecordID"].as_u64().expect("an id");
        let data = event["EventData"].as_object().expect("named data");
        let data = data.iter().map(|(name, value)| (name.clone(), text(value)));
        records.insert(id, data.collect());
    }
    (records, unreadable)
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

#[test]
fn every_sample_is_read_as_it_was_written() {
    let mut values = 0;
    for sample in story::samples() {
        let cut = sample.name.contains("cut");
        let (records, unreadable) = read(sample.bytes.clone());
        let lost = sample.told.iter().filter(|told| !told.readable).count();
        for (told, written) in sample.told.iter().zip(&sample.records) {
            let written = written.data().into_iter();
            let written: Vec<_> = written
                .map(|(n, v)| (n.to_owned(), v.to_string()))
                .collect();
            match records.get(&told.id) {
                Some(read) => assert_eq!(*read, written, "{} record {}", sample.name, told.id),
                None => assert!(!told.readable || cut, "{} record {}", sample.name, told.id),
            }
            values += written.len();
        }
        if !cut {
            assert_eq!(
                (records.len() + lost, unreadable),
                (sample.told.len(), lost),
                "{}",
                sample.name
            );
        }
    }
    assert!(values > 7_000, "{values} values");
}

#[test]
fn every_value_type_is_read_as_it_was_written() {
    let (records, unreadable) = read(types::log(true));
    assert_eq!((records.len(), unreadable), (3, 0));
    // A boolean that is neither 0 nor 1 is the number it is.
    let written = |(name, value): (&str, Value)| match value {
        Value::Raw(..) => (name.to_owned(), "6".to_owned()),
        value => (name.to_owned(), value.to_string()),
    };
    let plain: Vec<_> = types::values().into_iter().map(written).collect();
    assert_eq!(records[&1], plain);
    assert_eq!(records[&2], plain);
    let names: Vec<_> = records[&3].iter().map(|(name, _)| name.as_str()).collect();
    let written = types::arrays();
    assert_eq!(
        names,
        written.iter().map(|(name, _)| *name).collect::<Vec<_>>()
    );
}
