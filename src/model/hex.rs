//! Bytes to hexadecimal digits, without the machinery of formatting.

/// Each byte in hexadecimal, lower case.
pub(super) static PAIRS: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < pairs.len() {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// The bytes in hexadecimal, lower case.
///
/// ```
/// assert_eq!(evql::model::hex::text(&[0, 0x1f, 0xa0]), "001fa0");
/// ```
pub fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend(PAIRS[usize::from(*byte)].map(char::from));
    }
    text
}
