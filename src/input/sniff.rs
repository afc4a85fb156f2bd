//! What a file is, by how it begins: collectors rename logs, so names say nothing.

use super::text;

/// Bytes from a file's start that are looked at: past the file header of an EVTX log, into its
/// first chunk.
pub(super) const HEAD: usize = 8 << 10;
/// Where an EVTX log's first chunk begins.
const FIRST_CHUNK: usize = 4096;
/// What every element of a Windows event is named under.
const EVENT_NAMESPACE: &str = "schemas.microsoft.com/win/2004/08/events";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Evtx,
    Xml,
    Json,
    Gzip,
    Zip,
}

/// What the start of a file says it is, or why it is no log.
pub(super) fn sniff(head: &[u8]) -> Result<Kind, &'static str> {
    if head.is_empty() {
        return Err("empty");
    }
    // A file header can be damaged while the chunks are whole.
    let chunk = head.get(FIRST_CHUNK..).unwrap_or_default();
    if head.starts_with(b"ElfFile\0") || chunk.starts_with(b"ElfChnk\0") {
        return Ok(Kind::Evtx);
    }
    if head.starts_with(b"\x1F\x8B\x08") {
        return Ok(Kind::Gzip);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    let text = text::decoded(head);
    let text = after_number(text.trim_start());
    if text.starts_with('<') {
        return match is_events(text) {
            true => Ok(Kind::Xml),
            false => Err("XML without Windows events"),
        };
    }
    if is_json(text) {
        return Ok(Kind::Json);
    }
    Err("not a log: neither EVTX, XML, JSON lines, gzip nor zip")
}

/// `evtx_dump` writes `Record 17` on a line of its own above each record, unless told otherwise.
fn after_number(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("Record ") else {
        return text;
    };
    rest.trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start()
}

/// Whether the first element is an event or a list of them, or events come later under a root of
/// another name.
fn is_events(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let skip = match rest {
            _ if rest.starts_with('?') => "?>",
            _ if rest.starts_with("!--") => "-->",
            _ if rest.starts_with('!') => ">",
            _ => break,
        };
        let Some(end) = rest.find(skip) else {
            return false;
        };
        rest = &rest[end + skip.len()..];
    }
    let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
    let name = end.map_or("", |end| &rest[..end]);
    let local = name.rsplit(':').next().unwrap_or_default();
    matches!(local, "Event" | "Events") || text.contains(EVENT_NAMESPACE)
}

/// Whether the text is an object with a member, or a list of objects.
fn is_json(text: &str) -> bool {
    let object = match text.strip_prefix('[') {
        Some(list) => list.trim_start(),
        None => text,
    };
    object
        .strip_prefix('{')
        .is_some_and(|members| members.trim_start().starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_known_by_content() {
        let mut damaged = vec![0; 5000];
        damaged[4096..4104].copy_from_slice(b"ElfChnk\0");
        let utf16: Vec<u8> = "\u{FEFF}<Events>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let known: [(&[u8], Kind); 17] = [
            (b"ElfFile\0rest", Kind::Evtx),
            (&damaged, Kind::Evtx),
            (b"\x1F\x8B\x08\0", Kind::Gzip),
            (b"PK\x03\x04", Kind::Zip),
            (b"PK\x05\x06", Kind::Zip),
            (b"<Event xmlns='http://x'>", Kind::Xml),
            (b"\xEF\xBB\xBF\r\n <Events>", Kind::Xml),
            (&utf16, Kind::Xml),
            (b"<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE x><e:Events>", Kind::Xml),
            (b"<?xml version='1.0'?><log><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>", Kind::Xml),
            (b"Record 1\n<?xml version=\"1.0\"?>\n<Event>", Kind::Xml),
            (b"{\"a\":1}", Kind::Json),
            (b"\xEF\xBB\xBF{\n  \"a\": 1", Kind::Json),
            (b"[\n { \"a\": 1", Kind::Json),
            (b"Record 12\n{\n  \"Event\": {", Kind::Json),
            (b"[{\"a\":1}]", Kind::Json),
            (b"<Event/>", Kind::Xml),
        ];
        for (head, kind) in known {
            assert_eq!(sniff(head), Ok(kind), "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn other_files_are_not() {
        for head in [
            &b""[..],
            b"MZ\x90\0",
            b"[section]\nkey=1",
            b"{ not json",
            b"<html><body>",
            b"<?xml version='1.0'?><project>",
            b"<Eventual>",
            b"<?xml",
            b"RIFF",
            b"\0\0\0\0\0\0\0\0",
        ] {
            assert!(sniff(head).is_err(), "{:?}", String::from_utf8_lossy(head));
        }
    }
}
