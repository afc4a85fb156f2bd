//! A text file's bytes as UTF-8, through a window that slides over them.
//!
//! Exports come as UTF-8, as UTF-16 with a byte-order mark, and in whatever an XML declaration
//! names. All are turned into UTF-8 on the way, with U+FFFD for what is not valid, so that offsets
//! count bytes of the decoded text and a parser sees one encoding. Only the window is in memory.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes asked of the source at once.
const STEP: usize = 64 << 10;

/// The encoding of a text that begins so: by its byte-order mark, by zeros between ASCII letters,
/// by the XML declaration, else UTF-8.
pub(super) fn encoding(start: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return encoding;
    }
    match start {
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => UTF_16LE,
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => UTF_16BE,
        _ => declared(start).unwrap_or(UTF_8),
    }
}

/// What `<?xml encoding="..."?>` names, as far as a declaration readable as ASCII can be true.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let end = start.iter().position(|byte| *byte == b'>')?;
    let declaration = start[..end].strip_prefix(b"<?xml")?;
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let rest = declaration[at + b"encoding".len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let label = rest.split(|byte| byte == quote).next()?;
    Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible())
}

/// The start of a file as text, for who wants to know what it holds.
pub(super) fn decoded(start: &[u8]) -> String {
    encoding(start).decode(start).0.into_owned()
}

/// A stretch of decoded text, its place in the whole, and the means to get more.
pub(super) struct Window<'r> {
    source: Box<dyn Read + 'r>,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    text: Vec<u8>,
    base: u64,
    read: u64,
    ended: bool,
    fault: Option<io::Error>,
}

impl<'r> Window<'r> {
    /// At the start of a source.
    pub(super) fn new(source: Box<dyn Read + 'r>) -> Window<'r> {
        Window {
            source,
            decoder: None,
            raw: Vec::new(),
            text: Vec::new(),
            base: 0,
            read: 0,
            ended: false,
            fault: None,
        }
    }

    /// Bytes taken from the source so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Why the source ended before its end, if it did.
    pub(super) fn fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// What is in the window from an offset on. Empty where the window does not reach.
    pub(super) fn from(&self, offset: u64) -> &[u8] {
        let at = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.text.get(at..).unwrap_or_default()
    }

    /// The text between two offsets in the window.
    pub(super) fn between(&self, from: u64, to: u64) -> &[u8] {
        let length = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        let rest = self.from(from);
        &rest[..length.min(rest.len())]
    }

    /// Lets go of what is before an offset.
    pub(super) fn forget(&mut self, offset: u64) {
        let passed = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        // Moving the rest to the front costs as much as is left, so it waits until that is less
        // than what is let go.
        if passed >= STEP && passed * 2 >= self.text.len() {
            let passed = passed.min(self.text.len());
            self.text.drain(..passed);
            self.base += passed as u64;
        }
    }

    /// Lets go of what is before an offset, and reads on until the window reaches it. Of what is passed
    /// over no more is held than is read at a time.
    pub(super) fn go_to(&mut self, offset: u64) {
        self.forget(offset);
        while self.from(offset).is_empty() && self.grow() {
            self.forget(offset);
        }
    }

    /// Reads on, so that the window reaches further. False at the end of the source.
    pub(super) fn grow(&mut self) -> bool {
        let before = self.text.len();
        while !self.ended && self.text.len() == before {
            self.step();
        }
        self.text.len() > before
    }

    /// Whether so many bytes stand from an offset on, reading them if need be.
    pub(super) fn holds(&mut self, offset: u64, bytes: usize) -> bool {
        while self.from(offset).len() < bytes {
            if !self.grow() {
                return false;
            }
        }
        true
    }

    fn step(&mut self) {
        self.raw.resize(STEP, 0);
        let mut filled = 0;
        while filled < self.raw.len() {
            match self.source.read(&mut self.raw[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.fault = Some(error);
                    self.ended = true;
                    break;
                }
            }
        }
        self.read += filled as u64;
        let raw = &self.raw[..filled];
        let decoder = self
            .decoder
            .get_or_insert_with(|| encoding(raw).new_decoder_with_bom_removal());
        decode(decoder, raw, self.ended, &mut self.text);
    }
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], last: bool, text: &mut Vec<u8>) {
    loop {
        let room = decoder.max_utf8_buffer_length(raw.len());
        let start = text.len();
        text.resize(start + room.unwrap_or(STEP), 0);
        let (result, taken, written, _) = decoder.decode_to_utf8(raw, &mut text[start..], last);
        text.truncate(start + written);
        raw = &raw[taken..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> String {
        let mut window = Window::new(Box::new(bytes));
        while window.grow() {}
        String::from_utf8(window.from(0).to_vec()).unwrap()
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_becomes_the_same_text() {
        let text = "<?xml version='1.0'?><a>Zażółć 😀</a>";
        assert_eq!(whole(text.as_bytes()), text);
        assert_eq!(whole(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()), text);
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(whole(&utf16(text, order)), text);
            assert_eq!(whole(&utf16(&format!("\u{FEFF}{text}"), order)), text);
        }
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>";
        assert!(whole(latin).ends_with("<a>é</a>"));
        assert_eq!(whole(b"a\xFFb"), "a\u{FFFD}b");
        assert_eq!(whole(b""), "");
    }

    #[test]
    fn the_window_slides_over_a_long_text() {
        let text: String = (0..200_000).map(|n| format!("{n:07}\n")).collect();
        let mut window = Window::new(Box::new(text.as_bytes()));
        let mut offset = 0;
        while window.holds(offset, 8) {
            assert_eq!(
                window.between(offset, offset + 8),
                &text.as_bytes()[offset as usize..][..8]
            );
            offset += 8;
            window.forget(offset);
        }
        assert_eq!(offset, text.len() as u64);
        assert_eq!(window.bytes_read(), text.len() as u64);
        assert!(window.text.capacity() < 1 << 20);
    }
}
