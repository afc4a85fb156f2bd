//! From a written UTC time to FILETIME ticks and back, because a story is told in dates while a log counts ticks.

use std::fmt;
use std::str::FromStr;

/// Ticks of 100 ns since 1601-01-01T00:00:00Z (FILETIME).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileTime(pub u64);

/// A text that is not `YYYY-MM-DD hh:mm:ss[.fffffff]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError(String);

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a time: {:?}", self.0)
    }
}

impl std::error::Error for TimeError {}

const SECOND: u64 = 10_000_000;
const DAY: u64 = 86_400 * SECOND;
/// Days from 1601-01-01 to 1970-01-01.
const UNIX_DAYS: i64 = 134_774;

impl FileTime {
    /// This many milliseconds later.
    pub fn plus_ms(self, ms: u64) -> FileTime {
        FileTime(self.0 + ms * 10_000)
    }

    /// This many milliseconds earlier.
    pub fn minus_ms(self, ms: u64) -> FileTime {
        FileTime(self.0.saturating_sub(ms * 10_000))
    }

    /// Whole seconds since 1970, as a process GUID holds them.
    pub fn unix_seconds(self) -> u32 {
        (self.0 / SECOND).saturating_sub(UNIX_DAYS as u64 * 86_400) as u32
    }

    /// `YYYY-MM-DD hh:mm:ss.fff`, as Sysmon writes UtcTime.
    pub fn to_sysmon(self) -> String {
        let (year, month, day) = civil((self.0 / DAY) as i64 - UNIX_DAYS);
        let ms = self.0 % DAY / 10_000;
        let (s, ms) = (ms / 1000, ms % 1000);
        format!(
            "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}.{ms:03}",
            s / 3600,
            s / 60 % 60,
            s % 60
        )
    }

    /// The eight 16-bit words of a SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond.
    pub fn to_system(self) -> [u16; 8] {
        let days = self.0 / DAY;
        let (year, month, day) = civil(days as i64 - UNIX_DAYS);
        let s = self.0 % DAY / SECOND;
        [
            year as u16,
            month as u16,
            ((days + 1) % 7) as u16,
            day as u16,
            (s / 3600) as u16,
            (s / 60 % 60) as u16,
            (s % 60) as u16,
            (self.0 % SECOND / 10_000) as u16,
        ]
    }
}

impl FromStr for FileTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<FileTime, TimeError> {
        let error = || TimeError(text.to_owned());
        let (date, time) = text.split_once([' ', 'T']).ok_or_else(error)?;
        let number = |s: &str| s.parse::<u64>().map_err(|_| error());
        let mut date = date.splitn(3, '-').map(number);
        let mut part = || date.next().unwrap_or_else(|| Err(error()));
        let (year, month, day) = (part()?, part()?, part()?);
        let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut clock = clock.splitn(3, ':').map(number);
        let mut part = || clock.next().unwrap_or_else(|| Err(error()));
        let (hour, minute, second) = (part()?, part()?, part()?);
        if !(1601..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || !(1..=31).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
            || fraction.len() > 7
        {
            return Err(error());
        }
        let days = days(year as i64, month as i64, day as i64) + UNIX_DAYS;
        let ticks = number(fraction)? * 10_u64.pow(7 - fraction.len() as u32);
        Ok(FileTime(
            days as u64 * DAY + (hour * 3600 + minute * 60 + second) * SECOND + ticks,
        ))
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The date that is this many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let civil_month = if month < 10 { month + 3 } else { month - 9 };
    let leap = i64::from(civil_month <= 2);
    (
        era * 400 + year + leap,
        civil_month,
        of_year - (153 * month + 2) / 5 + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_ticks() {
        let epoch: FileTime = "1970-01-01 00:00:00".parse().unwrap();
        assert_eq!(epoch, FileTime(116_444_736_000_000_000));
        let leap: FileTime = "2024-02-29T23:59:59.9870000".parse().unwrap();
        assert_eq!(leap.to_sysmon(), "2024-02-29 23:59:59.987");
        assert_eq!(leap.unix_seconds(), 1_709_251_199);
        assert_eq!(leap.to_system(), [2024, 2, 4, 29, 23, 59, 59, 987]);
        assert!("2024-13-01 00:00:00".parse::<FileTime>().is_err());
        assert!("yesterday".parse::<FileTime>().is_err());
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in 0..146_097_i64 {
            let (y, m, d) = civil(day);
            assert_eq!(days(y, m, d), day);
        }
    }
}
