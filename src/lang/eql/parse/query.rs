//! Queries: event filters, sequences, samples, pipes.

use std::borrow::Cow;

use super::{Parser, is_keyword};
use crate::diag::Diagnostic;
use crate::lang::eql::ast::{EventFilter, JoinKey, Joined, PipeCall, Query, Statement, Term};
use crate::lang::eql::lex::Token;
use crate::model::time::Span;

/// The most often that `with runs` repeats a stage, as in Elasticsearch.
const MAX_RUNS: i64 = 100;
/// The most stages that a sequence has, repeated ones counted.
const MAX_STAGES: usize = 256;

impl<'t> Parser<'t> {
    pub(super) fn statement(&mut self) -> Result<Statement<'t>, Diagnostic> {
        let word = match self.peek() {
            &Token::Word(word) => word,
            _ => "",
        };
        let query = match word {
            "sequence" => Query::Sequence(self.sequence()?),
            "sample" => Query::Sample(self.joined()?),
            "join" => Query::Join(self.joined()?),
            _ => Query::Event(self.event_filter()?),
        };
        let mut pipes = Vec::new();
        while self.eat_sign("|") {
            pipes.push(self.pipe()?);
        }
        Ok(Statement { query, pipes })
    }

    fn event_filter(&mut self) -> Result<EventFilter<'t>, Diagnostic> {
        let category = match self.peek() {
            Token::Word("any") => None,
            &Token::Word(word) if !is_keyword(word) => Some(Cow::Borrowed(word)),
            Token::Str(text) => Some(text.clone()),
            _ => {
                return Err(self
                    .expected("an event category")
                    .hint("a query begins like `process where`, `any where` or `sequence`"));
            }
        };
        self.advance();
        if !self.eat_word("where") {
            return Err(self.expected("`where`"));
        }
        let condition = self.expression(0)?;
        Ok(EventFilter {
            category,
            condition,
        })
    }

    fn sequence(&mut self) -> Result<Joined<'t>, Diagnostic> {
        let span = self.span();
        self.advance();
        let by = self.join_keys()?;
        let maxspan = self.maxspan()?;
        if maxspan.is_some() && self.is_word("by") {
            return Err(Diagnostic::new("`by` stands before `with`", self.span()));
        }
        self.terms(span, by, maxspan)
    }

    fn joined(&mut self) -> Result<Joined<'t>, Diagnostic> {
        let span = self.span();
        self.advance();
        let by = self.join_keys()?;
        self.terms(span, by, None)
    }

    fn terms(
        &mut self,
        span: crate::lang::eql::ast::Span,
        by: Vec<JoinKey<'t>>,
        maxspan: Option<Span>,
    ) -> Result<Joined<'t>, Diagnostic> {
        let mut terms = Vec::new();
        let mut stages = 0;
        while self.is_sign("[") || self.is_sign("![") || terms.is_empty() {
            let term = self.term()?;
            stages += term.runs;
            if stages > MAX_STAGES {
                let message = format!("there are more than {MAX_STAGES} stages");
                return Err(Diagnostic::new(message, term.span));
            }
            terms.push(term);
        }
        let until = match self.eat_word("until") {
            true => Some(self.term()?),
            false => None,
        };
        Ok(Joined {
            span,
            by,
            maxspan,
            terms,
            until,
        })
    }

    fn term(&mut self) -> Result<Term<'t>, Diagnostic> {
        let start = self.span().start;
        let missing = self.eat_sign("![");
        if !missing && !self.eat_sign("[") {
            return Err(self.expected("`[`"));
        }
        let filter = self.event_filter()?;
        self.expect_sign("]")?;
        let span = start..self.before();
        if self.is_word("fork") {
            return Err(Diagnostic::new("`fork` is not supported", self.span()));
        }
        let by = self.join_keys()?;
        let runs = self.runs()?;
        Ok(Term {
            span,
            filter,
            by,
            runs,
            missing,
        })
    }

    fn runs(&mut self) -> Result<usize, Diagnostic> {
        if !self.eat_word("with") {
            return Ok(1);
        }
        if !self.eat_word("runs") {
            return Err(self.expected("`runs`"));
        }
        self.expect_sign("=")?;
        let runs = match self.peek() {
            Token::Int(runs @ 1..=MAX_RUNS) => *runs as usize,
            Token::Int(_) | Token::Float(_) | Token::Sign("-") => {
                let message = format!("a stage runs 1 to {MAX_RUNS} times");
                return Err(Diagnostic::new(message, self.span()));
            }
            _ => return Err(self.expected("a number")),
        };
        self.advance();
        Ok(runs)
    }

    fn join_keys(&mut self) -> Result<Vec<JoinKey<'t>>, Diagnostic> {
        let mut keys = Vec::new();
        if !self.eat_word("by") {
            return Ok(keys);
        }
        loop {
            let start = self.span().start;
            let field = self.field("a field to join by")?;
            keys.push(JoinKey {
                field,
                span: start..self.before(),
            });
            if let Token::Sign("(" | "*" | "+" | "-" | "/" | "%") = self.peek() {
                return Err(Diagnostic::new(
                    "events are joined by fields, not by what is computed",
                    start..self.span().end,
                ));
            }
            if !self.eat_sign(",") {
                return Ok(keys);
            }
        }
    }

    fn maxspan(&mut self) -> Result<Option<Span>, Diagnostic> {
        if !self.eat_word("with") {
            return Ok(None);
        }
        if !self.eat_word("maxspan") {
            return Err(self.expected("`maxspan`"));
        }
        self.expect_sign("=")?;
        let span = self.span();
        let count = match self.peek() {
            Token::Int(count @ 1..) => *count,
            Token::Float(_) => {
                return Err(Diagnostic::new("a maxspan is a whole number", span)
                    .hint("choose a smaller unit: `90s` instead of `1.5m`"));
            }
            Token::Int(_) | Token::Sign("-") => {
                return Err(Diagnostic::new("a maxspan is more than nothing", span));
            }
            _ => return Err(self.expected("a length of time such as `5m`")),
        };
        self.advance();
        let unit = self.span();
        let units = "the units are ms, s, m, h and d";
        let Token::Word(name) = self.peek() else {
            return Err(Diagnostic::new("this maxspan has no unit", span).hint(units));
        };
        let millis = match *name {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => {
                let message = format!("unknown unit of time `{name}`");
                return Err(Diagnostic::new(message, unit).hint(units));
            }
        };
        self.advance();
        Ok(Some(Span::millis(count.saturating_mul(millis))))
    }

    fn pipe(&mut self) -> Result<PipeCall<'t>, Diagnostic> {
        let start = self.span().start;
        let &Token::Word(name) = self.peek() else {
            return Err(self.expected("a pipe").hint("the pipes are head and tail"));
        };
        self.advance();
        let span = start..self.before();
        // What an unknown pipe's arguments look like nobody knows.
        let args = match name {
            "head" | "tail" if !matches!(self.peek(), Token::End | Token::Sign("|")) => {
                self.expressions()?
            }
            "head" | "tail" => Vec::new(),
            "count" | "filter" | "sort" | "unique" | "unique_count" => {
                let message = format!("the pipe `{name}` is not supported");
                return Err(Diagnostic::new(message, span).hint("the pipes are head and tail"));
            }
            _ => {
                let message = format!("unknown pipe `{name}`");
                return Err(Diagnostic::new(message, span).hint("the pipes are head and tail"));
            }
        };
        Ok(PipeCall { name, span, args })
    }
}
