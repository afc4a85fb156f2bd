//! The values of a template instance, each a kind, a place and a size, to the text that the
//! `evtx` crate renders for them.
//!
//! Kinds and layouts: [MS-EVEN6] 2.2.12 to 2.2.18. Taken are the plain kinds whose size is the
//! one that the kind has; arrays, floating-point numbers, handles and whatever else there may be
//! are not, and a record that holds one is left to the crate.

use std::borrow::Cow;
use std::fmt::Write;

use super::bytes::{array, u16_at, u32_at, u64_at};
use super::utf16;
use crate::model::calendar::{date_of, days_in};
use crate::model::decimal;
use crate::model::guid;
use crate::model::time::Time;

pub(super) const NULL: u8 = 0x00;
pub(super) const STRING: u8 = 0x01;
pub(super) const BIN_XML: u8 = 0x21;
const ANSI_STRING: u8 = 0x02;
const INT8: u8 = 0x03;
const UINT8: u8 = 0x04;
const INT16: u8 = 0x05;
pub(super) const UINT16: u8 = 0x06;
const INT32: u8 = 0x07;
const UINT32: u8 = 0x08;
const INT64: u8 = 0x09;
const UINT64: u8 = 0x0a;
const BOOL: u8 = 0x0d;
const BINARY: u8 = 0x0e;
const GUID: u8 = 0x0f;
const SIZE: u8 = 0x10;
const FILETIME: u8 = 0x11;
const SYSTEMTIME: u8 = 0x12;
const SID: u8 = 0x13;
const HEX32: u8 = 0x14;
const HEX64: u8 = 0x15;

/// The sizes of a kind: those of which these bits are these.
#[derive(Clone, Copy)]
struct Sizes {
    bits: u16,
    are: u16,
}

const NONE: Sizes = Sizes { bits: 0, are: 1 };
const ANY: Sizes = Sizes { bits: 0, are: 0 };
const EVEN: Sizes = Sizes { bits: 1, are: 0 };

const fn just(bytes: u16) -> Sizes {
    Sizes {
        bits: u16::MAX,
        are: bytes,
    }
}

/// By kind. What a SID's and a pointer's size may be, no mask says.
static SIZES: [Sizes; 256] = {
    let mut sizes = [NONE; 256];
    let kinds = [
        (NULL, ANY),
        (ANSI_STRING, ANY),
        (BINARY, ANY),
        (BIN_XML, ANY),
        (STRING, EVEN),
        (INT8, just(1)),
        (UINT8, just(1)),
        (INT16, just(2)),
        (UINT16, just(2)),
        (INT32, just(4)),
        (UINT32, just(4)),
        (BOOL, just(4)),
        (HEX32, just(4)),
        (INT64, just(8)),
        (UINT64, just(8)),
        (FILETIME, just(8)),
        (HEX64, just(8)),
        (GUID, just(16)),
        (SYSTEMTIME, just(16)),
    ];
    let mut at = 0;
    while at < kinds.len() {
        sizes[kinds[at].0 as usize] = kinds[at].1;
        at += 1;
    }
    sizes
};

/// One value, where it lies in its chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'c> {
    pub(super) kind: u8,
    /// Bytes from the chunk's start.
    pub(super) at: u32,
    pub(super) bytes: &'c [u8],
}

/// The sizes of values of a kind: the bits that they have in common, and what those are. None where
/// it takes more than the size to tell whether a value is whole, and for kinds that are not taken.
pub(super) fn sizes(kind: u8) -> Option<(u16, u16)> {
    let Sizes { bits, are } = SIZES[usize::from(kind)];
    (are & !bits == 0).then_some((bits, are))
}

impl Value<'_> {
    /// Whether the kind is taken and the size is the kind's.
    pub(super) fn is_whole(self) -> bool {
        let size = self.bytes.len();
        match self.kind {
            SIZE => size == 4 || size == 8,
            SID => size >= 8 && size == 8 + 4 * usize::from(self.bytes[1]),
            kind => {
                let Sizes { bits, are } = SIZES[usize::from(kind)];
                u16::try_from(size).is_ok_and(|size| size & bits == are)
            }
        }
    }

    /// Whether an optional place for the value vanishes.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        match self.kind {
            NULL => true,
            STRING => utf16::is_empty(self.bytes),
            ANSI_STRING => self.bytes.iter().all(|byte| *byte == 0),
            BINARY | BIN_XML => self.bytes.is_empty(),
            _ => false,
        }
    }

    /// The number that its text says, where that is a plain unsigned one.
    #[inline]
    pub(super) fn unsigned(self) -> Option<u64> {
        self.number().or_else(|| self.text().trim().parse().ok())
    }

    /// The value as a number, where its kind is an unsigned one's.
    #[inline]
    pub(super) fn number(self) -> Option<u64> {
        match self.kind {
            UINT8 => self.bytes.first().copied().map(u64::from),
            UINT16 => u16_at(self.bytes, 0).map(u64::from),
            UINT32 => u32_at(self.bytes, 0).map(u64::from),
            UINT64 => u64_at(self.bytes, 0),
            _ => None,
        }
    }

    /// The value as a point in time.
    #[inline]
    pub(super) fn time(self) -> Option<Time> {
        match self.kind {
            FILETIME => Time::from_filetime(u64_at(self.bytes, 0)?),
            _ => self.time_of_text(),
        }
    }

    fn time_of_text(self) -> Option<Time> {
        match self.kind {
            STRING => {
                Time::of_units(utf16::whole_units(self.bytes)).or_else(|| Time::parse(&self.text()))
            }
            _ => Time::parse(&self.text()),
        }
    }

    /// The value's bytes in the order of its text, where it is a GUID.
    pub(super) fn guid(self) -> Option<[u8; 16]> {
        match self.kind {
            GUID => Some(in_order_of_text(&array(self.bytes, 0)?)),
            _ => None,
        }
    }

    /// The value as the crate renders it.
    pub(super) fn text(self) -> Cow<'static, str> {
        self.render().unwrap_or_default()
    }

    /// Appends the value as the crate renders it: the kinds that Sysmon's records are full of
    /// without memory of their own.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match (self.kind, self.bytes) {
            (STRING, bytes) => utf16::decode_into(bytes, out),
            (UINT8 | UINT16 | UINT32 | UINT64, _) => {
                decimal::unsigned(self.unsigned().unwrap_or_default(), out);
            }
            (GUID, bytes) => {
                let text = array(bytes, 0).map(|bytes| guid(&bytes));
                out.extend(text.iter().flatten());
            }
            _ => out.extend_from_slice(self.text().as_bytes()),
        }
    }

    fn render(self) -> Option<Cow<'static, str>> {
        let bytes = self.bytes;
        Some(Cow::Owned(match self.kind {
            STRING => utf16::decode(bytes),
            ANSI_STRING => ansi(bytes),
            INT8 => i8::from_le_bytes(array(bytes, 0)?).to_string(),
            UINT8 => bytes.first()?.to_string(),
            INT16 => i16::from_le_bytes(array(bytes, 0)?).to_string(),
            UINT16 => u16_at(bytes, 0)?.to_string(),
            INT32 => i32::from_le_bytes(array(bytes, 0)?).to_string(),
            UINT32 => u32_at(bytes, 0)?.to_string(),
            INT64 => i64::from_le_bytes(array(bytes, 0)?).to_string(),
            UINT64 => u64_at(bytes, 0)?.to_string(),
            BOOL => match i32::from_le_bytes(array(bytes, 0)?) {
                0 => return Some(Cow::Borrowed("false")),
                1 => return Some(Cow::Borrowed("true")),
                mask => mask.to_string(),
            },
            BINARY => hex(bytes),
            GUID => std::str::from_utf8(&guid(&array(bytes, 0)?))
                .ok()?
                .to_owned(),
            SIZE if bytes.len() == 4 => format!("{:#x}", u32_at(bytes, 0)?),
            HEX32 => format!("{:#x}", u32_at(bytes, 0)?),
            SIZE | HEX64 => format!("{:#x}", u64_at(bytes, 0)?),
            FILETIME => filetime(u64_at(bytes, 0)?),
            SYSTEMTIME => systemtime(bytes)?,
            SID => sid(bytes)?,
            _ => return None,
        }))
    }

    /// What follows the last `\` of the text, and whether there is one.
    pub(super) fn tail(self) -> (Cow<'static, str>, bool) {
        if self.kind == STRING {
            let (tail, cut) = utf16::decode_tail(self.bytes);
            return (Cow::Owned(tail), cut);
        }
        let text = self.text();
        match text.rfind('\\') {
            None => (text, false),
            Some(at) => (Cow::Owned(text[at + 1..].to_owned()), true),
        }
    }
}

/// Windows-1252 without NULs.
fn ansi(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.into_owned()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The first three groups of a GUID are numbers in little-endian order.
fn in_order_of_text(bytes: &[u8; 16]) -> [u8; 16] {
    let mut ordered = *bytes;
    ordered[..4].reverse();
    ordered[4..6].reverse();
    ordered[6..8].reverse();
    ordered
}

fn guid(bytes: &[u8; 16]) -> [u8; 38] {
    guid::text(&in_order_of_text(bytes))
}

/// `S-1-5-18`: revision, authority in big-endian, sub-authorities.
fn sid(bytes: &[u8]) -> Option<String> {
    let (head, subs) = bytes.split_first_chunk::<8>()?;
    let [revision, _, authority @ ..] = head;
    let authority = authority
        .iter()
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-{revision}-{authority}");
    for sub in subs.as_chunks::<4>().0 {
        let _ = write!(text, "-{}", u32::from_le_bytes(*sub));
    }
    Some(text)
}

/// Seven digits of fraction, the 100 ns that a FILETIME counts. Windows shows a year past 9999 by
/// its last four digits and a value past 63 bits as zeros.
fn filetime(ticks: u64) -> String {
    const DAY: i64 = 86_400;
    let Some(time) = Time::from_filetime(ticks) else {
        return "0000-00-00T00:00:00.0000000Z".to_owned();
    };
    let (seconds, ticks) = time.split();
    let (year, month, day) = date_of(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    stamp(
        [
            year,
            month,
            day,
            second / 3600,
            second / 60 % 60,
            second % 60,
        ],
        ticks,
    )
}

/// Eight 16-bit fields. What is no valid time is shown as the first one that Windows knows.
fn systemtime(bytes: &[u8]) -> Option<String> {
    let field = |at: usize| u16_at(bytes, at * 2).map(i64::from);
    let (year, month, day) = (field(0)?, field(1)?, field(3)?);
    let (hour, minute, second, milli) = (field(4)?, field(5)?, field(6)?, field(7)?);
    let valid = (1601..=30827).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && milli < 1000;
    Some(match valid {
        true => stamp([year, month, day, hour, minute, second], milli * 10_000),
        false => stamp([1601, 1, 1, 0, 0, 0], 0),
    })
}

fn stamp([year, month, day, hour, minute, second]: [i64; 6], ticks: i64) -> String {
    let year = year % 10_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ticks:07}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: u8, bytes: &[u8]) -> String {
        let value = Value { kind, at: 0, bytes };
        assert!(value.is_whole(), "a size of the kind");
        let mut written = b"before ".to_vec();
        value.write(&mut written);
        let text = value.text().into_owned();
        assert_eq!(written, format!("before {text}").into_bytes());
        text
    }

    #[test]
    fn renders_each_kind_as_windows_does() {
        assert_eq!(text(NULL, b"gone"), "");
        assert_eq!(text(ANSI_STRING, b"caf\xe9\0"), "café");
        assert_eq!(text(INT8, &[0xff]), "-1");
        assert_eq!(text(UINT8, &[0xff]), "255");
        assert_eq!(text(UINT16, &[1, 2]), "513");
        assert_eq!(text(UINT32, &[0; 4]), "0");
        assert_eq!(text(UINT64, &[0xff; 8]), "18446744073709551615");
        assert_eq!(text(BOOL, &[1, 0, 0, 0]), "true");
        assert_eq!(text(BOOL, &[16, 0, 0, 0]), "16");
        assert_eq!(text(BINARY, &[0, 0xab]), "00AB");
        assert_eq!(text(HEX64, &[0xe7, 3, 0, 0, 0, 0, 0, 0]), "0x3e7");
        assert_eq!(text(HEX32, &[0; 4]), "0x0");
        assert_eq!(text(SIZE, &[1, 0, 0, 0]), "0x1");
        assert_eq!(
            text(SID, &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
            "S-1-5-18"
        );
        let guid: Vec<u8> = (0..16).collect();
        assert_eq!(text(GUID, &guid), "{03020100-0504-0706-0809-0a0b0c0d0e0f}");
    }

    #[test]
    fn renders_times_to_the_tick() {
        let time = |ticks: u64| text(FILETIME, &ticks.to_le_bytes());
        assert_eq!(time(0), "1601-01-01T00:00:00.0000000Z");
        assert_eq!(time(0x01d5_08f1_6af0_1e45), "2019-05-12T18:35:05.1559493Z");
        assert_eq!(
            time(116_444_736_000_000_001),
            "1970-01-01T00:00:00.0000001Z"
        );
        assert_eq!(
            time(125_963_423_990_000_000),
            "2000-02-29T23:59:59.0000000Z"
        );
        assert_eq!(time(u64::MAX), "0000-00-00T00:00:00.0000000Z");
        let system = |fields: [u16; 8]| text(SYSTEMTIME, &fields.map(u16::to_le_bytes).concat());
        assert_eq!(
            system([2019, 3, 5, 1, 12, 34, 56, 789]),
            "2019-03-01T12:34:56.7890000Z"
        );
        assert_eq!(
            system([2019, 2, 0, 29, 0, 0, 0, 0]),
            "1601-01-01T00:00:00.0000000Z"
        );
    }

    #[test]
    fn refuses_sizes_and_kinds_that_are_not_plain() {
        for (kind, size) in [
            (STRING, 3),
            (UINT16, 4),
            (GUID, 15),
            (SID, 9),
            (SIZE, 2),
            (0x0b, 4),
            (0x81, 4),
        ] {
            assert!(
                !Value {
                    kind,
                    at: 0,
                    bytes: &vec![0; size]
                }
                .is_whole(),
                "{kind:#x} of {size}"
            );
        }
    }
}
