//! UTF-16LE as it lies in a chunk, to text. A text ends at its first NUL; a surrogate without
//! its other half becomes U+FFFD, as in the JSON that the `evtx` crate renders.

/// The units of a text before its first NUL. Live logs end every text with one, exported logs do
/// not; one in the middle is rare, and looking for whether there is any is cheaper than for where.
fn units(bytes: &[u8]) -> &[[u8; 2]] {
    let units = whole_units(bytes);
    if !units
        .iter()
        .fold(false, |any, unit| any | (*unit == [0, 0]))
    {
        return units;
    }
    let end = units.iter().position(|unit| *unit == [0, 0]);
    &units[..end.unwrap_or(units.len())]
}

/// Whether nothing stands before the first NUL.
pub(super) fn is_empty(bytes: &[u8]) -> bool {
    bytes.len() < 2 || bytes.starts_with(&[0, 0])
}

/// The text. Nearly all texts of a log are ASCII, so that is tried first, in one pass that the
/// compiler turns into vector instructions.
pub(super) fn decode(bytes: &[u8]) -> String {
    decode_units(whole_units(bytes))
}

/// Appends the text's UTF-8, without memory of its own.
pub(super) fn decode_into(bytes: &[u8], out: &mut Vec<u8>) {
    let from = out.len();
    let units = whole_units(bytes);
    out.resize(from + units.len(), 0);
    if !narrow(units, &mut out[from..]) {
        out.truncate(from);
        out.extend_from_slice(decode_any(units).as_bytes());
    }
}

/// The units, without the NUL at their end.
pub(super) fn whole_units(bytes: &[u8]) -> &[[u8; 2]] {
    let (units, _) = bytes.as_chunks::<2>();
    units.strip_suffix(&[[0, 0]]).unwrap_or(units)
}

/// What follows the last `\`, and whether there is one.
pub(super) fn decode_tail(bytes: &[u8]) -> (String, bool) {
    let units = units(bytes);
    match units.iter().rposition(|unit| *unit == [b'\\', 0]) {
        None => (decode_units(units), false),
        Some(at) => (decode_units(&units[at + 1..]), true),
    }
}

fn decode_units(units: &[[u8; 2]]) -> String {
    let mut ascii = vec![0; units.len()];
    match (narrow(units, &mut ascii), String::from_utf8(ascii)) {
        (true, Ok(text)) => text,
        _ => decode_any(units),
    }
}

/// The low bytes of the units, and whether all are ASCII without a NUL.
fn narrow(units: &[[u8; 2]], ascii: &mut [u8]) -> bool {
    let mut seen = 0;
    for (out, unit) in ascii.iter_mut().zip(units) {
        let unit = u16::from_le_bytes(*unit);
        seen |= unit | unit.wrapping_sub(1); // past 0x7f for a NUL as well
        *out = unit as u8;
    }
    seen <= 0x7f
}

fn decode_any(units: &[[u8; 2]]) -> String {
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn decodes_every_kind_of_text() {
        for text in [
            "",
            "a",
            "C:\\Windows\\System32\\cmd.exe",
            "\u{7f}\u{1}",
            "ü",
            "日本 😀 x",
        ] {
            assert_eq!(decode(&wide(text)), text);
            let long = text.repeat(100);
            let mut out = b"before ".to_vec();
            decode_into(&wide(&long), &mut out);
            assert_eq!(out, format!("before {long}").into_bytes());
        }
        assert_eq!(decode(&wide("ab\0")), "ab");
        assert_eq!(decode(&wide("ab\0cd")), "ab");
        assert_eq!(decode(&wide("é\0cd")), "é");
        assert_eq!(
            decode(&[0x61, 0, 0x00, 0xd8, 0x62, 0, 0x00, 0xdc]),
            "a\u{fffd}b\u{fffd}"
        );
        assert_eq!(decode(&[0x61, 0, 0x62]), "a");
        assert!(is_empty(&wide("")) && is_empty(&wide("\0a")) && !is_empty(&wide("a")));
    }

    #[test]
    fn the_tail_follows_the_last_backslash_before_the_end() {
        let tail = |text: &str| decode_tail(&wide(text));
        assert_eq!(tail("C:\\a\\b.exe"), ("b.exe".to_owned(), true));
        assert_eq!(tail("System"), ("System".to_owned(), false));
        assert_eq!(tail("C:\\"), (String::new(), true));
        assert_eq!(tail("a\\b\0c\\d"), ("b".to_owned(), true));
        assert_eq!(tail("x\\日本"), ("日本".to_owned(), true));
    }
}
