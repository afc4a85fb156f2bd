//! What the samples' program writes is what the `evtx` crate reads.

use evql::input::{Ask, Buffers};
use evql::model::record::{EventIds, Names};
use evql_samples::{evtx::Value, story, types};
use evtx::EvtxParser;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

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

#[test]
fn the_reader_reads_every_readable_record_and_marks_the_damaged() {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs");
    let found = evql::input::discover(&[logs]).expect("the samples are here");
    let samples = story::samples();
    assert_eq!(found.inputs.len(), samples.len());
    for sample in &samples {
        let is_it = |input: &&evql::input::Input| input.path().ends_with(sample.name);
        let input = found
            .inputs
            .iter()
            .find(is_it)
            .expect("every sample is found");
        let names = Names::default();
        let ask = Ask {
            names: &names,
            events: &EventIds::ALL,
            generic: false,
        };
        let mut read = BTreeMap::new();
        let mut problems = input.problems().len();
        for block in 0..input.blocks() {
            let mut buffers = Buffers::default();
            let report = input.read(block, &ask, None, &mut buffers, &mut |record| {
                let mut data = Vec::new();
                record.each_data(&mut |name, value| data.push((name.to_owned(), value.to_owned())));
                read.insert(
                    record.record_id(),
                    (record.event_id(), record.damaged(), block, data),
                );
            });
            problems += report.problems.len();
        }
        let broken = ["srv02-damaged.evtx", "ws01-cut.evtx"].contains(&sample.name);
        assert_eq!(problems > 0, broken, "{}", sample.name);
        let sysmon = !sample.name.contains("security");
        let readable = sample.told.iter().zip(&sample.records);
        let readable: Vec<_> = readable
            .filter(|(told, _)| told.readable && sysmon)
            .collect();
        assert_eq!(read.len(), readable.len(), "{}", sample.name);
        for (told, record) in readable {
            let (event, damaged, block, data) = &read[&told.id];
            let written = record.data().into_iter();
            let written: Vec<_> = written
                .map(|(n, v)| (n.to_owned(), v.to_string()))
                .collect();
            assert_eq!(
                (*event, data),
                (told.event, &written),
                "{} {}",
                sample.name,
                told.id
            );
            let spoiled = sample.name == "srv02-damaged.evtx" && *block == 1;
            assert_eq!(*damaged, spoiled, "{} {}", sample.name, told.id);
        }
    }
}
