//! Lucene's regular expressions, in the syntax that the automaton's compiler reads.
//!
//! Source: Lucene's `RegExp` with all operators on, as Elasticsearch documents under "Regular
//! expression syntax". There are no anchors: the whole text must match, `^` and `$` are letters.
//! `.` is any character, line breaks included. `@` is any text, `#` no text at all, `"..."` the
//! text in quotes. `\d`, `\s`, `\w` and their complements are ASCII. The operators `~`, `&` and
//! `<1-9>` have no counterpart here and are refused. Ignoring letter case concerns ASCII letters,
//! those in character classes included.

use std::fmt::Write;
use std::ops::Range;

use crate::lang::plan::Case;

/// Elasticsearch's `index.max_regex_length`, in characters.
pub(super) const MAX_LENGTH: usize = 1000;
/// How deep groups may nest.
const MAX_NESTING: usize = 50;
/// The most that `{n,m}` may repeat.
const MAX_REPEAT: u32 = 1000;

/// What is wrong with a regular expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    /// Which bytes of the expression.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// The expression for the automaton's compiler, anchored at both ends.
pub(super) fn translate(source: &str, case: Case) -> Result<String, RegexError> {
    let mut reader = Reader {
        source,
        at: 0,
        case,
        depth: 0,
        out: String::with_capacity(source.len() * 2 + 16),
    };
    if source.chars().count() > MAX_LENGTH {
        let message = format!("a regular expression has at most {MAX_LENGTH} characters");
        return Err(reader.wrong(0, &message));
    }
    reader.out.push_str(r"\A(?s:");
    reader.union()?;
    if reader.peek().is_some() {
        return Err(reader.wrong(reader.at, "this `)` closes nothing"));
    }
    reader.out.push_str(r")\z");
    Ok(reader.out)
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
    case: Case,
    depth: usize,
    out: String,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let eaten = self.peek() == Some(c);
        if eaten {
            self.at += c.len_utf8();
        }
        eaten
    }

    fn wrong(&self, from: usize, message: &str) -> RegexError {
        let end = self.source[from..]
            .chars()
            .next()
            .map_or(from, |c| from + c.len_utf8());
        RegexError {
            at: from..end.max(self.at),
            message: message.to_owned(),
        }
    }

    fn union(&mut self) -> Result<(), RegexError> {
        loop {
            while !matches!(self.peek(), None | Some('|' | ')')) {
                self.repeated()?;
            }
            if !self.eat('|') {
                return Ok(());
            }
            self.out.push('|');
        }
    }

    fn repeated(&mut self) -> Result<(), RegexError> {
        let start = self.out.len();
        self.single()?;
        loop {
            let operator = match self.peek() {
                Some(c @ ('*' | '+' | '?')) => {
                    self.at += 1;
                    c.to_string()
                }
                Some('{') => self.counted()?,
                _ => return Ok(()),
            };
            // Lucene repeats what was repeated; the compiler would read `a+?` as a lazy `a+`.
            self.out.insert_str(start, "(?:");
            self.out.push(')');
            self.out.push_str(&operator);
        }
    }

    fn counted(&mut self) -> Result<String, RegexError> {
        let from = self.at;
        self.at += 1;
        let least = self.number();
        let most = if self.eat(',') { self.number() } else { least };
        let open = self.source[..self.at].ends_with(',');
        let Some(least) = least.filter(|_| self.eat('}')) else {
            return Err(self.wrong(from, "a repetition is written {2}, {2,} or {2,4}"));
        };
        match most {
            None if open && least <= MAX_REPEAT => Ok(format!("{{{least},}}")),
            Some(most) if most < least => {
                Err(self.wrong(from, "the repetition's end is below its start"))
            }
            Some(most) if most <= MAX_REPEAT => Ok(format!("{{{least},{most}}}")),
            _ => Err(self.wrong(from, "a repetition goes up to 1000")),
        }
    }

    fn number(&mut self) -> Option<u32> {
        let digits: String = self.source[self.at..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        self.at += digits.len();
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX))
    }

    fn single(&mut self) -> Result<(), RegexError> {
        let from = self.at;
        match self.next() {
            Some('.') => self.out.push('.'),
            Some('@') => self.out.push_str("(?:.*)"),
            Some('#') => self.out.push_str(r"[^\x00-\x{10FFFF}]"),
            Some('(') => self.group(from)?,
            Some('[') => self.class(from)?,
            Some('"') => {
                let Some(length) = self.source[self.at..].find('"') else {
                    return Err(self.wrong(from, "this `\"` is never closed"));
                };
                self.out.push_str("(?:");
                for c in self.source[self.at..self.at + length].chars() {
                    self.letter(c);
                }
                self.out.push(')');
                self.at += length + 1;
            }
            Some(c @ ('~' | '&' | '<')) => {
                let what = format!("the operator `{c}` of regular expressions is not supported");
                return Err(self.wrong(from, &what));
            }
            Some(c @ ('*' | '+' | '?' | '{')) => {
                let what = format!("there is nothing for `{c}` to repeat");
                return Err(self.wrong(from, &what));
            }
            Some('\\') => match self.next() {
                Some(c) if shorthand(c).is_some() => {
                    self.out.push_str(shorthand(c).unwrap_or_default());
                }
                Some(c) => self.letter(c),
                None => return Err(self.wrong(from, "a backslash escapes what follows it")),
            },
            Some(c) => self.letter(c),
            None => {}
        }
        Ok(())
    }

    fn group(&mut self, from: usize) -> Result<(), RegexError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.wrong(from, "groups are nested too deep"));
        }
        self.out.push_str("(?:");
        self.union()?;
        if !self.eat(')') {
            self.at = from;
            return Err(self.wrong(from, "this `(` is never closed"));
        }
        self.out.push(')');
        self.depth -= 1;
        Ok(())
    }

    fn class(&mut self, from: usize) -> Result<(), RegexError> {
        self.out.push('[');
        if self.eat('^') {
            self.out.push('^');
        }
        let empty = self.out.len();
        while self.peek() != Some(']') {
            let start = self.at;
            let (Some(first), escaped) = self.class_letter() else {
                self.at = from;
                return Err(self.wrong(from, "this `[` is never closed"));
            };
            if let Some(shorthand) = shorthand(first).filter(|_| escaped) {
                self.out.push_str(shorthand);
                continue;
            }
            let mut last = first;
            let range = self.peek() == Some('-') && !self.source[self.at..].starts_with("-]");
            if range {
                self.at += 1;
                last = self.class_letter().0.unwrap_or(first);
                if last < first {
                    return Err(self.wrong(start, "the range's end is before its start"));
                }
            }
            self.range(first, last);
        }
        self.at += 1;
        if self.out.len() == empty {
            return Err(self.wrong(from, "the character class is empty"));
        }
        self.out.push(']');
        Ok(())
    }

    fn class_letter(&mut self) -> (Option<char>, bool) {
        if self.eat('\\') {
            (self.next(), true)
        } else {
            (self.next(), false)
        }
    }

    fn range(&mut self, first: char, last: char) {
        let _ = write!(
            self.out,
            r"\x{{{:X}}}-\x{{{:X}}}",
            first as u32, last as u32
        );
        if self.case == Case::Sensitive {
            return;
        }
        for (letters, other) in [('A'..='Z', 'a'), ('a'..='z', 'A')] {
            let (low, high) = (first.max(*letters.start()), last.min(*letters.end()));
            if low <= high {
                let shift = |c: char| u32::from(c) - u32::from(*letters.start()) + other as u32;
                let _ = write!(self.out, r"\x{{{:X}}}-\x{{{:X}}}", shift(low), shift(high));
            }
        }
    }

    fn letter(&mut self, c: char) {
        if self.case == Case::Insensitive && c.is_ascii_alphabetic() {
            let _ = write!(
                self.out,
                "[{}{}]",
                c.to_ascii_lowercase(),
                c.to_ascii_uppercase()
            );
        } else if c.is_ascii_alphanumeric() {
            self.out.push(c);
        } else {
            let _ = write!(self.out, r"\x{{{:X}}}", c as u32);
        }
    }
}

fn shorthand(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => r"[ \n\r\t]",
        'S' => r"[^ \n\r\t]",
        'w' => "[0-9A-Z_a-z]",
        'W' => "[^0-9A-Z_a-z]",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::RegexPattern;
    use super::*;

    fn matches(regex: &str, text: &str) -> bool {
        RegexPattern::new(regex, Case::Sensitive)
            .unwrap()
            .matches(text)
    }

    fn ignoring_case(regex: &str, text: &str) -> bool {
        RegexPattern::new(regex, Case::Insensitive)
            .unwrap()
            .matches(text)
    }

    #[test]
    fn reads_what_lucene_reads() {
        assert!(matches("a.*c", "a\nc"));
        assert!(!matches("b", "abc"), "the whole text must match");
        assert!(matches("^a$", "^a$"), "anchors are letters");
        assert!(matches(
            ".*?net1[ ]+localgroup.*?",
            "cmd /c net1  localgroup x"
        ));
        assert!(
            matches("a+?", ""),
            "a question mark after + makes it optional"
        );
        assert!(matches("(ab|c){2}", "abc"));
        assert!(matches("a{2,}", "aaa"));
        assert!(!matches("a{2,3}", "aaaa"));
        assert!(matches("@x", "anything\nx"));
        assert!(!matches("#", ""));
        assert!(matches("\"a.b\"c", "a.bc"));
        assert!(matches(r"\w+\s\d", "ab 1"));
        assert!(matches(r"[^\d]", "x"));
        assert!(matches(r"[a\-z]", "-"));
        assert!(matches(r"[a-]", "-"));
        assert!(matches("[[&&a]", "&"), "a class knows no operators");
        assert!(matches(".*[ʰ-˿ᴬ-ᶻ]+.*", "cmd ʰ"));
        assert!(matches("", ""));
        assert!(matches("a|", ""));
    }

    #[test]
    fn letter_case_is_ascii() {
        assert!(ignoring_case(
            r"C:\\Program Files( \(x86\))?\\.*",
            r"c:\PROGRAM files (X86)\a"
        ));
        assert!(ignoring_case("[a-f]+", "AbF"));
        assert!(!ignoring_case("[a-f]+", "G"));
        assert!(ignoring_case("[^a-z]", "1"));
        assert!(!ignoring_case("[^a-z]", "Q"));
        assert!(!ignoring_case("ä", "Ä"));
    }

    #[test]
    fn refuses_with_a_place() {
        for (regex, at, message) in [
            ("a(b", 1..2, "this `(` is never closed"),
            ("a)", 1..2, "this `)` closes nothing"),
            ("[a", 0..1, "this `[` is never closed"),
            ("[]", 0..2, "the character class is empty"),
            ("*a", 0..1, "there is nothing for `*` to repeat"),
            (
                "~a",
                0..1,
                "the operator `~` of regular expressions is not supported",
            ),
            ("a{3,2}", 1..6, "the repetition's end is below its start"),
            ("a{x}", 1..2, "a repetition is written {2}, {2,} or {2,4}"),
            ("[z-a]", 1..4, "the range's end is before its start"),
            ("a\\", 1..2, "a backslash escapes what follows it"),
            ("\"a", 0..1, "this `\"` is never closed"),
        ] {
            let error = RegexPattern::new(regex, Case::Sensitive).unwrap_err();
            assert_eq!((error.at, error.message.as_str()), (at, message), "{regex}");
        }
        let huge = "((.{1000}){1000}){1000}";
        let error = RegexPattern::new(huge, Case::Sensitive).unwrap_err();
        assert_eq!(error.message, "the regular expression is too large");
    }

    proptest! {
        #[test]
        fn never_panics(regex in r#"[ab\[\](){}*+?.|^\\"\-,0-9~&<#@ä]{0,20}"#, text in "[ab]{0,10}") {
            for case in [Case::Sensitive, Case::Insensitive] {
                match RegexPattern::new(&regex, case) {
                    Ok(compiled) => { compiled.matches(&text); }
                    Err(error) => prop_assert!(regex.get(error.at.clone()).is_some(), "{:?}", error),
                }
            }
        }
    }
}
