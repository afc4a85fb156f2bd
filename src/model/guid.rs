//! GUIDs to text, without the machinery of formatting: a timeline writes several for each row.

use super::hex::PAIRS;

/// The text of a GUID, in braces and lower case, of its bytes in the order of the text.
///
/// ```
/// let text = evql::model::guid::text(&[0xab; 16]);
/// assert_eq!(&text, b"{abababab-abab-abab-abab-abababababab}");
/// ```
pub fn text(bytes: &[u8; 16]) -> [u8; 38] {
    // Where in the text the pair of each byte stands.
    const PLACES: [usize; 16] = [1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35];
    let mut text = *b"{00000000-0000-0000-0000-000000000000}";
    for (place, byte) in PLACES.into_iter().zip(bytes) {
        let pair = PAIRS[usize::from(*byte)];
        text[place] = pair[0];
        text[place + 1] = pair[1];
    }
    text
}
