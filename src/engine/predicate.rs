//! One condition, made fast: from a [`Cond`] to a [`Matcher`] that answers yes or no for an event.
//!
//! Compiling reorders what has no order of its own (the parts of `All` and `Any`), so that cheap
//! tests come first and long fields are often never decoded, and turns lists of literals into
//! hashed sets. Over a list a test is true if it is true of any item; over a missing field it is
//! false.

mod computed;

use std::net::IpAddr;

use ipnet::IpNet;
use rustc_hash::FxHashSet;

use super::compare;
use crate::lang::expr;
use crate::lang::pattern::{Pattern, RegexPattern};
use crate::lang::plan::{Case, Cond, Op};
use crate::model::field::{FieldId, Fields};
use crate::model::value::Value;
use computed::Computed;

/// A condition that is ready to be asked of many events.
#[derive(Clone, Debug)]
pub struct Matcher {
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Const(bool),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Exists(FieldId),
    Text(FieldId, Texts),
    Regex(FieldId, Vec<RegexPattern>),
    Compare(FieldId, Op, Value),
    Cidr(FieldId, Vec<IpNet>),
    Computed(Computed),
}

impl Matcher {
    /// Compiles a condition.
    pub fn new(cond: &Cond) -> Matcher {
        Matcher {
            node: Node::new(cond),
        }
    }

    /// Whether the event meets the condition.
    pub fn matches<F: Fields + ?Sized>(&self, event: &F) -> bool {
        self.node.matches(event)
    }
}

impl Node {
    fn new(cond: &Cond) -> Node {
        let cheapest_first = |conds: &[Cond]| {
            let mut nodes: Vec<Node> = conds.iter().map(Node::new).collect();
            nodes.sort_by_key(Node::cost);
            nodes
        };
        match cond {
            Cond::Const(value) => Node::Const(*value),
            Cond::All(conds) => Node::All(cheapest_first(conds)),
            Cond::Any(conds) => Node::Any(cheapest_first(conds)),
            Cond::Not(inner) => Node::Not(Box::new(Node::new(inner))),
            Cond::Exists(field) => Node::Exists(*field),
            Cond::Text {
                field,
                patterns,
                case,
            } => Node::Text(*field, Texts::new(patterns, *case)),
            Cond::Regex { field, patterns } => Node::Regex(*field, patterns.clone()),
            Cond::Compare { field, op, value } => Node::Compare(*field, *op, value.clone()),
            Cond::Cidr { field, nets } => Node::Cidr(*field, nets.clone()),
            Cond::Computed(expr) => Node::Computed(Computed::new(expr)),
        }
    }

    /// What an answer costs, roughly, in units of one look-up.
    fn cost(&self) -> u32 {
        let sum = |nodes: &[Node]| nodes.iter().map(Node::cost).fold(0, u32::saturating_add);
        match self {
            Node::Const(_) => 0,
            Node::Exists(_) => 1,
            Node::Compare(..) => 2,
            Node::Text(_, texts) => 3 + 4 * texts.wild.len() as u32,
            Node::Cidr(_, nets) => 3 + nets.len() as u32 / 4,
            Node::Regex(_, patterns) => 50 * patterns.len() as u32,
            Node::Computed(_) => 100,
            Node::Not(inner) => inner.cost(),
            Node::All(nodes) | Node::Any(nodes) => sum(nodes),
        }
    }

    fn matches<F: Fields + ?Sized>(&self, event: &F) -> bool {
        let any = |field: &FieldId, test: &dyn Fn(&Value) -> bool| {
            event.get(*field).items().iter().any(test)
        };
        match self {
            Node::Const(value) => *value,
            Node::All(nodes) => nodes.iter().all(|node| node.matches(event)),
            Node::Any(nodes) => nodes.iter().any(|node| node.matches(event)),
            Node::Not(inner) => !inner.matches(event),
            Node::Exists(field) => !event.get(*field).items().is_empty(),
            Node::Text(field, texts) => any(field, &|item| texts.match_text(&compare::text(item))),
            Node::Regex(field, patterns) => any(field, &|item| {
                let text = compare::text(item);
                patterns.iter().any(|pattern| pattern.matches(&text))
            }),
            Node::Compare(field, op, value) => {
                any(field, &|item| expr::compare(*op, item, value) == Some(true))
            }
            Node::Cidr(field, nets) => any(field, &|item| {
                address(item).is_some_and(|ip| nets.iter().any(|net| net.contains(&ip)))
            }),
            Node::Computed(test) => test.matches(event),
        }
    }
}

/// An address, or the text of one; an IPv4 address that IPv6 maps is the IPv4 address.
fn address(value: &Value) -> Option<IpAddr> {
    match value {
        Value::Ip(ip) => Some(ip.to_canonical()),
        Value::Str(text) => text.parse().ok().map(|ip: IpAddr| ip.to_canonical()),
        _ => None,
    }
}

/// The patterns of one test: whole texts in a set, patterns with wildcards in a list.
#[derive(Clone, Debug)]
struct Texts {
    case: Case,
    /// Folded where case does not count.
    literals: FxHashSet<Box<str>>,
    /// Bit n: some literal is n bytes long; the last bit: or longer.
    lengths: u64,
    wild: Vec<Pattern>,
}

impl Texts {
    fn new(patterns: &[Pattern], case: Case) -> Texts {
        let mut texts = Texts {
            case,
            literals: FxHashSet::default(),
            lengths: 0,
            wild: Vec::new(),
        };
        for pattern in patterns {
            match pattern.as_literal() {
                Some(literal) => {
                    texts.lengths |= length_bit(literal);
                    texts.literals.insert(match case {
                        Case::Sensitive => literal.into(),
                        Case::Insensitive => literal.to_ascii_lowercase().into(),
                    });
                }
                None => texts.wild.push(pattern.clone()),
            }
        }
        texts
    }

    fn match_text(&self, text: &str) -> bool {
        let literal = self.lengths & length_bit(text) != 0
            && match self.case {
                Case::Sensitive => self.literals.contains(text),
                Case::Insensitive => folded(text, |text| self.literals.contains(text)),
            };
        literal || (self.wild.iter()).any(|pattern| pattern.matches(text, self.case))
    }
}

/// A bit for each length up to 62 bytes, and one for all beyond.
pub(super) fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// What `look` makes of the text with ASCII's capitals made small. Texts of common length are not
/// copied to the heap.
fn folded<R>(text: &str, look: impl FnOnce(&str) -> R) -> R {
    let mut buffer = [0; 128];
    if let Some(small) = buffer.get_mut(..text.len()) {
        small.copy_from_slice(text.as_bytes());
        small.make_ascii_lowercase();
        if let Ok(small) = std::str::from_utf8(small) {
            return look(small);
        }
    }
    look(&text.to_ascii_lowercase())
}

#[cfg(test)]
pub(super) mod tests;
