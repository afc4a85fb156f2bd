//! A record as each of the two sides tells it: the projecting reader, and the `evtx` crate
//! through its XML and quick-xml, which is another way than the reader takes itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use evql::input::evtx::{Buffers, Log};
use evql::input::{Ask, BlockReport};
use evql::model::fingerprint::{Fingerprint, Fingerprints};
use evql::model::record::{EventIds, NameId, Names, Part, Pick, Record, SystemField};
use evql::model::time::Time;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

pub const FILE_HEADER: usize = 4096;
pub const CHUNK: usize = 65_536;

/// A record as one of the two sides reads it.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub block: u32,
    pub offset: u64,
    system: Vec<(SystemField, Option<String>)>,
    data: Vec<(String, String)>,
}

impl Told {
    pub fn place(&self) -> (u32, u64) {
        (self.block, self.offset)
    }

    /// XML has no way to write these, and the crate writes `_` for them there. In an attribute all
    /// white space is blanks.
    fn as_xml_has_it(&mut self) {
        let names = self.data.iter_mut().map(|(name, _)| name);
        let system = self.system.iter_mut();
        let attributes = system.filter(|(field, _)| place(*field).contains('@'));
        for attribute in names.chain(attributes.filter_map(|(_, text)| text.as_mut())) {
            *attribute = attribute.replace(['\t', '\r', '\n'], " ");
        }
        let texts = self.data.iter_mut().map(|(_, text)| text);
        let parts = self.system.iter_mut().filter_map(|(_, text)| text.as_mut());
        for text in texts.chain(parts) {
            *text = text.replace(
                |c: char| {
                    (c < ' ' && !"\t\r\n".contains(c)) || "\u{fffd}\u{fffe}\u{ffff}".contains(c)
                },
                "_",
            );
        }
    }
}

/// Reads every chunk of a log, whatever its provider and event id.
pub fn read(log: &Log, names: &Names, mut sink: impl FnMut(&dyn Record)) -> Vec<BlockReport> {
    let (ask, mut buffers) = (ask(names), Buffers::default());
    (0..log.blocks())
        .map(|block| log.read(0, block, &ask, None, &mut buffers, &mut sink))
        .collect()
}

fn ask(names: &Names) -> Ask<'_> {
    Ask {
        names,
        events: &EventIds::ALL,
        generic: false,
    }
}

/// As the reader has it, every way of asking held against the others; and how many records it
/// left to the crate or reports as lost.
pub fn ours(log: &Log, names: &Names) -> (Vec<Told>, u64) {
    let mut told = Vec::new();
    let mut imprints = Imprints::new();
    let (mut picks, mut picked) = (picks(names), Picked::default());
    let mut log_before = None;
    let reports = read(log, names, |record| {
        told.push(tell(record, names));
        hold_imprints(record, names, &mut imprints);
        hold_picked(record, &mut picks, &mut picked);
        hold_mark(record, &mut log_before);
    });
    for every_other in [None, Some(0), Some(1)] {
        hold_recalled(log, names, &told, every_other);
    }
    let left = |report: &BlockReport| report.fallback + report.problems.len() as u64;
    (told, reports.iter().map(left).sum())
}

/// All of the records, or every other one, are the same where they are recalled.
fn hold_recalled(log: &Log, names: &Names, told: &[Told], every_other: Option<usize>) {
    let is_wanted = |at: usize| every_other.is_none_or(|odd| at % 2 == odd);
    let wanted: Vec<&Told> = (told.iter().enumerate())
        .filter_map(|(at, told)| is_wanted(at).then_some(told))
        .collect();
    let (ask, mut buffers) = (ask(names), Buffers::default());
    for of_block in wanted.chunk_by(|one, next| one.block == next.block) {
        let offsets: Vec<u64> = of_block.iter().map(|told| told.offset).collect();
        let mut recalled = Vec::new();
        let mut sink = |record: &dyn Record| recalled.push(tell(record, names));
        let block = of_block[0].block;
        log.read(0, block, &ask, Some(&offsets), &mut buffers, &mut sink);
        assert!(recalled.iter().eq(of_block.iter().copied()), "recalled");
    }
}

/// What a part's bytes have stood for so far.
type Imprints = HashMap<(Part, Vec<u8>), Option<String>>;

fn parts(names: &Names) -> impl Iterator<Item = Part> {
    let data = (0..names.len()).map(|id| Part::Data(NameId(id as u16)));
    data.chain(SystemField::ALL.map(Part::System))
}

fn text(record: &dyn Record, part: Part) -> Option<String> {
    let text = match part {
        Part::Data(name) => record.data(name),
        Part::System(field) => record.system(field),
    };
    text.map(Cow::into_owned)
}

/// Records that give the same bytes for a part have the same text there.
fn hold_imprints(record: &dyn Record, names: &Names, imprints: &mut Imprints) {
    for part in parts(names) {
        let mut bytes = Vec::new();
        if !record.imprint(&[part], &mut bytes) {
            continue;
        }
        let text = text(record, part);
        let known = imprints.entry((part, bytes)).or_insert(text.clone());
        assert_eq!(*known, text, "{part:?}");
    }
}

/// What the fingerprints of a pick, by its number, have stood for so far.
#[derive(Default)]
struct Picked {
    fingerprints: Fingerprints,
    texts: HashMap<(usize, Fingerprint), Vec<Option<String>>>,
}

/// Each part with one that is far from it, each with its neighbour, and all.
fn picks(names: &Names) -> Vec<Pick> {
    let all: Vec<Part> = parts(names).collect();
    let far = (all.iter().zip(all.iter().rev())).map(|(one, other)| Pick::new(&[*one, *other]));
    let near = all.windows(2).map(Pick::new);
    far.chain(near).chain([Pick::new(&all)]).collect()
}

/// Records that give the same fingerprint for a pick have the same texts in all its parts.
fn hold_picked(record: &dyn Record, picks: &mut [Pick], picked: &mut Picked) {
    for (number, pick) in picks.iter_mut().enumerate() {
        let mut taking = picked.fingerprints.take();
        if record.fingerprint(pick, &mut taking).is_none() {
            continue;
        }
        let texts: Vec<_> = (pick.parts().iter())
            .map(|part| text(record, *part))
            .collect();
        let fingerprint = (number, taking.finish());
        let known = (picked.texts.entry(fingerprint)).or_insert(texts.clone());
        assert_eq!(*known, texts, "{:?}", pick.parts());
    }
}

/// A mark, with the computer and the channel of the record that has it.
type Marked = (u64, String, String);

/// A record that has the mark of the one before is of the same log.
fn hold_mark(record: &dyn Record, before: &mut Option<Marked>) {
    let of = |mark| {
        (
            mark,
            record.computer().to_owned(),
            record.channel().to_owned(),
        )
    };
    let now = record.log_mark().map(of);
    if let (Some(before), Some(now)) = (&*before, &now)
        && before.0 == now.0
    {
        assert_eq!(before, now);
    }
    *before = now;
}

/// A part is written as it is told.
fn hold_written(record: &dyn Record, part: Part, text: Option<&str>) {
    let mut written = b"before ".to_vec();
    assert_eq!(record.write(part, &mut written), text.is_some());
    let expected = format!("before {}", text.unwrap_or_default());
    assert_eq!(written, expected.into_bytes());
}

fn tell(record: &dyn Record, names: &Names) -> Told {
    let text = |field| record.system(field).map(Cow::into_owned);
    let mut data = Vec::new();
    record.each_data(&mut |name, text| data.push((name.to_owned(), text.to_owned())));
    data.retain(|(name, _)| !is_numbered(name));
    for id in (0..names.len()).map(|id| NameId(id as u16)) {
        let first = data.iter().find(|(name, _)| name == names.name(id));
        let first = first.map(|(_, text)| &**text);
        assert_eq!(record.data(id).as_deref(), first);
        hold_written(record, Part::Data(id), first);
        assert_eq!(record.time(id), first.and_then(Time::parse));
        if let Some(guid) = record.guid(id) {
            let digits: String = guid.map(|byte| format!("{byte:02x}")).concat();
            let shown = first.unwrap_or_default().replace(['{', '}', '-'], "");
            assert_eq!(shown, digits);
        }
        if let Some(number) = record.number(id) {
            assert_eq!(first, Some(&*number.to_string()));
        }
        let tail = record.data_tail(id);
        let tail = tail.as_ref().map(|(tail, cut)| (&**tail, *cut));
        let expected = first.map(|text| match text.rsplit_once('\\') {
            None => (text, false),
            Some((_, tail)) => (tail, true),
        });
        assert_eq!(tail, expected);
    }
    for field in SystemField::ALL {
        hold_written(record, Part::System(field), text(field).as_deref());
    }
    let or_empty = |field| text(field).unwrap_or_default();
    assert_eq!(record.computer(), or_empty(SystemField::Computer));
    assert_eq!(record.channel(), or_empty(SystemField::Channel));
    assert_eq!(
        or_empty(SystemField::EventId).trim().parse(),
        Ok(record.event_id())
    );
    let id = or_empty(SystemField::EventRecordId).trim().parse();
    assert_eq!(record.record_id(), id.unwrap_or(0));
    let time = Time::parse(or_empty(SystemField::TimeCreated).trim());
    if record.time_created() < Time::parse("9999-12-31 00:00:00") {
        assert_eq!(record.time_created(), time);
    }
    Told {
        block: record.location().block,
        offset: record.location().offset,
        system: SystemField::ALL.map(|field| (field, text(field))).to_vec(),
        data,
    }
}

/// Data without a name is given as `param1` and so on.
fn is_numbered(name: &str) -> bool {
    let number = name.strip_prefix("param");
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

/// As the crate has it, from its XML: every record whose XML is well formed.
pub fn theirs(log: &[u8]) -> Vec<Told> {
    let mut told = Vec::new();
    let chunks = log
        .get(FILE_HEADER..)
        .unwrap_or_default()
        .chunks_exact(CHUNK);
    for (block, chunk) in chunks.enumerate() {
        if let Ok(data) = evtx::EvtxChunkData::new(chunk.to_vec(), false) {
            told.extend(of_chunk(data, block as u32));
        }
    }
    told
}

fn of_chunk(mut data: evtx::EvtxChunkData, block: u32) -> Vec<Told> {
    let settings = Arc::new(evtx::ParserSettings::new().indent(false));
    let Ok(mut chunk) = data.parse(settings) else {
        return Vec::new();
    };
    let records = chunk.iter().filter_map(|record| {
        let record = record.ok()?;
        let offset = record.binxml_offset - 24;
        let (system, mut data) = parse(&record.into_xml().ok()?.data)?;
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

/// Elements by their path below the root, attributes behind `@`; of each the first.
#[derive(Default)]
struct Parts {
    path: Vec<String>,
    texts: BTreeMap<String, String>,
    data: Vec<(String, String)>,
    name: Option<String>,
}

impl Parts {
    fn element(&self) -> String {
        self.path.get(1..).unwrap_or_default().join("/")
    }

    fn open(&mut self, tag: &BytesStart) -> Option<()> {
        self.path.push(tag.local_name().as_ref().to_owned());
        let element = self.element();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let key = attribute.key.local_name().as_ref().to_owned();
            let value = quick_xml::escape::unescape(&attribute.value)
                .ok()?
                .into_owned();
            if element == "EventData/Data" && key == "Name" && self.name.is_none() {
                self.name = Some(value.clone());
            }
            self.texts
                .entry(format!("{element}@{key}"))
                .or_insert(value);
        }
        Some(())
    }

    fn close(&mut self, text: String) {
        let element = self.element();
        if element == "EventData/Data"
            && let Some(name) = self.name.take()
        {
            self.data.push((name, text.clone()));
        }
        self.texts.entry(element).or_insert(text);
        self.path.pop();
    }
}

fn parse(xml: &str) -> Option<Parsed> {
    let mut parts = Parts::default();
    let mut text = String::new();
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                parts.open(&tag)?;
                text.clear();
            }
            Event::Empty(tag) => {
                parts.open(&tag)?;
                parts.close(String::new());
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(part) => {
                let entity = format!("&{};", &*part);
                text.push_str(&quick_xml::escape::unescape(&entity).ok()?);
            }
            Event::End(_) => parts.close(std::mem::take(&mut text)),
            Event::Eof => break,
            _ => {}
        }
    }
    let system = SystemField::ALL.map(|field| (field, parts.texts.get(place(field)).cloned()));
    Some((system.to_vec(), parts.data))
}

fn place(field: SystemField) -> &'static str {
    use SystemField::*;
    match field {
        ProviderName => "System/Provider@Name",
        ProviderGuid => "System/Provider@Guid",
        EventId => "System/EventID",
        Qualifiers => "System/EventID@Qualifiers",
        Version => "System/Version",
        Level => "System/Level",
        Task => "System/Task",
        Opcode => "System/Opcode",
        Keywords => "System/Keywords",
        TimeCreated => "System/TimeCreated@SystemTime",
        EventRecordId => "System/EventRecordID",
        ActivityId => "System/Correlation@ActivityID",
        RelatedActivityId => "System/Correlation@RelatedActivityID",
        ProcessId => "System/Execution@ProcessID",
        ThreadId => "System/Execution@ThreadID",
        Channel => "System/Channel",
        Computer => "System/Computer",
        UserId => "System/Security@UserID",
    }
}

/// Holds a log's records, as the reader has them, against the crate's. Of those that the reader
/// leaves to the crate, only Sysmon's are told. Returns how many it told and how many it left.
pub fn hold_against_the_crate(what: &str, bytes: Vec<u8>) -> (usize, u64) {
    let mut expected = theirs(&bytes);
    let mut names = Names::default();
    names.intern("NoSuchName");
    for (name, _) in expected.iter().flat_map(|told| &told.data) {
        names.intern(name);
    }
    let log = Log::of_bytes(bytes).unwrap().of_every_provider();
    let (mut found, fallback) = ours(&log, &names);
    let told = found.len();
    let left: Vec<_> = found.iter().map(Told::place).collect();
    let right: Vec<_> = expected.iter().map(Told::place).collect();
    let lacking = right.iter().filter(|place| !left.contains(place)).count();
    assert!(
        lacking as u64 <= fallback,
        "{what}: lacks {lacking} records"
    );
    found.retain(|told| right.contains(&told.place()));
    expected.retain(|told| left.contains(&told.place()));
    assert_eq!(found.len(), expected.len(), "{what}");
    for (mut found, mut expected) in found.into_iter().zip(expected) {
        found.as_xml_has_it();
        expected.as_xml_has_it();
        for (found, expected) in found.system.iter().zip(&expected.system) {
            assert_eq!(found, expected, "{what}");
        }
        for (found, expected) in found.data.iter().zip(&expected.data) {
            assert_eq!(found, expected, "{what}");
        }
        assert_eq!(found, expected, "{what}");
    }
    (told, fallback)
}
