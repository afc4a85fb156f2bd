//! The plain form's keys, values and headers, one by one; none of whatever is not plain.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};
use toml::Spanned;

/// Arrays and tables in values nest to this depth at most.
const DEEPEST: usize = 4;
/// So many digits fit any number that a rule has.
const MOST_DIGITS: usize = 9;

/// Most lists are no longer.
const COMMON_LIST: usize = 12;

/// What stands behind a key.
pub(super) enum Value<'t> {
    Text(Text<'t>),
    Number(u32),
    Flag(bool),
    /// A list as it is written: few are read.
    List(&'t str),
    /// A table within a line: nobody reads one.
    Table,
}

/// A string between its quotes.
pub(super) struct Text<'t> {
    written: &'t str,
    escapes: bool,
    /// Where it stands, quotes and all.
    span: std::ops::Range<usize>,
}

impl<'t> Value<'t> {
    pub(super) fn text(self) -> Option<Cow<'t, str>> {
        match self {
            Value::Text(text) => text.value(),
            _ => None,
        }
    }

    pub(super) fn spanned(self) -> Option<Spanned<Cow<'t, str>>> {
        match self {
            Value::Text(text) => Some(Spanned::new(text.span.clone(), text.value()?)),
            _ => None,
        }
    }

    pub(super) fn texts(self) -> Option<Vec<Cow<'t, str>>> {
        match self {
            Value::List(text) => {
                let mut texts = Vec::with_capacity(COMMON_LIST);
                let mut add = |item: Value<'t>| item.text().map(|item| texts.push(item));
                Reader::at_start(text).items(DEEPEST, &mut add)?;
                Some(texts)
            }
            _ => None,
        }
    }

    pub(super) fn number(self) -> Option<u32> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn flag(self) -> Option<bool> {
        match self {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

impl<'t> Text<'t> {
    fn value(&self) -> Option<Cow<'t, str>> {
        if !self.escapes {
            return Some(self.written.into());
        }
        let mut value = String::with_capacity(self.written.len());
        let mut parts = self.written.split('\\');
        value.push_str(parts.next()?);
        while let Some(part) = parts.next() {
            let mut chars = part.chars();
            match chars.next() {
                // A backslash of its own stands between two empty parts.
                None => {
                    value.push('\\');
                    value.push_str(parts.next()?);
                    continue;
                }
                Some(c) => value.push(escaped(c)?),
            }
            value.push_str(chars.as_str());
        }
        Some(value.into())
    }
}

/// What a letter after a backslash stands for, of the simple ones but the backslash itself.
fn escaped(c: char) -> Option<char> {
    Some(match c {
        '"' => '"',
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        _ => return None,
    })
}

/// A place in a file without odd characters.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The keys of the tables that are being read.
    keys: Vec<&'t str>,
}

impl<'t> Reader<'t> {
    /// None where the file has control characters, which TOML knows in few places.
    pub(super) fn new(text: &'t str) -> Option<Reader<'t>> {
        let odd = |byte: u8| (byte < 0x20) & (byte != b'\n') & (byte != b'\t') | (byte == 0x7f);
        let any = text.bytes().fold(false, |any, byte| any | odd(byte));
        (!any).then(|| Reader::at_start(text))
    }

    fn at_start(text: &'t str) -> Reader<'t> {
        let keys = Vec::new();
        Reader { text, at: 0, keys }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, sign: u8) -> Option<()> {
        let there = self.peek() == Some(sign);
        self.at += usize::from(there);
        there.then_some(())
    }

    fn eat_word(&mut self, word: &str) -> Option<()> {
        let there = self.rest().starts_with(word);
        self.at += if there { word.len() } else { 0 };
        there.then_some(())
    }

    fn take_while(&mut self, of: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| of(*byte)).count();
        self.at += length;
        &rest[..length]
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        let rest = self.rest().as_bytes();
        self.at += memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Passes over spaces, line ends and comments.
    pub(super) fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n') => self.at += 1,
                Some(b'#') => self.skip_comment(),
                _ => return,
            }
        }
    }

    pub(super) fn end_line(&mut self) -> Option<()> {
        self.skip_spaces();
        if self.peek() == Some(b'#') {
            self.skip_comment();
        }
        matches!(self.peek(), None | Some(b'\n')).then_some(())
    }

    pub(super) fn header(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let closes = if rest.starts_with("[[") { 2 } else { 1 };
        let header = rest.get(..memchr(b']', rest.as_bytes())? + closes)?;
        self.at += header.len();
        Some(header)
    }

    /// A bare key, and the sign after it.
    pub(super) fn key(&mut self) -> Option<&'t str> {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let key = self.take_while(bare);
        self.skip_spaces();
        self.eat(b'=')?;
        self.skip_spaces();
        (!key.is_empty()).then_some(key)
    }

    pub(super) fn value(&mut self, depth: usize) -> Option<Value<'t>> {
        match self.peek()? {
            b'"' | b'\'' => self.string().map(Value::Text),
            b'[' if depth < DEEPEST => self.list(depth + 1),
            b'{' if depth < DEEPEST => self.table(depth + 1),
            b't' => self.eat_word("true").map(|()| Value::Flag(true)),
            b'f' => self.eat_word("false").map(|()| Value::Flag(false)),
            _ => {
                let digits = self.take_while(|byte| byte.is_ascii_digit());
                let padded = digits.len() > 1 && digits.starts_with('0');
                if padded || digits.len() > MOST_DIGITS {
                    return None;
                }
                digits.parse().ok().map(Value::Number)
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value<'t>> {
        let rest = self.rest();
        let start = self.at;
        self.items(depth, &mut |_| Some(()))?;
        Some(Value::List(&rest[..self.at - start]))
    }

    /// Passes each item of a list on.
    fn items(&mut self, depth: usize, pass: &mut dyn FnMut(Value<'t>) -> Option<()>) -> Option<()> {
        self.eat(b'[')?;
        loop {
            self.skip_blank();
            if self.eat(b']').is_some() {
                return Some(());
            }
            pass(self.value(depth)?)?;
            self.skip_blank();
            if self.peek() != Some(b']') {
                self.eat(b',')?;
            }
        }
    }

    fn table(&mut self, depth: usize) -> Option<Value<'t>> {
        self.eat(b'{')?;
        let outer = self.keys.len();
        loop {
            self.skip_spaces();
            let key = self.key()?;
            if self.keys[outer..].contains(&key) {
                return None;
            }
            self.keys.push(key);
            self.value(depth)?;
            self.skip_spaces();
            if self.eat(b'}').is_some() {
                self.keys.truncate(outer);
                return Some(Value::Table);
            }
            self.eat(b',')?;
        }
    }

    fn string(&mut self) -> Option<Text<'t>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let quote = match bytes.get(start..)? {
            [b'"', b'"', b'"', ..] => "\"\"\"",
            [b'\'', b'\'', b'\'', ..] => "'''",
            [b'"', ..] => "\"",
            _ => "'",
        };
        let mut from = start + quote.len();
        let (end, escapes) = end_of_string(bytes.get(from..)?, quote)?;
        let end = from + end;
        let after = end + quote.len();
        if quote.len() == 3 {
            // Up to two quotes more would be part of the string.
            if bytes.get(after) == quote.as_bytes().first() {
                return None;
            }
            // The line break right after the opening quotes is not.
            from += usize::from(bytes.get(from) == Some(&b'\n'));
        }
        self.at = after;
        Some(Text {
            written: self.text.get(from..end)?,
            escapes,
            span: start..after,
        })
    }
}

/// Where the closing quotes of a string begin, and whether it has escapes.
fn end_of_string(string: &[u8], quote: &str) -> Option<(usize, bool)> {
    let quotes = quote.as_bytes();
    let mut escapes = false;
    let mut at = 0;
    if quotes == b"\"\"\"" {
        // A guide is full of quotes, and most have no escapes: then none of them matters.
        let end = memmem::find(string, quotes)?;
        if memchr(b'\\', &string[..end]).is_none() {
            return Some((end, false));
        }
    }
    loop {
        let left = string.get(at..)?;
        at += match quotes {
            b"'''" => memmem::find(left, quotes)?,
            b"\"\"\"" => memchr2(b'"', b'\\', left)?,
            b"'" => memchr2(b'\'', b'\n', left)?,
            _ => memchr3(b'"', b'\\', b'\n', left)?,
        };
        match string[at] {
            b'\\' if quotes[0] == b'"' => {
                let next = *string.get(at + 1)?;
                if next != b'\\' {
                    escaped(char::from(next))?;
                }
                escapes = true;
                at += 2;
            }
            b'\n' if quotes.len() == 1 => return None,
            _ if string[at..].starts_with(quotes) => return Some((at, escapes)),
            _ => at += 1,
        }
    }
}
