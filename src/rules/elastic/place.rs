//! Where a part of a query stands in its TOML file.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// The bytes of the file behind these bytes of the string that stands at `literal`, quotes and
/// all. Escapes of the string are counted as the file writes them.
pub fn in_file(text: &str, literal: Range<usize>, span: Range<usize>) -> Range<usize> {
    let Some(written) = text.get(literal.clone()) else {
        return literal;
    };
    let quotes = match written.as_bytes() {
        [a, b, c, ..] if a == b && b == c => 3,
        _ => 1,
    };
    let escapes = written.starts_with('"');
    let mut start = quotes;
    if quotes == 3 {
        // The line break right after the opening quotes is no part of the string.
        let first = &written[quotes..];
        start +=
            usize::from(first.starts_with("\r\n")) + usize::from(first.starts_with(['\r', '\n']));
    }
    let mut places = Places {
        written: written[start..].char_indices().peekable(),
        escapes,
        end: written.len() - start,
    };
    let mut value = 0;
    let (mut from, mut to) = (None, None);
    while to.is_none() {
        let (place, length) = places.next();
        from = from.or((value >= span.start).then_some(place));
        to = (value >= span.end || length == 0).then_some(place);
        value += length;
    }
    let base = literal.start + start;
    let to = to.unwrap_or(0);
    base + from.unwrap_or(to)..base + to
}

struct Places<'t> {
    written: Peekable<CharIndices<'t>>,
    escapes: bool,
    end: usize,
}

impl Places<'_> {
    /// Where the next character is written and how many bytes it is in the string's value; no
    /// bytes at the end.
    fn next(&mut self) -> (usize, usize) {
        let Some((place, c)) = self.written.next() else {
            return (self.end, 0);
        };
        if c != '\\' || !self.escapes {
            // TOML may give a line break of two characters as one.
            return (place, c.len_utf8());
        }
        let Some((_, escaped)) = self.written.next() else {
            return (place, 0);
        };
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            ' ' | '\t' | '\r' | '\n' => {
                while self
                    .written
                    .next_if(|(_, c)| c.is_ascii_whitespace())
                    .is_some()
                {}
                return self.next();
            }
            _ => return (place, 1),
        };
        let hex: String = (0..digits)
            .filter_map(|_| self.written.next_if(|(_, c)| c.is_ascii_hexdigit()))
            .map(|(_, c)| c)
            .collect();
        let c = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
        (place, c.map_or(1, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of the file stands behind `part` of the query.
    fn behind(text: &str, part: &str) -> String {
        let table: toml::de::DeTable = toml::de::DeTable::parse(text).unwrap().into_inner();
        let (_, query) = table.iter().next().unwrap();
        let value = query.get_ref().as_str().unwrap();
        let start = value.find(part).unwrap();
        text[in_file(text, query.span(), start..start + part.len())].to_owned()
    }

    #[test]
    fn in_every_kind_of_string() {
        assert_eq!(behind("q = '''\nab \"\\\\\" cd'''", "cd"), "cd");
        assert_eq!(behind("q = '''ab cd'''", "cd"), "cd");
        assert_eq!(behind("q = 'ab cd'", "cd"), "cd");
        assert_eq!(behind("q = \"a\\\"b \\u00e9\\t cd\"", "cd"), "cd");
        assert_eq!(behind("q = \"\"\"\na\\\\ \\\n   é cd e\"\"\"", "cd"), "cd");
        assert_eq!(behind("q = '''\r\na\r\nb cd'''", "cd"), "cd");
        assert_eq!(behind("q = \"a\\\\b\"", "\\b"), "\\\\b");
    }

    #[test]
    fn the_end_is_the_end() {
        assert_eq!(in_file("q = 'ab'", 4..8, 2..2), 7..7);
        assert_eq!(in_file("q = 'ab'", 4..8, 0..99), 5..8);
        assert_eq!(in_file("q", 4..8, 0..1), 4..8);
    }
}
