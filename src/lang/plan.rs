//! What a rule says, typed and resolved: one form for both languages.
//!
//! Each difference between EQL and SPL (missing fields, letter case, wildcards) is a different
//! node here, so that whoever runs a plan needs no "if splunk". Names are numbers by now
//! ([`FieldId`]), negations stand where the vendor's engine puts them, constants are folded.

use ipnet::IpNet;

use super::functions::Function;
use super::pattern::{Pattern, RegexPattern};
use crate::model::field::{FieldId, View};
use crate::model::time::Span;
use crate::model::value::Value;

/// What one rule looks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Which names its fields go by.
    pub view: View,
    /// The form of its answer.
    pub body: Body,
}

impl Plan {
    /// Makes every event that the plan asks for meet a condition too.
    pub fn narrow(&mut self, condition: &Cond) {
        let narrow = |filter: &mut Cond| {
            let before = std::mem::replace(filter, Cond::Const(true));
            *filter = Cond::All(vec![before, condition.clone()]);
        };
        match &mut self.body {
            Body::Events(query) => narrow(&mut query.filter),
            Body::Sequence(sequence) => {
                let stages = sequence.stages.iter_mut().chain(&mut sequence.until);
                stages.for_each(|stage| narrow(&mut stage.filter));
            }
            Body::Sample(sample) => {
                let stages = sample.stages.iter_mut();
                stages.for_each(|stage| narrow(&mut stage.filter));
            }
            Body::Search(search) => narrow(&mut search.filter),
        }
    }
}

/// The forms an answer can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Each event that matches (EQL event query).
    Events(EventQuery),
    /// Events in order, one for each stage (EQL `sequence`).
    Sequence(Sequence),
    /// Events in any order, one for each stage (EQL `sample`).
    Sample(Sample),
    /// Rows made of the events that match (SPL).
    Search(Search),
}

/// Events that match, and how many of them.
#[derive(Clone, Debug, PartialEq)]
pub struct EventQuery {
    /// Category and condition as one.
    pub filter: Cond,
    /// Applied in order to the matches in order of time.
    pub pipes: Vec<Pipe>,
}

/// EQL's pipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipe {
    /// The first so many.
    Head(u64),
    /// The last so many.
    Tail(u64),
}

/// Stages in order of time. `with runs=N` stands as N stages.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// At least two.
    pub stages: Vec<Stage>,
    /// What expires the pending sequences of its key.
    pub until: Option<Stage>,
    /// The longest time from the first event to the last.
    pub maxspan: Option<Span>,
    /// Applied in order to the completed sequences.
    pub pipes: Vec<Pipe>,
}

/// Stages in any order, joined by their keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// At least two, each with at least one key.
    pub stages: Vec<Stage>,
    /// Applied in order to the samples.
    pub pipes: Vec<Pipe>,
}

/// One event of a sequence or sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Category and condition as one.
    pub filter: Cond,
    /// The join keys: those of the whole sequence first, then the stage's own. As many in each
    /// stage.
    pub keys: Vec<Key>,
    /// `![...]`: the event must not be there.
    pub missing: bool,
}

/// A join key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The field whose values join.
    pub field: FieldId,
    /// Written `?field`: events that lack it join with each other.
    pub optional: bool,
}

/// An SPL search: events are filtered, then rows are made and changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The search part.
    pub filter: Cond,
    /// What makes rows of the events. None: every event is its own answer.
    pub stats: Option<Stats>,
    /// What happens to the rows, in order. Their [`FieldId`]s are column numbers.
    pub then: Vec<RowStage>,
    /// The names of the columns in the end, as many as a row has values.
    pub columns: Vec<String>,
}

/// `stats`: a row for each combination of the `by` values that occurs, sorted by them.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The fields to group by. An event that lacks one is in no group. They are the row's first
    /// columns; the aggregates follow.
    pub by: Vec<FieldId>,
    /// One column each.
    pub aggregates: Vec<Aggregate>,
}

/// One aggregate of `stats`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// How to aggregate.
    pub function: AggregateFunction,
    /// What; none only for a count of events.
    pub field: Option<FieldId>,
}

/// SPL's aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// How many events, or how many values of the field.
    Count,
    /// The least: by number where all are numbers, else by text.
    Min,
    /// The greatest.
    Max,
    /// The distinct values, sorted.
    Values,
    /// How many distinct values.
    DistinctCount,
}

/// What happens to rows after `stats`.
#[derive(Clone, Debug, PartialEq)]
pub enum RowStage {
    /// `where`: rows for which the expression is true stay.
    Where(Expr),
    /// `search`: rows that match stay.
    Search(Cond),
    /// `convert ctime`: a time becomes text by a strftime format, UTC.
    Ctime {
        /// The column.
        column: FieldId,
        /// The strftime format.
        format: String,
    },
}

/// Whether letters of either case are the same. Folding is ASCII's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// `A` is not `a`.
    Sensitive,
    /// `A` is `a`.
    Insensitive,
}

/// A condition on one event, true or false: there is no unknown left. Over a list a test is true
/// if it is true of any item; over a missing field it is false (so its [`Cond::Not`] is true).
#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    /// Always or never.
    Const(bool),
    /// All are true.
    All(Vec<Cond>),
    /// At least one is true.
    Any(Vec<Cond>),
    /// The complement: true wherever the inner is not, a missing field included (`must_not`).
    Not(Box<Cond>),
    /// The field has a value.
    Exists(FieldId),
    /// The field's text (a number's decimal digits, an address as written) matches a pattern.
    Text {
        /// The field.
        field: FieldId,
        /// Any of them.
        patterns: Vec<Pattern>,
        /// Letter case.
        case: Case,
    },
    /// The whole of the field's text matches a regular expression.
    Regex {
        /// The field.
        field: FieldId,
        /// Any of them, letter case compiled in.
        patterns: Vec<RegexPattern>,
    },
    /// The field compares so with a constant: numbers with numbers, times with times, texts by
    /// code point, addresses by their bytes. Values of different kinds do not compare.
    Compare {
        /// The field.
        field: FieldId,
        /// How.
        op: Op,
        /// With what; never null.
        value: Value,
    },
    /// The field is an address (or the text of one) in one of the nets.
    Cidr {
        /// The field.
        field: FieldId,
        /// Any of them.
        nets: Vec<IpNet>,
    },
    /// A computed expression is true, of any of the values that its fields have. Null is not true,
    /// and neither is its negation: the negation stands inside the expression, and is true if the
    /// rest is false of some of the values and true of none.
    Computed(Expr),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// An expression, three-valued: anything computed from null is null, but for `And` and `Or`
/// (false and null is false, true or null is true) and [`Expr::IsNull`].
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A constant.
    Const(Value),
    /// A field's value.
    Field(FieldId),
    /// A function's value.
    Call {
        /// Which function.
        function: &'static Function,
        /// Its arguments, as many as its signature asks for.
        args: Vec<Expr>,
        /// Its `~` form ignores case.
        case: Case,
    },
    /// True where the inner is false.
    Not(Box<Expr>),
    /// All.
    And(Vec<Expr>),
    /// Any.
    Or(Vec<Expr>),
    /// A comparison.
    Compare {
        /// How.
        op: Op,
        /// Left and right.
        sides: Box<[Expr; 2]>,
    },
    /// The text of a value matches a pattern.
    Text {
        /// Whose text.
        value: Box<Expr>,
        /// Any of them.
        patterns: Vec<Pattern>,
        /// Letter case.
        case: Case,
    },
    /// The whole text of a value matches a regular expression.
    Regex {
        /// Whose text.
        value: Box<Expr>,
        /// Any of them, letter case compiled in.
        patterns: Vec<RegexPattern>,
    },
    /// Arithmetic.
    Arithmetic {
        /// Which.
        op: Arithmetic,
        /// Left and right.
        sides: Box<[Expr; 2]>,
    },
    /// The number with its sign changed.
    Negate(Box<Expr>),
    /// Whether it is null: never null itself.
    IsNull(Box<Expr>),
}

/// Arithmetic operators. Whole numbers stay whole (division truncates); division by zero is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
