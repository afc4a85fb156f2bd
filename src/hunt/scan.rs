//! The first pass: every block of every input once, in parallel, merged in their order.

use std::cell::LazyCell;
use std::convert::Infallible;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::engine::dispatch::Dispatch;
use crate::input::{Buffers, Format};
use crate::model::record::{EventIds, Record};
use crate::schema::clock::Moment;
use crate::schema::{Event, Scratch};

use super::candidates::{self, Candidate};
use super::gather::{Finds, Gathered, Hit, Kept, Log};
use super::memo::{Deciding, Memo, Recollection};
use super::merge::Merge;
use super::seen::RecordKey;
use super::spool::Spool;
use super::starts::Start;
use super::watch::{Keep, Watches};
use super::{InputCount, Reading};

/// Blocks of one input that one thread reads in a row: enough to make handing them out cheap,
/// few enough that the last ones do not keep the others waiting.
const RUN: u32 = 8;

const PROCESS_START: u16 = 1;
const CONNECTION: u16 = 3;

/// Called from any thread with an event that is a finding by itself, unless another log holds its
/// record too: what outputs show of it can be seen at once.
pub(super) type Found<'a> = &'a (dyn Fn(&Event<'_>, &Moment) + Sync);

/// Reads everything and keeps what some plan's condition matched; with a spool, makes its rows
/// there and keeps no hits and no candidates.
pub(super) fn scan(
    reading: &Reading,
    watches: &Watches,
    spool: Option<&Spool>,
    found: Found<'_>,
) -> Gathered {
    let merged = |_: &mut Gathered| Ok::<(), Infallible>(());
    scan_until(reading, watches, spool, found, merged).0
}

/// Reads everything, and shows what is kept so far whenever a run was merged. What `merged` returns
/// first as an error ends it, with what was gathered until then.
pub(super) fn scan_until<E: Send>(
    reading: &Reading,
    watches: &Watches,
    spool: Option<&Spool>,
    found: Found<'_>,
    merged: impl FnMut(&mut Gathered) -> Result<(), E> + Send,
) -> (Gathered, Option<E>) {
    let dispatch = watches.dispatch(&reading.layout);
    let events = EventIds::of(
        dispatch
            .event_ids()
            .iter()
            .chain([PROCESS_START, CONNECTION]),
    );
    let scanner = Scanner {
        reading,
        watches,
        dispatch: &dispatch,
        deciding: &Deciding::new(&dispatch, &reading.layout),
        events: &events,
        spool,
        found,
    };
    let mut gathered = Gathered::new(reading.inputs.len());
    for (count, input) in gathered.inputs.iter_mut().zip(reading.inputs) {
        count.problems.extend_from_slice(input.problems());
    }
    let runs = runs(reading);
    let (merge, next) = (Merge::new(gathered, merged), AtomicUsize::new(0));
    reading.threads.work(runs.len(), || {
        let mut hand = Hand::new(reading);
        while !merge.has_ended() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(run) = runs.get(number) else { break };
            let mut finds = merge.spare();
            scanner.run(*run, &mut finds, &mut hand);
            merge.put(number, finds);
        }
    });
    merge.finish()
}

/// The blocks of all inputs, in their order, in runs: input, first block, past the last.
fn runs(reading: &Reading) -> Vec<(u32, u32, u32)> {
    let mut runs = Vec::new();
    for (at, input) in reading.inputs.iter().enumerate() {
        let mut from = 0;
        while from < input.blocks() {
            let to = from.saturating_add(RUN).min(input.blocks());
            runs.push((at as u32, from, to));
            from = to;
        }
    }
    runs
}

struct Scanner<'a> {
    reading: &'a Reading<'a>,
    watches: &'a Watches<'a>,
    dispatch: &'a Dispatch<'a>,
    deciding: &'a Deciding<'a>,
    events: &'a EventIds,
    spool: Option<&'a Spool<'a>>,
    found: Found<'a>,
}

/// What one thread works with, and has learned.
struct Hand {
    buffers: Buffers,
    scratch: Scratch,
    memo: Memo,
    matched: Vec<u32>,
}

impl Hand {
    fn new(reading: &Reading) -> Hand {
        Hand {
            buffers: Buffers::default(),
            scratch: reading.layout.scratch(),
            memo: Memo::default(),
            matched: Vec::new(),
        }
    }
}

impl Scanner<'_> {
    fn run(&self, (input, from, to): (u32, u32, u32), finds: &mut Finds, hand: &mut Hand) {
        finds.input = input;
        for block in from..to {
            self.block(block, finds, hand);
        }
    }

    fn block(&self, block: u32, finds: &mut Finds, hand: &mut Hand) {
        let source = &self.reading.inputs[finds.input as usize];
        // A document may have any field, whatever its event id.
        let events = match source.format() {
            Format::JsonLines => &EventIds::ALL,
            Format::Evtx | Format::Xml => self.events,
        };
        let ask = self.reading.ask(events);
        let Hand {
            buffers,
            scratch,
            memo,
            matched,
        } = hand;
        let report = source.read(block, &ask, None, buffers, &mut |record| {
            self.record(record, finds, scratch, memo, matched);
        });
        if let Some(spool) = self.spool {
            finds.rows.put_away(spool);
        }
        (self.reading.progress)(report.bytes);
        let asked = report.sysmon.iter().filter(|(id, _)| events.contains(**id));
        let asked: u64 = asked.map(|(_, records)| records).sum();
        finds.count.add(InputCount {
            records: report.records,
            skipped: report.records.saturating_sub(asked),
            sysmon: report.sysmon,
            duplicates: 0,
            fallback: report.fallback,
            problems: report.problems,
            sha256: None,
        });
    }

    fn record(
        &self,
        record: &dyn Record,
        finds: &mut Finds,
        scratch: &mut Scratch,
        memo: &mut Memo,
        matched: &mut Vec<u32>,
    ) {
        let location = record.location();
        let log = match record.log_mark() {
            Some(mark) if finds.last_log.0 == Some(mark) => finds.last_log.1,
            mark => {
                finds.last_log = (mark, log_number(&mut finds.logs, record));
                finds.last_log.1
            }
        };
        let at = finds.records.len() as u32;
        finds.records.push((log, key(record)));
        let id = record.event_id();
        let clock = &self.reading.clock;
        if id == CONNECTION {
            let process = clock.own(record).map(|own| (log, own));
            (finds.connections).extend(process.map(|process| (at, process, location)));
        } else if id == PROCESS_START
            && let Some(own) = clock.own(record)
        {
            let time = clock.time(record);
            let start = Start { time, location };
            finds.starts.push((at, (log, own), start));
        }
        let event = match memo.recall(record, self.deciding) {
            Recollection::Known([]) => return,
            Recollection::Known(known) => {
                matched.clear();
                matched.extend_from_slice(known);
                self.reading.layout.event(record, scratch)
            }
            Recollection::Unknown(place) => {
                let event = self.reading.layout.event(record, scratch);
                self.dispatch.matching(Some(id), &event, matched);
                memo.learn(place, matched);
                event
            }
            Recollection::Never => {
                let event = self.reading.layout.event(record, scratch);
                let kind = record.document().is_none().then_some(id);
                self.dispatch.matching(kind, &event, matched);
                event
            }
        };
        if matched.is_empty() {
            return;
        }
        // Of a mere candidate nobody asks when it was.
        let moment = LazyCell::new(|| clock.moment(record));
        let window = &self.reading.window;
        if !window.is_open() && !window.contains(&moment) {
            return;
        }
        let mut keeps = self.spool.is_some();
        let mut finds_it = false;
        if let Some(spool) = self.spool {
            finds.rows.push(&event, spool);
            matched.clear();
        }
        for &number in matched.iter() {
            let watch = &self.watches.list[number as usize];
            if let Keep::Keys(keys) = &watch.keep {
                candidates::each_key(keys, &event, |key| {
                    let candidate = Candidate {
                        watch: number,
                        host: log,
                        key,
                        location,
                    };
                    finds.candidates.push((at, candidate));
                });
                continue;
            }
            keeps = true;
            finds_it |= watch.finds;
            finds.hits.push(Hit {
                event: finds.kept.len() as u32,
                watch: number,
                values: watch.keep.values(&event),
            });
        }
        if finds_it {
            (self.found)(&event, &moment);
        }
        if keeps {
            let kept = Kept {
                location,
                host: log,
                moment: *moment,
            };
            finds.kept.push((at, kept));
        }
    }
}

/// The run's number for the record's log. A run has one or two, so the newest comes first.
fn log_number(logs: &mut Vec<Log>, record: &dyn Record) -> u32 {
    let (computer, channel) = (record.computer(), record.channel());
    let known = logs
        .iter()
        .rposition(|log| *log.computer == *computer && *log.channel == *channel);
    known.unwrap_or_else(|| {
        logs.push(Log {
            computer: computer.into(),
            channel: channel.into(),
        });
        logs.len() - 1
    }) as u32
}

/// None for JSON events of other shapes: they have no number.
fn key(record: &dyn Record) -> Option<RecordKey> {
    if record.event_id() == 0 && record.document().is_some() {
        return None;
    }
    Some(RecordKey {
        record_id: NonZeroU64::new(record.record_id())?,
        created: record.time_created()?,
    })
}
