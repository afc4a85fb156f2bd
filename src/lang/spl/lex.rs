//! From the text of a search, macros in place, to tokens.
//!
//! SPL has two alphabets: most commands are words (`process_name`, `C:\\Windows\\*`,
//! `10.0.0.0/8`), while `where` takes expressions, in which `/` divides and `*` multiplies. Which
//! one is used is decided by the command after each pipe.

use std::ops::Range;

use super::error::Error;
use crate::lang::plan::Op;

/// A token and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    Pipe,
    Open,
    Close,
    Comma,
    Compare(Op),
    /// `==`: the same as `=` in an expression, nothing in a search.
    DoubleEqual,
    /// A bare word: a name, a value, a keyword.
    Word(&'t str),
    /// What stands between double quotes, escapes and all.
    Text(&'t str),
    /// What stands between single quotes in an expression: a field.
    Quoted(&'t str),
    /// A number in an expression.
    Number(&'t str),
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Dot,
}

pub(super) fn lex(text: &str) -> Result<Vec<Token<'_>>, Error> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        mode: Mode::Words,
    };
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(token) = lexer.next()? {
        let command = matches!(tokens.last(), Some(before) if before.kind == Kind::Pipe);
        match token.kind {
            Kind::Pipe => lexer.mode = Mode::Words,
            Kind::Word(word) if command && word.eq_ignore_ascii_case("where") => {
                lexer.mode = Mode::Expression;
            }
            _ => {}
        }
        tokens.push(token);
    }
    Ok(tokens)
}

#[derive(Clone, Copy)]
enum Mode {
    Words,
    Expression,
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    mode: Mode,
}

impl<'t> Lexer<'t> {
    fn next(&mut self) -> Result<Option<Token<'t>>, Error> {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        let start = self.at;
        let Some(first) = self.peek(0) else {
            return Ok(None);
        };
        let second = self.peek(1);
        let (length, kind) = match (first, second, self.mode) {
            (b'|', ..) => (1, Kind::Pipe),
            (b'(', ..) => (1, Kind::Open),
            (b')', ..) => (1, Kind::Close),
            (b',', ..) => (1, Kind::Comma),
            (b'=', Some(b'='), _) => (2, Kind::DoubleEqual),
            (b'=', ..) => (1, Kind::Compare(Op::Eq)),
            (b'!', Some(b'='), _) => (2, Kind::Compare(Op::Ne)),
            (b'<', Some(b'='), _) => (2, Kind::Compare(Op::Le)),
            (b'>', Some(b'='), _) => (2, Kind::Compare(Op::Ge)),
            (b'<', Some(b'>'), Mode::Expression) => (2, Kind::Compare(Op::Ne)),
            (b'<', ..) => (1, Kind::Compare(Op::Lt)),
            (b'>', ..) => (1, Kind::Compare(Op::Gt)),
            (b'"', ..) => return self.quoted(b'"', Kind::Text).map(Some),
            (b'[' | b']', ..) => {
                return Err(Error::not_supported("a subsearch", start..start + 1));
            }
            (_, _, Mode::Words) => return Ok(Some(self.word())),
            (b'\'', ..) => return self.quoted(b'\'', Kind::Quoted).map(Some),
            (b'+', ..) => (1, Kind::Plus),
            (b'-', ..) => (1, Kind::Minus),
            (b'*', ..) => (1, Kind::Star),
            (b'/', ..) => (1, Kind::Slash),
            (b'%', ..) => (1, Kind::Percent),
            (b'.', ..) => (1, Kind::Dot),
            (b'0'..=b'9', ..) => return Ok(Some(self.number())),
            (b'_' | b'a'..=b'z' | b'A'..=b'Z', ..) => return Ok(Some(self.identifier())),
            _ => {
                let c = self.text[start..].chars().next().unwrap_or_default();
                return Err(Error::wrong(
                    format!("unexpected {}", shown(c)),
                    start..start + c.len_utf8(),
                ));
            }
        };
        self.at += length;
        Ok(Some(self.token(start, kind)))
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn token(&self, start: usize, kind: Kind<'t>) -> Token<'t> {
        Token {
            kind,
            span: start..self.at,
        }
    }

    fn quoted(
        &mut self,
        quote: u8,
        kind: impl Fn(&'t str) -> Kind<'t>,
    ) -> Result<Token<'t>, Error> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                _ if byte == quote => {
                    let inner = &self.text[start + 1..self.at];
                    self.at += 1;
                    return Ok(self.token(start, kind(inner)));
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err(Error::wrong("a quote that is not closed", start..start + 1))
    }

    /// A word ends where a space or a sign with a meaning of its own stands, unless escaped.
    fn word(&mut self) -> Token<'t> {
        let start = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' if matches!(self.peek(1), Some(b'\\' | b'"' | b'|')) => self.at += 2,
                b'!' if self.peek(1) == Some(b'=') => break,
                b'|' | b'(' | b')' | b'[' | b']' | b',' | b'=' | b'<' | b'>' | b'"' => break,
                _ if byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
        }
        self.token(start, Kind::Word(&self.text[start..self.at]))
    }

    fn number(&mut self) -> Token<'t> {
        let start = self.at;
        self.digits();
        if self.peek(0) == Some(b'.') && self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.digits();
        }
        if matches!(self.peek(0), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek(1), Some(b'+' | b'-')));
            if self
                .peek(1 + sign)
                .is_some_and(|byte| byte.is_ascii_digit())
            {
                self.at += 1 + sign;
                self.digits();
            }
        }
        self.token(start, Kind::Number(&self.text[start..self.at]))
    }

    fn digits(&mut self) {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn identifier(&mut self) -> Token<'t> {
        let start = self.at;
        while self
            .peek(0)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            self.at += 1;
        }
        self.token(start, Kind::Word(&self.text[start..self.at]))
    }
}

/// A character for a message, control characters by their number.
fn shown(c: char) -> String {
    if c.is_control() {
        format!("character U+{:04X}", u32::from(c))
    } else {
        format!("\"{c}\"")
    }
}
