//! From a rule's message and a finding's values to the sentence that an alert shows.

use std::borrow::Cow;

use super::cells::{Cell, Resolved, view_of};
use super::findings::{View, first};
use super::report::Shape;
use crate::model::field::{FieldTable, Show};
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

/// The finding's sentence: the rule's message with its places filled from the finding's row, else
/// from the first event that has the field, else left as written; without a message, a sentence
/// in the order of Elastic's alert reasons (category, process, parent, source, destination, user,
/// host, severity, rule).
pub(super) fn write(view: &View<'_>, out: &mut Vec<u8>) {
    let message = &view.rule.info.message;
    if message.is_empty() {
        return reason(view, out);
    }
    for piece in pieces(message) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Place(name) => {
                if !fill(view, name, out) {
                    out.push(b'$');
                    out.push_str(name);
                    out.push(b'$');
                }
            }
        }
    }
}

/// Appends what a place stands for. False, and nothing done, where nothing has it.
fn fill(view: &View<'_>, name: &str, out: &mut Vec<u8>) -> bool {
    if let Shape::Rows(columns) = view.rule.shape
        && let Some(at) = columns.iter().position(|column| column == name)
        && let Some(value) = view.finding.values.get(at)
        && !value.is_null()
    {
        value.show(out);
        return true;
    }
    let field = view.fields.get(view_of(view.rule.info.vendor), name);
    field.is_some_and(|field| view.events.iter().any(|event| event.show(field, out)))
}

fn reason(view: &View<'_>, out: &mut Vec<u8>) {
    let mut categories: Vec<Cow<'_, str>> = Vec::new();
    for event in &view.events {
        for item in event.category.items() {
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
    let process = |cell| move |out: &mut Vec<u8>| first(&view.process, cell, out);
    let any = |cell| move |out: &mut Vec<u8>| first(&view.events, cell, out);
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
fn endpoint(view: &View<'_>, (address, port): (Resolved, Resolved), out: &mut Vec<u8>) {
    let from = out.len();
    first(&view.network, address, out);
    let end = out.len();
    if end == from {
        return;
    }
    let bare = !out[from..].contains(&b':');
    out.push_str(if bare { ":" } else { "]:" });
    let before = out.len();
    first(&view.network, port, out);
    if out.len() == before {
        out.truncate(end);
    } else if !bare {
        out.insert(from, b'[');
    }
}

/// What a sentence is made of, its fields by number.
pub(super) struct Words {
    process: Resolved,
    parent: Resolved,
    file: Resolved,
    registry: Resolved,
    dns: Resolved,
    source: (Resolved, Resolved),
    destination: (Resolved, Resolved),
    user: Resolved,
    host: Resolved,
}

impl Words {
    pub(super) fn new(fields: &FieldTable) -> Words {
        let field = |name| Cell::Ecs(name).resolve(fields);
        Words {
            process: field("process.name"),
            parent: field("process.parent.name"),
            file: field("file.path"),
            registry: field("registry.path"),
            dns: field("dns.question.name"),
            source: (field("source.ip"), field("source.port")),
            destination: (field("destination.ip"), field("destination.port")),
            user: Cell::User.resolve(fields),
            host: field("host.name"),
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
