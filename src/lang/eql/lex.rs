//! From a query's text to its tokens, which are parts of it wherever they are written as they are
//! meant: most rules are lists of texts.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::ast::Span;
use crate::diag::Diagnostic;

/// One word, number, text or sign.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'t> {
    /// An identifier or a keyword: keywords are told apart where they are looked for.
    Word(&'t str),
    /// A word with a tilde: `like~`, `startsWith~`. Without the tilde.
    Tilde(&'t str),
    /// A name in backticks.
    Quoted(String),
    Str(Cow<'t, str>),
    Int(i64),
    Float(f64),
    /// Any other sign, as it is written.
    Sign(&'static str),
    End,
}

/// The sign that a text begins with, the longest of several.
fn sign(text: &[u8]) -> Option<&'static str> {
    Some(match text {
        [b'!', b'[', ..] => "![",
        [b'=', b'=', ..] => "==",
        [b'!', b'=', ..] => "!=",
        [b'<', b'=', ..] => "<=",
        [b'>', b'=', ..] => ">=",
        [b'<', ..] => "<",
        [b'>', ..] => ">",
        [b'=', ..] => "=",
        [b'(', ..] => "(",
        [b')', ..] => ")",
        [b'[', ..] => "[",
        [b']', ..] => "]",
        [b',', ..] => ",",
        [b'.', ..] => ".",
        [b':', ..] => ":",
        [b'+', ..] => "+",
        [b'-', ..] => "-",
        [b'*', ..] => "*",
        [b'/', ..] => "/",
        [b'%', ..] => "%",
        [b'|', ..] => "|",
        [b'?', ..] => "?",
        _ => return None,
    })
}

/// The longest query, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// Most queries have no token in fewer bytes, blanks around it counted.
const COMMON_TOKEN: usize = 6;

/// The tokens of a text with their places; the last one is [`Token::End`].
pub fn tokens(text: &str) -> Result<Vec<(Token<'_>, Span)>, Diagnostic> {
    if text.len() > MAX_LENGTH {
        return Err(Diagnostic::new("the query is longer than 1 MiB", 0..1));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len() / COMMON_TOKEN);
    loop {
        lexer.skip_blanks()?;
        let start = lexer.at;
        let token = lexer.token()?;
        let end = matches!(token, Token::End);
        tokens.push((token, start..lexer.at));
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) -> Result<(), Diagnostic> {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
                [b'/', b'/', ..] => memchr(b'\n', rest).unwrap_or(rest.len()),
                [b'/', b'*', comment @ ..] => match memmem::find(comment, b"*/") {
                    Some(end) => end + 4,
                    None => return Err(self.wrong(2, "this comment is never closed")),
                },
                _ => return Ok(()),
            };
        }
    }

    fn wrong(&self, length: usize, message: &str) -> Diagnostic {
        Diagnostic::new(message, self.at..self.at + length)
    }

    fn token(&mut self) -> Result<Token<'t>, Diagnostic> {
        let bytes = &self.text.as_bytes()[self.at..];
        let Some(first) = bytes.first() else {
            return Ok(Token::End);
        };
        match first {
            b'"' if bytes.starts_with(b"\"\"\"") => self.raw_string(),
            b'"' => self.string(),
            b'`' => self.quoted(),
            b'\'' => Err(self
                .wrong(1, "texts stand in double quotes")
                .hint("write \"...\" instead of '...'")),
            b'?' if matches!(bytes.get(1), Some(b'"' | b'\'')) => Err(self
                .wrong(
                    2,
                    "this way of writing an unescaped text is no longer supported",
                )
                .hint("write \"\"\"...\"\"\"")),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'@' => Ok(self.word()),
            b'0'..=b'9' => self.number(),
            b'.' if bytes.get(1).is_some_and(u8::is_ascii_digit) => self.number(),
            _ => match sign(bytes) {
                Some(sign) => {
                    self.at += sign.len();
                    Ok(Token::Sign(sign))
                }
                None => {
                    let first = self.rest().chars().next().unwrap_or_default();
                    let shown = first.escape_debug();
                    let wrong = self.wrong(first.len_utf8(), &format!("unexpected `{shown}`"));
                    Err(match first {
                        '!' => wrong.hint("negate with `not`"),
                        '&' => wrong.hint("join conditions with `and`"),
                        _ => wrong,
                    })
                }
            },
        }
    }

    fn word(&mut self) -> Token<'t> {
        let bytes = &self.text.as_bytes()[self.at..];
        let of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@');
        let length = bytes.iter().take_while(of_word).count();
        let word = &self.text[self.at..self.at + length];
        self.at += length;
        if bytes.get(length) == Some(&b'~') {
            self.at += 1;
            return Token::Tilde(word);
        }
        Token::Word(word)
    }

    fn quoted(&mut self) -> Result<Token<'t>, Diagnostic> {
        let mut name = String::new();
        let mut rest = &self.rest()[1..];
        loop {
            let Some(end) = rest.find('`') else {
                return Err(self.wrong(1, "this name in backticks is never closed"));
            };
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('`') {
                Some(after) => {
                    name.push('`');
                    rest = after;
                }
                None => break,
            }
        }
        if name.is_empty() {
            return Err(self.wrong(2, "a name in backticks is not empty"));
        }
        self.at = self.text.len() - rest.len();
        Ok(Token::Quoted(name))
    }

    fn number(&mut self) -> Result<Token<'t>, Diagnostic> {
        let rest = self.rest();
        let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
        let mut length = digits(0);
        let mut whole = true;
        if rest[length..].starts_with('.') {
            whole = false;
            length += 1;
            length += digits(length);
        }
        if rest[length..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
            let exponent = digits(length + 1 + sign);
            if exponent > 0 {
                whole = false;
                length += 1 + sign + exponent;
            }
        }
        let digits = &rest[..length];
        let token = match digits.parse().ok().filter(|_| whole) {
            Some(number) => Token::Int(number),
            // A whole number past 64 bits is read as a fraction.
            None => match digits
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
            {
                Some(number) => Token::Float(number),
                None => return Err(self.wrong(length, "this number is too large")),
            },
        };
        self.at += length;
        Ok(token)
    }

    fn raw_string(&mut self) -> Result<Token<'t>, Diagnostic> {
        let inner = &self.rest()[3..];
        let line = &inner[..inner.find(['\r', '\n']).unwrap_or(inner.len())];
        let Some(end) = line.find("\"\"\"") else {
            return Err(self
                .wrong(3, "this text is never closed")
                .hint("a text in triple quotes ends with triple quotes on the same line"));
        };
        // Quotes at the text's own end stand before the closing three.
        let more = line[end + 3..]
            .bytes()
            .take_while(|byte| *byte == b'"')
            .count()
            .min(2);
        self.at += 3 + end + more + 3;
        Ok(Token::Str(line[..end + more].into()))
    }

    fn string(&mut self) -> Result<Token<'t>, Diagnostic> {
        let start = self.at;
        self.at += 1;
        // What has no escapes is one run.
        let mut text = Cow::Borrowed(self.run());
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Token::Str(text));
                }
                Some(b'\\') => {
                    if let Cow::Borrowed(run) = text {
                        let rest = self.rest().find('"').unwrap_or_default();
                        let mut owned = String::with_capacity(run.len() + rest);
                        owned.push_str(run);
                        text = owned.into();
                    }
                    let text = text.to_mut();
                    text.push(self.escape()?);
                    text.push_str(self.run());
                }
                _ => {
                    self.at = start;
                    return Err(self
                        .wrong(1, "this text is never closed")
                        .hint("a text ends with a double quote on the same line"));
                }
            }
        }
    }

    /// Passes over what stands in a text as it is meant.
    fn run(&mut self) -> &'t str {
        let rest = self.rest();
        let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n');
        let run = &rest[..rest.bytes().take_while(plain).count()];
        self.at += run.len();
        run
    }

    fn escape(&mut self) -> Result<char, Diagnostic> {
        let after = &self.rest()[1..];
        let plain = match after.chars().next() {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some(c @ ('"' | '\'' | '\\')) => c,
            Some('u') => return self.unicode(&after[1..]),
            other => {
                let length = 1 + other.map_or(0, char::len_utf8);
                return Err(self
                    .wrong(length, "unknown escape in a text")
                    .hint("a backslash is written `\\\\`; `\"\"\"...\"\"\"` knows no escapes"));
            }
        };
        self.at += 2;
        Ok(plain)
    }

    /// `\u{1F600}`: two to eight hexadecimal digits.
    fn unicode(&mut self, after: &str) -> Result<char, Diagnostic> {
        let digits = after.strip_prefix('{').and_then(|rest| {
            let digits = &rest[..rest.find('}')?];
            let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            (hex && (2..=8).contains(&digits.len())).then_some(digits)
        });
        let Some(digits) = digits else {
            return Err(self
                .wrong(2, "a character by its number is written `\\u{200f}`")
                .hint("two to eight hexadecimal digits in braces"));
        };
        let length = digits.len() + 4;
        let found = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        let Some(c) = found else {
            return Err(self.wrong(length, "there is no character of this number"));
        };
        self.at += length;
        Ok(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Token<'_>> {
        tokens(text)
            .unwrap()
            .into_iter()
            .map(|(token, _)| token)
            .filter(|token| *token != Token::End)
            .collect()
    }

    fn one_string(text: &str) -> String {
        match kinds(text).as_slice() {
            [Token::Str(text)] => text.to_string(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn texts() {
        assert_eq!(
            one_string(r#""a\\b\"c\'d\t\n\r\b\f""#),
            "a\\b\"c'd\t\n\r\u{8}\u{c}"
        );
        assert_eq!(one_string(r#""\u{1f600}\u{0000200f}""#), "😀\u{200f}");
        assert_eq!(one_string(r#""""C:\a"b""""#), r#"C:\a"b"#);
        assert_eq!(one_string("\"\"\"\"\"\""), "");
        assert_eq!(one_string("\"\"\"\"\"a\"\"\"\"\""), "\"\"a\"\"");
        assert_eq!(one_string("\"'\""), "'");
        assert_eq!(one_string(r#""""#), "");
        for written in [r#""C:/a""#, r#""""C:\a""""#] {
            let found = kinds(written);
            let borrowed = matches!(found[..], [Token::Str(Cow::Borrowed(_))]);
            assert!(borrowed, "{written}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(kinds("30s"), [Token::Int(30), Token::Word("s")]);
        assert_eq!(
            kinds("1.5 .5 2. 1e3"),
            [1.5, 0.5, 2.0, 1000.0].map(Token::Float)
        );
        assert_eq!(kinds("9223372036854775807"), [Token::Int(i64::MAX)]);
        assert_eq!(
            kinds("9223372036854775808"),
            [Token::Float(9_223_372_036_854_775_808.0)]
        );
        assert_eq!(kinds("2e"), [Token::Int(2), Token::Word("e")]);
        assert!(tokens("1e999").is_err());
    }

    #[test]
    fn words_signs_and_comments() {
        let text = "a.`b``c` /* x */ in~ // y\n @timestamp![";
        let expected = [
            Token::Word("a"),
            Token::Sign("."),
            Token::Quoted("b`c".into()),
            Token::Tilde("in"),
            Token::Word("@timestamp"),
            Token::Sign("!["),
        ];
        assert_eq!(kinds(text), expected);
        assert_eq!(tokens("a  b").unwrap()[1].1, 3..4);
    }
}
