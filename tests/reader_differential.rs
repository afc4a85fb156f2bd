//! The projecting reader against the `evtx` crate: the same records, and of each the same texts.
//!
//! The crate renders XML here, which is parsed with quick-xml: another way than the one that the
//! reader takes itself when it leaves a record to the crate.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evql::input::evtx::{Buffers, Log};
use evql::input::{Ask, BlockReport};
use evql::model::record::{EventIds, Names, Record, SystemField};
use evql::model::time::Time;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A record as one of the two sides reads it.
#[derive(Debug, PartialEq)]
struct Told {
    block: u32,
    offset: u64,
    system: Vec<(SystemField, Option<String>)>,
    data: Vec<(String, String)>,
}

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
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: {} is not here", folder.display());
        return Vec::new();
    };
    let mut logs: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|name| name == "evtx"))
        .collect();
    logs.sort();
    logs
}

fn read(log: &Log, names: &Names, mut sink: impl FnMut(&dyn Record)) -> Vec<BlockReport> {
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

/// As this reader has it, every way of asking held against the others.
fn ours(log: &Log, names: &Names) -> (Vec<Told>, u64) {
    let mut told = Vec::new();
    let reports = read(log, names, |record| {
        let text = |field| record.system(field).map(Cow::into_owned);
        let mut data = Vec::new();
        record.each_data(&mut |name, text| data.push((name.to_owned(), text.to_owned())));
        data.retain(|(name, _)| !is_numbered(name));
        for (name, value) in &data {
            let Some(id) = names.get(name) else { continue };
            let first = &data.iter().find(|(other, _)| other == name).unwrap().1;
            assert_eq!(record.data(id).as_deref(), Some(&**first), "{name}={value}");
            let (tail, cut) = record.data_tail(id).unwrap();
            let expected = first.rsplit_once('\\');
            assert_eq!(tail, expected.map_or(&**first, |(_, tail)| tail));
            assert_eq!(cut, expected.is_some());
        }
        let known = |name: &str| data.iter().any(|(other, _)| other == name);
        for id in (0..names.len()).map(|id| evql::model::record::NameId(id as u16)) {
            assert_eq!(record.data(id).is_some(), known(names.name(id)));
        }
        assert_eq!(
            record.computer(),
            text(SystemField::Computer).unwrap_or_default()
        );
        assert_eq!(
            record.channel(),
            text(SystemField::Channel).unwrap_or_default()
        );
        assert_eq!(
            Some(record.event_id().to_string()),
            text(SystemField::EventId)
        );
        if let Some(id) = text(SystemField::EventRecordId) {
            assert_eq!(record.record_id().to_string(), id);
        }
        let time = text(SystemField::TimeCreated).and_then(|time| Time::parse(&time));
        assert_eq!(record.time_created(), time);
        told.push(Told {
            block: record.location().block,
            offset: record.location().offset,
            system: SystemField::ALL.map(|field| (field, text(field))).to_vec(),
            data,
        });
    });
    (told, reports.iter().map(|report| report.fallback).sum())
}

/// Data without a name is given as `param1` and so on.
fn is_numbered(name: &str) -> bool {
    let number = name.strip_prefix("param");
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// As the crate has it, from its XML.
fn theirs(path: &Path) -> Vec<Told> {
    let bytes = std::fs::read(path).unwrap();
    let mut told = Vec::new();
    for (block, chunk) in bytes[4096..].chunks_exact(65_536).enumerate() {
        if let Ok(data) = evtx::EvtxChunkData::new(chunk.to_vec(), false) {
            told.extend(chunk_of_theirs(data, block as u32));
        }
    }
    told
}

fn chunk_of_theirs(mut data: evtx::EvtxChunkData, block: u32) -> Vec<Told> {
    let settings = Arc::new(evtx::ParserSettings::new().indent(false));
    let Ok(mut chunk) = data.parse(settings) else {
        return Vec::new();
    };
    let records = chunk.iter().filter_map(|record| {
        let record = record.ok()?;
        let offset = record.binxml_offset - 24;
        let xml = record.into_xml().ok()?.data;
        let (system, mut data) = parse(&xml);
        data.retain(|(name, _)| !is_numbered(name));
        Some(Told {
            block,
            offset,
            system,
            data,
        })
    });
    records.collect()
}

type Parsed = (Vec<(SystemField, Option<String>)>, Vec<(String, String)>);

fn parse(xml: &str) -> Parsed {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut data = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut name: Option<String> = None;
    let mut text = String::new();
    let mut reader = Reader::from_str(xml);
    let mut start = |path: &[String], start: &BytesStart| {
        let element = path.join("/");
        let mut name = None;
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.value.clone().into_owned();
            let value = quick_xml::escape::unescape(&value).unwrap().into_owned();
            if element == "Event/EventData/Data" && key == "Name" {
                name = Some(value.clone());
            }
            parts.entry(format!("{element}@{key}")).or_insert(value);
        }
        name
    };
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                path.push(tag.name().as_ref().to_owned());
                name = start(&path, &tag).or(name);
                text.clear();
            }
            Event::Empty(tag) => {
                path.push(tag.name().as_ref().to_owned());
                if let Some(name) = start(&path, &tag) {
                    data.push((name, String::new()));
                }
                texts.entry(path.join("/")).or_default();
                path.pop();
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(part) => {
                let entity = format!("&{};", &*part);
                text.push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::End(_) => {
                let element = path.join("/");
                if element == "Event/EventData/Data"
                    && let Some(name) = name.take()
                {
                    data.push((name, text.clone()));
                }
                texts.entry(element).or_insert(text.clone());
                text.clear();
                path.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    parts.extend(texts);
    let system = SystemField::ALL.map(|field| (field, parts.get(place(field)).cloned()));
    (system.to_vec(), data)
}

fn place(field: SystemField) -> &'static str {
    use SystemField::*;
    match field {
        ProviderName => "Event/System/Provider@Name",
        ProviderGuid => "Event/System/Provider@Guid",
        EventId => "Event/System/EventID",
        Qualifiers => "Event/System/EventID@Qualifiers",
        Version => "Event/System/Version",
        Level => "Event/System/Level",
        Task => "Event/System/Task",
        Opcode => "Event/System/Opcode",
        Keywords => "Event/System/Keywords",
        TimeCreated => "Event/System/TimeCreated@SystemTime",
        EventRecordId => "Event/System/EventRecordID",
        ActivityId => "Event/System/Correlation@ActivityID",
        RelatedActivityId => "Event/System/Correlation@RelatedActivityID",
        ProcessId => "Event/System/Execution@ProcessID",
        ThreadId => "Event/System/Execution@ThreadID",
        Channel => "Event/System/Channel",
        Computer => "Event/System/Computer",
        UserId => "Event/System/Security@UserID",
    }
}

/// XML has no way to write these, and the crate writes `_` for them there.
fn as_xml_has_it(told: &mut Told) {
    let texts = told.data.iter_mut().map(|(_, text)| text);
    let parts = told.system.iter_mut().filter_map(|(_, text)| text.as_mut());
    for text in texts.chain(parts) {
        *text = text.replace(
            |c: char| (c < ' ' && !"\t\r\n".contains(c)) || matches!(c, '\u{fffd}'..='\u{ffff}'),
            "_",
        );
    }
}

fn held_against_the_crate(path: &Path) -> (usize, u64) {
    let mut expected = theirs(path);
    let mut names = Names::default();
    for told in &expected {
        for (name, _) in &told.data {
            names.intern(name);
        }
    }
    names.intern("NoSuchName");
    let log = Log::open(path).unwrap().of_every_provider();
    let (mut found, fallback) = ours(&log, &names);
    let place = |told: &Told| (told.block, told.offset);
    let left: Vec<_> = found.iter().map(place).collect();
    let right: Vec<_> = expected.iter().map(place).collect();
    let lacking = right.iter().filter(|record| !left.contains(record));
    assert!(lacking.count() as u64 <= fallback, "{}", path.display());
    found.retain(|told| right.contains(&place(told)));
    expected.retain(|told| left.contains(&place(told)));
    for (mut found, mut expected) in found.into_iter().zip(expected) {
        as_xml_has_it(&mut found);
        as_xml_has_it(&mut expected);
        assert_eq!(found, expected, "{}", path.display());
    }
    (left.len(), fallback)
}

#[test]
fn every_text_of_every_record_is_the_crates() {
    let Some(shared) = shared() else { return };
    let (mut records, mut left) = (0, 0);
    for folder in ["corpus/sysmon", "corpus/damaged"] {
        for path in logs(&shared.join(folder)) {
            let (some, fallback) = held_against_the_crate(&path);
            if fallback > 0 {
                eprintln!("{}: {some} records, {fallback} left", path.display());
            }
            records += some;
            left += fallback;
        }
    }
    eprintln!("{records} records, {left} of them left to the crate");
    assert!(records > 5000);
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
