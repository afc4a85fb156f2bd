//! From tokens to a tree: commands between pipes.

mod commands;
mod expression;
mod search;

use std::ops::Range;

use super::MAX_DEPTH;
use super::ast::{Command, CommandKind, Name, Pipeline};
use super::error::Error;
use super::lex::{Kind, Token};

pub(super) fn parse(tokens: &[Token], end: usize) -> Result<Pipeline, Error> {
    Parser {
        tokens,
        at: 0,
        end,
        depth: 0,
        operators: 0,
    }
    .pipeline()
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    /// Where the text ends.
    end: usize,
    depth: usize,
    /// Arithmetic operators so far.
    operators: usize,
}

impl<'t> Parser<'t> {
    fn pipeline(mut self) -> Result<Pipeline, Error> {
        let mut commands = Vec::new();
        if self.tokens.is_empty() {
            return Err(Error::wrong("the search is empty", 0..0));
        }
        if self.peek() != Some(Kind::Pipe) {
            let span = self.span();
            self.keyword("search");
            let filter = self.search()?;
            commands.push(Command {
                kind: CommandKind::Search(filter),
                span,
            });
        }
        while self.peek().is_some() {
            if !self.take(Kind::Pipe) {
                return Err(self.unexpected("a pipe or the end of the search"));
            }
            commands.push(self.command()?);
        }
        Ok(Pipeline { commands })
    }

    fn command(&mut self) -> Result<Command, Error> {
        let span = self.span();
        let Some(Kind::Word(word)) = self.peek() else {
            return Err(self.unexpected("a command"));
        };
        self.at += 1;
        let kind = match word.to_ascii_lowercase().as_str() {
            "search" => CommandKind::Search(self.search()?),
            "where" => CommandKind::Where(self.condition()?),
            "stats" => CommandKind::Stats(self.stats()?),
            "rename" => CommandKind::Rename(self.rename()?),
            "convert" => CommandKind::Convert(self.convert()?),
            _ => {
                let what = format!("the command \"{word}\"");
                return Err(Error::not_supported(what, span));
            }
        };
        Ok(Command { kind, span })
    }

    fn peek(&self) -> Option<Kind<'t>> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn peek_second(&self) -> Option<Kind<'t>> {
        self.tokens.get(self.at + 1).map(|token| token.kind)
    }

    /// The next token's span; nothing at the end.
    fn span(&self) -> Range<usize> {
        match self.tokens.get(self.at) {
            Some(token) => token.span.clone(),
            None => self.end..self.end,
        }
    }

    /// From `start` to the end of the last token taken.
    fn since(&self, start: &Range<usize>) -> Range<usize> {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        start.start..before.map_or(start.end, |token| token.span.end.max(start.end))
    }

    fn take(&mut self, kind: Kind) -> bool {
        let there = self.peek() == Some(kind);
        self.at += usize::from(there);
        there
    }

    /// Takes a word, in whichever letters.
    fn keyword(&mut self, keyword: &str) -> bool {
        let there = self.is_keyword(keyword);
        self.at += usize::from(there);
        there
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn expect(&mut self, kind: Kind, what: &str) -> Result<(), Error> {
        if self.take(kind) {
            Ok(())
        } else {
            Err(self.unexpected(what))
        }
    }

    fn unexpected(&self, expected: &str) -> Error {
        let message = match self.peek() {
            Some(Kind::Pipe) => format!("expected {expected} before the pipe"),
            Some(_) => format!("expected {expected}"),
            None => format!("expected {expected}, and the search ends"),
        };
        Error::wrong(message, self.span())
    }

    /// A field's or column's name, quoted or not.
    fn name(&mut self, what: &str) -> Result<Name, Error> {
        let span = self.span();
        let text = match self.peek() {
            Some(Kind::Word(word)) => word.to_owned(),
            Some(Kind::Text(raw)) => unescape(raw),
            _ => return Err(self.unexpected(what)),
        };
        if text.is_empty() {
            return Err(self.unexpected(what));
        }
        self.at += 1;
        if text.contains('*') {
            return Err(Error::not_supported("a wildcard in a name", span));
        }
        Ok(Name { text, span })
    }

    /// One level deeper for as long as `inner` runs.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.check_depth(self.depth + 1)?;
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            let message = format!("nested more than {MAX_DEPTH} deep");
            return Err(Error::wrong(message, self.span()));
        }
        Ok(())
    }
}

/// `\"` is a quote and `\\` a backslash; before anything else a backslash is itself.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(&next @ ('\\' | '"' | '\'')) if c == '\\' => {
                out.push(next);
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}
