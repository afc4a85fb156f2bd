//! From a place in a YAML value to the place in its file.
//!
//! A search is folded over lines, indented and quoted in its file. Blanks come and go there, the
//! other characters stay in their order: they are matched one by one.

use std::ops::Range;

/// The span in `file` of a span in `value`, whose text starts at byte `start` of the file. The
/// value's start, where the two do not match.
pub(super) fn in_file(file: &str, start: usize, value: &str, span: Range<usize>) -> Range<usize> {
    let fallback = start.min(file.len())..line_end(file, start);
    let Some(raw) = file.get(start..) else {
        return fallback;
    };
    let style = raw.chars().next().unwrap_or_default();
    let mut at = start
        + match style {
            '\'' | '"' => 1,
            '|' | '>' => raw.find('\n').unwrap_or(raw.len()),
            _ => 0,
        };
    let mut found: Option<Range<usize>> = None;
    for (offset, c) in value.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        if offset >= span.end && found.is_some() {
            break;
        }
        let Some(next) = locate(file, at, c, style) else {
            return fallback;
        };
        at = next + c.len_utf8();
        if offset >= span.start {
            let from = found.map_or(next, |found| found.start);
            found = Some(from..at);
            if offset >= span.end {
                // Nothing but blanks in the span: it points at what follows.
                return next..next;
            }
        }
    }
    found.unwrap_or(at..at)
}

/// Where the next `c` stands, blanks and escapes passed over.
fn locate(file: &str, mut at: usize, c: char, style: char) -> Option<usize> {
    loop {
        let rest = file.get(at..)?;
        let raw = rest.chars().next()?;
        let second = rest[raw.len_utf8()..].chars().next();
        at += match (style, raw, second) {
            (_, raw, _) if raw.is_whitespace() => raw.len_utf8(),
            ('\'', '\'', Some('\'')) if c == '\'' => return Some(at + 1),
            ('"', '\\', Some(second)) if second == c => return Some(at + 1),
            ('"', '\\', Some('n' | 't' | 'r' | ' ')) => 2,
            ('"', '\\', Some('\n' | '\r')) => 1,
            (_, raw, _) if raw == c => return Some(at),
            // The second of two quotes that stand for one.
            ('\'', '\'', _) => 1,
            _ => return None,
        };
    }
}

fn line_end(file: &str, start: usize) -> usize {
    let rest = file.get(start..).unwrap_or_default();
    start.min(file.len()) + rest.find('\n').unwrap_or(rest.len())
}
