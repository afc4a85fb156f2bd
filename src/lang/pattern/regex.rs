//! A compiled regular expression. It is checked when the rule is loaded, but its automaton, which
//! takes longer to build than most rules take to load, waits for the first text: of a pack of rules
//! most never see one.

use std::sync::{Arc, LazyLock};

use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{meta, util::syntax};

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
    automaton: Arc<Automaton>,
}

/// An automaton that is built when it is first asked for.
type Automaton = LazyLock<meta::Regex, Box<dyn FnOnce() -> meta::Regex + Send>>;

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
        let wrong = |message: String| RegexError {
            at: 0..source.len(),
            message,
        };
        let parsed =
            syntax::parse(translated).map_err(|error| wrong(last_line(&error.to_string())))?;
        let small = !anywhere && is_small(source);
        let config = meta::Config::new()
            // Built as texts ask for it, an automaton costs what it is used for.
            .dfa(false)
            .which_captures(WhichCaptures::None)
            .nfa_size_limit((!small).then_some(MAX_AUTOMATON))
            .onepass_size_limit(Some(MAX_AUTOMATON));
        let build = move || {
            let mut builder = meta::Builder::new();
            builder.configure(config).build_from_hir(&parsed).ok()
        };
        let automaton: Automaton = match small {
            true => LazyLock::new(Box::new(move || build().expect("nothing limits it"))),
            false => {
                let too_large = || wrong("the regular expression is too large".to_owned());
                let built = build().ok_or_else(too_large)?;
                LazyLock::new(Box::new(|| built))
            }
        };
        Ok(RegexPattern {
            source: source.to_owned(),
            case,
            anywhere,
            automaton: Arc::new(automaton),
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

/// Whether the automaton of a regular expression in Lucene's syntax is known to be small enough
/// without being built: only counts make it grow faster than the text, which is no longer than
/// [`MAX_LENGTH`], and with each count written out as copies the text may still be no longer.
fn is_small(source: &str) -> bool {
    let mut counts = source.split('{');
    let plain = counts.next().unwrap_or_default().len();
    if plain == source.len() {
        return true;
    }
    // A copy that may be missing has a question mark, and after the last one there may be a star.
    let written_out = counts.try_fold(2 * source.len(), |length, count| {
        let (count, _) = count.split_once('}')?;
        let most = count.rsplit(',').find(|number| !number.is_empty())?;
        length.checked_mul(most.parse::<usize>().ok()?.checked_add(1)?)
    });
    written_out.is_some_and(|length| length <= MAX_LENGTH)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_counts_none_is_too_large() {
        let astral = |from: u32, step: usize| (from..).step_by(step).filter_map(char::from_u32);
        let many: String = astral(0x1_0000, 2).take(MAX_LENGTH - 3).collect();
        let spread: String = astral(0x80, 1009).take(MAX_LENGTH - 3).collect();
        let ranges: String = (astral(0x80, 3001).zip(astral(0x800, 3001)).take(332))
            .map(|(first, last)| format!("{first}-{last}"))
            .collect();
        for source in [
            ".".repeat(MAX_LENGTH),
            ".+".repeat(MAX_LENGTH / 2),
            r"\W".repeat(MAX_LENGTH / 2),
            "[^a]".repeat(MAX_LENGTH / 4),
            r"[^\Wäö]".repeat(MAX_LENGTH / 7),
            "(.|😀)*".repeat(MAX_LENGTH / 6),
            "ä|".repeat(MAX_LENGTH / 2),
            format!("[{many}]"),
            format!("[^{many}]"),
            format!("[^{spread}]"),
            format!("[{ranges}]"),
        ] {
            for case in [Case::Sensitive, Case::Insensitive] {
                assert!(is_small(&source));
                let pattern = RegexPattern::new(&source, case).unwrap();
                pattern.matches("a");
                let size = pattern.automaton.memory_usage();
                assert!(size < MAX_AUTOMATON, "{size}: {source}");
            }
        }
    }

    #[test]
    fn with_few_copies_none_is_too_large() {
        for source in [
            "[0-9]{15}([1-9a-f]).*",
            "(.{3}){9}",
            r"(\W{9,})?",
            "[^a]{2,40}",
            "(ä{1,4}){6}",
        ] {
            for case in [Case::Sensitive, Case::Insensitive] {
                assert!(is_small(source), "{source}");
                let pattern = RegexPattern::new(source, case).unwrap();
                pattern.matches("a");
                let size = pattern.automaton.memory_usage();
                assert!(size < MAX_AUTOMATON, "{size}: {source}");
            }
        }
        for source in [
            ".{500}",
            "((.{9}){9}){9}",
            r"\{",
            "[{]}",
            ".{99999999999999999999}",
        ] {
            assert!(!is_small(source), "{source}");
        }
    }
}
