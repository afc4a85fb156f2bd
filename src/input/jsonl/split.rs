//! A text of JSON to the stretches that are one object each.
//!
//! Braces are counted outside strings. What goes wrong is noticed early, so that a line that was
//! cut off does not take the next one with it: a string holds no line break, and inside an object
//! another begins only behind `:`, `,` or `[`. Never more than [`MAX_OBJECT`] bytes of one object
//! are held, and the work is linear in the text.

use memchr::{memchr, memchr3};

use crate::input::tally::Piece;
use crate::input::text::Window;

/// The longest object, in bytes of UTF-8. A record of an EVTX log has at most 64 KiB; escaped, and
/// with its command line in several fields and a rendered message, it stays below 4 MiB.
pub(super) const MAX_OBJECT: u64 = 4 << 20;
/// How deep objects nest; what JSON's parser bounds likewise.
const MAX_DEPTH: usize = 120;

/// Finds objects from the start of a text to its end.
pub(super) struct Splitter<'r> {
    window: Window<'r>,
    at: u64,
    /// Whether what stands at `at` is left of something that was given up.
    adrift: bool,
    /// Whether nothing but white space stands between the last line break and `at`.
    fresh: bool,
}

/// Why an object has no end, and how far it was looked at.
struct Endless {
    what: &'static str,
    at: u64,
}

impl<'r> Splitter<'r> {
    pub(super) fn new(window: Window<'r>) -> Splitter<'r> {
        Splitter {
            window,
            at: 0,
            adrift: false,
            fresh: true,
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
        self.window.go_to(offset);
    }

    /// The next object, or what is left of one.
    pub(super) fn next(&mut self) -> Option<Piece> {
        loop {
            self.window.forget(self.at);
            if !self.window.holds(self.at, 1) {
                return None;
            }
            match self.window.from(self.at).first()? {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.fresh = true;
                }
                b',' | b'[' | b']' => {
                    self.at += 1;
                    self.fresh = false;
                }
                // A byte-order mark, which stands inside a text that was joined from several.
                0xEF | 0xBB | 0xBF => self.at += 1,
                b'{' => return Some(self.object()),
                _ => {
                    let at = self.at;
                    let known = self.adrift || self.is_number_line();
                    self.skip_line();
                    self.adrift = true;
                    if !known {
                        let what = "neither an object nor a list of objects";
                        return Some(Piece::Broken { at, what });
                    }
                }
            }
        }
    }

    /// Gives back a piece that turned out to be no object, so that a line inside it that begins
    /// one is not lost.
    pub(super) fn take_back(&mut self, from: u64, to: u64) {
        self.at = self.next_line_object(from, to);
        self.adrift = true;
    }

    /// Goes on after an object that has no end, at the next line that begins one. Where the object
    /// was a line by itself the rest of that line is left too; else, in a list, the next object
    /// may stand on it.
    fn give_up(&mut self, from: u64, to: u64) {
        let is_line = self.fresh && !self.window.between(from, to).contains(&b'\n');
        self.take_back(from, to);
        if is_line {
            self.skip_line();
        }
    }

    fn object(&mut self) -> Piece {
        let from = self.at;
        match self.end(from) {
            Ok(to) => {
                self.at = to;
                self.adrift = false;
                self.fresh = false;
                Piece::Whole { from, to }
            }
            Err(Endless { what, at }) => {
                self.give_up(from, at);
                Piece::Broken { at: from, what }
            }
        }
    }

    /// Where the object that begins at an offset ends.
    fn end(&mut self, from: u64) -> Result<u64, Endless> {
        let (mut at, mut depth, mut in_string) = (from, 0usize, false);
        let endless = |what, at| Err(Endless { what, at });
        loop {
            if at - from > MAX_OBJECT {
                return endless("an object longer than 4 MiB", at);
            }
            let text = self.window.from(at);
            let found = match in_string {
                true => memchr3(b'"', b'\\', b'\n', text),
                false => memchr3(b'"', b'{', b'}', text),
            };
            let Some(found) = found else {
                at += text.len() as u64;
                match self.window.grow() {
                    true => continue,
                    false => return endless("the text ends inside an object", at),
                }
            };
            let byte = text[found];
            at += found as u64;
            match byte {
                b'"' => in_string = !in_string,
                b'\\' => at += 1,
                b'\n' => return endless("a line break inside a string", at),
                b'{' if depth > 0 && !self.may_begin(from, at) => {
                    return endless("an object without its end", at);
                }
                b'{' if depth == MAX_DEPTH => return endless("an object nested too deep", at),
                b'{' => depth += 1,
                _ => depth -= 1,
            }
            at += 1;
            if depth == 0 {
                return Ok(at);
            }
        }
    }

    /// Whether an object may begin at an offset, by what stands before it.
    fn may_begin(&self, from: u64, at: u64) -> bool {
        let before = self.window.between(from, at);
        let last = before.iter().rfind(|byte| !byte.is_ascii_whitespace());
        matches!(last, Some(b':' | b',' | b'['))
    }

    /// The first line after `from` that begins with an object, else `to`.
    fn next_line_object(&self, from: u64, to: u64) -> u64 {
        let text = self.window.between(from, to);
        let mut lines = memchr::memmem::find_iter(text, b"\n{");
        lines.next().map_or(to, |at| from + at as u64 + 1)
    }

    /// Whether the line is `Record 17`, which `evtx_dump` writes above each record.
    fn is_number_line(&mut self) -> bool {
        self.window.holds(self.at, 64);
        let text = self.window.from(self.at);
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.trim_ascii_end()
            .strip_prefix(b"Record ")
            .is_some_and(|number| number.iter().all(u8::is_ascii_digit))
    }

    fn skip_line(&mut self) {
        loop {
            let text = self.window.from(self.at);
            if let Some(end) = memchr(b'\n', text) {
                self.at += end as u64;
                return;
            }
            self.at += text.len() as u64;
            self.window.forget(self.at);
            if !self.window.grow() {
                return;
            }
        }
    }
}
