//! Logs: what is read of them, in whatever form.

use std::sync::LazyLock;

use evql::input::{Ask, Buffers, Format, Input};
use evql::model::field::{FieldId, FieldTable, FieldTypes, Fields, View};
use evql::model::record::{EventIds, Names, Record, SystemField};
use evql::model::time::Time;
use evql::schema::{Layout, Options, Schema, mapping};

use crate::told::{CHUNK, FILE_HEADER, hold_against_the_crate};

/// The projecting reader tells of a chunk what the `evtx` crate tells. Zeros may lack at its end.
pub fn chunk(chunk: &[u8]) {
    let mut log = vec![0; FILE_HEADER + CHUNK];
    let size = chunk.len().min(CHUNK);
    log[FILE_HEADER..FILE_HEADER + size].copy_from_slice(&chunk[..size]);
    hold_against_the_crate("a fuzzed chunk", log);
}

/// A text's records come in order, are recalled as they were read, and become events.
pub fn text(format: Format, bytes: &[u8]) {
    let input = Input::of_bytes("fuzzed", format, bytes.to_vec()).expect("a log in memory");
    let all = read(&input, None);
    let offsets: Vec<u64> = all.iter().map(|said| said.offset).collect();
    assert!(
        offsets.is_sorted_by(|one, next| one < next),
        "records in order: {offsets:?}"
    );
    assert_eq!(read(&input, Some(&offsets)), all, "all recalled");
    let every_other = |odd: usize| {
        let some = all.iter().enumerate().filter(move |(at, _)| at % 2 == odd);
        some.map(|(_, said)| said)
    };
    for odd in [0, 1] {
        let offsets: Vec<u64> = every_other(odd).map(|said| said.offset).collect();
        let recalled = read(&input, Some(&offsets));
        assert!(recalled.iter().eq(every_other(odd)), "some recalled");
    }
}

/// What a record says and means.
#[derive(Debug, PartialEq)]
struct Said {
    offset: u64,
    event_id: u16,
    record_id: u64,
    time: Option<Time>,
    system: Vec<Option<String>>,
    data: Vec<(String, String)>,
    document: Option<String>,
    /// The event's fields, as Rust prints them: a fraction may be none.
    fields: Vec<String>,
}

fn read(input: &Input, only: Option<&[u64]>) -> Vec<Said> {
    let ask = Ask {
        names: &MEANING.names,
        events: &EventIds::ALL,
        generic: true,
    };
    let mut said = Vec::new();
    let report = input.read(0, &ask, only, &mut Buffers::default(), &mut |record| {
        said.push(told(record));
    });
    let counted = only.is_some() || said.len() as u64 <= report.records;
    assert!(counted, "{} of {report:?}", said.len());
    said
}

fn told(record: &dyn Record) -> Said {
    let mut data = Vec::new();
    record.each_data(&mut |name, text| data.push((name.to_owned(), text.to_owned())));
    let mut scratch = MEANING.layout.scratch();
    let event = MEANING.layout.event(record, &mut scratch);
    let fields = (0..MEANING.fields.len() as u32).map(|id| format!("{:?}", event.get(FieldId(id))));
    Said {
        offset: record.location().offset,
        event_id: record.event_id(),
        record_id: record.record_id(),
        time: record.time_created(),
        system: SystemField::ALL
            .map(|field| record.system(field).map(Into::into))
            .to_vec(),
        fields: fields.collect(),
        document: record.document().map(|document| format!("{document:?}")),
        data,
    }
}

/// Every field that the mapping fills, under both views.
struct Meaning {
    names: Names,
    fields: FieldTable,
    layout: Layout,
}

static MEANING: LazyLock<Meaning> = LazyLock::new(|| {
    let mut fields = FieldTable::default();
    let page = mapping::markdown();
    for name in page.split(|c: char| !(c.is_alphanumeric() || "._@".contains(c))) {
        for view in [View::Ecs, View::Cim] {
            if Schema.type_of(view, name).is_some() {
                fields.intern(view, name);
            }
        }
    }
    assert!(fields.len() > 100, "the mapping's page names its fields");
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    Meaning {
        names,
        fields,
        layout,
    }
});
