//! JSON objects: Beats' documents, `evtx_dump`'s and NXLog's forms, or any other.
//!
//! One object a line, one pretty-printed object after another, a list of objects: all are a text
//! of objects, which is split first, so that a broken line costs itself alone. Which form an
//! object has is seen object by object.

mod beat;
mod dump;
mod flat;
mod shape;
mod split;

use std::io::Read;

use super::owned::Owned;
use super::tally::{Piece, Tally};
use super::text::Window;
use super::{Ask, BlockReport};
use crate::model::record::{Location, Record};
use shape::Shape;
use split::Splitter;

/// Reads a text from its start. Offsets are bytes of the text as UTF-8.
pub(super) fn read(
    source: Box<dyn Read + '_>,
    file: u32,
    ask: &Ask,
    only: Option<&[u64]>,
    record: &mut Owned,
    sink: &mut dyn FnMut(&dyn Record),
) -> BlockReport {
    let mut tally = Tally::new(ask, only);
    let mut splitter = Splitter::new(Window::new(source));
    while tally.goes_on(|offset| splitter.go_to(offset))
        && let Some(piece) = splitter.next()
    {
        let (from, to) = match piece {
            Piece::Broken { at, what } => {
                tally.broken(at, what);
                continue;
            }
            Piece::Whole { from, to } => (from, to),
        };
        if !tally.wants(from) {
            continue;
        }
        record.begin(Location {
            file,
            block: 0,
            offset: from,
        });
        match serde_json::from_slice(splitter.window().between(from, to)) {
            Err(error) => {
                tally.broken(from, error.to_string());
                splitter.take_back(from, to);
            }
            Ok(object) => match shape::fill(object, ask, record) {
                Err(what) => tally.broken(from, what),
                Ok(Shape::Other) => tally.other(),
                Ok(Shape::Document) => {
                    tally.other();
                    sink(record);
                }
                Ok(Shape::Sysmon) => {
                    if tally.sysmon(record) {
                        sink(record);
                    }
                }
            },
        }
    }
    let at = splitter.offset();
    let window = splitter.window();
    if let Some(error) = window.fault() {
        tally.cut(at, &error);
    }
    let bytes = window.bytes_read();
    tally.close(bytes)
}

/// A text whose first so many objects are all of no known form is no log.
const TRIED: usize = 1000;

/// Whether a text has Windows events in it, as far as its beginning says. One that cannot be read
/// may have.
pub(super) fn has_events(source: Box<dyn Read + '_>) -> bool {
    let mut splitter = Splitter::new(Window::new(source));
    for _ in 0..TRIED {
        let Some(piece) = splitter.next() else {
            break;
        };
        if let Piece::Whole { from, to } = piece {
            match serde_json::from_slice(splitter.window().between(from, to)) {
                Ok(object) if shape::is_known(&object) => return true,
                Ok(_) => {}
                Err(_) => splitter.take_back(from, to),
            }
        }
    }
    splitter.window().fault().is_some()
}

#[cfg(test)]
mod tests;
