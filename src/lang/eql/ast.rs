//! What a query says, as a tree with the place of each part in the text.

use std::borrow::Cow;
use std::ops::Range;

use crate::lang::plan::{Arithmetic, Case, Op};

/// Bytes of the query.
pub type Span = Range<usize>;

/// A whole query.
#[derive(Debug)]
pub struct Statement<'t> {
    pub query: Query<'t>,
    pub pipes: Vec<PipeCall<'t>>,
}

/// The part before the pipes.
#[derive(Debug)]
pub enum Query<'t> {
    Event(EventFilter<'t>),
    Sequence(Joined<'t>),
    Sample(Joined<'t>),
    /// Its grammar lives on in Elasticsearch, its execution does not.
    Join(Joined<'t>),
}

/// `process where ...`
#[derive(Debug)]
pub struct EventFilter<'t> {
    /// None for `any`.
    pub category: Option<Cow<'t, str>>,
    pub condition: Node<'t>,
}

/// Several event filters, joined by keys.
#[derive(Debug)]
pub struct Joined<'t> {
    /// Of the word that opens it.
    pub span: Span,
    pub by: Vec<JoinKey<'t>>,
    pub maxspan: Option<crate::model::time::Span>,
    pub terms: Vec<Term<'t>>,
    pub until: Option<Term<'t>>,
}

/// `[process where ...] by ... with runs=...`
#[derive(Debug)]
pub struct Term<'t> {
    pub span: Span,
    pub filter: EventFilter<'t>,
    pub by: Vec<JoinKey<'t>>,
    pub runs: usize,
    pub missing: bool,
}

/// A field that joins.
#[derive(Debug)]
pub struct JoinKey<'t> {
    pub field: Field<'t>,
    pub span: Span,
}

/// `| head 5`
#[derive(Debug)]
pub struct PipeCall<'t> {
    pub name: &'t str,
    pub span: Span,
    pub args: Vec<Node<'t>>,
}

/// `process.name`, `?user.id`
#[derive(Debug)]
pub struct Field<'t> {
    pub name: Cow<'t, str>,
    pub optional: bool,
}

/// An expression.
#[derive(Debug)]
pub struct Node<'t> {
    pub kind: NodeKind<'t>,
    pub span: Span,
    /// How many nodes deep it is: 1 for a leaf.
    pub depth: usize,
}

/// The forms of an expression.
#[derive(Debug)]
pub enum NodeKind<'t> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Cow<'t, str>),
    Field(Field<'t>),
    Call {
        name: &'t str,
        name_span: Span,
        case: Case,
        args: Vec<Node<'t>>,
    },
    Not(Box<Node<'t>>),
    And(Vec<Node<'t>>),
    Or(Vec<Node<'t>>),
    Compare {
        op: Op,
        sides: Box<[Node<'t>; 2]>,
    },
    Arithmetic {
        op: Arithmetic,
        sides: Box<[Node<'t>; 2]>,
    },
    Negate(Box<Node<'t>>),
    /// `in` and `in~`.
    In {
        value: Box<Node<'t>>,
        list: Vec<Node<'t>>,
        case: Case,
    },
    /// `:`, `like`, `like~`, `regex`, `regex~`, with constants.
    Match {
        value: Box<Node<'t>>,
        /// As the query writes it, for messages.
        operator: &'static str,
        regex: bool,
        case: Case,
        list: Vec<Node<'t>>,
    },
}
