//! From tokens to a tree, by recursive descent; nesting is bounded.
//!
//! The grammar is Elasticsearch's, its oddities included: `:`, `in`, `like` and `regex` bind to
//! the operand next to them (`1 + a : "2"` is `1 + (a : "2")`), comparisons do not chain, and
//! keywords are lower case.

mod expression;
mod query;

use super::ast::{Node, NodeKind, Span, Statement};
use super::lex::{self, Token};
use crate::diag::Diagnostic;

/// How deep an expression may nest.
const MAX_DEPTH: usize = 100;

/// Whether a word is no name unless it stands in backticks.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "any"
            | "by"
            | "false"
            | "fork"
            | "in"
            | "join"
            | "like"
            | "maxspan"
            | "not"
            | "null"
            | "of"
            | "or"
            | "regex"
            | "sample"
            | "sequence"
            | "true"
            | "until"
            | "where"
            | "with"
    )
}

/// Reads a whole query.
pub fn statement(text: &str) -> Result<Statement<'_>, Diagnostic> {
    let mut parser = Parser::new(text)?;
    let statement = parser.statement()?;
    parser.end()?;
    Ok(statement)
}

/// Reads an expression that stands alone.
#[cfg(test)]
pub fn expression(text: &str) -> Result<Node<'_>, Diagnostic> {
    let mut parser = Parser::new(text)?;
    let node = parser.expression(0)?;
    parser.end()?;
    Ok(node)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token<'t>, Span)>,
    at: usize,
    /// How many expressions are being read inside each other.
    nesting: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Parser<'t>, Diagnostic> {
        Ok(Parser {
            text,
            tokens: lex::tokens(text)?,
            at: 0,
            nesting: 0,
        })
    }

    fn peek(&self) -> &Token<'t> {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> &Token<'t> {
        self.tokens
            .get(self.at + by)
            .map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens
            .get(self.at)
            .map_or(0..0, |(_, span)| span.clone())
    }

    /// Where the token before this one ends.
    fn before(&self) -> usize {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.map_or(0, |(_, span)| span.end)
    }

    fn advance(&mut self) {
        if !matches!(self.peek(), Token::End) {
            self.at += 1;
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if *found == word)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let eaten = self.is_word(word);
        if eaten {
            self.advance();
        }
        eaten
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let eaten = self.is_sign(sign);
        if eaten {
            self.advance();
        }
        eaten
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), Diagnostic> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        Err(self.expected(&format!("`{sign}`")))
    }

    fn end(&self) -> Result<(), Diagnostic> {
        match self.peek() {
            Token::End => Ok(()),
            Token::Sign("=") => Err(self
                .expected("the end of the query")
                .hint("compare with `==`, or `:` to ignore letter case")),
            _ => Err(self.expected("the end of the query")),
        }
    }

    fn expected(&self, what: &str) -> Diagnostic {
        let found = match self.peek() {
            Token::Word(word) if is_keyword(word) => format!("`{word}`"),
            Token::Word(word) => format!("the name `{word}`"),
            Token::Quoted(word) => format!("the name `{word}`"),
            Token::Tilde(word) => format!("`{word}~`"),
            Token::Str(_) => "a text".to_owned(),
            Token::Int(_) | Token::Float(_) => "a number".to_owned(),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::End => "the end".to_owned(),
        };
        Diagnostic::new(format!("expected {what}, found {found}"), self.span())
    }

    /// A node, unless it is too deep.
    fn node(
        &self,
        kind: NodeKind<'t>,
        span: Span,
        children_depth: usize,
    ) -> Result<Node<'t>, Diagnostic> {
        let depth = children_depth + 1;
        if depth > MAX_DEPTH {
            return Err(too_deep(span));
        }
        Ok(Node { kind, span, depth })
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(
        format!("the expression is nested more than {MAX_DEPTH} deep"),
        span,
    )
}
