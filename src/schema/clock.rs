//! When a record happened, and whose doing it was: what the causal order is made from.
//!
//! Every record of a log passes here, so only the few pieces that place it are read, and a process
//! is sixteen bytes, not a text.

use std::cmp::Ordering;

use serde_json::{Map, Value as Json};

use super::document;
use super::transform::bare_guid;
use crate::model::record::{NameId, Names, Record};
use crate::model::time::Time;

/// A process, as Sysmon names it across the logs of one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessGuid(pub [u8; 16]);

/// By its bytes; as one number, for lists of them are sorted.
impl Ord for ProcessGuid {
    fn cmp(&self, other: &ProcessGuid) -> Ordering {
        u128::from_be_bytes(self.0).cmp(&u128::from_be_bytes(other.0))
    }
}

impl PartialOrd for ProcessGuid {
    fn partial_cmp(&self, other: &ProcessGuid) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl ProcessGuid {
    /// None for the one that is all zero, which stands for no process.
    fn new(bytes: [u8; 16]) -> Option<ProcessGuid> {
        (bytes != [0; 16]).then_some(ProcessGuid(bytes))
    }

    /// Reads a GUID with braces or without, in either letter case. None for what is no GUID, and
    /// for the one that is all zero, which stands for no process.
    pub fn parse(text: &str) -> Option<ProcessGuid> {
        const DASHES: [usize; 4] = [8, 13, 18, 23];
        const BYTES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        let text: &[u8; 36] = bare_guid(text).as_bytes().try_into().ok()?;
        if DASHES.iter().any(|at| text[*at] != b'-') {
            return None;
        }
        let digit = |at: usize| char::from(text[at]).to_digit(16);
        let mut guid = [0u8; 16];
        for (byte, at) in guid.iter_mut().zip(BYTES) {
            *byte = (digit(at)? << 4 | digit(at + 1)?) as u8;
        }
        ProcessGuid::new(guid)
    }
}

/// What places a record among the others of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When Sysmon says it happened.
    pub utc: Option<Time>,
    /// When it was written to the log; UtcTime where the header has no time.
    pub created: Time,
    /// Its number in the log.
    pub record_id: u64,
    /// The process that did it: ProcessGuid, or the source of an event between two processes.
    pub own: Option<ProcessGuid>,
    /// The process that it was done to.
    pub target: Option<ProcessGuid>,
}

/// Which fields place a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentClock {
    /// Its time: a date, or a number of milliseconds since 1970. Numbers past 10^16, which as
    /// milliseconds no calendar reaches, are FILETIMEs.
    pub time: String,
    /// What decides between equal times: a number, or a text by its first eight bytes. None: the
    /// document's place in its log.
    pub tiebreaker: Option<String>,
}

impl Default for DocumentClock {
    fn default() -> DocumentClock {
        DocumentClock {
            time: "@timestamp".to_owned(),
            tiebreaker: None,
        }
    }
}

/// What places a record: data names, and fields of documents.
#[derive(Clone, Debug)]
pub struct Clock {
    utc: Option<NameId>,
    own: [Option<NameId>; 3],
    target: [Option<NameId>; 2],
    documents: DocumentClock,
}

impl Clock {
    /// Interns the names.
    pub fn new(names: &mut Names) -> Clock {
        Clock {
            utc: names.intern("UtcTime"),
            own: ["ProcessGuid", "SourceProcessGUID", "SourceProcessGuid"]
                .map(|name| names.intern(name)),
            target: ["TargetProcessGUID", "TargetProcessGuid"].map(|name| names.intern(name)),
            documents: DocumentClock::default(),
        }
    }

    /// With documents placed by these fields.
    pub fn with_documents(self, documents: DocumentClock) -> Clock {
        Clock { documents, ..self }
    }

    /// Places a record.
    pub fn moment(&self, record: &dyn Record) -> Moment {
        if let Some(document) = record.document() {
            return of_document(record, document, &self.documents);
        }
        let utc = self.utc.and_then(|name| record.time(name));
        Moment {
            utc,
            created: record.time_created().or(utc).unwrap_or_default(),
            record_id: record.record_id(),
            own: self.own(record),
            target: match record.event_id() {
                8 | 10 => first(record, &self.target),
                _ => None,
            },
        }
    }
}

impl Clock {
    /// When it happened, as far as is known: what [`Clock::moment`] says of UtcTime, else of when it
    /// was written.
    pub fn time(&self, record: &dyn Record) -> Time {
        let utc = || self.utc.and_then(|name| record.time(name));
        match record.document() {
            Some(document) => {
                let moment = of_document(record, document, &self.documents);
                moment.utc.unwrap_or(moment.created)
            }
            None => (utc().or_else(|| record.time_created())).unwrap_or_default(),
        }
    }

    /// The process that did it, as [`Clock::moment`] would say.
    pub fn own(&self, record: &dyn Record) -> Option<ProcessGuid> {
        match record.document() {
            None => first(record, &self.own),
            Some(document) => guid_of(document, "process.entity_id"),
        }
    }
}

fn guid_of(document: &Map<String, Json>, path: &str) -> Option<ProcessGuid> {
    ProcessGuid::parse(&document::text(document, path)?)
}

/// A document keeps UtcTime as its own time, and the processes under ECS's names.
fn of_document(record: &dyn Record, document: &Map<String, Json>, clock: &DocumentClock) -> Moment {
    let utc = document::text(document, &clock.time).and_then(|text| time(&text));
    let created = record.time_created();
    let (created, record_id) = match &clock.tiebreaker {
        None => (created.or(utc), record.record_id()),
        Some(path) => {
            let breaks = document::text(document, path);
            (utc.or(created), breaks.map_or(0, |text| tiebreaker(&text)))
        }
    };
    Moment {
        utc,
        created: created.unwrap_or_default(),
        record_id,
        own: guid_of(document, "process.entity_id"),
        target: guid_of(document, "winlog.event_data.TargetProcessGUID"),
    }
}

fn time(text: &str) -> Option<Time> {
    const FILETIMES: i64 = 10_000_000_000_000_000;
    match text.parse::<i64>() {
        Ok(number @ FILETIMES..) => Time::from_filetime(number as u64),
        Ok(millis) => Some(Time::from_millis(millis)),
        Err(_) => Time::parse(text),
    }
}

/// A number that orders as the text does: negative numbers before the others.
fn tiebreaker(text: &str) -> u64 {
    match text.parse::<i64>() {
        Ok(number) => number as u64 ^ 1 << 63,
        Err(_) => {
            let mut first = [0; 8];
            first
                .iter_mut()
                .zip(text.bytes())
                .for_each(|(to, byte)| *to = byte);
            u64::from_be_bytes(first)
        }
    }
}

fn first(record: &dyn Record, names: &[Option<NameId>]) -> Option<ProcessGuid> {
    names
        .iter()
        .flatten()
        .find_map(|name| match record.guid(*name) {
            Some(bytes) => ProcessGuid::new(bytes),
            None => ProcessGuid::parse(&record.data(*name)?),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_times() {
        let read = |text: &str| time(text).map(|time| time.to_string());
        assert_eq!(read("1000").as_deref(), Some("1970-01-01 00:00:01.000"));
        assert_eq!(read("-1000").as_deref(), Some("1969-12-31 23:59:59.000"));
        assert_eq!(
            read("131485996520000000").as_deref(),
            Some("2017-08-30 20:47:32.000")
        );
        assert_eq!(
            read("2024-03-01T10:00:00Z").as_deref(),
            Some("2024-03-01 10:00:00.000")
        );
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn tiebreakers_order_as_what_they_are_written_from() {
        for (less, more) in [
            ("-3", "-2"),
            ("-1", "0"),
            ("9", "10"),
            ("a", "ab"),
            ("ab", "b"),
        ] {
            assert!(tiebreaker(less) < tiebreaker(more), "{less} < {more}");
        }
    }
}
