//! From what the runs of blocks gave, in the order of the inputs, to one account of all logs: each record
//! once, and where processes start and connect.

use crate::model::ascending::Ascending;
use crate::model::finding::Finding;
use crate::model::record::Location;
use crate::model::seeded::{SeededMap, SeededSet};
use crate::model::time::Time;
use crate::model::value::Value;
use crate::schema::clock::{Moment, ProcessGuid};

use super::candidates::Candidate;
use super::causal::{self, Process};
use super::seen::{RecordKey, Seen};
use super::spool::{Row, Rows};
use super::starts::{Start, Starts};
use super::{InputCount, Profile, Wanted};

/// What lists of events have room for before they grow. Room is not memory until it is used, and
/// what is large from the start grows without being copied.
const ROOM: usize = 1 << 15;

/// An event whose place in the order of events counts.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub location: Location,
    pub host: u32,
    pub moment: Moment,
}

/// One condition that one event met.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The event's place in the list of kept ones.
    pub event: u32,
    /// The condition's number.
    pub watch: u32,
    /// What the condition's [`super::watch::Watch`] says to keep.
    pub values: Box<[Value]>,
}

/// A computer's channel: what numbers records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Log {
    pub computer: Box<str>,
    pub channel: Box<str>,
}

/// What one run of an input's blocks gave, with numbers of its own for logs and events.
#[derive(Debug, Default)]
pub(super) struct Finds {
    /// The input's number.
    pub input: u32,
    /// The logs seen, by this run's numbers.
    pub logs: Vec<Log>,
    /// The log of the record before, with its mark.
    pub last_log: (Option<u64>, u32),
    /// Of each record handed over, in order; none where it says too little to be told apart.
    pub records: Vec<(u32, Option<RecordKey>)>,
    /// Kept events, with the record's place in `records` and the log's number for a host.
    pub kept: Vec<(u32, Kept)>,
    /// Conditions met, with the event's place in `kept`.
    pub hits: Vec<Hit>,
    /// Events that stages matched, with the record's place in `records`; the log's number stands
    /// for the host.
    pub candidates: Vec<(u32, Candidate)>,
    /// The kept events' rows, where somebody asked for them.
    pub rows: Rows,
    /// Process starts, with the record's place; the log's number stands for the host.
    pub starts: Vec<(u32, Process, Start)>,
    /// Network connections, likewise.
    pub connections: Vec<(u32, Process, Location)>,
    /// What was read, and what could not be.
    pub count: InputCount,
}

/// One account of all logs.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub inputs: Vec<InputCount>,
    pub kept: Vec<Kept>,
    pub hits: Vec<Hit>,
    /// Events that stages matched.
    pub candidates: Vec<Candidate>,
    /// The kept events' rows, where somebody asked for them.
    pub rows: Vec<Row>,
    connections: Vec<(Process, Location)>,
    starts: Starts,
    hosts: SeededMap<Box<str>, u32>,
    logs: SeededMap<Log, u32>,
    /// The log asked about last, with its numbers: the next run is most often of the same.
    last_log: Option<(Log, (u32, u32))>,
    /// By log.
    seen: Vec<Seen>,
}

impl Gathered {
    pub fn new(inputs: usize) -> Gathered {
        Gathered {
            inputs: vec![InputCount::default(); inputs],
            kept: Vec::with_capacity(ROOM),
            hits: Vec::with_capacity(ROOM),
            candidates: Vec::with_capacity(ROOM),
            connections: Vec::with_capacity(ROOM),
            ..Gathered::default()
        }
    }

    /// Takes in one run, and leaves its memory. Runs come in the order of the inputs, so that of a
    /// record found twice the first in that order is the one that counts.
    pub fn add(&mut self, finds: &mut Finds) {
        let logs: Vec<(u32, u32)> = finds.logs.drain(..).map(|log| self.log(log)).collect();
        let mut duplicates = 0;
        let fresh: Vec<bool> = finds
            .records
            .drain(..)
            .map(|(log, key)| {
                let Some(key) = key else { return true };
                let log = logs[log as usize].1;
                let fresh = self.seen[log as usize].insert(key);
                duplicates += u64::from(!fresh);
                fresh
            })
            .collect();
        let host = |log: u32| logs[log as usize].0;
        let mut places = vec![None; finds.kept.len()];
        for (at, (record, kept)) in finds.kept.drain(..).enumerate() {
            if fresh[record as usize] {
                self.rows.extend(finds.rows.rows.get(at));
                places[at] = u32::try_from(self.kept.len()).ok();
                self.kept.push(Kept {
                    host: host(kept.host),
                    ..kept
                });
            }
        }
        finds.rows.rows.clear();
        for hit in finds.hits.drain(..) {
            if let Some(event) = places[hit.event as usize] {
                self.hits.push(Hit { event, ..hit });
            }
        }
        for (record, candidate) in finds.candidates.drain(..) {
            if fresh[record as usize] {
                self.candidates.push(Candidate {
                    host: host(candidate.host),
                    ..candidate
                });
            }
        }
        for (record, (log, guid), start) in finds.starts.drain(..) {
            if fresh[record as usize] {
                self.starts.push((host(log), guid), start);
            }
        }
        for (record, (log, guid), location) in finds.connections.drain(..) {
            if fresh[record as usize] {
                self.connections.push(((host(log), guid), location));
            }
        }
        finds.last_log = Default::default();
        let count = &mut self.inputs[finds.input as usize];
        count.add(std::mem::take(&mut finds.count));
        count.duplicates += duplicates;
    }

    /// Hands over the events kept so far and the conditions that they met, for whoever needs no
    /// order of time: nothing else is remembered of them but which records they are.
    pub fn take(&mut self) -> (Vec<Kept>, Vec<Hit>) {
        self.connections.clear();
        self.starts.clear();
        (
            std::mem::take(&mut self.kept),
            std::mem::take(&mut self.hits),
        )
    }

    /// The numbers of a log's host and of the log.
    fn log(&mut self, log: Log) -> (u32, u32) {
        if let Some((last, numbers)) = &self.last_log
            && *last == log
        {
            return *numbers;
        }
        let hosts = self.hosts.len() as u32;
        let host = *self
            .hosts
            .entry(log.computer.to_ascii_lowercase().into())
            .or_insert(hosts);
        let logs = self.logs.len() as u32;
        let number = *self.logs.entry(log.clone()).or_insert(logs);
        self.seen.resize_with(self.logs.len(), Seen::default);
        self.last_log = Some((log, (host, number)));
        (host, number)
    }

    /// Ends the gathering: what is asked of it from now on is about events that were kept.
    pub fn settle(&mut self) {
        let of = |kept: &Kept, guid: Option<ProcessGuid>| guid.map(|guid| (kept.host, guid));
        let own = (self.kept.iter()).filter_map(|kept| of(kept, kept.moment.own));
        let targets = (self.kept.iter()).filter_map(|kept| of(kept, kept.moment.target));
        self.starts.keep(own.chain(targets));
    }

    /// An event's place in a profile's order.
    pub fn place(&self, moment: &Moment, host: u32, profile: Profile) -> Time {
        causal::place(moment, host, profile, |process| {
            self.starts.of(process).map(|start| start.time)
        })
    }

    /// What the outputs need to see in full: the findings' events, the starts of their processes,
    /// and the other connections of the same processes.
    pub fn wanted(&self, findings: &[Finding]) -> Wanted {
        let found = findings.iter().flat_map(|finding| &finding.events);
        let mut places: Vec<Location> = Vec::with_capacity(self.kept.len());
        places.extend(found.flatten());
        // All that is sorted here is made of stretches that ascend, which a stable sort makes use of.
        places.sort();
        let mut found = Ascending::new(&places);
        let mut processes: SeededSet<Process> = SeededSet::default();
        let mut timeline: Vec<(Location, u32)> = Vec::with_capacity(places.len());
        for kept in &self.kept {
            if found.find(kept.location, |location| *location).is_some() {
                processes.extend(kept.moment.own.map(|own| (kept.host, own)));
                timeline.push((kept.location, kept.host));
            }
        }
        for (process, location) in &self.connections {
            if processes.contains(process) {
                timeline.push((*location, process.0));
            }
        }
        timeline.sort();
        timeline.dedup_by_key(|(location, _)| *location);
        let events = timeline.iter().map(|(location, _)| *location);
        let starts = processes
            .iter()
            .filter_map(|process| self.starts.of(process));
        let starts = starts.map(|start| start.location);
        let mut locations: Vec<Location> = events.chain(starts).collect();
        locations.sort();
        locations.dedup();
        Wanted {
            locations,
            timeline,
        }
    }
}
