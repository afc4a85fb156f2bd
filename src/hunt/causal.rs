//! From an event's times to its place in the order of events.
//!
//! Neither of a record's two clocks orders events rightly: a connection's UtcTime can precede that
//! of its own process's start, and the log is written late. In causal order an event stands at its
//! UtcTime, but never before the start of a process that it names as its own or as its target,
//! where the logs hold that start.

use crate::model::record::Location;
use crate::model::time::Time;
use crate::schema::clock::{Moment, ProcessGuid};

use super::Profile;

/// A process: its host's number and its GUID. Machines cloned from one image can share GUIDs.
pub(super) type Process = (u32, ProcessGuid);

/// The whole order of events: place, then as the log was written, then where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    place: Time,
    created: Time,
    record_id: u64,
    location: Location,
}

impl Order {
    pub fn new(place: Time, moment: &Moment, location: Location) -> Order {
        Order {
            place,
            created: moment.created,
            record_id: moment.record_id,
            location,
        }
    }

    pub fn place(&self) -> Time {
        self.place
    }
}

/// An event's place. `start` gives the UtcTime of a process's start, where the logs hold it.
pub(super) fn place(
    moment: &Moment,
    host: u32,
    profile: Profile,
    start: impl Fn(&Process) -> Option<Time>,
) -> Time {
    let clock = moment.utc.unwrap_or(moment.created);
    if profile == Profile::Elastic {
        return clock;
    }
    [moment.own, moment.target]
        .into_iter()
        .flatten()
        .filter_map(|process| start(&(host, process)))
        .fold(clock, Time::max)
}
