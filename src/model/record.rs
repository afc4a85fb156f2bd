//! What a log holds: a header, named data, and where they came from.
//!
//! A [`Record`] is a view that decodes on demand: a reader hands one to its caller for as long
//! as the call lasts, and what nobody asks for is not decoded.

use std::array;
use std::borrow::Cow;
use std::ops::{BitAnd, BitOr, Not};
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::fingerprint::Taking;
use super::time::Time;

/// Where a record stands: enough to find it again and to say it to a person. Ordered as the
/// inputs are: by file (inputs are sorted by path), block, offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The input's number in the sorted list of inputs.
    pub file: u32,
    /// The part of the file that is read as one: an EVTX chunk; 0 in formats without chunks.
    pub block: u32,
    /// Bytes from the block's start to the record (EVTX: from the chunk's first byte).
    pub offset: u64,
}

/// What every record says of itself outside its named data (`Event/System`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // they are the names of the elements and attributes of Event/System
pub enum SystemField {
    ProviderName,
    ProviderGuid,
    EventId,
    Qualifiers,
    Version,
    Level,
    Task,
    Opcode,
    Keywords,
    TimeCreated,
    EventRecordId,
    ActivityId,
    RelatedActivityId,
    ProcessId,
    ThreadId,
    Channel,
    Computer,
    UserId,
}

impl SystemField {
    /// All of them, in the order in which Windows writes them.
    pub const ALL: [SystemField; 18] = {
        use SystemField::*;
        [
            ProviderName,
            ProviderGuid,
            EventId,
            Qualifiers,
            Version,
            Level,
            Task,
            Opcode,
            Keywords,
            TimeCreated,
            EventRecordId,
            ActivityId,
            RelatedActivityId,
            ProcessId,
            ThreadId,
            Channel,
            Computer,
            UserId,
        ]
    };

    /// The part that the text of an element of `Event/System` is.
    pub fn of_element(element: &str) -> Option<SystemField> {
        use SystemField::*;
        Some(match element {
            "EventID" => EventId,
            "Version" => Version,
            "Level" => Level,
            "Task" => Task,
            "Opcode" => Opcode,
            "Keywords" => Keywords,
            "EventRecordID" => EventRecordId,
            "Channel" => Channel,
            "Computer" => Computer,
            _ => return None,
        })
    }
}

/// Event ids, as a set: what a reader is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventIds {
    low: [u64; 4],
}

impl EventIds {
    /// None.
    pub const NONE: EventIds = EventIds { low: [0; 4] };
    /// Every event id that Sysmon has or may get (0 to 255).
    pub const ALL: EventIds = EventIds { low: [u64::MAX; 4] };

    /// These. Ids past 255, which Sysmon does not use, are left out.
    pub fn of(ids: impl IntoIterator<Item = u16>) -> EventIds {
        let mut set = EventIds::NONE;
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }

    /// Adds one; an id past 255 is left out.
    pub fn insert(&mut self, id: u16) {
        if let Some(word) = self.low.get_mut(usize::from(id / 64)) {
            *word |= 1 << (id % 64);
        }
    }

    /// Whether the id is in the set.
    pub fn contains(&self, id: u16) -> bool {
        self.low
            .get(usize::from(id / 64))
            .is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        (0..256).filter(|id| self.contains(*id))
    }
}

/// Those that are in both.
impl BitAnd for EventIds {
    type Output = EventIds;

    fn bitand(self, other: EventIds) -> EventIds {
        let low = array::from_fn(|at| self.low[at] & other.low[at]);
        EventIds { low }
    }
}

/// Those that are in one of them.
impl BitOr for EventIds {
    type Output = EventIds;

    fn bitor(self, other: EventIds) -> EventIds {
        let low = array::from_fn(|at| self.low[at] | other.low[at]);
        EventIds { low }
    }
}

/// The others.
impl Not for EventIds {
    type Output = EventIds;

    fn not(self) -> EventIds {
        let low = self.low.map(|word| !word);
        EventIds { low }
    }
}

/// The number of a data name (`Image`, `CommandLine`) in a [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u16);

/// A part of a record that fields are derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Named data.
    Data(NameId),
    /// A part of `Event/System`.
    System(SystemField),
}

/// Parts to be picked from one record after the other, with where a reader found them in forms of
/// records that it met before.
#[derive(Clone, Debug)]
pub struct Pick {
    parts: Box<[Part]>,
    /// The one met last comes first.
    forms: Vec<(FormId, Box<[Stretch]>)>,
}

/// What records of one form have in common: their reader's numbers for it, never given twice.
pub type FormId = [u64; 2];

/// Values of a record that stand side by side, by the reader's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Whether they are the header's.
    pub header: bool,
    /// The first.
    pub from: u16,
    /// Past the last.
    pub to: u16,
}

/// Forms that one event id's records have: that many Sysmons of different age write to one log.
const MOST_FORMS: usize = 8;

impl Pick {
    /// To pick these.
    pub fn new(parts: &[Part]) -> Pick {
        Pick {
            parts: parts.into(),
            forms: Vec::new(),
        }
    }

    /// The parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Where the parts stand in records of a form; what `find` says of it is remembered.
    #[inline]
    pub fn stretches(
        &mut self,
        form: FormId,
        find: impl FnOnce(&[Part]) -> Box<[Stretch]>,
    ) -> &[Stretch] {
        if self.forms.first().is_none_or(|(first, _)| *first != form) {
            self.turn_to(form, find);
        }
        self.forms.first().map_or(&[], |(_, stretches)| stretches)
    }

    fn turn_to(&mut self, form: FormId, find: impl FnOnce(&[Part]) -> Box<[Stretch]>) {
        let known = self.forms.iter().position(|(known, _)| *known == form);
        let found = match known {
            Some(at) => self.forms.remove(at),
            None => (form, find(&self.parts)),
        };
        self.forms.truncate(MOST_FORMS - 1);
        self.forms.insert(0, found);
    }
}

/// The data names that somebody will ask for, numbered before the first record is read, so that
/// a reader can resolve each template's names once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, NameId>,
    /// Another one for every list that was ever made: lists with the same one are the same.
    edition: u64,
}

impl Names {
    /// The number of a name, a new one if it has none. None past 65,535 names.
    pub fn intern(&mut self, name: &str) -> Option<NameId> {
        if let Some(id) = self.get(name) {
            return Some(id);
        }
        static EDITIONS: AtomicU64 = AtomicU64::new(1);
        let id = NameId(u16::try_from(self.names.len()).ok()?);
        self.edition = EDITIONS.fetch_add(1, Ordering::Relaxed);
        self.names.push(name.into());
        self.ids.insert(name.into(), id);
        Some(id)
    }

    /// The number of a name that somebody will ask for. Letter case counts.
    pub fn get(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    /// The name behind a number.
    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// Whether both are certain to hold the same names under the same numbers. Lists that were
    /// made one by one are not, whatever they hold; copies are, until a name is added.
    pub fn is_same(&self, other: &Names) -> bool {
        self.edition == other.edition
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// A record of a log, decoded on demand. Texts are what the `evtx` crate renders for the same
/// value (numbers in decimal, GUIDs upper case in braces-free form, and so on).
pub trait Record {
    /// Where the record stands.
    fn location(&self) -> Location;
    /// `System/EventID`.
    fn event_id(&self) -> u16;
    /// `System/EventRecordID`, not the number in the record's binary header.
    fn record_id(&self) -> u64;
    /// `System/TimeCreated/@SystemTime`.
    fn time_created(&self) -> Option<Time>;
    /// `System/Computer`, empty where there is none.
    fn computer(&self) -> &str;
    /// `System/Channel`, empty where there is none.
    fn channel(&self) -> &str;
    /// A number that the records of one reader have in common as long as neither computer nor
    /// channel changes. None where the reader does not say.
    fn log_mark(&self) -> Option<u64> {
        None
    }
    /// A part of `Event/System` as text. None where the record lacks it.
    fn system(&self, field: SystemField) -> Option<Cow<'_, str>>;
    /// Named data (`EventData/Data[@Name=...]`) as text, entities resolved. None where the record
    /// lacks the name; `Some("")` where it is there and empty. Of a repeated name, the first.
    fn data(&self, name: NameId) -> Option<Cow<'_, str>>;
    /// Appends a part's text to bytes. False, and nothing done, where the record lacks the part.
    fn write(&self, part: Part, out: &mut Vec<u8>) -> bool {
        let text = match part {
            Part::Data(name) => self.data(name),
            Part::System(field) => self.system(field),
        };
        out.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
        text.is_some()
    }
    /// What follows the last `\` of the data, decoding no more than that; the whole where there is
    /// no backslash (then the second part is false).
    fn data_tail(&self, name: NameId) -> Option<(Cow<'_, str>, bool)> {
        let text = self.data(name)?;
        Some(match text.rfind('\\') {
            None => (text, false),
            Some(at) => match text {
                Cow::Borrowed(text) => (Cow::Borrowed(&text[at + 1..]), true),
                Cow::Owned(text) => (Cow::Owned(text[at + 1..].to_owned()), true),
            },
        })
    }
    /// Named data that the log holds as a GUID and not as a text: its bytes in the order in which a
    /// text shows them.
    fn guid(&self, _name: NameId) -> Option<[u8; 16]> {
        None
    }
    /// Named data that the log holds as a number and not as a text, where it is one without a sign.
    fn number(&self, _name: NameId) -> Option<u64> {
        None
    }
    /// Named data as a point in time. None where it is none, or the record lacks the name.
    fn time(&self, name: NameId) -> Option<Time> {
        Time::parse(&self.data(name)?)
    }
    /// Appends bytes that stand for what the record holds in these parts, without decoding them:
    /// records of one event id that give the same bytes answer the same to whatever is asked of
    /// these parts. False where there is nothing cheaper than the texts; `out` is void then.
    fn imprint(&self, _parts: &[Part], _out: &mut Vec<u8>) -> bool {
        false
    }
    /// As [`Record::imprint`], into a fingerprint, for whoever asks one record after the other. None
    /// where there is nothing cheaper than the texts, or too much of it.
    fn fingerprint(&self, pick: &mut Pick, taking: &mut Taking<'_>) -> Option<()> {
        let mut of_values = *taking;
        if self.take_values(pick, &mut of_values).is_some() {
            *taking = of_values;
            return Some(());
        }
        let mut imprint = Vec::new();
        self.imprint(pick.parts(), &mut imprint).then_some(())?;
        taking.words([0, imprint.len() as u64])?;
        taking.piece(&imprint)
    }
    /// Takes a fingerprint of the form and of the values that decide what these parts hold; the form
    /// begins with another number than 0. None where the record is of no form that is numbered.
    fn take_values(&self, _pick: &mut Pick, _taking: &mut Taking<'_>) -> Option<()> {
        None
    }
    /// Every piece of named data in the record's order, known name or not.
    fn each_data(&self, visit: &mut dyn FnMut(&str, &str));
    /// The document, where the input is already in a vendor's schema (JSON that a Beat wrote).
    fn document(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        None
    }
    /// Whether the record stands in a chunk whose checksum fails.
    fn damaged(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_ids_are_a_set() {
        let (some, others) = (EventIds::of([1, 64, 255, 256]), EventIds::of([255, 3]));
        assert_eq!(some.iter().collect::<Vec<_>>(), [1, 64, 255]);
        assert_eq!(some & others, EventIds::of([255]));
        assert_eq!(some | others, EventIds::of([1, 3, 64, 255]));
        assert_eq!(some & !others, EventIds::of([64, 1]));
        assert_eq!(!EventIds::NONE, EventIds::ALL);
    }

    #[test]
    fn where_parts_stand_is_asked_once_for_each_of_the_forms_met_last() {
        let parts = [Part::Data(NameId(4)), Part::System(SystemField::UserId)];
        let mut pick = Pick::new(&parts);
        let mut ask = |form: u64| {
            let stretch = Stretch {
                header: form == 3,
                from: form as u16,
                to: 100,
            };
            let mut asked = false;
            let found = pick.stretches([form, 1], |asked_for| {
                asked = true;
                assert_eq!(asked_for, parts);
                Box::new([stretch])
            });
            assert_eq!(found, [stretch]);
            asked
        };
        let many = MOST_FORMS as u64;
        assert!((0..many).all(&mut ask));
        assert!(![many - 1, 0, 0, 5, 1, 5].into_iter().any(&mut ask));
        // 2 was met longest ago, and makes place.
        assert!(ask(many));
        assert!(!ask(1) && ask(2));
    }
}
