//! A compiled regular expression.

use regex_automata::meta;

use super::lucene::{self, MAX_LENGTH, RegexError};
use crate::lang::plan::Case;

/// The most memory that one regular expression's automaton may take, in bytes.
const MAX_AUTOMATON: usize = 4 << 20;

/// A compiled regular expression: Lucene's, which a whole text must match, or Perl's, which a text
/// must hold somewhere.
#[derive(Clone, Debug)]
pub struct RegexPattern {
    source: String,
    case: Case,
    anywhere: bool,
    automaton: meta::Regex,
}

impl RegexPattern {
    /// Compiles a regular expression in Lucene's syntax.
    ///
    /// # Errors
    /// Where the syntax is wrong, an operator is not supported or the automaton would be too
    /// large.
    pub fn new(source: &str, case: Case) -> Result<RegexPattern, RegexError> {
        let translated = lucene::translate(source, case)?;
        RegexPattern::build(source, case, false, &translated)
    }

    /// Compiles a regular expression in Perl's syntax (SPL's `match`). What cannot run in linear
    /// time, looking around and referring back, is an error.
    ///
    /// # Errors
    /// As [`RegexPattern::new`].
    pub fn anywhere(source: &str) -> Result<RegexPattern, RegexError> {
        if source.len() > MAX_LENGTH {
            return Err(RegexError {
                at: 0..source.len(),
                message: format!("a regular expression has at most {MAX_LENGTH} characters"),
            });
        }
        RegexPattern::build(source, Case::Sensitive, true, source)
    }

    fn build(
        source: &str,
        case: Case,
        anywhere: bool,
        translated: &str,
    ) -> Result<RegexPattern, RegexError> {
        let automaton = meta::Builder::new()
            .configure(
                meta::Config::new()
                    // Built as texts ask for it, an automaton costs what it is used for.
                    .dfa(false)
                    .which_captures(regex_automata::nfa::thompson::WhichCaptures::None)
                    .nfa_size_limit(Some(MAX_AUTOMATON))
                    .onepass_size_limit(Some(MAX_AUTOMATON)),
            )
            .build(translated)
            .map_err(|error| RegexError {
                at: 0..source.len(),
                message: match error.syntax_error() {
                    Some(syntax) => last_line(&syntax.to_string()),
                    None => "the regular expression is too large".to_owned(),
                },
            })?;
        Ok(RegexPattern {
            source: source.to_owned(),
            case,
            anywhere,
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

    /// Whether `text` matches, in time linear in its length.
    pub fn matches(&self, text: &str) -> bool {
        self.automaton.is_match(text)
    }
}

/// A syntax error is drawn over several lines, the reason on the last.
fn last_line(drawn: &str) -> String {
    let reason = drawn.lines().last().unwrap_or_default();
    reason.trim_start_matches("error: ").to_owned()
}

/// Two are equal that were written alike.
impl PartialEq for RegexPattern {
    fn eq(&self, other: &RegexPattern) -> bool {
        (&self.source, self.case, self.anywhere) == (&other.source, other.case, other.anywhere)
    }
}
