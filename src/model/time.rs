//! Points in time, as Windows counts them and as people read them.

use std::fmt;

use chrono::DateTime;

use super::calendar::{date_of, days_before, days_in};
use super::text::Text;

/// A point in time, UTC, in ticks of 100 ns since 1970-01-01: what a FILETIME can hold, no less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// A length of time in ticks of 100 ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

const TICKS_PER_SECOND: i64 = 10_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
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
        Time::of_ascii(text.as_bytes())
    }

    /// Reads the bytes of a text as [`Time::parse`] does the text.
    pub fn of_ascii(bytes: &[u8]) -> Option<Time> {
        read(bytes.len(), |at| bytes[at])
    }

    /// Reads UTF-16 units, little-endian, as [`Time::parse`] does the text.
    pub fn of_units(units: &[[u8; 2]]) -> Option<Time> {
        read(units.len(), |at| match units[at] {
            [low, 0] => low,
            _ => 0,
        })
    }

    /// Whether a text that [`Time::parse`] reads stands as the time's `Display` shows it, as
    /// Sysmon's UtcTime does.
    pub fn is_as_shown(text: &[u8]) -> bool {
        text.len() == 23 && text[10] == b' ' && text[19] == b'.' && text[22].is_ascii_digit()
    }

    /// Appends the time as its `Display` shows it, without the machinery of formatting.
    pub fn write(self, out: &mut impl Text) {
        match self.shown() {
            Some(text) => out.push_utf8(&text),
            None => out.push_str(&self.to_string()),
        }
    }

    /// None outside the years 0 to 9999.
    fn shown(self) -> Option<[u8; 23]> {
        let (seconds, ticks) = self.split();
        let (days, second) = (
            seconds.div_euclid(SECONDS_PER_DAY),
            seconds.rem_euclid(SECONDS_PER_DAY),
        );
        let (year, month, day) = date_of(days);
        if !(0..=9999).contains(&year) {
            return None;
        }
        let mut text = *b"0000-00-00 00:00:00.000";
        let mut two = |at: usize, number: i64| {
            text[at] = b'0' + (number / 10) as u8;
            text[at + 1] = b'0' + (number % 10) as u8;
        };
        two(0, year / 100);
        two(2, year % 100);
        two(5, month);
        two(8, day);
        two(11, second / 3600);
        two(14, second / 60 % 60);
        two(17, second % 60);
        let millis = ticks / 10_000;
        two(20, millis / 10);
        text[22] = b'0' + (millis % 10) as u8;
        Some(text)
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

/// A text of so many characters to a time; what is not ASCII shows as NUL.
#[inline]
fn read(length: usize, character: impl Fn(usize) -> u8) -> Option<Time> {
    if length < 19 {
        return None;
    }
    let marks = [4, 7, 13, 16].map(&character);
    if marks != *b"--::" || !matches!(character(10), b' ' | b'T' | b't') {
        return None;
    }
    let digit = |at: usize| -> Option<i64> {
        let digit = character(at).wrapping_sub(b'0');
        (digit < 10).then(|| i64::from(digit))
    };
    let two = |at: usize| Some(digit(at)? * 10 + digit(at + 1)?);
    let (year, month, day) = (two(0)? * 100 + two(2)?, two(5)?, two(8)?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (mut rest, mut ticks) = (19, 0);
    if rest < length && character(rest) == b'.' {
        let (from, mut place) = (rest + 1, TICKS_PER_SECOND);
        rest = from;
        while rest < length
            && let Some(digit) = digit(rest)
        {
            place /= 10;
            ticks += digit * place;
            rest += 1;
        }
        if rest == from {
            return None;
        }
    }
    let offset = match length - rest {
        0 => 0,
        1 if matches!(character(rest), b'Z' | b'z') => 0,
        _ => offset_seconds((rest..length).map(&character))?,
    };
    let days = days_before(year, month) + day - 1;
    let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
    Some(Time(seconds * TICKS_PER_SECOND + ticks))
}

fn offset_seconds(mut zone: impl Iterator<Item = u8>) -> Option<i64> {
    let sign = match zone.next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: Vec<u8> = zone.filter(|byte| *byte != b':').collect();
    let digits: [u8; 4] = digits.try_into().ok()?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [a, b, c, d] = digits.map(|digit| i64::from(digit - b'0'));
    let (hours, minutes) = (a * 10 + b, c * 10 + d);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// `2019-05-12 18:35:06.562`, as spreadsheets and timeline tools read a date.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.shown() {
            return f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?);
        }
        match self.chrono() {
            Some(time) => write!(f, "{}", time.format("%Y-%m-%d %H:%M:%S%.3f")),
            None => write!(f, "{} ticks", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reads_every_date_as_chrono_does(
            year in 0..10_000, month in 0..14, day in 0..33,
            hour in 0..25, minute in 0..61, second in 0..61, fraction in 0..10_000_000,
        ) {
            let text = format!(
                "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{fraction:07}"
            );
            // Chrono takes second 60 for a leap second, which neither Sysmon nor XML can mean.
            let judged = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f")
                .ok()
                .filter(|_| second < 60)
                .map(|time| time.and_utc())
                .map(|time| {
                    let ticks = i64::from(time.timestamp_subsec_nanos() / 100);
                    Time::from_ticks(time.timestamp() * TICKS_PER_SECOND + ticks)
                });
            prop_assert_eq!(Time::parse(&text), judged);
        }

        #[test]
        fn shows_every_date_as_chrono_does(ticks in -700_000_000_000_000_000i64..2_700_000_000_000_000_000) {
            let time = Time::from_ticks(ticks);
            let mut written = String::new();
            time.write(&mut written);
            prop_assert_eq!(&written, &time.format("%Y-%m-%d %H:%M:%S%.3f").unwrap());
            prop_assert_eq!(written, time.to_string());
        }

        #[test]
        fn reads_what_it_shows(millis in -62_167_219_200_000i64..253_402_300_800_000) {
            let time = Time::from_millis(millis);
            prop_assert_eq!(Time::parse(&time.to_string()), Some(time));
            prop_assert!(Time::is_as_shown(time.to_string().as_bytes()));
        }

        #[test]
        fn units_read_as_text_does_and_what_is_as_shown_is_shown_so(
            text in "\\PC{0,30}|[0-9TZ:. +-]{19,30}|2019-05-1[0-9][ T]1[0-9]:35:06\\.[0-9Z:+-]{1,8}",
        ) {
            let units: Vec<[u8; 2]> = text.encode_utf16().map(u16::to_le_bytes).collect();
            prop_assert_eq!(Time::of_units(&units), Time::parse(&text));
            if let Some(time) = Time::parse(&text)
                && Time::is_as_shown(text.as_bytes())
            {
                prop_assert_eq!(time.to_string(), text);
            }
        }
    }

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
