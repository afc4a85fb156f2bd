//! Times as people write them on a command line: a day, a minute, a second or less, UTC unless a
//! zone is written.

use crate::model::time::Time;

/// The first moment of what is written.
pub(super) fn from(text: &str) -> Result<Time, String> {
    read(text).map(|(time, _)| time)
}

/// The last moment of what is written.
pub(super) fn to(text: &str) -> Result<Time, String> {
    let (time, ticks) = read(text)?;
    Ok(Time::from_ticks(time.ticks().saturating_add(ticks - 1)))
}

/// The time, and how long what is written lasts, in ticks.
fn read(text: &str) -> Result<(Time, i64), String> {
    const SECOND: i64 = 10_000_000;
    let text = text.trim();
    let (whole, ticks) = match text.len() {
        10 => (format!("{text} 00:00:00"), 86_400 * SECOND),
        16 => (format!("{text}:00"), 60 * SECOND),
        _ => (text.to_owned(), if text.contains('.') { 1 } else { SECOND }),
    };
    match Time::parse(&whole) {
        Some(time) => Ok((time, ticks)),
        None => Err(
            "a time is written 2024-03-01, '2024-03-01 10:00', '2024-03-01 10:00:00.250' \
                     or 2024-03-01T10:00:00Z"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_moment_of_what_is_written() {
        for (text, first, last) in [
            (
                "2024-03-01",
                "2024-03-01 00:00:00",
                "2024-03-01 23:59:59.9999999",
            ),
            (
                "2024-03-01T10:07",
                "2024-03-01 10:07:00",
                "2024-03-01 10:07:59.9999999",
            ),
            (
                "2024-03-01 10:07:05",
                "2024-03-01 10:07:05",
                "2024-03-01 10:07:05.9999999",
            ),
            (
                "2024-03-01 10:07:05.250",
                "2024-03-01 10:07:05.25",
                "2024-03-01 10:07:05.25",
            ),
            (
                "2024-03-01T10:07:05+01:00",
                "2024-03-01 09:07:05",
                "2024-03-01 09:07:05.9999999",
            ),
        ] {
            assert_eq!(from(text).ok(), Time::parse(first), "{text}");
            assert_eq!(to(text).ok(), Time::parse(last), "{text}");
        }
        for wrong in ["", "today", "2024-13-01", "2024-03-01 25:00", "10:00"] {
            assert!(from(wrong).is_err(), "{wrong}");
        }
    }
}
