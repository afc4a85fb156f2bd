//! A text of XML to the stretches that are one event each.
//!
//! Only `<` begins markup, so the splitter goes from `<` to `<`; comments, CDATA sections and a
//! document type are stepped over whole, since what looks like an event in them is none. It works
//! in linear time on any text, and never holds more than [`MAX_EVENT`] bytes of one event.

use memchr::memmem;

use crate::input::tally::Piece;
use crate::input::text::Window;

/// The longest event, in bytes of UTF-8. A record in an EVTX log has at most 64 KiB, which are at
/// most 32,768 UTF-16 units; escaped, and told twice (as data and in a rendered message), they
/// stay below 1 MiB.
pub(super) const MAX_EVENT: u64 = 1 << 20;
/// The longest document type that is stepped over.
const MAX_DOCTYPE: u64 = 64 << 10;
/// The longest tag name that is looked at, prefix included.
const MAX_NAME: usize = 64;

/// Finds events from the start of a text to its end.
pub(super) struct Splitter<'r> {
    window: Window<'r>,
    at: u64,
    open: Option<u64>,
    comment: Span,
    cdata: Span,
}

/// A section that is stepped over: how it ends, and up to where no such end was found, so that
/// nothing is searched twice.
struct Span {
    end: &'static [u8],
    none_before: u64,
}

impl<'r> Splitter<'r> {
    pub(super) fn new(window: Window<'r>) -> Splitter<'r> {
        let span = |end| Span {
            end,
            none_before: 0,
        };
        Splitter {
            window,
            at: 0,
            open: None,
            comment: span(b"-->"),
            cdata: span(b"]]>"),
        }
    }

    /// The window, which still holds the last piece.
    pub(super) fn window(&mut self) -> &mut Window<'r> {
        &mut self.window
    }

    /// How far the text is split.
    pub(super) fn offset(&self) -> u64 {
        self.at
    }

    /// Goes on at an offset that is not behind.
    pub(super) fn go_to(&mut self, offset: u64) {
        self.at = offset;
        self.open = None;
        self.window.go_to(offset);
    }

    /// The next event, or what is left of one.
    pub(super) fn next(&mut self) -> Option<Piece> {
        self.window.forget(self.open.unwrap_or(self.at));
        loop {
            let Some(tag) = self.find(b"<", self.at, self.limit()) else {
                let at = self.open.take()?;
                if self.window.holds(at, MAX_EVENT as usize) {
                    self.at = at + MAX_EVENT;
                    return Some(broken(at, "an event longer than 1 MiB"));
                }
                self.at = at + self.window.from(at).len() as u64;
                return Some(broken(at, "the text ends inside an event"));
            };
            self.window.holds(tag, MAX_NAME);
            let piece = self.markup(tag);
            if piece.is_some() {
                return piece;
            }
            if self.open.is_none() {
                self.window.forget(self.at);
            }
        }
    }

    /// How far to look for the next `<`: to the end of the text, unless an event is open.
    fn limit(&self) -> u64 {
        self.open.map_or(u64::MAX, |open| open + MAX_EVENT)
    }

    /// Goes past the markup that begins at an offset.
    fn markup(&mut self, tag: u64) -> Option<Piece> {
        let text = self.window.from(tag);
        if text.starts_with(b"<!--") {
            self.at = tag + 4;
            self.step_over(|splitter| &mut splitter.comment);
            return None;
        }
        if text.starts_with(b"<![CDATA[") {
            self.at = tag + 9;
            self.step_over(|splitter| &mut splitter.cdata);
            return None;
        }
        if text.starts_with(b"<!DOCTYPE") {
            self.at = self.after_doctype(tag);
            return None;
        }
        self.at = tag + 1;
        let (closes, name) = match text.get(1) {
            Some(b'/') => (true, local_name(&text[2..])),
            _ => (false, local_name(text.get(1..).unwrap_or_default())),
        };
        if name != Some(b"Event") {
            return None;
        }
        if closes {
            let Some(from) = self.open.take() else {
                return Some(broken(tag, "the end of an event without its beginning"));
            };
            let end = self.find(b">", tag, tag + MAX_NAME as u64);
            self.at = end.map_or(tag + 1, |end| end + 1);
            let to = self.at;
            return Some(Piece::Whole { from, to });
        }
        let before = self.open.replace(tag);
        before.map(|at| broken(at, "an event without its end"))
    }

    /// Goes on behind a section's end where it has one near enough, else stays in front of its
    /// content.
    fn step_over(&mut self, which: fn(&mut Self) -> &mut Span) {
        let limit = self.limit().min(self.at + MAX_EVENT);
        let Span { end, none_before } = *which(self);
        let from = self.at.max(none_before);
        match self.find(end, from, limit) {
            Some(found) => self.at = found + end.len() as u64,
            None => {
                let reached = from + self.window.between(from, limit).len() as u64;
                which(self).none_before = reached.saturating_sub(end.len() as u64 - 1).max(from);
            }
        }
    }

    /// Nothing in a document type is used; its inner part is passed over to its `]`.
    fn after_doctype(&mut self, tag: u64) -> u64 {
        let limit = tag + MAX_DOCTYPE;
        let Some(end) = self.find(b">", tag, limit) else {
            return tag + 1;
        };
        if !self.window.between(tag, end).contains(&b'[') {
            return end + 1;
        }
        self.find(b"]>", tag, limit).map_or(tag + 1, |end| end + 2)
    }

    /// Where a needle stands first from an offset on, ending before a limit.
    fn find(&mut self, needle: &[u8], from: u64, limit: u64) -> Option<u64> {
        let mut searched = from;
        loop {
            let text = self.window.between(searched, limit);
            if let Some(found) = memmem::find(text, needle) {
                return Some(searched + found as u64);
            }
            let reached = searched + text.len() as u64;
            searched = reached
                .saturating_sub(needle.len() as u64 - 1)
                .max(searched);
            if self.open.is_none() && limit == u64::MAX {
                self.window.forget(searched);
            }
            if reached >= limit || !self.window.grow() {
                return None;
            }
        }
    }
}

fn broken(at: u64, what: &'static str) -> Piece {
    Piece::Broken { at, what }
}

/// The name of a tag without its prefix. None where it does not end within bounds.
fn local_name(text: &[u8]) -> Option<&[u8]> {
    let end = text
        .iter()
        .take(MAX_NAME)
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
    text[..end].rsplit(|byte| *byte == b':').next()
}
