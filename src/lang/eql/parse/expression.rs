//! Expressions, by precedence climbing.

use std::borrow::Cow;

use super::{Parser, is_keyword, too_deep};
use crate::diag::Diagnostic;
use crate::lang::eql::ast::{Field, Node, NodeKind, Span};
use crate::lang::eql::lex::Token;
use crate::lang::plan::{Arithmetic, Case, Op};

/// How tight operators bind, loosest first.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;
const UNARY: u8 = 7;

enum Binary {
    Or,
    And,
    Compare(Op),
    Arithmetic(Arithmetic),
}

impl<'t> Parser<'t> {
    /// An expression of operators that bind at least so tight.
    pub(super) fn expression(&mut self, least: u8) -> Result<Node<'t>, Diagnostic> {
        self.nesting += 1;
        if self.nesting > 2 * super::MAX_DEPTH {
            return Err(too_deep(self.span()));
        }
        let mut left = self.operand(least)?;
        let mut compared = false;
        while let Some((operator, binds)) = self.binary().filter(|(_, binds)| *binds >= least) {
            if compared && binds == COMPARE {
                return Err(Diagnostic::new("comparisons do not chain", self.span())
                    .hint("join them with `and`"));
            }
            compared = binds == COMPARE;
            self.advance();
            let right = self.expression(binds + 1)?;
            left = self.join(operator, left, right)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn binary(&self) -> Option<(Binary, u8)> {
        Some(match self.peek() {
            Token::Word("or") => (Binary::Or, OR),
            Token::Word("and") => (Binary::And, AND),
            Token::Sign(sign) => match *sign {
                "==" => (Binary::Compare(Op::Eq), COMPARE),
                "!=" => (Binary::Compare(Op::Ne), COMPARE),
                "<" => (Binary::Compare(Op::Lt), COMPARE),
                "<=" => (Binary::Compare(Op::Le), COMPARE),
                ">" => (Binary::Compare(Op::Gt), COMPARE),
                ">=" => (Binary::Compare(Op::Ge), COMPARE),
                "+" => (Binary::Arithmetic(Arithmetic::Add), SUM),
                "-" => (Binary::Arithmetic(Arithmetic::Subtract), SUM),
                "*" => (Binary::Arithmetic(Arithmetic::Multiply), PRODUCT),
                "/" => (Binary::Arithmetic(Arithmetic::Divide), PRODUCT),
                "%" => (Binary::Arithmetic(Arithmetic::Modulo), PRODUCT),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn join(
        &self,
        operator: Binary,
        left: Node<'t>,
        right: Node<'t>,
    ) -> Result<Node<'t>, Diagnostic> {
        let span = left.span.start..right.span.end;
        let depth = left.depth.max(right.depth);
        let kind = match operator {
            Binary::Or => match left.kind {
                NodeKind::Or(mut parts) => {
                    let depth = (left.depth - 1).max(right.depth);
                    parts.push(right);
                    return self.node(NodeKind::Or(parts), span, depth);
                }
                _ => NodeKind::Or(vec![left, right]),
            },
            Binary::And => match left.kind {
                NodeKind::And(mut parts) => {
                    let depth = (left.depth - 1).max(right.depth);
                    parts.push(right);
                    return self.node(NodeKind::And(parts), span, depth);
                }
                _ => NodeKind::And(vec![left, right]),
            },
            Binary::Compare(op) => NodeKind::Compare {
                op,
                sides: Box::new([left, right]),
            },
            Binary::Arithmetic(op) => NodeKind::Arithmetic {
                op,
                sides: Box::new([left, right]),
            },
        };
        self.node(kind, span, depth)
    }

    fn operand(&mut self, least: u8) -> Result<Node<'t>, Diagnostic> {
        let start = self.span().start;
        if self.is_word("not") {
            if least > NOT {
                return Err(self
                    .expected("a value")
                    .hint("put the negation in parentheses"));
            }
            self.advance();
            let inner = self.expression(NOT)?;
            let (span, depth) = (start..inner.span.end, inner.depth);
            return self.node(NodeKind::Not(Box::new(inner)), span, depth);
        }
        let negative = self.is_sign("-");
        if negative || self.is_sign("+") {
            self.advance();
            let inner = self.expression(UNARY)?;
            let (span, depth) = (start..inner.span.end, inner.depth);
            let kind = match inner.kind {
                _ if !negative => return Ok(inner),
                NodeKind::Int(number) => NodeKind::Int(number.saturating_neg()),
                NodeKind::Float(number) => NodeKind::Float(-number),
                kind => NodeKind::Negate(Box::new(Node { kind, ..inner })),
            };
            return self.node(kind, span, depth);
        }
        let primary = self.primary()?;
        self.predicate(primary)
    }

    fn primary(&mut self) -> Result<Node<'t>, Diagnostic> {
        let span = self.span();
        if self.eat_sign("(") {
            let mut inner = self.expression(0)?;
            self.expect_sign(")")?;
            inner.span = span.start..self.before();
            return Ok(inner);
        }
        if let Some(constant) = self.constant() {
            return self.node(constant, span, 0);
        }
        let called = matches!(self.ahead(1), Token::Sign("("));
        match self.peek() {
            &Token::Word(name) if called && !is_keyword(name) => self.call(name, Case::Sensitive),
            &Token::Tilde(name) if called => self.call(name, Case::Insensitive),
            Token::Word(_) if matches!(self.ahead(1), Token::Word("of")) => Err(Diagnostic::new(
                "process relationships are not supported",
                span,
            )),
            Token::Word(_) | Token::Quoted(_) | Token::Sign("?") => {
                let field = self.field("a value")?;
                let span = span.start..self.before();
                self.node(NodeKind::Field(field), span, 0)
            }
            Token::Sign("=") => Err(self
                .expected("a value")
                .hint("compare with `==`, or `:` to ignore letter case")),
            _ => Err(self.expected("a value")),
        }
    }

    fn constant(&mut self) -> Option<NodeKind<'t>> {
        let (token, _) = self.tokens.get_mut(self.at)?;
        let kind = match token {
            // No token is read twice.
            Token::Str(text) => NodeKind::Str(std::mem::take(text)),
            Token::Int(number) => NodeKind::Int(*number),
            Token::Float(number) => NodeKind::Float(*number),
            Token::Word("null") => NodeKind::Null,
            Token::Word("true") => NodeKind::Bool(true),
            Token::Word("false") => NodeKind::Bool(false),
            _ => return None,
        };
        self.advance();
        Some(kind)
    }

    fn call(&mut self, name: &'t str, case: Case) -> Result<Node<'t>, Diagnostic> {
        let name_span = self.span();
        self.advance();
        self.advance();
        let mut args = Vec::new();
        if !self.is_sign(")") {
            args = self.expressions()?;
        }
        self.expect_sign(")")?;
        let depth = args.iter().map(|arg| arg.depth).max().unwrap_or(0);
        let span = name_span.start..self.before();
        let kind = NodeKind::Call {
            name,
            name_span,
            case,
            args,
        };
        self.node(kind, span, depth)
    }

    /// One expression or more, with commas between them.
    pub(super) fn expressions(&mut self) -> Result<Vec<Node<'t>>, Diagnostic> {
        let mut list = vec![self.expression(0)?];
        while self.eat_sign(",") {
            list.push(self.expression(0)?);
        }
        Ok(list)
    }

    /// A field's name, dots and all.
    pub(super) fn field(&mut self, what: &str) -> Result<Field<'t>, Diagnostic> {
        let optional = self.eat_sign("?");
        let start = self.span().start;
        let mut name = self.name(what)?;
        loop {
            if self.is_sign("[") && matches!(self.ahead(1), Token::Int(_)) {
                return Err(Diagnostic::new(
                    "array indexes are not supported",
                    self.span(),
                ));
            }
            if !self.eat_sign(".") {
                return Ok(Field { name, optional });
            }
            let rest = self.name("the rest of a field's name")?;
            let length = name.len() + ".".len() + rest.len();
            let written = &self.text[start..self.before()];
            // Names without blanks or backticks in them stand in the query as they are.
            name = match (name, rest) {
                (Cow::Borrowed(_), Cow::Borrowed(_)) if written.len() == length => written.into(),
                (name, rest) => [&*name, &*rest].join(".").into(),
            };
        }
    }

    fn name(&mut self, what: &str) -> Result<Cow<'t, str>, Diagnostic> {
        let name = match self.peek() {
            Token::Word(word) if is_keyword(word) => {
                let hint = format!("a field of that name is written `{word}` in backticks");
                return Err(self.expected(what).hint(hint));
            }
            &Token::Word(name) => Cow::Borrowed(name),
            Token::Quoted(name) => Cow::Owned(name.clone()),
            _ => return Err(self.expected(what)),
        };
        self.advance();
        Ok(name)
    }

    /// What may follow an operand: `in`, `:`, `like`, `regex` and their likes.
    fn predicate(&mut self, value: Node<'t>) -> Result<Node<'t>, Diagnostic> {
        let operator = self.span();
        let negated = self.is_word("not") && is_in(self.ahead(1)).is_some();
        if negated {
            self.advance();
        }
        if let Some(case) = is_in(self.peek()) {
            self.advance();
            self.expect_sign("(")?;
            let list = self.expressions()?;
            self.expect_sign(")")?;
            let depth = list
                .iter()
                .map(|item| item.depth)
                .fold(value.depth, usize::max);
            let span = value.span.start..self.before();
            let kind = NodeKind::In {
                value: Box::new(value),
                list,
                case,
            };
            let node = self.node(kind, span.clone(), depth)?;
            return match negated {
                true => self.node(NodeKind::Not(Box::new(node)), span, depth + 1),
                false => Ok(node),
            };
        }
        let (operator, regex, case) = match self.peek() {
            Token::Sign(":") => (":", false, Case::Insensitive),
            Token::Word("like") => ("like", false, Case::Sensitive),
            Token::Tilde("like") => ("like~", false, Case::Insensitive),
            Token::Word("regex") => ("regex", true, Case::Sensitive),
            Token::Tilde("regex") => ("regex~", true, Case::Insensitive),
            Token::Sign("=") => {
                return Err(Diagnostic::new("unexpected `=`", operator)
                    .hint("compare with `==`, or `:` to ignore letter case"));
            }
            _ => return Ok(value),
        };
        self.advance();
        let list = self.constants(operator)?;
        let span = value.span.start..self.before();
        let depth = value.depth;
        let kind = NodeKind::Match {
            value: Box::new(value),
            operator,
            regex,
            case,
            list,
        };
        self.node(kind, span, depth)
    }

    /// How many constants there are at most before the next parenthesis that closes.
    fn items(&self) -> usize {
        let rest = self.tokens[self.at..].iter();
        let inside = rest.take_while(|(token, _)| !matches!(token, Token::Sign(")")));
        inside.count().div_ceil(2)
    }

    /// A constant, or several in parentheses.
    fn constants(&mut self, operator: &str) -> Result<Vec<Node<'t>>, Diagnostic> {
        let several = self.eat_sign("(");
        let mut list = Vec::with_capacity(if several { self.items() } else { 1 });
        loop {
            let span: Span = self.span();
            let Some(kind) = self.constant() else {
                return Err(self.expected(&format!("a constant after `{operator}`")));
            };
            list.push(self.node(kind, span, 0)?);
            if !several || !self.eat_sign(",") {
                break;
            }
        }
        if several {
            self.expect_sign(")")?;
        }
        Ok(list)
    }
}

fn is_in(token: &Token) -> Option<Case> {
    match token {
        Token::Word("in") => Some(Case::Sensitive),
        Token::Tilde("in") => Some(Case::Insensitive),
        _ => None,
    }
}
