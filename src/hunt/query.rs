//! From logs to the events that one query matches, handed out while the logs are still being read:
//! in the order of the inputs, since the order of time is known only at the end.

use std::collections::BTreeSet;

use crate::input::Discovery;
use crate::lang::plan::{Body, Plan};
use crate::model::field::FieldTable;
use crate::model::record::Location;
use crate::model::time::Time;
use crate::schema::Event;
use crate::schema::clock::Moment;

use super::gather::Gathered;
use super::watch::{Reading as User, Watches};
use super::{InputCount, Options, Reading, Threads, recall, scan};

/// Events that are held in full at one time. A text is read again up to them, so that fewer at a
/// time would cost more than the memory is worth; a run of chunks has no more.
const WINDOW: usize = 65_536;

/// A time from which and up to which events count, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first time that counts; none counts from the first event.
    pub from: Option<Time>,
    /// The last time that counts; none counts to the last event.
    pub to: Option<Time>,
}

impl Window {
    /// Whether every event counts.
    pub(super) fn is_open(&self) -> bool {
        *self == Window::default()
    }

    /// Whether an event counts: by UtcTime, else by when it was written.
    pub(super) fn contains(&self, moment: &Moment) -> bool {
        let time = moment.utc.unwrap_or(moment.created);
        self.from.is_none_or(|from| from <= time) && self.to.is_none_or(|to| time <= to)
    }
}

/// Whether [`events`] answers the plan: events alone, without pipes, which need an order of time.
pub fn is_streamed(plan: &Plan) -> bool {
    matches!(&plan.body, Body::Events(query) if query.pipes.is_empty())
}

/// How an answer ended.
pub struct Answered<E> {
    /// One for each input, in their order, as far as it was read.
    pub inputs: Vec<InputCount>,
    /// What ended it before the end of the logs.
    pub ended: Option<E>,
}

/// Hands what `keep` makes of every event that the plan's one condition matches to `emit`, a few at
/// a time, in the order of the inputs. What `emit` returns first as an error ends it. Pipes are not
/// applied.
pub fn events<R, E>(
    discovery: &Discovery,
    plan: &Plan,
    fields: &mut FieldTable,
    options: &Options,
    keep: impl Fn(&Event<'_>) -> R + Sync + Send,
    mut emit: impl FnMut(Vec<(Location, R)>) -> Result<(), E> + Send,
) -> Answered<E>
where
    R: Send,
    E: Send,
{
    let watches = Watches::new(&[plan], fields, options.profile);
    let reading = Reading::new(&discovery.inputs, fields, options);
    // All others read on meanwhile.
    let alone = Threads::alone();
    let answer = |gathered: &mut Gathered| {
        let matched = matched(gathered, &watches);
        for window in matched.chunks(WINDOW) {
            let counts = &mut gathered.inputs;
            let rows = recall::recall(&reading, &alone, window, &keep, counts).into_iter();
            emit(rows.map(|row| (row.location, row.event)).collect())?;
        }
        Ok(())
    };
    let (gathered, ended) = scan::scan_until(&reading, &watches, None, &|_, _| {}, answer);
    Answered {
        inputs: gathered.inputs,
        ended,
    }
}

/// The events kept since the last time, without those that only the live pipeline would match.
fn matched(gathered: &mut Gathered, watches: &Watches) -> Vec<Location> {
    let (kept, hits) = gathered.take();
    let own = |watch: u32| watches.list[watch as usize].reading != User::Live;
    let events: BTreeSet<u32> = (hits.iter().filter(|hit| own(hit.watch)))
        .map(|hit| hit.event)
        .collect();
    let events = events.iter().filter_map(|event| kept.get(*event as usize));
    let mut events: Vec<Location> = events.map(|kept| kept.location).collect();
    events.sort_unstable();
    events
}
