//! From the text of a piece of a record to a field's value.
//!
//! A [`Transform`] is named in a mapping table, applied when a rule asks for the field, and
//! described in `docs/mapping.md` by its own words. What does not fit (a port that is no number)
//! is an absent field, as in Elastic's pipeline, whose conversions ignore what they cannot
//! convert.

use std::net::IpAddr;

use super::{arguments, dns, registry, users};
use crate::model::time::Time;
use crate::model::value::Value;

/// How a field's value comes from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // `describe` says what each does
pub enum Transform {
    Text,
    Int,
    Bool,
    Ip,
    Moment,
    Guid,
    Name,
    NameOrAll,
    Directory,
    Extension,
    Arguments,
    ArgumentCount,
    Hash(&'static str),
    Hashes,
    UserDomain,
    UserName,
    SystemUser,
    SystemLogon,
    EgressIngress,
    OutboundInbound,
    IpVersion,
    TrueIfValid,
    RegistryPath,
    RegistryHive,
    RegistryKey,
    RegistryValue,
    RegistryStrings,
    RegistryType,
    RegistryPayload,
    RegistryAction,
    AnswerTypes,
    AnswerData,
    AnswerIps,
    AnswerHosts,
    DnsStatus,
    LevelName,
    OpcodeName,
    SplunkSource,
}

/// Whether Elastic's pipeline takes an event-data value for absent.
pub fn is_absent(text: &[u8]) -> bool {
    match text.len() {
        0 => true,
        1 => text == b"-",
        36 => text == b"00000000-0000-0000-0000-000000000000",
        38 => text == b"{00000000-0000-0000-0000-000000000000}",
        _ => false,
    }
}

impl Transform {
    /// The value of a text that is not absent; null where the text does not fit.
    pub fn apply(self, text: &str) -> Value {
        use Transform::*;
        if let Some(part) = self.part(text) {
            return part.map_or(Value::Null, Value::str);
        }
        match self {
            Int => int(text).map_or(Value::Null, Value::Int),
            Bool => flag(text).map_or(Value::Null, Value::Bool),
            Ip => ip(text).map_or(Value::Null, Value::ip),
            Moment => Time::parse(text).map_or(Value::Null, Value::Time),
            Guid => Value::str(format!("{{{}}}", bare_guid(text).to_lowercase())),
            Arguments => list(arguments::split(text).into_iter().map(Value::str)),
            ArgumentCount => Value::Int(arguments::split(text).len() as i64),
            Hash(name) => {
                let hash = hash(text.as_bytes(), name).map(text_of);
                hash.map_or(Value::Null, |hash| Value::str(hash.to_lowercase()))
            }
            Hashes => list(
                hashes(text.as_bytes()).map(|(_, hash)| Value::str(text_of(hash).to_lowercase())),
            ),
            TrueIfValid => match text {
                "Valid" => Value::Bool(true),
                _ => Value::Null,
            },
            RegistryStrings => list([Value::Str(registry::data(text).0.into())]),
            AnswerTypes => list(
                dns::answers(text)
                    .filter_map(|(kind, _)| kind)
                    .map(Value::str),
            ),
            AnswerData => list(
                dns::answers(text)
                    .filter_map(|(_, data)| data)
                    .map(Value::Str),
            ),
            AnswerIps => list(dns::addresses(text).map(Value::ip)),
            AnswerHosts => list(dns::hosts(text).map(Value::str)),
            SplunkSource => Value::str(format!("XmlWinEventLog:{text}")),
            // Those that give a part.
            _ => Value::Null,
        }
    }

    /// For the transforms that only choose, a part of the text or a word: what they choose, if
    /// anything. None for the others.
    pub(super) fn part(self, text: &str) -> Option<Option<&str>> {
        use Transform::*;
        Some(match self {
            Text | RegistryPath => Some(text),
            Name => cut(text).and_then(|(_, name)| present(name)),
            NameOrAll => present(cut(text).map_or(text, |(_, name)| name)),
            Directory => cut(text).map(|(directory, _)| directory),
            Extension => match (text.contains('\\'), text.rfind('.')) {
                (true, Some(at)) => present(&text[at + 1..]),
                _ => None,
            },
            UserDomain => users::split(text).and_then(|(domain, _)| present(domain)),
            UserName => users::split(text).and_then(|(_, name)| present(name)),
            SystemUser => users::by_name(text),
            SystemLogon => users::by_logon(text),
            EgressIngress => either(text, "egress", "ingress"),
            OutboundInbound => either(text, "outbound", "inbound"),
            IpVersion => either(text, "ipv6", "ipv4"),
            RegistryHive => registry::hive(text),
            RegistryKey => registry::key(text),
            RegistryValue => registry::value(text),
            RegistryType => Some(registry::data(text).1),
            RegistryPayload => Some(registry::payload(text)),
            RegistryAction => Some(registry::action(text)),
            DnsStatus => Some(dns::status(text)),
            LevelName => level(text),
            OpcodeName => (text == "0").then_some("Info"),
            Int | Bool | Ip | Moment | Guid | Arguments | ArgumentCount | Hash(_) | Hashes
            | TrueIfValid | RegistryStrings | AnswerTypes | AnswerData | AnswerIps
            | AnswerHosts | SplunkSource => return None,
        })
    }

    /// Whether the value still says all that the text did.
    pub fn keeps_all(self) -> bool {
        use Transform::*;
        matches!(self, Text | RegistryPath | Int | Bool | Ip | Moment | Guid)
    }

    /// What it does, in a few words, for the mapping tables.
    pub fn describe(self) -> String {
        use Transform::*;
        match self {
            Text => "as it is",
            Int => "number",
            Bool => "true or false",
            Ip => "address",
            Moment => "time",
            Guid => "in braces, lower case",
            Name => "after the last `\\`; absent without one",
            NameOrAll => "after the last `\\`",
            Directory => "before the last `\\`",
            Extension => "after the last `.` of the whole path",
            Arguments => "split as Windows splits",
            ArgumentCount => "how many arguments",
            Hash(name) => return format!("`{}=`, lower case, not all zero", name.to_uppercase()),
            Hashes => "every hash, lower case, not all zero",
            UserDomain => "before `\\`, of two parts",
            UserName => "after `\\`, of two parts",
            SystemUser => "SID of SYSTEM, LOCAL SERVICE, NETWORK SERVICE by name",
            SystemLogon => "SID of SYSTEM, LOCAL SERVICE, NETWORK SERVICE by logon id",
            EgressIngress => "true: egress, false: ingress",
            OutboundInbound => "true: outbound, false: inbound",
            IpVersion => "true: ipv6, false: ipv4",
            TrueIfValid => "true if `Valid`, else absent",
            RegistryPath => "as it is",
            RegistryHive => "abbreviated first part, if a known hive",
            RegistryKey => "parts after the hive",
            RegistryValue => "last part that is not empty",
            RegistryStrings => "DWORD and QWORD in decimal, else as it is",
            RegistryType => "SZ_DWORD, SZ_QWORD, REG_BINARY or REG_SZ",
            RegistryPayload => "what stands in `TYPE (...)`, else as it is",
            RegistryAction => "created, deleted or modified",
            AnswerTypes => "record type of each answer",
            AnswerData => "data of each answer",
            AnswerIps => "each address",
            AnswerHosts => "each name",
            DnsStatus => "name of the status code",
            LevelName => "name of the level",
            OpcodeName => "0: Info",
            SplunkSource => "`XmlWinEventLog:` before it",
        }
        .to_owned()
    }
}

/// The text of a GUID without braces.
pub fn bare_guid(text: &str) -> &str {
    text.strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text)
}

/// A list of values: null where there are none.
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    let items: Box<[Value]> = items.into_iter().filter(|item| !item.is_null()).collect();
    match items.is_empty() {
        true => Value::Null,
        false => Value::List(items),
    }
}

/// A whole number in decimal, or in hexadecimal after `0x`.
pub fn int(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// True or false in any letter case.
pub fn flag(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

/// An address; the zone of a link-local one is left out.
pub fn ip(text: &str) -> Option<IpAddr> {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse().ok()
}

/// What stands before the last `\` and after it.
fn cut(text: &str) -> Option<(&str, &str)> {
    let at = memchr::memrchr(b'\\', text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn either(text: &str, yes: &'static str, no: &'static str) -> Option<&'static str> {
    flag(text).map(|flag| if flag { yes } else { no })
}

/// The hash of this name, as its letters stand.
pub(super) fn hash<'t>(text: &'t [u8], name: &str) -> Option<&'t [u8]> {
    hashes(text)
        .find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, hash)| hash)
}

/// The named hashes of `MD5=...,SHA256=...`, but for those that are all zero. What follows a part
/// without `=` is not read.
fn hashes(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let part = rest?;
        let end = part.iter().position(|byte| matches!(byte, b'=' | b','))?;
        let (key, after) = (&part[..end], part[end..].strip_prefix(b"=")?);
        let end = memchr::memchr(b',', after);
        rest = end.map(|end| &after[end + 1..]);
        Some((key, &after[..end.unwrap_or(after.len())]))
    })
    .filter(|(_, hash)| !hash.iter().all(|byte| *byte == b'0'))
}

/// The text that some bytes are: a record's text, or a part of one between marks that are ASCII.
pub(super) fn text_of(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// Windows' standard levels. Sysmon writes 4, and 2 or 3 for its own errors.
fn level(text: &str) -> Option<&'static str> {
    Some(match text {
        "0" | "4" => "information",
        "1" => "critical",
        "2" => "error",
        "3" => "warning",
        "5" => "verbose",
        _ => return None,
    })
}
