//! From scenes to records: keeps a host's clock, ids and process ids, and notes beside each event
//! what it is there for and what the rules must say.

pub use super::scene::{Start, Started, To};
use crate::evtx::{FileTime, Log, Record, Value};
use crate::sysmon::{Event, Generation, Host, Process, network_connection, process_create};

/// A rule that the samples hold an answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// "Network Connection via Registration Utility".
    Elastic,
    /// "Detect Regasm with Network Connection".
    Splunk,
}

/// What the Elastic rule says of a process and its connection, by profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    No,
    /// A sequence in both profiles.
    Both,
    /// A sequence in profile forensic only.
    Forensic,
    /// A sequence in profile elastic only.
    Live,
}

/// One event of a log.
#[derive(Clone, Debug)]
pub struct Told {
    /// EventRecordID.
    pub id: u64,
    /// The event id.
    pub event: u16,
    /// What it is there for.
    pub what: String,
    /// The Elastic rule's answer to the sequence that this event completes.
    pub elastic: Answer,
    /// Whether the Splunk rule counts it.
    pub splunk: bool,
    /// Whether a reader can read it.
    pub readable: bool,
}

/// Records that a rule must report together.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The profiles: [`Answer::No`] does not occur.
    pub answer: Answer,
    /// The host.
    pub computer: String,
    /// What tells a row of the Splunk rule apart from others; empty for a sequence.
    pub group: String,
    /// EventRecordIDs in order.
    pub records: Vec<u64>,
}

/// Tells the events of one log.
pub struct Teller {
    pub host: Host,
    generation: Generation,
    pub clock: FileTime,
    next: u64,
    pub records: Vec<Record>,
    pub told: Vec<Told>,
    pub findings: Vec<Finding>,
}

impl Teller {
    /// Begins at a time with a record id.
    ///
    /// # Panics
    /// Where `from` is not a time.
    pub fn new(host: Host, generation: Generation, from: &str, first: u64) -> Teller {
        let clock = from.parse().expect("a time");
        let (records, told, findings) = (Vec::new(), Vec::new(), Vec::new());
        Teller {
            host,
            generation,
            clock,
            next: first,
            records,
            told,
            findings,
        }
    }

    /// Writes an event at a time.
    pub fn event(&mut self, written: FileTime, event: &Event, what: &str) -> u64 {
        let id = self.next;
        self.next += 1;
        self.records.push(self.host.record(id, written, event));
        let (what, event) = (what.to_owned(), event.id());
        self.told.push(Told {
            id,
            event,
            what,
            elastic: Answer::No,
            splunk: false,
            readable: true,
        });
        id
    }

    /// A process that will start now, before any event of it is written.
    pub fn process(&mut self, start: &Start) -> Process {
        self.clock = self.clock.plus_ms(7_130);
        Process {
            generation: self.generation,
            start: self.clock,
            token: 0x10_0000 + self.next * 0x1_0f35,
            pid: start.pid.unwrap_or(4_000 + (self.next as u32 % 2_000) * 4),
            image: start.image.to_owned(),
            command_line: start.command_line.clone(),
            user: start.user,
            parent_image: start.parent.to_owned(),
            parent_command_line: start.parent_command_line.clone(),
        }
    }

    /// Starts a process.
    pub fn start(&mut self, start: &Start, what: &str) -> Started {
        let process = self.process(start);
        let event = process_create(&self.host, &process);
        let record = self.event(process.start.plus_ms(12), &event, what);
        Started { process, record }
    }

    /// Connects a process that is known to have started.
    pub fn connect(&mut self, from: &Started, to: &To, answer: Answer, what: &str) -> u64 {
        let record = self.connection(&from.process, to, what);
        self.sequence(from.record, record, answer);
        record
    }

    /// Says that the Elastic rule pairs a start with a connection.
    pub fn sequence(&mut self, start: u64, connection: u64, answer: Answer) {
        if answer == Answer::No {
            return;
        }
        if let Some(told) = self.told.iter_mut().find(|told| told.id == connection) {
            told.elastic = answer;
        }
        self.findings.push(Finding {
            rule: Rule::Elastic,
            answer,
            computer: self.host.computer.clone(),
            group: String::new(),
            records: vec![start, connection],
        });
    }

    /// Connects a process, whatever is known of its start.
    pub fn connection(&mut self, process: &Process, to: &To, what: &str) -> u64 {
        self.clock = self.clock.plus_ms(1_900);
        let mut connection = to.connection.clone();
        connection.at = match u64::try_from(to.stamped) {
            Ok(ahead) => self.clock.plus_ms(ahead),
            Err(_) => self.clock.minus_ms(to.stamped.unsigned_abs()),
        };
        let mut event = network_connection(&self.host, process, &connection);
        if let Some(image) = to.image {
            event = event.with("Image", image);
        }
        let written = self.clock.plus_ms(to.late);
        self.event(written, &event, what)
    }

    /// A process with one connection.
    pub fn case(&mut self, what: &str, start: &Start, to: &To, answer: Answer) -> u64 {
        let started = self.start(start, what);
        self.connect(&started, to, answer, "its connection")
    }

    /// Says that the Splunk rule counts a connection.
    pub fn splunk(&mut self, record: u64) {
        let Some(at) = self.told.iter().position(|told| told.id == record) else {
            return;
        };
        self.told[at].splunk = true;
        let group = group(&self.records[at]);
        let computer = self.host.computer.clone();
        let same = |f: &&mut Finding| f.rule == Rule::Splunk && f.group == group;
        match self.findings.iter_mut().find(same) {
            Some(finding) => finding.records.push(record),
            None => self.findings.push(Finding {
                rule: Rule::Splunk,
                answer: Answer::Both,
                computer,
                group,
                records: vec![record],
            }),
        }
    }

    /// The log of all that was told.
    ///
    /// # Panics
    /// Where a record is longer than a chunk.
    pub fn log(&self) -> Log<std::io::Cursor<Vec<u8>>> {
        let mut log = Log::in_memory();
        for record in &self.records {
            log.push(record).expect("records are short");
        }
        log
    }
}

/// The `by` keys of the Splunk rule but the host, from the data of an event 3.
fn group(record: &Record) -> String {
    let data = record.data();
    let text = |name: &str| match data.iter().find(|(n, _)| *n == name) {
        Some((_, Value::String(text))) => text.clone(),
        _ => String::new(),
    };
    let image = text("Image");
    let name = image.rsplit('\\').next().unwrap_or_default();
    let (user, from, to) = (text("User"), text("SourceIp"), text("DestinationIp"));
    format!("{user}|{name}|{from}|{to}")
}
