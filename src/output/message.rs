//! From a rule's message and a finding's values to the sentence that an alert shows.

use super::cells::{view_of, write_value};
use super::findings::View;
use super::report::Shape;
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
pub(super) fn write(view: &View<'_>, out: &mut String) {
    let message = &view.rule.info.message;
    if message.is_empty() {
        return reason(view, out);
    }
    for piece in pieces(message) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Place(name) => match value(view, name) {
                Value::Null => {
                    out.push('$');
                    out.push_str(name);
                    out.push('$');
                }
                value => write_value(value, out),
            },
        }
    }
}

fn value<'v>(view: &'v View<'_>, name: &str) -> &'v Value {
    if let Shape::Rows(columns) = view.rule.shape
        && let Some(at) = columns.iter().position(|column| column == name)
        && let Some(value) = view.finding.values.get(at)
        && !value.is_null()
    {
        return value;
    }
    let field = view.fields.get(view_of(view.rule.info.vendor), name);
    field.map_or(&Value::Null, |field| {
        view.events
            .iter()
            .map(|event| event.get(field))
            .find(|value| !value.is_null())
            .unwrap_or(&Value::Null)
    })
}

fn reason(view: &View<'_>, out: &mut String) {
    let index = view.index;
    let mut categories: Vec<String> = Vec::new();
    for event in &view.events {
        for item in index.category(event).items() {
            let item = item.to_string();
            if !categories.contains(&item) {
                categories.push(item);
            }
        }
    }
    out.push_str(&categories.join(", "));
    if !categories.is_empty() {
        out.push(' ');
    }
    out.push_str(match view.events.len() {
        1 => "event",
        _ => "events",
    });
    let mut part = |lead: &str, text: String| {
        if !text.is_empty() {
            out.push_str(lead);
            out.push_str(&text);
        }
    };
    let process = |name| view.process_text(name);
    part(" with process ", process("process.name"));
    part(", parent process ", process("process.parent.name"));
    part(", file ", view.any_text("file.path"));
    part(", registry value ", view.any_text("registry.path"));
    part(", name ", view.any_text("dns.question.name"));
    part(", source ", endpoint(view, "source.ip", "source.port"));
    part(
        ", destination ",
        endpoint(view, "destination.ip", "destination.port"),
    );
    part(", by ", view.user_text());
    part(" on ", view.any_text("host.name"));
    let severity = &view.rule.info.severity;
    part(
        " created ",
        format!(
            "{severity}{}alert {}",
            if severity.is_empty() { "" } else { " " },
            view.rule.info.name
        ),
    );
}

/// `192.0.2.1:443`, `[2001:db8::1]:443`.
fn endpoint(view: &View<'_>, address: &'static str, port: &'static str) -> String {
    let (address, port) = (view.network_text(address), view.network_text(port));
    if address.is_empty() || port.is_empty() {
        address
    } else if address.contains(':') {
        format!("[{address}]:{port}")
    } else {
        format!("{address}:{port}")
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
