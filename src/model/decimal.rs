//! Whole numbers to decimal text, appended without the machinery of formatting: a timeline writes
//! several for each row, and `write!` costs more than the rest of their cells.

use super::text::Text;

/// Appends the number.
///
/// ```
/// let mut text = "pid ".to_owned();
/// evql::model::decimal::unsigned(4711, &mut text);
/// assert_eq!(text, "pid 4711");
/// ```
pub fn unsigned(mut number: u64, out: &mut impl Text) {
    // As many digits as u64 can have.
    let mut digits = [0; 20];
    let mut from = digits.len();
    loop {
        from -= 1;
        digits[from] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.push_utf8(&digits[from..]);
}

/// Appends the number, after `-` where it is below zero.
pub fn signed(number: i64, out: &mut impl Text) {
    if number < 0 {
        out.push_str("-");
    }
    unsigned(number.unsigned_abs(), out);
}

/// Whether a text is the decimal form of a number that an i64 holds, as [`signed`] writes it. Says
/// no to some that are (19 digits, negative ones): who asks then takes the long way.
pub fn is_plain(text: &[u8]) -> bool {
    (1..=18).contains(&text.len())
        && text.iter().all(u8::is_ascii_digit)
        && (text.len() == 1 || !text.starts_with(b"0"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writes_the_ends_of_the_range() {
        let mut text = String::new();
        for number in [i64::MIN, -1, 0, 9, 10, i64::MAX] {
            signed(number, &mut text);
            text.push(' ');
        }
        unsigned(u64::MAX, &mut text);
        assert_eq!(
            text,
            "-9223372036854775808 -1 0 9 10 9223372036854775807 18446744073709551615"
        );
    }

    #[test]
    fn only_the_shortest_form_is_plain() {
        for text in ["0", "7", "4711", "999999999999999999"] {
            assert!(is_plain(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "-1",
            "+1",
            "007",
            "00",
            "1 ",
            "0x1",
            "1000000000000000000",
            "１",
        ] {
            assert!(!is_plain(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn writes_what_formatting_writes(small in -1000i64..1000, any: i64, large: u64) {
            let mut text = String::new();
            signed(small, &mut text);
            signed(any, &mut text);
            unsigned(large, &mut text);
            prop_assert_eq!(text, format!("{small}{any}{large}"));
        }

        #[test]
        fn what_is_plain_is_shown_as_it_stands(text in "[-+0-9]{0,20}") {
            if is_plain(text.as_bytes()) {
                prop_assert_eq!(text.parse::<i64>().unwrap().to_string(), text);
            }
        }
    }
}
