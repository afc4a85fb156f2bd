//! A compiled regular expression.

use regex_automata::meta;

use super::lucene::{self, RegexError};
use crate::lang::plan::Case;

/// The most memory that one regular expression's automaton may take, in bytes.
const MAX_AUTOMATON: usize = 4 << 20;

/// A regular expression that a whole text must match, as Lucene reads it, compiled.
#[derive(Clone, Debug)]
pub struct RegexPattern {
    source: String,
    case: Case,
    automaton: meta::Regex,
}

impl RegexPattern {
    /// Compiles a regular expression in Lucene's syntax.
    ///
    /// # Errors
    /// Where the syntax is wrong, an operator is not supported or the automaton would be too
    /// large.
    pub fn new(source: &str, case: Case) -> Result<RegexPattern, RegexError> {
        let hir = lucene::translate(source, case)?;
        let automaton = meta::Builder::new()
            .configure(
                meta::Config::new()
                    .which_captures(regex_automata::nfa::thompson::WhichCaptures::None)
                    .nfa_size_limit(Some(MAX_AUTOMATON))
                    .onepass_size_limit(Some(MAX_AUTOMATON)),
            )
            .build(&hir)
            .map_err(|_| RegexError {
                at: 0..source.len(),
                message: "the regular expression is too large".to_owned(),
            })?;
        Ok(RegexPattern {
            source: source.to_owned(),
            case,
            automaton,
        })
    }

    /// As the rule writes it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Letter case.
    pub fn case(&self) -> Case {
        self.case
    }

    /// Whether the whole of `text` matches, in time linear in its length.
    pub fn matches(&self, text: &str) -> bool {
        self.automaton.is_match(text)
    }
}

/// Two are equal that were written alike.
impl PartialEq for RegexPattern {
    fn eq(&self, other: &RegexPattern) -> bool {
        (&self.source, self.case) == (&other.source, other.case)
    }
}
