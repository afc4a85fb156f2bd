//! From text that a log or a rule holds to text that is safe to show: what would break a line,
//! drive a terminal or turn the reading direction round is written as an escape.
//!
//! An attacker chooses command lines and file names, and an analyst reads them in a spreadsheet
//! or a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with line breaks, control characters, invisible characters and bidirectional
/// controls as escapes: `\n`, `\r`, `\t`, else `\u{202e}`. A backslash stays as it is, so the way
/// back is not unique; in logs of Windows doubled backslashes would cost more than they give.
///
/// ```
/// assert_eq!(evql::output::show::visible("a\r\nb\u{202e}c"), r"a\r\nb\u{202e}c");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    // Most cells are plain ASCII, and this much the compiler makes vector instructions of.
    if text
        .bytes()
        .fold(true, |plain, byte| plain & (0x20..0x7f).contains(&byte))
    {
        return Cow::Borrowed(text);
    }
    let Some(first) = text.find(is_hidden) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Control characters; Unicode's line and paragraph separators; bidirectional controls; the
/// byte-order mark and what is as wide as nothing; tag characters. The joiners that scripts need
/// (U+200C, U+200D) are left.
pub(super) fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_what_people_write() {
        for text in [
            "",
            r"C:\new\table.exe",
            "Grüße, 東京 مرحبا \u{200d}",
            "a\"b,c;d",
        ] {
            assert!(matches!(visible(text), Cow::Borrowed(shown) if shown == text));
        }
    }

    #[test]
    fn shows_what_hides() {
        assert_eq!(visible("\0\x07\x1b[31m\x7f"), r"\u{0}\u{7}\u{1b}[31m\u{7f}");
        assert_eq!(
            visible("\u{85}\u{2028}\u{feff}x\u{200b}"),
            r"\u{85}\u{2028}\u{feff}x\u{200b}"
        );
        assert_eq!(visible("invoice\u{202e}fdp.exe"), r"invoice\u{202e}fdp.exe");
    }
}
