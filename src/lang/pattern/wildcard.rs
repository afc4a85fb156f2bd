//! Wildcards: from `*\Temp\?.exe` to runs of text between wildcards.
//!
//! `*` and `?` cannot be escaped in EQL; a backslash is a backslash. A text between two `*` is
//! looked for once, leftmost, and never moved again, so a match costs at most the text's length
//! times the pattern's.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use memchr::{memchr, memchr2, memmem};

use crate::lang::plan::Case;

/// A text with wildcards. Shared, because conditions are copied for each kind of event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Exactly this text: most patterns are.
    Literal(Arc<str>),
    /// Runs of text between wildcards, of which there is one at least; never two texts or two
    /// `Any` side by side.
    Wild(Arc<[Piece]>),
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
        Pattern::Literal(text.into())
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
        if find_wild(text).is_none() {
            return Pattern::literal(text);
        }
        // Counted first, pieces are made where they stay.
        let count = runs(text).count();
        let mut runs = runs(text);
        let piece = |_| match runs.next() {
            Some("*") | None => Piece::Any,
            Some("?") => Piece::One,
            Some(run) => Piece::Text(run.to_owned()),
        };
        Pattern::Wild((0..count).map(piece).collect())
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
        match joined.as_slice() {
            [] => Pattern::literal(""),
            [Piece::Text(text)] => Pattern::literal(text),
            _ => Pattern::Wild(joined.into()),
        }
    }

    /// The text, if there is no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match self {
            Pattern::Literal(text) => Some(text),
            Pattern::Wild(_) => None,
        }
    }

    /// Its texts and wildcards; none of an empty text.
    pub fn pieces(&self) -> Cow<'_, [Piece]> {
        match self {
            Pattern::Literal(text) if text.is_empty() => Cow::Borrowed(&[]),
            Pattern::Literal(text) => vec![Piece::Text(text.to_string())].into(),
            Pattern::Wild(pieces) => pieces.as_ref().into(),
        }
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str, case: Case) -> bool {
        let pieces = match self {
            Pattern::Literal(literal) => return same(text.as_bytes(), literal.as_bytes(), case),
            Pattern::Wild(pieces) => &**pieces,
        };
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
        let pieces = match self {
            Pattern::Literal(text) => return f.write_str(text),
            Pattern::Wild(pieces) => pieces,
        };
        pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Any => f.write_str("*"),
            Piece::One => f.write_str("?"),
        })
    }
}

fn find_wild(text: &str) -> Option<usize> {
    memchr2(b'*', b'?', text.as_bytes())
}

/// The parts of a text with wildcards, each wildcard one of its own; several `*` in a row are one.
fn runs(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (run, rest) = match text.as_bytes().first()? {
            b'*' => ("*", text.trim_start_matches('*')),
            b'?' => text.split_at(1),
            _ => text.split_at(find_wild(text).unwrap_or(text.len())),
        };
        text = rest;
        Some(run)
    })
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
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(*Pattern::wildcard("**").pieces(), [Piece::Any]);
        assert_eq!(*Pattern::literal("").pieces(), []);
        assert_eq!(*Pattern::literal("a*").pieces(), [text("a*")]);
        assert_eq!(Pattern::of([]), Pattern::wildcard(""));
        assert_eq!(
            Pattern::of(["a", "", "b"].map(text)),
            Pattern::wildcard("ab")
        );
        let pieces = [Piece::Any, Piece::Any, Piece::One, text("é")];
        assert_eq!(Pattern::of(pieces), Pattern::wildcard("***?é"));
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
