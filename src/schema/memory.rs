//! What was made of parts of records, by what the records hold there.
//!
//! Logs repeat themselves: the same programs start under the same accounts, and what a table says of
//! a program follows from its path. So what was made of it is kept by the bytes, not decoded, that
//! it was made of, and found again where every byte is the same. How much is kept does not depend on
//! what the logs hold: each text has one place, where it stands until another comes that has the same.

use std::cell::RefCell;
use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::model::record::{Part, Record};

/// Texts kept.
const PLACES: usize = 1024;
/// Bytes of the longest, and of what it was made of.
const LONGEST: usize = 1024;

/// The texts that one thread remembers.
#[derive(Debug, Default)]
pub(super) struct Memory(RefCell<Texts>);

#[derive(Debug, Default)]
struct Texts {
    /// None until the first is asked for.
    places: Vec<Text>,
    /// Of the record asked about.
    imprint: Vec<u8>,
}

/// What it was made of and the text, side by side: a text is rarely near at hand, and so it is
/// fetched with what it is known by.
#[derive(Clone, Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    /// Where the text begins.
    text: usize,
}

impl Memory {
    /// Appends what `make` makes of these parts of a record, or made of the same in another record
    /// of the event id. `what` tells it from what others make.
    pub fn text(
        &self,
        record: &dyn Record,
        what: u32,
        parts: &[Part],
        out: &mut Vec<u8>,
        make: impl FnOnce(&mut Vec<u8>),
    ) {
        let Ok(mut texts) = self.0.try_borrow_mut() else {
            return make(out);
        };
        let Texts { places, imprint } = &mut *texts;
        imprint.clear();
        imprint.extend_from_slice(&what.to_le_bytes());
        imprint.extend_from_slice(&record.event_id().to_le_bytes());
        if !record.imprint(parts, imprint) || imprint.len() > LONGEST {
            return make(out);
        }
        if places.is_empty() {
            places.resize(PLACES, Text::default());
        }
        let mut hasher = FxHasher::default();
        hasher.write(imprint);
        let known = &mut places[hasher.finish() as usize % PLACES];
        let (made_of, text) = known.bytes.split_at(known.text);
        if made_of == imprint {
            return out.extend_from_slice(text);
        }
        let from = out.len();
        make(out);
        let text = &out[from..];
        if text.len() <= LONGEST {
            known.bytes.clone_from(imprint);
            known.bytes.extend_from_slice(text);
            known.text = imprint.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::record::{Location, NameId, SystemField};
    use crate::model::time::Time;

    /// A record of one piece of data.
    struct Line<'l>(u16, &'l str);

    impl Record for Line<'_> {
        fn location(&self) -> Location {
            Location {
                file: 0,
                block: 0,
                offset: 0,
            }
        }
        fn event_id(&self) -> u16 {
            self.0
        }
        fn record_id(&self) -> u64 {
            0
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
        fn data(&self, _: NameId) -> Option<Cow<'_, str>> {
            Some(self.1.into())
        }
        fn imprint(&self, _: &[Part], out: &mut Vec<u8>) -> bool {
            out.extend_from_slice(self.1.as_bytes());
            !self.1.starts_with("no imprint")
        }
        fn each_data(&self, _: &mut dyn FnMut(&str, &str)) {}
    }

    const PARTS: [Part; 1] = [Part::Data(NameId(0))];

    /// What is appended, and how often it had to be made.
    fn asked(memory: &Memory, what: u32, line: &Line<'_>) -> (String, u32) {
        let (mut out, mut made) = (b"before ".to_vec(), 0);
        memory.text(line, what, &PARTS, &mut out, |out| {
            made += 1;
            out.extend_from_slice(format!("{what} {} {}", line.0, line.1).as_bytes());
        });
        (String::from_utf8(out).unwrap(), made)
    }

    #[test]
    fn a_text_is_made_once_for_the_same_bytes_of_one_event_id() {
        let memory = Memory::default();
        for made in [1, 0] {
            for (what, line) in [(1, Line(1, "a")), (2, Line(1, "a")), (1, Line(3, "a"))] {
                let text = format!("before {what} {} a", line.0);
                assert_eq!(asked(&memory, what, &line), (text, made));
            }
        }
    }

    #[test]
    fn what_is_long_or_has_no_imprint_is_made_each_time() {
        let memory = Memory::default();
        for line in ["no imprint".to_owned(), "x".repeat(LONGEST)] {
            for _ in 0..2 {
                assert_eq!(asked(&memory, 1, &Line(1, &line)).1, 1);
            }
        }
    }

    #[test]
    fn a_text_is_its_own_however_many_there_are() {
        let memory = Memory::default();
        let mut made = 0;
        for round in 0..4 {
            for number in 0..PLACES * 2 {
                let line = format!("{}", number * (round % 2 + 1));
                let (text, times) = asked(&memory, 7, &Line(1, &line));
                assert_eq!(text, format!("before 7 1 {line}"));
                made += times;
            }
        }
        assert!((PLACES as u32..=PLACES as u32 * 8).contains(&made));
    }

    #[test]
    fn what_is_made_while_something_is_made_is_made() {
        let memory = Memory::default();
        let line = Line(1, "a");
        let mut out = Vec::new();
        memory.text(&line, 1, &PARTS, &mut out, |out| {
            memory.text(&line, 2, &PARTS, out, |out| out.push(b'x'));
        });
        assert_eq!(out, b"x");
    }
}
