//! Patterns that a text can match: wildcards and regular expressions.
//!
//! A rule's pattern is read once, when the rule is loaded, and then tried on every event, so that
//! its cost has a bound whatever the pattern and the text: a wildcard pattern never backtracks
//! past its last `*`, a regular expression runs as an automaton.

mod lucene;
mod regex;
mod wildcard;

pub use lucene::RegexError;
pub use regex::RegexPattern;
pub use wildcard::{Pattern, Piece, find_last_text, find_text};
