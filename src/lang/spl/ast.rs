//! A search as it is written, each part with its span.

use std::ops::Range;

use crate::lang::plan::{Arithmetic, Op};
use crate::model::value::Value;

/// Commands between pipes. The first is `search` where the text does not begin with a pipe.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Command>,
}

#[derive(Debug)]
pub(super) struct Command {
    pub(super) kind: CommandKind,
    /// The command's name, or the first token of an implied `search`.
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum CommandKind {
    Search(Filter),
    Where(Expression),
    Stats(Stats),
    Rename(Vec<Rename>),
    Convert(Vec<Ctime>),
}

/// A name, quotes and escapes undone.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// What the `search` command looks for.
#[derive(Debug)]
pub(super) enum Filter {
    /// `*`
    Everything,
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// `field=value`, and `field IN (value, value)` as `=` any of them.
    Test {
        field: Name,
        op: Op,
        values: Vec<SearchValue>,
    },
}

/// A value in `search`, quotes undone, escapes and wildcards not.
#[derive(Debug)]
pub(super) struct SearchValue {
    pub(super) raw: String,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Stats {
    pub(super) aggregates: Vec<Aggregate>,
    pub(super) by: Vec<Name>,
}

#[derive(Debug)]
pub(super) struct Aggregate {
    pub(super) function: Name,
    pub(super) field: Option<Name>,
    pub(super) rename: Option<Name>,
}

#[derive(Debug)]
pub(super) struct Rename {
    pub(super) from: Name,
    pub(super) to: Name,
}

/// `convert timeformat="..." ctime(field) AS name`
#[derive(Debug)]
pub(super) struct Ctime {
    pub(super) format: Option<Name>,
    pub(super) field: Name,
    pub(super) rename: Option<Name>,
}

/// An expression of `where`.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) kind: ExpressionKind,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum ExpressionKind {
    Constant(Value),
    Field(String),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Compare {
        op: Op,
        sides: Box<[Expression; 2]>,
    },
    /// `x IN (a, b)`
    In {
        value: Box<Expression>,
        list: Vec<Expression>,
    },
    Arithmetic {
        op: Arithmetic,
        sides: Box<[Expression; 2]>,
    },
    Negate(Box<Expression>),
    Call {
        function: Name,
        args: Vec<Expression>,
    },
}
