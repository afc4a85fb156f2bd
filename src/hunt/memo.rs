//! Which conditions an event meets, from what was found for an event like it.
//!
//! Logs repeat themselves: the same programs start, load the same modules and write the same
//! registry values, under new times, process ids and GUIDs that hardly any condition asks for. So
//! the answer is kept by the fingerprint of just those parts of the record that the conditions of
//! its event id read, and a record with the same fingerprint is answered without one of its fields
//! being derived. How many answers are kept, and how long a search for one takes, does not depend
//! on what the logs hold.

use crate::engine::dispatch::Dispatch;
use crate::model::fingerprint::{Fingerprint, Fingerprints};
use crate::model::record::{Part, Pick, Record, SystemField};
use crate::schema::Layout;

/// Answers kept: sets of so many, of which a new one takes the place of the oldest. All of them
/// are numbered by 16 bits.
const SETS: usize = 2048;
const WAYS: usize = 8;
/// Records of an event id after which it shows whether remembering them is worth while.
const TRIAL: u32 = 4096;
/// Of so many records one must have been known.
const WORTH: u32 = 8;
/// Records of an event id that go by before it is tried again.
const PAUSE: u32 = 65_536;

/// For each event id, the parts of a record that decide which conditions it meets.
pub(super) struct Deciding<'d> {
    dispatch: &'d Dispatch<'d>,
    layout: &'d Layout,
    fingerprints: Fingerprints,
}

impl<'d> Deciding<'d> {
    /// What the dispatched conditions read of records of each event id.
    pub fn new(dispatch: &'d Dispatch<'d>, layout: &'d Layout) -> Deciding<'d> {
        Deciding {
            dispatch,
            layout,
            fingerprints: Fingerprints::default(),
        }
    }

    /// None where records hold in one of the parts what they never hold again.
    fn pick(&self, event_id: u16) -> Option<Pick> {
        let parts = (self.layout).parts(event_id, self.dispatch.fields(event_id));
        let unlike = [SystemField::TimeCreated, SystemField::EventRecordId];
        let repeats = !unlike
            .iter()
            .any(|field| parts.contains(&Part::System(*field)));
        repeats.then(|| Pick::new(&parts))
    }
}

/// The answers that one thread remembers.
pub(super) struct Memo {
    answers: Answers,
    trials: Vec<Trial>,
    /// By event id, what decides of its records, once the first was there; none where they are not
    /// to be remembered.
    picks: Vec<Option<Option<Pick>>>,
}

/// Answers by what they are of.
struct Answers {
    sets: Vec<Set>,
    /// In the order in which they were first learned, which is most often that of the next time.
    list: Vec<Answer>,
    /// The one given last.
    last: u16,
}

/// What tells the answers of one set apart, and where they are.
#[derive(Clone, Default)]
struct Set {
    /// A part of each answer's number, odd where there is an answer.
    tags: [u16; WAYS],
    places: [u16; WAYS],
    oldest: u8,
}

struct Answer {
    of: Fingerprint,
    /// The one that was given after it the last time.
    next: u16,
    matched: Box<[u32]>,
}

/// How remembering fares for one event id.
#[derive(Clone, Copy, Default)]
struct Trial {
    asked: u32,
    known: u32,
    pause: u32,
}

/// What an answer is to be kept by.
pub(super) struct Unknown(Fingerprint);

/// What the memo says of a record.
pub(super) enum Recollection<'m> {
    /// The conditions that it meets, ascending.
    Known(&'m [u32]),
    /// That it would like to be told.
    Unknown(Unknown),
    /// Nothing: the record is not one to remember.
    Never,
}

impl Default for Memo {
    fn default() -> Memo {
        Memo {
            answers: Answers {
                sets: vec![Set::default(); SETS],
                list: Vec::new(),
                last: 0,
            },
            trials: vec![Trial::default(); 256],
            picks: vec![None; 256],
        }
    }
}

impl Memo {
    /// What is known of the conditions that a record meets.
    pub fn recall(&mut self, record: &dyn Record, deciding: &Deciding<'_>) -> Recollection<'_> {
        let id = record.event_id();
        let at = usize::from(id);
        let (Some(trial), Some(pick)) = (self.trials.get_mut(at), self.picks.get_mut(at)) else {
            return Recollection::Never;
        };
        let Some(pick) = pick.get_or_insert_with(|| deciding.pick(id)) else {
            return Recollection::Never;
        };
        if trial.pause > 0 {
            trial.pause -= 1;
            return Recollection::Never;
        }
        let mut taking = deciding.fingerprints.take();
        let taken =
            (taking.words([id.into(), 0])).and_then(|()| record.fingerprint(pick, &mut taking));
        if taken.is_none() {
            return Recollection::Never;
        }
        let fingerprint = taking.finish();
        let known = self.answers.find(fingerprint);
        trial.count(known.is_some());
        match known {
            Some(answer) => Recollection::Known(&answer.matched),
            None => Recollection::Unknown(Unknown(fingerprint)),
        }
    }

    /// Remembers the conditions that a record met of which nothing was known.
    pub fn learn(&mut self, Unknown(of): Unknown, matched: &[u32]) {
        self.answers.learn(of, matched.into());
    }
}

impl Answers {
    fn find(&mut self, of: Fingerprint) -> Option<&Answer> {
        let at = self.place(of)?;
        self.give(at);
        self.list.get(usize::from(at))
    }

    /// The one that came next the last time is looked at first: to know where it is takes no waiting
    /// for the fingerprint.
    fn place(&self, of: Fingerprint) -> Option<u16> {
        let answer = |at: u16| self.list.get(usize::from(at));
        let is_at = |at: u16| answer(at).is_some_and(|answer| answer.of == of);
        let next = answer(self.last).map_or(0, |last| last.next);
        if is_at(next) {
            return Some(next);
        }
        let (set, tag) = place_of(of);
        let Set { tags, places, .. } = &self.sets[set];
        let mut alike = (0..WAYS).filter(|way| tags[*way] == tag);
        alike.find_map(|way| is_at(places[way]).then_some(places[way]))
    }

    fn learn(&mut self, of: Fingerprint, matched: Box<[u32]>) {
        let next = 0;
        let answer = Answer { of, next, matched };
        let (set, tag) = place_of(of);
        let set = &mut self.sets[set];
        let way = usize::from(set.oldest);
        if set.tags[way] == 0 {
            set.places[way] = self.list.len() as u16;
            self.list.push(answer);
        } else {
            self.list[usize::from(set.places[way])] = answer;
        }
        set.tags[way] = tag;
        set.oldest = (set.oldest + 1) % WAYS as u8;
        let at = set.places[way];
        self.give(at);
    }

    fn give(&mut self, at: u16) {
        if let Some(last) = self.list.get_mut(usize::from(self.last)) {
            last.next = at;
        }
        self.last = at;
    }
}

/// The set of a fingerprint, and its tag there.
fn place_of(fingerprint: Fingerprint) -> (usize, u16) {
    let number = fingerprint.number();
    (number as usize % SETS, (number >> 48) as u16 | 1)
}

impl Trial {
    fn count(&mut self, known: bool) {
        self.asked += 1;
        self.known += u32::from(known);
        if self.asked == TRIAL {
            let worth = self.known >= TRIAL / WORTH;
            *self = Trial {
                pause: if worth { 0 } else { PAUSE },
                ..Trial::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;
    use crate::lang::pattern::Pattern;
    use crate::lang::plan::{Case, Cond};
    use crate::model::field::{FieldId, FieldTable, View};
    use crate::model::record::{Location, NameId, Names};
    use crate::model::time::Time;
    use crate::schema::{self, Options};

    const DATA: [&str; 4] = ["Image", "CommandLine", "User", "ProcessId"];

    /// A record whose data are in the order of [`DATA`].
    struct Line {
        id: u16,
        texts: [Option<&'static str>; 4],
        names: Names,
    }

    impl Record for Line {
        fn location(&self) -> Location {
            Location {
                file: 0,
                block: 0,
                offset: 0,
            }
        }
        fn event_id(&self) -> u16 {
            self.id
        }
        fn record_id(&self) -> u64 {
            1
        }
        fn time_created(&self) -> Option<Time> {
            None
        }
        fn computer(&self) -> &str {
            ""
        }
        fn channel(&self) -> &str {
            ""
        }
        fn system(&self, _: SystemField) -> Option<Cow<'_, str>> {
            None
        }
        fn data(&self, name: NameId) -> Option<Cow<'_, str>> {
            let at = DATA.iter().position(|data| *data == self.names.name(name));
            self.texts[at?].map(Cow::Borrowed)
        }
        fn each_data(&self, _: &mut dyn FnMut(&str, &str)) {}
        fn imprint(&self, parts: &[Part], out: &mut Vec<u8>) -> bool {
            for part in parts {
                let text = match part {
                    Part::Data(name) => self.data(*name),
                    Part::System(_) => None,
                };
                out.push(u8::from(text.is_some()));
                let text = text.unwrap_or_default();
                out.push(text.len() as u8);
                out.extend_from_slice(text.as_bytes());
            }
            true
        }
    }

    fn ends(field: FieldId, text: &str) -> Cond {
        Cond::Text {
            field,
            patterns: vec![Pattern::wildcard(&format!("*{text}"))],
            case: Case::Insensitive,
        }
    }

    proptest! {
        #[test]
        fn answers_are_those_of_asking(
            lines in prop::collection::vec((0..3usize, 0..4usize, 0..3usize, 0..3usize, 0..3usize), 1..200),
        ) {
            let mut fields = FieldTable::default();
            let mut field = |name| fields.intern(View::Ecs, name);
            let conds = [
                ends(field("process.name"), "a.exe"),
                Cond::All(vec![
                    ends(field("process.command_line"), "x"),
                    Cond::Not(Box::new(ends(field("user.name"), "m"))),
                ]),
                Cond::Exists(field("user.name")),
            ];
            let mut names = Names::default();
            let layout = Layout::new(&fields, &mut names, &Options::default());
            let dispatch = Dispatch::new(&conds, schema::event_ids(), &layout);
            let deciding = Deciding::new(&dispatch, &layout);
            let (mut memo, mut scratch) = (Memo::default(), layout.scratch());
            for (id, image, command, user, pid) in lines {
                let record = Line {
                    id: [1, 3, 5][id],
                    texts: [
                        [None, Some("C:\\a.exe"), Some("C:\\b.exe"), Some("D:\\a.exe")][image],
                        [None, Some("b x"), Some("b y")][command],
                        [None, Some("H\\tom"), Some("H\\ann")][user],
                        [None, Some("1"), Some("2")][pid],
                    ],
                    names: names.clone(),
                };
                let mut asked = Vec::new();
                let event = layout.event(&record, &mut scratch);
                dispatch.matching(Some(record.id), &event, &mut asked);
                let place = match memo.recall(&record, &deciding) {
                    Recollection::Known(known) => {
                        prop_assert_eq!(known, &asked[..]);
                        continue;
                    }
                    Recollection::Unknown(place) => place,
                    Recollection::Never => panic!("every record is one to remember"),
                };
                memo.learn(place, &asked);
                let now = memo.recall(&record, &deciding);
                prop_assert!(matches!(now, Recollection::Known(known) if known == asked));
            }
        }
    }

    #[test]
    fn records_whose_time_decides_are_not_remembered() {
        let mut fields = FieldTable::default();
        let field = |name, fields: &mut FieldTable| Cond::Exists(fields.intern(View::Ecs, name));
        let conds = [
            Cond::All(vec![
                ends(fields.intern(View::Ecs, "event.code"), "1"),
                field("@timestamp", &mut fields),
            ]),
            field("process.name", &mut fields),
        ];
        let mut names = Names::default();
        let layout = Layout::new(&fields, &mut names, &Options::default());
        let dispatch = Dispatch::new(&conds, schema::event_ids(), &layout);
        let deciding = Deciding::new(&dispatch, &layout);
        let mut memo = Memo::default();
        for (id, remembered) in [(1, false), (3, true), (255, true), (256, false)] {
            let record = Line {
                id,
                texts: [None; 4],
                names: names.clone(),
            };
            let recalled = memo.recall(&record, &deciding);
            assert_eq!(!matches!(recalled, Recollection::Never), remembered, "{id}");
        }
    }

    #[test]
    fn the_oldest_answers_of_a_set_make_place() {
        let fingerprints = Fingerprints::default();
        let of = |number: u64| {
            let mut taking = fingerprints.take();
            taking.words([number, 0]).unwrap();
            taking.finish()
        };
        let one_set = (0..).map(of).filter(|of| place_of(*of).0 == 7);
        let one_set: Vec<Fingerprint> = one_set.take(WAYS + 3).collect();
        let mut memo = Memo::default();
        for (number, of) in (0..).zip(&one_set) {
            memo.learn(Unknown(*of), &[number]);
        }
        let kept = memo.answers.list.iter().map(|answer| answer.matched[0]);
        let kept: Vec<u32> = kept.collect();
        assert_eq!(kept, [8, 9, 10, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn what_never_repeats_is_left_alone_for_a_while() {
        let mut trial = Trial::default();
        for at in 0..TRIAL {
            assert_eq!(trial.pause, 0);
            trial.count(at % WORTH == 0);
        }
        assert_eq!((trial.asked, trial.known, trial.pause), (0, 0, 0));
        for at in 0..TRIAL {
            trial.count(at % WORTH == 0 && at > 0);
        }
        assert_eq!((trial.asked, trial.known, trial.pause), (0, 0, PAUSE));
    }
}
