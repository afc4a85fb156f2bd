//! Macros put in place: from a search to the text that Splunk would run, and back from a span in
//! that text to a span in the search.
//!
//! Splunk expands macros as text, before anything is parsed: a definition may be half an
//! expression or several commands. Between double quotes nothing is expanded; text between triple
//! backticks is a comment.

use std::ops::Range;

use super::MAX_EXPANDED;
use super::error::Error;
use super::macros::{Definition, Macros, arguments};

/// How deep macros may call macros.
const MAX_NESTING: usize = 16;
/// How many bytes are scanned at most, definitions anew for each call.
const MAX_WORK: usize = 4 << 20;

/// A search with its macros put in place.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) text: String,
    /// Where each run of `text` comes from, in order; the first starts at 0.
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    start: usize,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    /// The search itself, from this offset.
    Search(usize),
    /// A macro: the call in the search, and the names of the macros that lead to it.
    Macro {
        call: Range<usize>,
        names: Vec<String>,
    },
}

pub(super) fn expand(text: &str, macros: &Macros) -> Result<Expanded, Error> {
    let mut expander = Expander {
        macros,
        work: 0,
        out: Expanded {
            text: String::with_capacity(text.len()),
            pieces: Vec::new(),
        },
    };
    expander.scan(text, None, 0)?;
    Ok(expander.out)
}

impl Expanded {
    /// The error with its span in the search instead of the expanded text.
    pub(super) fn locate(&self, mut error: Error) -> Error {
        let span = error.diagnostic.span.clone();
        let start = self.place(span.start);
        // The byte before the end belongs to the span; the one at it may be another piece's.
        let end = self.place(span.end.max(span.start + 1) - 1);
        match start.1 {
            Some(names) => error.inside(start.0.start..end.0.end.max(start.0.end), names),
            None => {
                let last = if span.is_empty() {
                    start.0.start
                } else {
                    end.0.end
                };
                error.diagnostic.span = start.0.start..last.max(start.0.start);
                error
            }
        }
    }

    /// The span of one expanded byte in the search, and the macros that it comes from.
    fn place(&self, at: usize) -> (Range<usize>, Option<&[String]>) {
        let index = self.pieces.partition_point(|piece| piece.start <= at);
        match index.checked_sub(1).map(|index| &self.pieces[index]) {
            None => (0..0, None),
            Some(Piece {
                start,
                origin: Origin::Search(from),
            }) => (from + (at - start)..from + (at - start) + 1, None),
            Some(Piece {
                origin: Origin::Macro { call, names },
                ..
            }) => (call.clone(), Some(names)),
        }
    }
}

struct Expander<'m> {
    macros: &'m Macros,
    work: usize,
    out: Expanded,
}

/// Inside which macro a text stands: the call in the search, and the macros' names from there on.
type Inside<'a> = Option<(&'a Range<usize>, &'a [String])>;

impl Expander<'_> {
    fn scan(&mut self, text: &str, inside: Inside, depth: usize) -> Result<(), Error> {
        self.work += text.len() + 1;
        if self.work > MAX_WORK {
            return Err(place(
                Error::wrong("macros expand to too much", 0..text.len()),
                inside,
            ));
        }
        let bytes = text.as_bytes();
        let mut plain = 0;
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => at = quoted_end(bytes, at),
                b'`' => {
                    self.copy(text, plain..at, inside)?;
                    at = if bytes[at..].starts_with(b"```") {
                        self.copy_comment(text, at, inside)?
                    } else {
                        self.call(text, at, inside, depth)?
                    };
                    plain = at;
                }
                _ => at += 1,
            }
        }
        self.copy(text, plain..at, inside)
    }

    /// A comment is as good as a space.
    fn copy_comment(&mut self, text: &str, at: usize, inside: Inside) -> Result<usize, Error> {
        let Some(length) = text[at + 3..].find("```") else {
            let error = Error::wrong("a comment without its closing ```", at..at + 3);
            return Err(place(error, inside));
        };
        self.push(" ", at, inside)?;
        Ok(at + 3 + length + 3)
    }

    fn copy(&mut self, text: &str, range: Range<usize>, inside: Inside) -> Result<(), Error> {
        self.push(&text[range.clone()], range.start, inside)
    }

    fn push(&mut self, text: &str, from: usize, inside: Inside) -> Result<(), Error> {
        if text.is_empty() {
            return Ok(());
        }
        let start = self.out.text.len();
        if start + text.len() > MAX_EXPANDED {
            let message = format!("macros expand to more than {} KiB", MAX_EXPANDED >> 10);
            return Err(place(Error::wrong(message, from..from + 1), inside));
        }
        let origin = match inside {
            None => Origin::Search(from),
            Some((call, names)) => Origin::Macro {
                call: call.clone(),
                names: names.to_vec(),
            },
        };
        self.out.pieces.push(Piece { start, origin });
        self.out.text.push_str(text);
        Ok(())
    }

    /// Puts the macro called at `at` in place; gives where its call ends.
    fn call(
        &mut self,
        text: &str,
        at: usize,
        inside: Inside,
        depth: usize,
    ) -> Result<usize, Error> {
        let Some(end) = call_end(text.as_bytes(), at + 1) else {
            let error = Error::wrong("a macro without its closing backtick", at..at + 1);
            return Err(place(error, inside));
        };
        let span = at..end;
        let wrong = |error: Error| place(error, inside);
        let (name, args) = arguments_of(&text[at + 1..end - 1])
            .ok_or_else(|| wrong(Error::wrong("this is no call of a macro", span.clone())))?;
        if depth == MAX_NESTING {
            let message = format!("macros call each other more than {MAX_NESTING} deep");
            return Err(wrong(Error::wrong(message, span)));
        }
        let definition = match self.macros.get(name, args.len()) {
            Some(definition) if definition.computed => {
                let what = format!("the macro `{name}`, whose definition is computed,");
                return Err(wrong(Error::not_supported(what, span)));
            }
            Some(definition) => filled(definition, &args),
            None if name.ends_with("_filter") && args.is_empty() => Some("search *".to_owned()),
            None => return Err(wrong(self.undefined(name, args.len(), span))),
        };
        let Some(definition) = definition else {
            return Err(wrong(Error::wrong("macros expand to too much", span)));
        };
        let (call, outer) = inside.unwrap_or((&span, &[]));
        let names = [outer, &[name.to_owned()]].concat();
        self.scan(&definition, Some((call, &names)), depth + 1)?;
        Ok(end)
    }

    fn undefined(&self, name: &str, args: usize, span: Range<usize>) -> Error {
        match self.macros.arities(name).as_slice() {
            [] => Error::unknown(format!("the macro `{name}` is not defined"), span).hint(
                match args {
                    0 => format!("define it: --macro '{name}=...' or --macros FILE"),
                    _ => format!("define it: --macro '{name}(a)=...' or --macros FILE"),
                },
            ),
            [arity, ..] => Error::unknown(
                format!("the macro `{name}` takes {}, not {args}", arguments(*arity)),
                span,
            ),
        }
    }
}

/// Inside a macro, a span is the call's and the message names the macro.
fn place(error: Error, inside: Inside) -> Error {
    match inside {
        Some((call, names)) => error.inside(call.clone(), names),
        None => error,
    }
}

/// Past the closing quote of the string that opens at `at`, or the end of the text.
fn quoted_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Past the closing backtick.
fn call_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        match bytes[at] {
            b'`' => return Some(at + 1),
            b'"' => at = quoted_end(bytes, at),
            _ => at += 1,
        }
    }
    None
}

/// The name and the arguments of `name`, `name(a, "b, c")`.
fn arguments_of(call: &str) -> Option<(&str, Vec<String>)> {
    let call = call.trim();
    let Some(open) = call.find('(') else {
        return (!call.is_empty()).then_some((call, Vec::new()));
    };
    let name = call[..open].trim();
    let inner = call[open + 1..].strip_suffix(')')?;
    if name.is_empty() {
        return None;
    }
    if inner.trim().is_empty() {
        return Some((name, Vec::new()));
    }
    let bytes = inner.as_bytes();
    let mut args = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = quoted_end(bytes, at);
                continue;
            }
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                args.push(argument(&inner[start..at]));
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    args.push(argument(&inner[start..]));
    Some((name, args))
}

/// Quotes around a whole argument hold it together and are not part of it.
fn argument(text: &str) -> String {
    let text = text.trim();
    let quoted = text.len() >= 2
        && text.starts_with('"')
        && quoted_end(text.as_bytes(), 0) == text.len()
        && text.ends_with('"');
    if quoted {
        text[1..text.len() - 1].replace("\\\"", "\"")
    } else {
        text.to_owned()
    }
}

/// The definition with its `$name$` filled in; none where that grows too long.
fn filled(definition: &Definition, args: &[String]) -> Option<String> {
    let mut out = String::with_capacity(definition.text.len());
    let mut rest = definition.text.as_str();
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        let name = rest[1..].split('$').next().unwrap_or_default();
        let closed = rest.as_bytes().get(1 + name.len()) == Some(&b'$');
        let index = definition.args.iter().position(|arg| arg == name);
        match index.and_then(|index| args.get(index)) {
            Some(arg) if closed => {
                out.push_str(arg);
                rest = &rest[name.len() + 2..];
            }
            _ => {
                out.push('$');
                rest = &rest[1..];
            }
        }
        if out.len() > MAX_EXPANDED {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= MAX_EXPANDED).then_some(out)
}
