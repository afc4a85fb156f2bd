//! From a cell's text, where it will stand, to the cell: hidden characters shown, formulas
//! defused, quoted where it must be.
//!
//! Nearly every cell is plain and stays as it is, so that is found out first and at little cost.

use std::borrow::Cow;

use super::super::show::visible;
use super::EXCEL_CELL;

/// What finishing found of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It stands as it was.
    Plain,
    /// It may have changed.
    Other,
    /// It may have changed, and is longer than a spreadsheet shows.
    Long,
}

/// Finishes the cell that the text ends with.
#[inline]
pub(super) fn finish(text: &mut Vec<u8>, from: usize, raw: bool) -> Finish {
    match is_plain(&text[from..]) {
        true => Finish::Plain,
        false => finish_other(text, from, raw),
    }
}

fn finish_other(text: &mut Vec<u8>, from: usize, raw: bool) -> Finish {
    let cell = std::str::from_utf8(&text[from..]).unwrap_or_default();
    let formula = !raw && is_formula(cell);
    if let Cow::Owned(shown) = visible(cell) {
        text.truncate(from);
        text.extend_from_slice(shown.as_bytes());
    }
    let cell = &text[from..];
    let long = cell.len() > EXCEL_CELL && utf16_units(cell) > EXCEL_CELL;
    if memchr::memchr2(b',', b'"', cell).is_some() {
        quote(text, from, formula);
    } else if formula {
        text.insert(from, b'\'');
    }
    if long { Finish::Long } else { Finish::Other }
}

/// What UTF-8 takes as UTF-16.
fn utf16_units(text: &[u8]) -> usize {
    String::from_utf8_lossy(text).encode_utf16().count()
}

/// The cell grows where it stands, from its end, so that nothing is written over before it was
/// moved: that takes no memory of its own.
fn quote(text: &mut Vec<u8>, from: usize, formula: bool) {
    let mut end = text.len();
    let quotes = memchr::memchr_iter(b'"', &text[from..]).count();
    text.resize(end + quotes + 2 + usize::from(formula), b'"');
    let mut to = text.len() - 1;
    while let Some(quote) = memchr::memrchr(b'"', &text[from..end]) {
        let part = from + quote;
        to -= end - part;
        text.copy_within(part..end, to);
        to -= 1;
        text[to] = b'"';
        end = part;
    }
    text.copy_within(from..end, to - (end - from));
    text[from] = b'"';
    if formula {
        text[from + 1] = b'\'';
    }
}

/// Whether a cell can stand as it is: printable ASCII, nothing that quotes or begins a formula,
/// not too long.
fn is_plain(cell: &[u8]) -> bool {
    !matches!(cell.first(), Some(b' ' | b'=' | b'+' | b'-' | b'@'))
        && cell.len() <= EXCEL_CELL
        && is_plain_text(cell)
}

/// Whether all is printable ASCII without commas and quotes: in pieces of one size, the last of
/// which overlaps the one before, so that no byte has to be looked at by itself.
fn is_plain_text(text: &[u8]) -> bool {
    if let Some(last) = text.last_chunk::<16>() {
        return is_plain_long(text.as_chunks().0, last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        return other_bytes(first) | other_bytes(last) == 0;
    }
    let filled = u64::from_le_bytes([b'a'; 8]);
    let word = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
    other_bytes(text.iter().fold(filled, word)) == 0
}

/// The compiler makes vector instructions of the inner loop and of the fold, which as a comparison
/// of the whole it may do byte by byte.
fn is_plain_long(pieces: &[[u8; 16]], last: &[u8; 16]) -> bool {
    let mut other = [0; 16];
    for piece in pieces.iter().chain([last]) {
        for (other, byte) in other.iter_mut().zip(piece) {
            *other |= u8::from(byte.wrapping_sub(0x20) > 0x5e)
                | u8::from(*byte == b',')
                | u8::from(*byte == b'"');
        }
    }
    other.iter().fold(0, |all, other| all | other) == 0
}

/// Not zero where one of eight bytes is not printable ASCII, or a comma or a quote. Each term sets
/// the high bit of the bytes that it is about; a carry can set another's only above one that is set
/// rightly ("Bit Twiddling Hacks", determine if a word has a byte less than n).
fn other_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let is_zero_in = |word: u64| word.wrapping_sub(ONES) & !word;
    let below = word.wrapping_sub(ONES * 0x20) & !word;
    let above = word.wrapping_add(ONES) | word;
    let comma = is_zero_in(word ^ (ONES * u64::from(b',')));
    let quote = is_zero_in(word ^ (ONES * u64::from(b'"')));
    (below | above | comma | quote) & HIGH
}

/// Whether a spreadsheet may take the cell for a formula: it begins, after blanks, with `=`, `+`,
/// `-`, `@` or one of their full-width forms, or at once with a tab or a line break
/// (OWASP, CSV Injection).
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finished(cell: &str, raw: bool) -> (String, bool) {
        let mut text = format!("before,{cell}").into_bytes();
        let long = finish(&mut text, "before,".len(), raw) == Finish::Long;
        let text = String::from_utf8(text).unwrap();
        (text.strip_prefix("before,").unwrap().to_owned(), long)
    }

    #[test]
    fn finishes_a_cell_where_it_stands() {
        for (cell, shown) in [
            ("", ""),
            ("plain text of some length", "plain text of some length"),
            ("a,b", "\"a,b\""),
            ("\"", "\"\"\"\""),
            ("-e \"x\" y", "\"'-e \"\"x\"\" y\""),
            ("-e", "'-e"),
            ("é\n,", "\"é\\n,\""),
            ("\t=1", "'\\t=1"),
        ] {
            assert_eq!(finished(cell, false), (shown.to_owned(), false));
        }
        assert_eq!(finished("=1,2", true), ("\"=1,2\"".to_owned(), false));
        assert!(finished(&"x".repeat(EXCEL_CELL + 1), false).1);
        assert!(!finished(&"x".repeat(EXCEL_CELL), false).1);
    }

    proptest! {
        #[test]
        fn plain_text_is_what_its_bytes_are(text in prop::collection::vec(
            prop_oneof![60 => 0x20..0x7fu8, 1 => any::<u8>(), 1 => Just(b','), 1 => Just(b'"')],
            0..60,
        )) {
            let plain = |byte: &u8| matches!(byte, 0x20..0x7f if !b",\"".contains(byte));
            prop_assert_eq!(is_plain_text(&text), text.iter().all(plain));
        }

        #[test]
        fn a_cell_is_shown_quoted_and_defused(cell in "[ -~é\u{202e}\"\",,=\n]{0,40}", raw: bool) {
            let mark = if !raw && is_formula(&cell) { "'" } else { "" };
            let shown = format!("{mark}{}", visible(&cell));
            let expected = match shown.contains([',', '"']) {
                true => format!("\"{}\"", shown.replace('"', "\"\"")),
                false => shown,
            };
            prop_assert_eq!(finished(&cell, raw), (expected, false));
        }
    }
}
