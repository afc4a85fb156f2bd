//! From a rule's message and a finding's values to the sentence that an alert shows.

use std::borrow::Cow;

use super::cells::{Cell, Resolved};
use super::findings::{View, first};
use super::report::{Report, RuleUsed, Shape};
use super::row::TextAt;
use crate::model::field::View as Names;
use crate::model::rule::Vendor;
use crate::model::text::Text;
use crate::model::value::Value;

/// The names in the `$name$` places of a message, in order.
pub(super) fn places(message: &str) -> impl Iterator<Item = &str> {
    pieces(message).filter_map(|piece| match piece {
        Piece::Place(name) => Some(name),
        Piece::Text(_) => None,
    })
}

enum Piece<'a> {
    Text(&'a str),
    Place(&'a str),
}

fn pieces(message: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix('$')
            && let Some(end) = after.find('$')
            && is_name(&after[..end])
        {
            rest = &after[end + 1..];
            return Some(Piece::Place(&after[..end]));
        }
        let skip = usize::from(rest.starts_with('$'));
        let end = rest[skip..].find('$').map_or(rest.len(), |at| at + skip);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(text))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._@".contains(c))
}

/// Which names a vendor's messages go by.
pub(super) fn view_of(vendor: Vendor) -> Names {
    match vendor {
        Vendor::Elastic => Names::Ecs,
        Vendor::Splunk => Names::Cim,
    }
}

/// A rule's message, its places found.
pub(super) struct Message<'a>(Vec<Said<'a>>);

enum Said<'a> {
    Text(&'a str),
    Place {
        name: &'a str,
        /// Where it stands in the finding's row.
        column: Option<usize>,
        text: Option<TextAt>,
    },
}

impl<'a> Message<'a> {
    pub(super) fn new(rule: &RuleUsed<'a>, report: &Report<'a>) -> Message<'a> {
        let columns = match rule.shape {
            Shape::Rows(columns) => columns,
            Shape::Events => &[],
        };
        let said = pieces(&rule.info.message).map(|piece| match piece {
            Piece::Text(text) => Said::Text(text),
            Piece::Place(name) => Said::Place {
                name,
                column: columns.iter().position(|column| column == name),
                text: (report.held).text(Resolved::Field(
                    report.fields.get(view_of(rule.info.vendor), name),
                )),
            },
        });
        Message(said.collect())
    }
}

/// The finding's sentence: the rule's message with its places filled from the finding's row, else
/// from the first event that has the field, else left as written; without a message, a sentence
/// in the order of Elastic's alert reasons (category, process, parent, source, destination, user,
/// host, severity, rule).
pub(super) fn write(view: &View<'_>, out: &mut Vec<u8>) {
    let Message(said) = &view.rule.message;
    if said.is_empty() {
        return reason(view, out);
    }
    for said in said {
        match *said {
            Said::Text(text) => out.push_str(text),
            Said::Place { name, column, text } => {
                if !fill(view, column, text, out) {
                    out.push(b'$');
                    out.push_str(name);
                    out.push(b'$');
                }
            }
        }
    }
}

/// Appends what a place stands for. False, and nothing done, where nothing has it.
fn fill(view: &View<'_>, column: Option<usize>, text: Option<TextAt>, out: &mut Vec<u8>) -> bool {
    let value = column.and_then(|column| view.finding.values.get(column));
    if let Some(value) = value
        && !value.is_null()
    {
        value.show(out);
        return true;
    }
    let found = view.events.iter().find_map(|event| event.text(text));
    out.push_utf8(found.unwrap_or_default());
    found.is_some()
}

fn reason(view: &View<'_>, out: &mut Vec<u8>) {
    let mut categories: Vec<Cow<'_, str>> = Vec::new();
    for event in view.events {
        for item in event.of_kind.category.items() {
            let item = match item {
                Value::Str(text) => Cow::Borrowed(&**text),
                other => Cow::Owned(other.to_string()),
            };
            if !categories.contains(&item) {
                categories.push(item);
            }
        }
    }
    for (at, category) in categories.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        out.push_str(category);
    }
    if !categories.is_empty() {
        out.push(b' ');
    }
    out.push_str(match view.events.len() {
        1 => "event",
        _ => "events",
    });
    let words = view.words;
    let mut part = |lead: &str, write: &dyn Fn(&mut Vec<u8>)| {
        let from = out.len();
        out.push_str(lead);
        let empty = out.len();
        write(out);
        if out.len() == empty {
            out.truncate(from);
        }
    };
    let process = |text| move |out: &mut Vec<u8>| first(view.process, text, out);
    let any = |text| move |out: &mut Vec<u8>| first(view.events, text, out);
    part(" with process ", &process(words.process));
    part(", parent process ", &process(words.parent));
    part(", file ", &any(words.file));
    part(", registry value ", &any(words.registry));
    part(", name ", &any(words.dns));
    part(", source ", &|out| endpoint(view, words.source, out));
    part(", destination ", &|out| {
        endpoint(view, words.destination, out)
    });
    part(", by ", &process(words.user));
    part(" on ", &any(words.host));
    let info = view.rule.info;
    part(" created ", &|out| {
        out.push_str(&info.severity);
        out.push_str(if info.severity.is_empty() { "" } else { " " });
        out.push_str("alert ");
        out.push_str(&info.name);
    });
}

/// `192.0.2.1:443`, `[2001:db8::1]:443`.
fn endpoint(view: &View<'_>, (address, port): Endpoint, out: &mut Vec<u8>) {
    let from = out.len();
    first(view.network, address, out);
    let end = out.len();
    if end == from {
        return;
    }
    let bare = !out[from..].contains(&b':');
    out.push_str(if bare { ":" } else { "]:" });
    let before = out.len();
    first(view.network, port, out);
    if out.len() == before {
        out.truncate(end);
    } else if !bare {
        out.insert(from, b'[');
    }
}

/// What sentences are made of.
pub(super) const WORDS: [Cell; 11] = [
    Cell::Ecs("process.name"),
    Cell::Ecs("process.parent.name"),
    Cell::Ecs("file.path"),
    Cell::Ecs("registry.path"),
    Cell::Ecs("dns.question.name"),
    Cell::Ecs("source.ip"),
    Cell::Ecs("source.port"),
    Cell::Ecs("destination.ip"),
    Cell::Ecs("destination.port"),
    Cell::User,
    Cell::Ecs("host.name"),
];

/// An address and a port.
type Endpoint = (Option<TextAt>, Option<TextAt>);

/// Where rows have what a sentence is made of.
pub(super) struct Words {
    process: Option<TextAt>,
    parent: Option<TextAt>,
    file: Option<TextAt>,
    registry: Option<TextAt>,
    dns: Option<TextAt>,
    source: Endpoint,
    destination: Endpoint,
    user: Option<TextAt>,
    host: Option<TextAt>,
}

impl Words {
    pub(super) fn new(report: &Report<'_>) -> Words {
        let [
            process,
            parent,
            file,
            registry,
            dns,
            source,
            source_port,
            destination,
            destination_port,
            user,
            host,
        ] = WORDS.map(|cell| report.text(cell));
        Words {
            process,
            parent,
            file,
            registry,
            dns,
            source: (source, source_port),
            destination: (destination, destination_port),
            user,
            host,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_places() {
        let found = |text| places(text).collect::<Vec<_>>();
        assert_eq!(
            found("$process_name$ on $dest$ by $user$."),
            ["process_name", "dest", "user"]
        );
        assert_eq!(found("costs $5 or $6"), [""; 0]);
        assert_eq!(found("$$a$"), ["a"]);
        assert_eq!(found("$a$b$"), ["a"]);
        assert_eq!(found("$"), [""; 0]);
        assert_eq!(found("$process.name$"), ["process.name"]);
    }
}
