//! From inputs and plans to findings and the events behind them: the wiring of the stages, and
//! the only place that knows threads.
//!
//! A hunt reads the logs twice. The first pass (`scan`) decodes just what the plans' conditions
//! ask for and keeps of each event that some stage matched its place in the logs and a digest of its
//! join key; of process starts and network connections it keeps where they stand. An event that is
//! a finding by itself it decodes in full. Of what stages matched, that is read again which can be
//! part of a finding (`candidates`). Then the engine concludes (`conclude`), and the second pass
//! (`recall`) goes back to the few chunks that hold what else belongs to findings and decodes that
//! in full. So memory follows findings, not logs.
//!
//! Blocks are read in parallel and merged in the order of the inputs (`gather`), which is why
//! the answer does not depend on the number of threads.

mod candidates;
mod causal;
mod conclude;
mod digest;
mod gather;
mod memo;
mod merge;
mod needs;
mod query;
mod recall;
mod scan;
mod seen;
mod spool;
mod starts;
mod threads;
mod timeline;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::input::{Ask, Discovery, Input};
use crate::lang::plan::Plan;
use crate::model::ascending::Ascending;
use crate::model::field::FieldTable;
use crate::model::finding::Finding;
use crate::model::located::Located;
use crate::model::problem::Problem;
use crate::model::record::{EventIds, Location, Names};
use crate::schema::clock::{Clock, DocumentClock, Moment};
use crate::schema::{self, Event, Layout};

use recall::Recalled;

pub use digest::sha256;
pub use needs::{Needs, Sysmon};
pub use query::{Answered, Window, events, is_streamed};
pub use threads::Threads;
pub use timeline::timeline;

/// Whose reading of order and of `user.id` decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Causal order, and the process's own user: what happened.
    Forensic,
    /// UtcTime, and the record's user: what Elastic's live pipeline would have raised.
    Elastic,
}

impl Profile {
    /// `forensic` or `elastic`.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Forensic => "forensic",
            Profile::Elastic => "elastic",
        }
    }
}

/// How to hunt.
pub struct Options<'a> {
    /// Whose reading decides.
    pub profile: Profile,
    /// How the schema derives what is a matter of choice.
    pub schema: schema::Options,
    /// JSON objects that are no log record of a known shape count as events, placed by these of
    /// their fields; none where they do not count.
    pub generic: Option<&'a DocumentClock>,
    /// Events outside it are not there.
    pub window: Window,
    /// What reads.
    pub threads: &'a Threads,
    /// Called with the bytes read since the last call, from any thread.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What one input gave.
#[derive(Clone, Debug, Default)]
pub struct InputCount {
    /// Intact records of any provider.
    pub records: u64,
    /// Sysmon's, by event id.
    pub sysmon: BTreeMap<u16, u64>,
    /// Of these, records that no condition could match by their provider or event id.
    pub skipped: u64,
    /// Records of asked-for event ids that another input (or this one, before) also holds.
    pub duplicates: u64,
    /// Records that the reference reader had to read.
    pub fallback: u64,
    /// What could not be read as it should.
    pub problems: Vec<Problem>,
    /// SHA-256 of its file, where somebody asked.
    pub sha256: Option<String>,
}

impl InputCount {
    fn add(&mut self, more: InputCount) {
        self.records += more.records;
        self.skipped += more.skipped;
        self.duplicates += more.duplicates;
        self.fallback += more.fallback;
        self.problems.extend(more.problems);
        for (id, records) in more.sysmon {
            *self.sysmon.entry(id).or_default() += records;
        }
    }
}

/// What a hunt gives, with a row for each event.
pub struct Outcome<R> {
    /// By rule, then by number.
    pub findings: Vec<Finding>,
    /// The findings' events, the starts of their processes where the logs hold them, and the
    /// other connections of the same processes: by where they stand.
    pub events: Located<R>,
    /// The findings' events and the other connections of their processes, in the profile's order:
    /// their numbers in `events`.
    pub timeline: Vec<usize>,
    /// One for each input, in their order.
    pub inputs: Vec<InputCount>,
    /// There is much of it: who ends the process afterwards need not wait for its memory.
    _rest: gather::Gathered,
}

/// Why a hunt could not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The threads could not be started.
    #[error("cannot start {0} threads: {1}")]
    Threads(usize, rayon::ThreadPoolBuildError),
    /// Rows that wait for their order cannot be put into a temporary file, or read from it.
    #[error("cannot keep the rows in a temporary file: {0}")]
    Spool(std::io::Error),
}

/// Runs the plans over the inputs. `fields` holds every field that the plans and the outputs ask
/// for, and `keep` makes a row of an event that some output may show.
pub fn hunt<R: Send>(
    discovery: &Discovery,
    plans: &[&Plan],
    fields: &mut FieldTable,
    options: &Options,
    keep: impl Fn(&Event<'_>) -> R + Sync,
) -> Outcome<R> {
    let inputs = &discovery.inputs;
    let watches = watch::Watches::new(plans, fields, options.profile);
    let reading = Reading::new(inputs, fields, options);
    // By thread: each sees its own in their order.
    let seen: Vec<Mutex<Vec<Recalled<R>>>> = (0..options.threads.count())
        .map(|_| Mutex::default())
        .collect();
    let found = |event: &Event<'_>, moment: &Moment| {
        let row = Recalled::new(event, *moment, &keep);
        threads::lock(&seen[options.threads.own_number()]).push(row);
    };
    let mut gathered = scan::scan(&reading, &watches, None, &found);
    let of_thread = |rows: Mutex<_>| rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut seen: Vec<Vec<Recalled<R>>> = seen.into_iter().map(of_thread).collect();
    let joined = candidates::settle(&mut gathered, &reading, &watches, plans, &keep);
    gathered.settle();
    let findings = conclude::conclude(plans, &watches, &gathered, options);
    let wanted = gathered.wanted(&findings);
    seen.push(joined);
    let unseen = recall::unseen(&mut seen, &wanted.locations);
    let counts = &mut gathered.inputs;
    seen.push(recall::recall(
        &reading,
        options.threads,
        &unseen,
        &keep,
        counts,
    ));
    let rows = recall::in_turn(seen, &wanted.locations);
    let (events, timeline) = in_order(rows, &wanted, &gathered, options.profile);
    Outcome {
        findings,
        events,
        timeline,
        inputs: std::mem::take(&mut gathered.inputs),
        _rest: gathered,
    }
}

/// The events that outputs show, which come in the order of their places, and the numbers of those
/// that the timeline shows, in the profile's order.
fn in_order<R>(
    rows: impl Iterator<Item = Recalled<R>>,
    wanted: &Wanted,
    gathered: &gather::Gathered,
    profile: Profile,
) -> (Located<R>, Vec<usize>) {
    let mut timeline: Vec<(causal::Order, usize)> = Vec::with_capacity(wanted.timeline.len());
    let mut shown = Ascending::new(&wanted.timeline);
    let show = |(number, row): &(usize, Recalled<R>)| {
        if let Some((_, host)) = shown.find(row.location, |(location, _)| *location) {
            let place = gathered.place(&row.moment, *host, profile);
            let order = causal::Order::new(place, &row.moment, row.location);
            timeline.push((order, *number));
        }
    };
    let rows = rows.enumerate().inspect(show);
    let events = rows.map(|(_, row)| (row.location, row.event)).collect();
    timeline.sort_unstable();
    let numbers = timeline.into_iter().map(|(_, number)| number);
    (events, numbers.collect())
}

/// What every pass needs to read records and see events in them.
struct Reading<'a> {
    inputs: &'a [Input],
    names: Names,
    layout: Layout,
    clock: Clock,
    generic: bool,
    window: Window,
    threads: &'a Threads,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Reading<'a> {
    fn new(inputs: &'a [Input], fields: &FieldTable, options: &Options<'a>) -> Reading<'a> {
        let mut names = Names::default();
        let layout = Layout::new(fields, &mut names, &options.schema);
        let clock =
            Clock::new(&mut names).with_documents(options.generic.cloned().unwrap_or_default());
        Reading {
            inputs,
            names,
            layout,
            clock,
            generic: options.generic.is_some(),
            window: options.window,
            threads: options.threads,
            progress: options.progress,
        }
    }

    fn ask<'b>(&'b self, events: &'b EventIds) -> Ask<'b> {
        Ask {
            names: &self.names,
            events,
            generic: self.generic,
        }
    }
}

/// The locations to see in full, and what each is for.
struct Wanted {
    /// Ascending, each once.
    locations: Vec<Location>,
    /// Ascending, each once, with their hosts' numbers.
    timeline: Vec<(Location, u32)>,
}
