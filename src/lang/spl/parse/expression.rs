//! The `where` command's expression.
//!
//! From loosest to tightest: `OR`, `AND`, `NOT`, comparison, `+ -`, `* / %`, sign. Operators that
//! are words may have letters of either case here.

use std::ops::Range;

use super::{Parser, unescape};
use crate::lang::plan::{Arithmetic, Op};
use crate::lang::spl::ast::{Expression, ExpressionKind, Name};
use crate::lang::spl::error::Error;
use crate::lang::spl::lex::Kind;
use crate::model::value::Value;

/// How many arithmetic operators a search may have: a chain of them is as deep as it is long.
const MAX_OPERATORS: usize = 256;

impl Parser<'_> {
    pub(super) fn condition(&mut self) -> Result<Expression, Error> {
        if matches!(self.peek(), None | Some(Kind::Pipe)) {
            return Err(self.unexpected("a condition"));
        }
        self.or()
    }

    fn or(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        let mut parts = vec![self.and()?];
        while self.keyword("or") {
            parts.push(self.and()?);
        }
        if self.is_keyword("xor") {
            return Err(Error::not_supported("XOR", self.span()));
        }
        Ok(self.one_or(parts, start, ExpressionKind::Or))
    }

    fn and(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        let mut parts = vec![self.not()?];
        while self.keyword("and") {
            parts.push(self.not()?);
        }
        Ok(self.one_or(parts, start, ExpressionKind::And))
    }

    fn not(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        if self.keyword("not") {
            let inner = self.deeper(Self::not)?;
            return Ok(self.node(start, ExpressionKind::Not(Box::new(inner))));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        let left = self.sum()?;
        let op = match self.peek() {
            Some(Kind::Compare(op)) => op,
            Some(Kind::DoubleEqual) => Op::Eq,
            Some(Kind::Word(word)) if word.eq_ignore_ascii_case("in") => {
                self.at += 1;
                let list = self.arguments()?;
                let value = Box::new(left);
                return Ok(self.node(start, ExpressionKind::In { value, list }));
            }
            Some(Kind::Word(word)) if word.eq_ignore_ascii_case("like") => {
                let span = self.span();
                self.at += 1;
                let pattern = self.sum()?;
                let function = Name {
                    text: "like".to_owned(),
                    span,
                };
                let args = vec![left, pattern];
                return Ok(self.node(start, ExpressionKind::Call { function, args }));
            }
            _ => return Ok(left),
        };
        self.at += 1;
        let sides = Box::new([left, self.sum()?]);
        Ok(self.node(start, ExpressionKind::Compare { op, sides }))
    }

    fn sum(&mut self) -> Result<Expression, Error> {
        self.chain(Self::product, |kind| match kind {
            Kind::Plus => Some(Arithmetic::Add),
            Kind::Minus => Some(Arithmetic::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Result<Expression, Error> {
        self.chain(Self::sign, |kind| match kind {
            Kind::Star => Some(Arithmetic::Multiply),
            Kind::Slash => Some(Arithmetic::Divide),
            Kind::Percent => Some(Arithmetic::Modulo),
            _ => None,
        })
    }

    /// Operators of one rank, from the left: each makes the tree one level deeper.
    fn chain(
        &mut self,
        operand: impl Fn(&mut Self) -> Result<Expression, Error>,
        operator: impl Fn(Kind) -> Option<Arithmetic>,
    ) -> Result<Expression, Error> {
        let start = self.span();
        let mut left = operand(self)?;
        while let Some(op) = self.peek().and_then(&operator) {
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                let message = format!("more than {MAX_OPERATORS} arithmetic operators");
                return Err(Error::wrong(message, self.span()));
            }
            self.at += 1;
            let sides = Box::new([left, operand(self)?]);
            left = self.node(start.clone(), ExpressionKind::Arithmetic { op, sides });
        }
        Ok(left)
    }

    fn sign(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        if self.take(Kind::Minus) {
            let inner = self.deeper(Self::sign)?;
            return Ok(self.node(start, ExpressionKind::Negate(Box::new(inner))));
        }
        let value = self.primary()?;
        if self.peek() == Some(Kind::Dot) {
            return Err(Error::not_supported("joining texts with .", self.span())
                .hint("a field whose name has a dot is written in single quotes"));
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expression, Error> {
        let start = self.span();
        let kind = match self.peek() {
            Some(Kind::Open) => {
                self.at += 1;
                let inner = self.deeper(Self::or)?;
                self.expect(Kind::Close, "a closing parenthesis")?;
                return Ok(inner);
            }
            Some(Kind::Text(raw)) => ExpressionKind::Constant(Value::str(unescape(raw))),
            Some(Kind::Number(digits)) => ExpressionKind::Constant(number(digits, &start)?),
            Some(Kind::Quoted(raw)) => ExpressionKind::Field(unescape(raw)),
            Some(Kind::Word(word)) if self.peek_second() == Some(Kind::Open) => {
                let function = Name {
                    text: word.to_ascii_lowercase(),
                    span: start.clone(),
                };
                self.at += 1;
                let args = self.arguments()?;
                return Ok(self.node(start, ExpressionKind::Call { function, args }));
            }
            Some(Kind::Word(word)) if !is_operator(word) => ExpressionKind::Field(word.to_owned()),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        Ok(self.node(start, kind))
    }

    /// `(a, b)`; `()` is no argument.
    fn arguments(&mut self) -> Result<Vec<Expression>, Error> {
        self.expect(Kind::Open, "an opening parenthesis")?;
        let mut args = Vec::new();
        if self.take(Kind::Close) {
            return Ok(args);
        }
        loop {
            args.push(self.deeper(Self::or)?);
            if self.take(Kind::Close) {
                return Ok(args);
            }
            self.expect(Kind::Comma, "a comma or a closing parenthesis")?;
        }
    }

    fn node(&self, start: Range<usize>, kind: ExpressionKind) -> Expression {
        Expression {
            kind,
            span: self.since(&start),
        }
    }

    fn one_or(
        &self,
        mut parts: Vec<Expression>,
        start: Range<usize>,
        many: impl Fn(Vec<Expression>) -> ExpressionKind,
    ) -> Expression {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                self.node(start, many(parts))
            }
        }
    }
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "not", "xor", "in", "like"]
        .iter()
        .any(|operator| word.eq_ignore_ascii_case(operator))
}

fn number(digits: &str, span: &Range<usize>) -> Result<Value, Error> {
    if let Ok(whole) = digits.parse() {
        return Ok(Value::Int(whole));
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Float(number)),
        _ => Err(Error::wrong("a number too great", span.clone())),
    }
}
