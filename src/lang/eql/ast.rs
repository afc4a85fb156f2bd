//! What a query says, as a tree with the place of each part in the text.

use std::ops::Range;

use crate::lang::plan::{Arithmetic, Case, Op};

/// Bytes of the query.
pub type Span = Range<usize>;

/// A whole query.
#[derive(Debug)]
pub struct Statement {
    pub query: Query,
    pub pipes: Vec<PipeCall>,
}

/// The part before the pipes.
#[derive(Debug)]
pub enum Query {
    Event(EventFilter),
    Sequence(Joined),
    Sample(Joined),
    /// Its grammar lives on in Elasticsearch, its execution does not.
    Join(Joined),
}

/// `process where ...`
#[derive(Debug)]
pub struct EventFilter {
    /// None for `any`.
    pub category: Option<String>,
    pub condition: Node,
}

/// Several event filters, joined by keys.
#[derive(Debug)]
pub struct Joined {
    /// Of the word that opens it.
    pub span: Span,
    pub by: Vec<JoinKey>,
    pub maxspan: Option<crate::model::time::Span>,
    pub terms: Vec<Term>,
    pub until: Option<Term>,
}

/// `[process where ...] by ... with runs=...`
#[derive(Debug)]
pub struct Term {
    pub span: Span,
    pub filter: EventFilter,
    pub by: Vec<JoinKey>,
    pub runs: usize,
    pub missing: bool,
}

/// A field that joins.
#[derive(Debug)]
pub struct JoinKey {
    pub field: Field,
    pub span: Span,
}

/// `| head 5`
#[derive(Debug)]
pub struct PipeCall {
    pub name: String,
    pub span: Span,
    pub args: Vec<Node>,
}

/// `process.name`, `?user.id`
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub optional: bool,
}

/// An expression.
#[derive(Debug)]
pub struct Node {
    pub kind: NodeKind,
    pub span: Span,
    /// How many nodes deep it is: 1 for a leaf.
    pub depth: usize,
}

/// The forms of an expression.
#[derive(Debug)]
pub enum NodeKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Field(Field),
    Call {
        name: String,
        name_span: Span,
        case: Case,
        args: Vec<Node>,
    },
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare {
        op: Op,
        sides: Box<[Node; 2]>,
    },
    Arithmetic {
        op: Arithmetic,
        sides: Box<[Node; 2]>,
    },
    Negate(Box<Node>),
    /// `in` and `in~`.
    In {
        value: Box<Node>,
        list: Vec<Node>,
        case: Case,
    },
    /// `:`, `like`, `like~`, `regex`, `regex~`, with constants.
    Match {
        value: Box<Node>,
        /// As the query writes it, for messages.
        operator: &'static str,
        regex: bool,
        case: Case,
        list: Vec<Node>,
    },
}
