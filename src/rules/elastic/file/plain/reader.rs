//! The plain form's keys, values and headers, one by one; none of whatever is not plain.

use memchr::{memchr, memchr2, memchr3, memmem};
use toml::Spanned;

/// Arrays and tables in values nest to this depth at most.
const DEEPEST: usize = 4;
/// So many digits fit any number that a rule has.
const MOST_DIGITS: usize = 9;

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

impl Value<'_> {
    pub(super) fn text(self) -> Option<String> {
        Some(self.spanned()?.into_inner())
    }

    pub(super) fn spanned(self) -> Option<Spanned<String>> {
        match self {
            Value::Text(text) => Some(Spanned::new(text.span.clone(), text.value()?)),
            _ => None,
        }
    }

    pub(super) fn texts(self) -> Option<Vec<String>> {
        match self {
            Value::List(text) => {
                let mut texts = Vec::new();
                let mut add = |item: Value| item.text().map(|item| texts.push(item));
                Reader { text, at: 0 }.items(DEEPEST, &mut add)?;
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

impl Text<'_> {
    fn value(&self) -> Option<String> {
        if !self.escapes {
            return Some(self.written.to_owned());
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
        Some(value)
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
}

impl<'t> Reader<'t> {
    /// None where the file has control characters, which TOML knows in few places.
    pub(super) fn new(text: &'t str) -> Option<Reader<'t>> {
        let odd = |byte: u8| (byte < 0x20) & (byte != b'\n') & (byte != b'\t') | (byte == 0x7f);
        let any = text.bytes().fold(false, |any, byte| any | odd(byte));
        (!any).then_some(Reader { text, at: 0 })
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, part: &str) -> Option<()> {
        let there = self.rest().starts_with(part);
        self.at += if there { part.len() } else { 0 };
        there.then_some(())
    }

    fn take_while(&mut self, of: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.bytes().position(|byte| !of(byte));
        let taken = &rest[..end.unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn skip_spaces(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t'));
    }

    /// Passes over spaces, line ends and comments.
    pub(super) fn skip_blank(&mut self) {
        loop {
            self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
            if self.peek() != Some(b'#') {
                return;
            }
            self.take_while(|byte| byte != b'\n');
        }
    }

    pub(super) fn end_line(&mut self) -> Option<()> {
        self.skip_spaces();
        if self.peek() == Some(b'#') {
            self.take_while(|byte| byte != b'\n');
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
        self.eat("=")?;
        self.skip_spaces();
        (!key.is_empty()).then_some(key)
    }

    pub(super) fn value(&mut self, depth: usize) -> Option<Value<'t>> {
        match self.peek()? {
            b'"' | b'\'' => self.string().map(Value::Text),
            b'[' if depth < DEEPEST => self.list(depth + 1),
            b'{' if depth < DEEPEST => self.table(depth + 1),
            b't' => self.eat("true").map(|()| Value::Flag(true)),
            b'f' => self.eat("false").map(|()| Value::Flag(false)),
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
        self.eat("[")?;
        loop {
            self.skip_blank();
            if self.eat("]").is_some() {
                return Some(());
            }
            pass(self.value(depth)?)?;
            self.skip_blank();
            if self.peek() != Some(b']') {
                self.eat(",")?;
            }
        }
    }

    fn table(&mut self, depth: usize) -> Option<Value<'t>> {
        self.eat("{")?;
        let mut keys = Vec::new();
        loop {
            self.skip_spaces();
            let key = self.key()?;
            if keys.contains(&key) {
                return None;
            }
            keys.push(key);
            self.value(depth)?;
            self.skip_spaces();
            if self.eat("}").is_some() {
                return Some(Value::Table);
            }
            self.eat(",")?;
        }
    }

    fn string(&mut self) -> Option<Text<'t>> {
        let start = self.at;
        let rest = self.rest();
        let quotes = ["\"\"\"", "'''", "\"", "'"];
        let quote = quotes.into_iter().find(|quote| rest.starts_with(quote))?;
        let mut from = quote.len();
        let mut escapes = false;
        let bytes = rest.as_bytes();
        let mut at = from;
        if quote == "\"\"\"" {
            // A guide is full of quotes, and most have no escapes: then none of them matters.
            let inner = &bytes[from..];
            let end = memmem::find(inner, b"\"\"\"")?;
            if memchr(b'\\', &inner[..end]).is_none() {
                at += end;
            }
        }
        let end = loop {
            let left = bytes.get(at..)?;
            at += match quote {
                "'''" => memmem::find(left, b"'''")?,
                "\"\"\"" => memchr2(b'"', b'\\', left)?,
                "'" => memchr2(b'\'', b'\n', left)?,
                _ => memchr3(b'"', b'\\', b'\n', left)?,
            };
            match bytes[at] {
                b'\\' if quote.starts_with('"') => {
                    let next = *bytes.get(at + 1)?;
                    if next != b'\\' {
                        escaped(char::from(next))?;
                    }
                    escapes = true;
                    at += 2;
                }
                b'\n' => return None,
                _ if rest[at..].starts_with(quote) => break at,
                _ => at += 1,
            }
        };
        let after = end + quote.len();
        if quote.len() == 3 {
            // Up to two quotes more would be part of the string.
            if rest[after..].starts_with(&quote[..1]) {
                return None;
            }
            // The line break right after the opening quotes is not.
            from += usize::from(rest[from..].starts_with('\n'));
        }
        self.at += after;
        Some(Text {
            written: rest.get(from..end)?,
            escapes,
            span: start..start + after,
        })
    }
}
