//! XML exports: what Event Viewer and `wevtutil qe /f:xml` write, and Splunk's raw form.
//!
//! A document with `<Events>`, one event after another with no root, one event a line with
//! attributes in single quotes: all are a text in which `<Event ...>` begins a record and
//! `</Event>` ends it. The text is split there first, so that what is broken in one event costs
//! that event and no other, and each event is then parsed by itself, in bounded memory.

mod event;
mod split;

use std::io::Read;

use super::owned::Owned;
use super::tally::{Piece, Tally};
use super::text::Window;
use super::{Ask, BlockReport};
use crate::model::record::{Location, Record};
pub(super) use event::{Parsed, parse};
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
        match parse(splitter.window().between(from, to), ask.names, record) {
            Err(what) => tally.broken(from, what),
            Ok(Parsed::Other) => tally.other(),
            Ok(Parsed::Sysmon) => {
                if tally.sysmon(record) {
                    sink(record);
                }
            }
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

#[cfg(test)]
mod tests;
