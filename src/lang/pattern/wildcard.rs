//! Wildcards: from `*\Temp\?.exe` to runs of text between wildcards.
//!
//! `*` and `?` cannot be escaped in EQL; a backslash is a backslash. A text between two `*` is
//! looked for once, leftmost, and never moved again, so a match costs at most the text's length
//! times the pattern's.

use std::fmt;
use std::sync::Arc;

use memchr::{memchr, memchr2, memmem};

use crate::lang::plan::Case;

/// A text with wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Runs of text between wildcards; never two texts or two `Any` side by side. Shared, because
    /// conditions are copied for each kind of event.
    pub pieces: Arc<[Piece]>,
}

/// A part of a [`Pattern`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// This text.
    Text(String),
    /// `*`: any run of characters, none and line breaks included.
    Any,
    /// `?`: any one character.
    One,
}

impl Pattern {
    /// Exactly this text.
    pub fn literal(text: &str) -> Pattern {
        let pieces = match text {
            "" => Arc::default(),
            text => Arc::from([Piece::Text(text.to_owned())]),
        };
        Pattern { pieces }
    }

    /// A text whose `*` and `?` are wildcards.
    ///
    /// ```
    /// use evql::lang::{pattern::Pattern, plan::Case};
    /// let pattern = Pattern::wildcard(r"?:\Windows\*.exe");
    /// assert!(pattern.matches(r"C:\windows\System32\CMD.EXE", Case::Insensitive));
    /// assert!(!pattern.matches(r"C:\windows\System32\CMD.EXE", Case::Sensitive));
    /// ```
    pub fn wildcard(text: &str) -> Pattern {
        let bytes = text.as_bytes();
        let mut rest = 0;
        let pieces = std::iter::from_fn(|| {
            let from = rest;
            let wild = |byte: &u8| matches!(byte, b'*' | b'?');
            rest += match bytes.get(from)? {
                b'*' | b'?' => 1,
                _ => bytes[from..]
                    .iter()
                    .position(wild)
                    .unwrap_or(bytes.len() - from),
            };
            Some(match bytes[from] {
                b'*' => Piece::Any,
                b'?' => Piece::One,
                _ => Piece::Text(text[from..rest].to_owned()),
            })
        });
        Pattern::of(pieces)
    }

    /// These pieces, with texts side by side made one, `Any` beside `Any` made one and empty
    /// texts left out.
    pub fn of(pieces: impl IntoIterator<Item = Piece>) -> Pattern {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (_, Piece::Text(text)) if text.is_empty() => {}
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (Some(Piece::Any), Piece::Any) => {}
                (_, piece) => joined.push(piece),
            }
        }
        Pattern {
            pieces: joined.into(),
        }
    }

    /// The text, if there is no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match &*self.pieces {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str, case: Case) -> bool {
        let pieces = &*self.pieces;
        let Some(first_any) = pieces.iter().position(is_any) else {
            return prefix(pieces, text, case) == Some(text.len());
        };
        let last_any = pieces.iter().rposition(is_any).unwrap_or(first_any);
        let Some(start) = prefix(&pieces[..first_any], text, case) else {
            return false;
        };
        let Some(end) = suffix(&pieces[last_any + 1..], &text[start..], case) else {
            return false;
        };
        let mut middle = &text[start..start + end];
        for run in pieces[first_any..last_any].split(is_any) {
            match find(run, middle, case) {
                Some(after) => middle = &middle[after..],
                None => return false,
            }
        }
        true
    }
}

/// As it was written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Any => f.write_str("*"),
            Piece::One => f.write_str("?"),
        })
    }
}

fn is_any(piece: &Piece) -> bool {
    *piece == Piece::Any
}

fn starts(text: &str, with: &str, case: Case) -> bool {
    let (text, with) = (text.as_bytes(), with.as_bytes());
    text.len() >= with.len() && same(&text[..with.len()], with, case)
}

fn same(left: &[u8], right: &[u8], case: Case) -> bool {
    match case {
        Case::Sensitive => left == right,
        Case::Insensitive => left.eq_ignore_ascii_case(right),
    }
}

/// Where the pieces (no `Any` among them) end when they start at the text's start.
fn prefix(pieces: &[Piece], text: &str, case: Case) -> Option<usize> {
    let mut at = 0;
    for piece in pieces {
        at += match piece {
            Piece::Text(with) if starts(&text[at..], with, case) => with.len(),
            Piece::One => text[at..].chars().next()?.len_utf8(),
            _ => return None,
        };
    }
    Some(at)
}

/// Where the pieces start when they end at the text's end.
fn suffix(pieces: &[Piece], text: &str, case: Case) -> Option<usize> {
    let mut at = text.len();
    for piece in pieces.iter().rev() {
        at -= match piece {
            Piece::Text(with)
                if at >= with.len()
                    && same(&text.as_bytes()[at - with.len()..at], with.as_bytes(), case) =>
            {
                with.len()
            }
            Piece::One => text[..at].chars().next_back()?.len_utf8(),
            _ => return None,
        };
    }
    Some(at)
}

/// Where the leftmost place at which the pieces stand in the text ends.
fn find(pieces: &[Piece], text: &str, case: Case) -> Option<usize> {
    match pieces {
        [] => Some(0),
        [Piece::Text(needle), rest @ ..] => {
            let mut from = 0;
            loop {
                let after = from + find_text(needle, &text[from..], case)? + needle.len();
                if let Some(more) = prefix(rest, &text[after..], case) {
                    return Some(after + more);
                }
                let start = after - needle.len();
                from = start + text[start..].chars().next()?.len_utf8();
            }
        }
        _ => text
            .char_indices()
            .find_map(|(at, _)| Some(at + prefix(pieces, &text[at..], case)?)),
    }
}

/// Where `needle` first stands in `text`, in bytes; ASCII letters folded as `case` says.
pub fn find_text(needle: &str, text: &str, case: Case) -> Option<usize> {
    let (needle, text) = (needle.as_bytes(), text.as_bytes());
    let Some(&first) = needle.first() else {
        return Some(0);
    };
    if case == Case::Sensitive {
        return memmem::find(text, needle);
    }
    let last_start = text.len().checked_sub(needle.len())?;
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let mut from = 0;
    loop {
        let window = text.get(from..=last_start)?;
        let at = from
            + if lower == upper {
                memchr(first, window)?
            } else {
                memchr2(lower, upper, window)?
            };
        if text[at..at + needle.len()].eq_ignore_ascii_case(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Where `needle` last stands in `text`, in bytes.
pub fn find_last_text(needle: &str, text: &str, case: Case) -> Option<usize> {
    let (needle, text) = (needle.as_bytes(), text.as_bytes());
    (0..=text.len().checked_sub(needle.len())?)
        .rev()
        .find(|at| same(&text[*at..*at + needle.len()], needle, case))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(pattern: &str, text: &str) -> bool {
        Pattern::wildcard(pattern).matches(text, Case::Insensitive)
    }

    #[test]
    fn stars_and_question_marks() {
        assert!(like(r"C:\Program Files\*.exe", r"c:\program files\a\B.EXE"));
        assert!(like("*", ""));
        assert!(like("", ""));
        assert!(!like("", "a"));
        assert!(!like("?", ""));
        assert!(like("?", "ä"));
        assert!(like("a*b", "a\r\nb"));
        assert!(!like("a*a", "a"));
        assert!(like("*ab*ab*", "xabab"));
        assert!(!like("*ab*ab*", "xabxa"));
        assert!(like("*a?c*", "abaabcx"));
        assert!(like("*??", "añ"));
        assert!(!like("Ä", "ä"), "only ASCII letters fold");
        assert!(like("a**b", "ab"));
        assert!(like(r"\*", r"\anything"), "a backslash escapes nothing");
    }

    #[test]
    fn pieces_are_joined() {
        assert_eq!(*Pattern::wildcard("**").pieces, [Piece::Any]);
        assert_eq!(*Pattern::literal("").pieces, []);
        assert_eq!(Pattern::wildcard("a").as_literal(), Some("a"));
        assert_eq!(Pattern::wildcard("a?").as_literal(), None);
    }

    #[test]
    fn the_cost_is_bounded() {
        let pattern = format!("{}b", "*a".repeat(500));
        let text = "a".repeat(100_000);
        assert!(!like(&pattern, &text));
    }

    /// The definition, exponential.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                naive(rest, text) || (!text.is_empty() && naive(pattern, &text[1..]))
            }
            (['?', rest @ ..], [_, after @ ..]) => naive(rest, after),
            ([c, rest @ ..], [t, after @ ..]) => c.eq_ignore_ascii_case(t) && naive(rest, after),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn as_defined(pattern in "[aAbé*?]{0,8}", text in "[aAbé]{0,10}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(like(&pattern, &text), naive(&p, &t));
        }
    }
}
