//! Search macros: the ones that come with the program and the ones that a user sets.
//!
//! From `name(a,b)=definition` (the command line) and from `macros.conf` stanzas to definitions
//! that a search calls between backticks. Source: Splunk's Knowledge Manager Manual ("Define
//! search macros") and the specification of `macros.conf`.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diag::Diagnostic;

/// What macros stand for, each by its name and its number of arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Macros {
    definitions: BTreeMap<(String, usize), Definition>,
}

/// What one macro stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// The names that stand as `$name$` in the text.
    pub(super) args: Vec<String>,
    pub(super) text: String,
    /// `iseval = 1`: the text is an expression whose value is the definition.
    pub(super) computed: bool,
}

/// The longest definition, and the longest file of them, in bytes.
const MAX_DEFINITION: usize = 64 << 10;
const MAX_FILE: usize = 16 << 20;

/// With what Splunk's security content takes for granted: `sysmon`, which is any Sysmon event, and
/// `security_content_ctime(1)`. A macro whose name ends in `_filter` is empty until a user sets it.
impl Default for Macros {
    fn default() -> Macros {
        let mut macros = Macros {
            definitions: BTreeMap::new(),
        };
        macros.set(
            "sysmon",
            &[],
            "source=\"XmlWinEventLog:Microsoft-Windows-Sysmon/Operational\"",
        );
        macros.set(
            "security_content_ctime",
            &["field"],
            "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime($field$)",
        );
        macros
    }
}

impl Macros {
    /// Sets a macro as the command line writes it: `name=definition`, `name(a,b)=definition`.
    /// Spans of errors are in `text`.
    ///
    /// ```
    /// let mut macros = evql::lang::spl::Macros::default();
    /// macros.define("my_filter=search NOT dest=\"BUILD01\"").unwrap();
    /// assert!(macros.define("my filter").is_err());
    /// ```
    pub fn define(&mut self, text: &str) -> Result<(), Diagnostic> {
        let Some(equals) = text.find('=') else {
            return Err(
                Diagnostic::new("a macro without a definition", 0..text.len())
                    .hint("write it as 'name=definition'"),
            );
        };
        let (name, args) = signature(text, 0..equals)?;
        let args = args.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let definition = text[equals + 1..].trim();
        check_length(definition, equals + 1..text.len())?;
        self.insert(name, args, definition, false);
        Ok(())
    }

    /// Reads the stanzas of a `macros.conf`: `[name(2)]`, `args = a, b`, `definition = ...`.
    /// Settings that do not change what a search finds (`description`, `validation`) are left out.
    /// Spans of errors are in `text`; nothing is set where there is one.
    pub fn read_conf(&mut self, text: &str) -> Result<(), Diagnostic> {
        if text.len() > MAX_FILE {
            return Err(Diagnostic::new(
                format!("a file of macros is at most {} MiB long", MAX_FILE >> 20),
                0..0,
            ));
        }
        let mut read = self.clone();
        let mut stanza: Option<Stanza> = None;
        for (span, line) in logical_lines(text) {
            if let Some(header) = line.strip_prefix('[') {
                read.close(stanza.take())?;
                let Some(name) = header.trim_end().strip_suffix(']') else {
                    return Err(Diagnostic::new("a stanza without its closing ]", span));
                };
                stanza = Some(Stanza::new(name.trim(), span)?);
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                return Err(Diagnostic::new(
                    "neither [stanza] nor setting = value",
                    span,
                ));
            };
            let Some(stanza) = &mut stanza else {
                return Err(Diagnostic::new("a setting before the first [stanza]", span));
            };
            stanza.setting(key.trim(), value.trim(), span)?;
        }
        read.close(stanza)?;
        *self = read;
        Ok(())
    }

    pub(super) fn get(&self, name: &str, args: usize) -> Option<&Definition> {
        self.definitions.get(&(name.to_owned(), args))
    }

    /// With how many arguments there are macros of this name.
    pub(super) fn arities(&self, name: &str) -> Vec<usize> {
        let all = (name.to_owned(), 0)..=(name.to_owned(), usize::MAX);
        self.definitions.range(all).map(|(key, _)| key.1).collect()
    }

    fn set(&mut self, name: &str, args: &[&str], text: &str) {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        self.insert(name, args, text, false);
    }

    fn insert(&mut self, name: &str, args: Vec<String>, text: &str, computed: bool) {
        let definition = Definition {
            args,
            text: text.to_owned(),
            computed,
        };
        self.definitions
            .insert((name.to_owned(), definition.args.len()), definition);
    }

    fn close(&mut self, stanza: Option<Stanza>) -> Result<(), Diagnostic> {
        let Some(stanza) = stanza else {
            return Ok(());
        };
        if stanza.name == "default" {
            return Ok(());
        }
        let Some(definition) = stanza.definition else {
            let message = format!("the macro \"{}\" has no definition", stanza.name);
            return Err(Diagnostic::new(message, stanza.span));
        };
        if stanza.args.len() != stanza.arity {
            let message = format!(
                "the macro \"{}\" has {} by its name and {} by its args",
                stanza.name,
                arguments(stanza.arity),
                arguments(stanza.args.len())
            );
            return Err(Diagnostic::new(message, stanza.span));
        }
        self.insert(&stanza.name, stanza.args, &definition, stanza.computed);
        Ok(())
    }
}

/// `no arguments`, `1 argument`, `2 arguments`.
pub(super) fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        more => format!("{more} arguments"),
    }
}

struct Stanza {
    name: String,
    arity: usize,
    args: Vec<String>,
    definition: Option<String>,
    computed: bool,
    span: Range<usize>,
}

impl Stanza {
    fn new(header: &str, span: Range<usize>) -> Result<Stanza, Diagnostic> {
        let (name, arity) = match header.strip_suffix(')').and_then(|h| h.split_once('(')) {
            Some((name, arity)) => match arity.trim().parse() {
                Ok(arity) => (name, arity),
                Err(_) => {
                    return Err(Diagnostic::new("how many arguments is not a number", span)
                        .hint("write [name(1)] for one argument"));
                }
            },
            None => (header, 0),
        };
        if !is_name(name) {
            return Err(Diagnostic::new(
                format!("\"{name}\" is no macro name"),
                span,
            ));
        }
        Ok(Stanza {
            name: name.to_owned(),
            arity,
            args: Vec::new(),
            definition: None,
            computed: false,
            span,
        })
    }

    fn setting(&mut self, key: &str, value: &str, span: Range<usize>) -> Result<(), Diagnostic> {
        match key {
            "definition" => {
                check_length(value, span)?;
                self.definition = Some(value.to_owned());
            }
            "args" => {
                self.args = arg_names(value, span)?
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
            }
            "iseval" => self.computed = matches!(value, "1" | "true" | "t" | "yes"),
            _ => {}
        }
        Ok(())
    }
}

/// Lines with their spans: continued ones joined where they end in a backslash, comments and empty
/// ones left out.
fn logical_lines(text: &str) -> Vec<(Range<usize>, String)> {
    let mut lines: Vec<(Range<usize>, String)> = Vec::new();
    let mut start = 0;
    let mut open = false;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_start_matches('\u{feff}').trim();
        let span = start..start + raw.trim_end().len();
        start += raw.len();
        let continued = line.strip_suffix('\\');
        let part = continued.unwrap_or(line);
        match lines.last_mut().filter(|_| open) {
            Some((whole, joined)) => {
                joined.push('\n');
                joined.push_str(part);
                whole.end = span.end.max(whole.end);
            }
            None if line.is_empty() || line.starts_with('#') => continue,
            None => lines.push((span, part.to_owned())),
        }
        open = continued.is_some();
    }
    lines
}

/// `name` or `name(a, b)`.
fn signature(text: &str, span: Range<usize>) -> Result<(&str, Vec<&str>), Diagnostic> {
    let whole = text[span.clone()].trim();
    let (name, args) = match whole.strip_suffix(')').and_then(|w| w.split_once('(')) {
        Some((name, args)) => (name, arg_names(args, span.clone())?),
        None => (whole, Vec::new()),
    };
    if !is_name(name) {
        return Err(
            Diagnostic::new(format!("\"{name}\" is no macro name"), span)
                .hint("letters, digits, _ and -"),
        );
    }
    Ok((name, args))
}

fn arg_names(text: &str, span: Range<usize>) -> Result<Vec<&str>, Diagnostic> {
    let mut names = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name.is_empty() && text.trim().is_empty() {
            break;
        }
        if !is_name(name) || names.contains(&name) {
            let message = format!("\"{name}\" is no name for an argument, or named twice");
            return Err(Diagnostic::new(message, span));
        }
        if names.len() == MAX_ARGS {
            return Err(Diagnostic::new(
                format!("a macro has at most {MAX_ARGS} arguments"),
                span,
            ));
        }
        names.push(name);
    }
    Ok(names)
}

/// So that a search for a name among them stays short.
const MAX_ARGS: usize = 64;

fn is_name(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    !name.is_empty() && name.bytes().all(allowed)
}

fn check_length(definition: &str, span: Range<usize>) -> Result<(), Diagnostic> {
    if definition.len() > MAX_DEFINITION {
        let message = format!("a definition is at most {} KiB long", MAX_DEFINITION >> 10);
        return Err(Diagnostic::new(message, span));
    }
    Ok(())
}
