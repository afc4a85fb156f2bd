//! Big logs to measure with, and the stopwatch: how fast is `evql` beside the reader it replaces?

mod compare;
mod generate;
mod repeat;

pub use compare::{Run, Timed, against, compare, table};
pub use generate::generate;
pub use repeat::{Repeated, repeat};

/// Bytes from a text such as `64M`, `4G`, `100K` or `65536` (units of 1024).
pub fn size(text: &str) -> Option<u64> {
    let (digits, unit) = match text.char_indices().next_back()? {
        (at, 'K' | 'k') => (&text[..at], 1 << 10),
        (at, 'M' | 'm') => (&text[..at], 1 << 20),
        (at, 'G' | 'g') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("512M"), Some(536_870_912));
        assert_eq!(size("4g"), Some(4_294_967_296));
        assert_eq!(size("65536"), Some(65_536));
        assert_eq!(size("much"), None);
        assert_eq!(size(""), None);
    }
}
