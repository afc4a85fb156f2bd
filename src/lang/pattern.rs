//! Patterns that a text can match: wildcards and regular expressions, both in linear time.

use super::plan::Case;

/// A text with wildcards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Runs of text between wildcards; never two texts or two `Any` side by side.
    pub pieces: Vec<Piece>,
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
        Pattern {
            pieces: vec![Piece::Text(text.to_owned())],
        }
    }

    /// The text, if there is no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str, case: Case) -> bool {
        let _ = (text, case);
        todo!()
    }
}

/// A regular expression that a whole text must match, as Lucene reads it.
#[derive(Clone, Debug)]
pub struct RegexPattern {
    /// As the rule writes it.
    pub source: String,
    /// Letter case.
    pub case: Case,
}

impl PartialEq for RegexPattern {
    fn eq(&self, other: &RegexPattern) -> bool {
        (&self.source, self.case) == (&other.source, other.case)
    }
}
