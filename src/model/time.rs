//! Points in time, as Windows counts them and as people read them.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// A point in time, UTC, in ticks of 100 ns since 1970-01-01: what a FILETIME can hold, no less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// A length of time in ticks of 100 ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

const TICKS_PER_SECOND: i64 = 10_000_000;
/// From 1601-01-01, where a FILETIME starts, to 1970-01-01.
const FILETIME_TO_UNIX: i64 = 11_644_473_600 * TICKS_PER_SECOND;

impl Span {
    /// So many milliseconds; saturates.
    pub const fn millis(count: i64) -> Span {
        Span(count.saturating_mul(10_000))
    }
}

impl Time {
    /// From ticks of 100 ns since 1970.
    pub const fn from_ticks(ticks: i64) -> Time {
        Time(ticks)
    }

    /// Ticks of 100 ns since 1970.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// From a FILETIME (100 ns since 1601). None where it is past what 63 bits hold.
    pub fn from_filetime(filetime: u64) -> Option<Time> {
        Some(Time(i64::try_from(filetime).ok()? - FILETIME_TO_UNIX))
    }

    /// From milliseconds since 1970; saturates.
    pub const fn from_millis(millis: i64) -> Time {
        Time(millis.saturating_mul(10_000))
    }

    /// Whole seconds since 1970, rounded down, and the ticks beyond.
    pub const fn split(self) -> (i64, i64) {
        (
            self.0.div_euclid(TICKS_PER_SECOND),
            self.0.rem_euclid(TICKS_PER_SECOND),
        )
    }

    /// How long after `earlier` this is; saturates.
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Reads `2019-05-12 18:35:06.562` (Sysmon's UtcTime), `2019-05-12T18:35:06.5620000Z` (an XML
    /// export) and RFC 3339 with an offset. A missing fraction is zero; a missing zone is UTC.
    pub fn parse(text: &str) -> Option<Time> {
        let bytes = text.as_bytes();
        if bytes.len() < 19 || !text.is_ascii() {
            return None;
        }
        let number = |from: usize, to: usize| -> Option<i64> {
            bytes[from..to].iter().try_fold(0i64, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + i64::from(byte - b'0'))
            })
        };
        let marks = [bytes[4], bytes[7], bytes[13], bytes[16]];
        if marks != *b"--::" || !matches!(bytes[10], b' ' | b'T' | b't') {
            return None;
        }
        let date = NaiveDate::from_ymd_opt(
            i32::try_from(number(0, 4)?).ok()?,
            u32::try_from(number(5, 7)?).ok()?,
            u32::try_from(number(8, 10)?).ok()?,
        )?;
        let time = date.and_hms_opt(
            u32::try_from(number(11, 13)?).ok()?,
            u32::try_from(number(14, 16)?).ok()?,
            u32::try_from(number(17, 19)?).ok()?,
        )?;
        let mut rest = &text[19..];
        let mut ticks = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            for place in 0..7 {
                let digit = fraction.as_bytes().get(place).filter(|_| place < digits);
                ticks = ticks * 10 + digit.map_or(0, |digit| i64::from(digit - b'0'));
            }
            rest = &fraction[digits..];
        }
        let offset = match rest {
            "" | "Z" | "z" => 0,
            zone => offset_seconds(zone)?,
        };
        let seconds = time.and_utc().timestamp() - offset;
        Some(Time(seconds * TICKS_PER_SECOND + ticks))
    }

    /// By a `strftime` format, UTC (Splunk's `ctime` and its `timeformat`). None for a time past
    /// chrono's years (262,000 either way) or a format it does not know.
    pub fn format(self, format: &str) -> Option<String> {
        use fmt::Write;
        let mut text = String::new();
        write!(text, "{}", self.chrono()?.format(format)).ok()?;
        Some(text)
    }

    fn chrono(self) -> Option<DateTime<chrono::Utc>> {
        let (seconds, ticks) = self.split();
        DateTime::from_timestamp(seconds, (ticks * 100) as u32)
    }
}

fn offset_seconds(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits[2..].parse().ok()?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// `2019-05-12 18:35:06.562`, as spreadsheets and timeline tools read a date.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(time) = self.chrono() else {
            return write!(f, "{} ticks", self.0);
        };
        if !(0..=9999).contains(&time.year()) {
            return write!(f, "{}", time.format("%Y-%m-%d %H:%M:%S%.3f"));
        }
        // By hand: a timeline shows two times a row, and chrono reads its format each time.
        let parts = [
            (0, 4, time.year() as u32),
            (5, 2, time.month()),
            (8, 2, time.day()),
            (11, 2, time.hour()),
            (14, 2, time.minute()),
            (17, 2, time.second()),
            (20, 3, time.timestamp_subsec_millis()),
        ];
        let mut text = *b"0000-00-00 00:00:00.000";
        for (at, digits, mut number) in parts {
            for digit in text[at..at + digits].iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows_the_forms_that_logs_use() {
        let sysmon = Time::parse("2019-05-12 18:35:06.562").unwrap();
        assert_eq!(sysmon.to_string(), "2019-05-12 18:35:06.562");
        assert_eq!(sysmon, Time::parse("2019-05-12T18:35:06.5620000Z").unwrap());
        assert_eq!(
            sysmon,
            Time::parse("2019-05-12T20:35:06.562+02:00").unwrap()
        );
        assert_eq!(
            sysmon.format("%Y-%m-%dT%H:%M:%S").unwrap(),
            "2019-05-12T18:35:06"
        );
        assert_eq!(
            Time::from_filetime(116_444_736_000_000_000)
                .unwrap()
                .ticks(),
            0
        );
        assert_eq!(
            Time::parse("2022-06-21T20:37:57.9155939Z").unwrap().ticks() % 10_000_000,
            9_155_939
        );
    }

    #[test]
    fn shows_every_time_as_chrono_does() {
        let day = 864_000_000_000;
        let years = (-1_000_000..5_000_000).step_by(997).map(|days| days * day);
        let others = [
            0,
            -1,
            1,
            9_999,
            10_000,
            -10_000,
            15_576_861_065_620_001,
            59_999_999,
        ];
        for ticks in years.map(|ticks| ticks + 123_456_789_012).chain(others) {
            let time = Time::from_ticks(ticks);
            let shown = time.format("%Y-%m-%d %H:%M:%S%.3f").unwrap();
            assert_eq!(time.to_string(), shown);
        }
        assert_eq!(
            Time::from_ticks(i64::MIN).to_string(),
            "-27258-04-19 21:11:54.522"
        );
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "-",
            "2019-13-01 00:00:00",
            "2019-01-01 00:00:00.",
            "2019-01-01x00:00:00",
            "2019-01-01 00:00:00 Z",
            "2019-01-01 00:00:00+99:00",
            "２０１９-01-01 00:00:00",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        assert_eq!(Time::from_filetime(u64::MAX), None);
    }
}
