//! What each stage costs for the same log of 8 MiB: each does what the one before it does, and one
//! thing more. `cargo bench --bench stages`.

use std::fs;
use std::path::PathBuf;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

use evql::engine::dispatch::Dispatch;
use evql::input::{Ask, Buffers, Input, discover};
use evql::lang::eql;
use evql::lang::plan::{Body, Cond};
use evql::model::field::{FieldId, FieldTable};
use evql::model::record::{EventIds, Names, Record};
use evql::output::csv::Style;
use evql::output::timeline::{Beside, Timeline};
use evql::output::timeline_columns_needed;
use evql::schema::clock::Clock;
use evql::schema::{self, Layout, Schema};
use evql_samples::bench;

/// Events that are decoded: all, so that every stage has the same number of them.
const EVENTS: EventIds = EventIds::ALL;
const QUERY: &str = r#"process where process.name : ("regsvr32.exe", "mshta.exe")
    and process.parent.name : "winword.exe""#;

fn main() {
    divan::main();
}

struct Log {
    input: Input,
    records: u64,
    names: Names,
    clock: Clock,
    layout: Layout,
    fields: FieldTable,
    filter: Cond,
}

impl Log {
    fn new() -> Log {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stages.evtx");
        let file = fs::File::create(&path).expect("cargo's folder can be written");
        let records = bench::generate(file, 8 << 20).expect("a log is written");
        let mut found = discover(&[path]).expect("the log is there");
        let mut fields = FieldTable::default();
        timeline_columns_needed(&mut fields);
        let compiled = eql::compile(QUERY, &Schema, &mut fields, &eql::Options::default());
        let Body::Events(query) = compiled.expect("the query is right").plan.body else {
            unreachable!("it is a query of events");
        };
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, &schema::Options::default());
        Log {
            input: found.inputs.remove(0),
            records,
            clock: Clock::new(&mut names),
            names,
            layout,
            fields,
            filter: query.filter,
        }
    }

    fn time(&self, bencher: Bencher, events: &EventIds, mut sink: impl FnMut(&dyn Record)) {
        let (names, generic) = (&self.names, false);
        let ask = Ask {
            names,
            events,
            generic,
        };
        let mut buffers = Buffers::default();
        let bencher = bencher.counter(ItemsCount::new(self.records));
        bencher.bench_local(|| {
            for block in 0..self.input.blocks() {
                self.input
                    .read(block, &ask, None, &mut buffers, &mut |record| sink(record));
            }
        });
    }
}

/// Checksums, the walk from record to record, and which event id each has.
#[divan::bench]
fn walk(bencher: Bencher) {
    Log::new().time(bencher, &EventIds::NONE, |_| {});
}

/// The pieces that every event is placed by.
#[divan::bench]
fn decode(bencher: Bencher) {
    let log = Log::new();
    log.time(bencher, &EVENTS, |record| {
        black_box(log.clock.moment(record));
    });
}

/// Every field that a timeline shows, as a value.
#[divan::bench]
fn normalise(bencher: Bencher) {
    let log = Log::new();
    let mut scratch = log.layout.scratch();
    log.time(bencher, &EVENTS, |record| {
        use evql::model::field::Fields;
        let event = log.layout.event(record, &mut scratch);
        for field in 0..log.fields.len() as u32 {
            black_box(event.get(FieldId(field)));
        }
    });
}

/// One query's condition.
#[divan::bench(name = "match")]
fn matching(bencher: Bencher) {
    let log = Log::new();
    let layout = &log.layout;
    let filter = std::slice::from_ref(&log.filter);
    let dispatch = Dispatch::new(filter, schema::event_ids(), layout);
    let (mut scratch, mut matched) = (layout.scratch(), Vec::new());
    log.time(bencher, &EVENTS, |record| {
        let event = layout.event(record, &mut scratch);
        dispatch.matching(Some(record.event_id()), &event, &mut matched);
        black_box(&matched);
    });
}

/// A timeline's row.
#[divan::bench]
fn write(bencher: Bencher) {
    let log = Log::new();
    let timeline = Timeline::new(&log.fields, Style::default());
    let (mut scratch, mut rows) = (log.layout.scratch(), Vec::new());
    log.time(bencher, &EVENTS, |record| {
        rows.clear();
        let event = log.layout.event(record, &mut scratch);
        timeline.row(&event, Beside::default(), &mut rows);
        black_box(&rows);
    });
}
