//! The `search` command's arguments.
//!
//! `OR` binds tighter than `AND` here, and `NOT` tightest; in `where` it is otherwise (Splunk's
//! Search Manual, "Boolean expressions with logical operators"). The operators are capitals.

use super::Parser;
use crate::lang::plan::Op;
use crate::lang::spl::ast::{Filter, Name, SearchValue};
use crate::lang::spl::error::Error;
use crate::lang::spl::lex::Kind;

impl Parser<'_> {
    pub(super) fn search(&mut self) -> Result<Filter, Error> {
        if matches!(self.peek(), None | Some(Kind::Pipe)) {
            return Err(self.unexpected("what to search for"));
        }
        self.all()
    }

    fn all(&mut self) -> Result<Filter, Error> {
        let mut parts = vec![self.any()?];
        loop {
            if self.operator("AND") {
                parts.push(self.any()?);
            } else if matches!(self.peek(), None | Some(Kind::Pipe | Kind::Close)) {
                return Ok(one_or(parts, Filter::All));
            } else {
                parts.push(self.any()?);
            }
        }
    }

    fn any(&mut self) -> Result<Filter, Error> {
        let mut parts = vec![self.negation()?];
        while self.operator("OR") {
            parts.push(self.negation()?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn negation(&mut self) -> Result<Filter, Error> {
        if self.operator("NOT") {
            let inner = self.deeper(Self::negation)?;
            return Ok(Filter::Not(Box::new(inner)));
        }
        if self.take(Kind::Open) {
            let inner = self.deeper(Self::all)?;
            self.expect(Kind::Close, "a closing parenthesis")?;
            return Ok(inner);
        }
        self.term()
    }

    fn term(&mut self) -> Result<Filter, Error> {
        let start = self.span();
        match (self.peek(), self.peek_second()) {
            (Some(Kind::Word(_) | Kind::Text(_)), Some(Kind::Compare(op))) => {
                let field = self.name("a field")?;
                self.at += 1;
                let value = self.value()?;
                Ok(Filter::Test {
                    field,
                    op,
                    values: vec![value],
                })
            }
            (Some(Kind::Word(_) | Kind::Text(_)), Some(Kind::DoubleEqual)) => {
                self.at += 1;
                Err(Error::wrong("a search compares with =", self.span()))
            }
            (Some(Kind::Word(_) | Kind::Text(_)), Some(Kind::Word(word)))
                if word.eq_ignore_ascii_case("in") && self.third_opens() =>
            {
                let field = self.name("a field")?;
                self.at += 1;
                self.list(field)
            }
            (Some(Kind::Word("*")), _) => {
                self.at += 1;
                Ok(Filter::Everything)
            }
            (Some(Kind::Word("AND" | "OR" | "IN")), _) => {
                Err(self.unexpected("a comparison like field=value"))
            }
            (Some(Kind::Word(word @ ("XOR" | "TERM" | "CASE"))), _) => {
                Err(Error::not_supported(word, start))
            }
            (Some(Kind::Word(word)), _)
                if ["and", "or", "not"].contains(&word.to_ascii_lowercase().as_str()) =>
            {
                let upper = word.to_ascii_uppercase();
                Err(
                    Error::not_supported(format!("the word \"{word}\" on its own"), start)
                        .hint(format!("the operator is written {upper}, in capitals")),
                )
            }
            (Some(Kind::Word(_) | Kind::Text(_)), _) => {
                Err(Error::not_supported("a term without a field", start)
                    .hint("name the field: process=\"*term*\""))
            }
            _ => Err(self.unexpected("a comparison like field=value")),
        }
    }

    fn third_opens(&self) -> bool {
        let third = self.tokens.get(self.at + 2).map(|token| token.kind);
        third == Some(Kind::Open)
    }

    fn list(&mut self, field: Name) -> Result<Filter, Error> {
        self.expect(Kind::Open, "an opening parenthesis")?;
        let mut values = vec![self.value()?];
        while !self.take(Kind::Close) {
            if !self.take(Kind::Comma) {
                return Err(self.unexpected("a comma or a closing parenthesis"));
            }
            values.push(self.value()?);
        }
        Ok(Filter::Test {
            field,
            op: Op::Eq,
            values,
        })
    }

    fn value(&mut self) -> Result<SearchValue, Error> {
        let span = self.span();
        let raw = match self.peek() {
            Some(Kind::Word(raw) | Kind::Text(raw)) => raw.to_owned(),
            Some(Kind::Open) => {
                return Err(Error::not_supported("a group of values", span)
                    .hint("write field IN (value, value)"));
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        Ok(SearchValue { raw, span })
    }

    /// An operator, unless it is the name of a field: `OR=1`.
    fn operator(&mut self, operator: &str) -> bool {
        let there = matches!(self.peek(), Some(Kind::Word(word)) if word == operator)
            && !matches!(self.peek_second(), Some(Kind::Compare(_)));
        self.at += usize::from(there);
        there
    }
}

fn one_or<T>(mut parts: Vec<T>, many: impl Fn(Vec<T>) -> T) -> T {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
