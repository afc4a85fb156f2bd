//! The parts of a registry path, and the data of a registry value as Sysmon writes it.

use std::borrow::Cow;

/// Hives by the names that Sysmon and Windows use, and Elastic's abbreviation.
const HIVES: [(&str, &str); 14] = [
    ("HKEY_CLASSES_ROOT", "HKCR"),
    ("HKCR", "HKCR"),
    ("HKEY_CURRENT_CONFIG", "HKCC"),
    ("HKCC", "HKCC"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKCU", "HKCU"),
    ("HKEY_DYN_DATA", "HKDD"),
    ("HKDD", "HKDD"),
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKLM", "HKLM"),
    ("HKEY_PERFORMANCE_DATA", "HKPD"),
    ("HKPD", "HKPD"),
    ("HKEY_USERS", "HKU"),
    ("HKU", "HKU"),
];

/// The hive, where the path starts with one. Letter case counts, as in the pipeline.
pub fn hive(path: &str) -> Option<&'static str> {
    let first = path.split('\\').next()?;
    HIVES
        .iter()
        .find(|(name, _)| *name == first)
        .map(|(_, short)| *short)
}

/// What follows the hive, trailing backslashes left out; the value's name is part of it.
pub fn key(path: &str) -> Option<&str> {
    hive(path)?;
    let (_, key) = path.trim_end_matches('\\').split_once('\\')?;
    Some(key)
}

/// The last part that is not empty.
pub fn value(path: &str) -> Option<&str> {
    path.trim_end_matches('\\')
        .rsplit('\\')
        .next()
        .filter(|value| !value.is_empty())
}

/// The data as a string, and its type. A QWORD's high half counts 256, not 2^32, as in the
/// pipeline.
pub fn data(details: &str) -> (Cow<'_, str>, &'static str) {
    if let Some((high, low)) = inside(details, "QWORD (")
        .and_then(|halves| halves.split_once('-'))
        .and_then(|(high, low)| Some((word(high)?, word(low)?)))
    {
        return (Cow::Owned(((high << 8) + low).to_string()), "SZ_QWORD");
    }
    if let Some(number) = inside(details, "DWORD (").and_then(word) {
        return (Cow::Owned(number.to_string()), "SZ_DWORD");
    }
    let kind = match details {
        "Binary Data" => "REG_BINARY",
        _ => "REG_SZ",
    };
    (Cow::Borrowed(details), kind)
}

/// What stands in the parentheses of `WORD (...)`, as Splunk's add-on reads it; else all.
pub fn payload(details: &str) -> &str {
    details
        .split_once(" (")
        .filter(|(word, _)| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
        .and_then(|(_, rest)| rest.strip_suffix(')'))
        .filter(|payload| !payload.is_empty())
        .unwrap_or(details)
}

/// What Splunk calls the operation.
pub fn action(event_type: &str) -> &'static str {
    match event_type {
        "CreateKey" => "created",
        "DeleteKey" | "DeleteValue" => "deleted",
        _ => "modified",
    }
}

fn inside<'a>(details: &'a str, open: &str) -> Option<&'a str> {
    let head = details.get(..open.len())?;
    let rest = details.get(open.len()..)?.strip_suffix(')')?;
    head.eq_ignore_ascii_case(open).then_some(rest)
}

/// `0x` and eight hexadecimal digits.
fn word(text: &str) -> Option<u64> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    let hex = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_paths_apart() {
        let run = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\evil";
        assert_eq!(hive(run), Some("HKLM"));
        assert_eq!(
            key(run),
            Some(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run\evil")
        );
        assert_eq!(value(run), Some("evil"));
        let open = r"HKU\S-1-5-21-1\ms-settings\command\\";
        assert_eq!(key(open), Some(r"S-1-5-21-1\ms-settings\command"));
        assert_eq!(value(open), Some("command"));
        assert_eq!(
            (hive("HKCR"), key("HKCR"), value("HKCR")),
            (Some("HKCR"), None, Some("HKCR"))
        );
        let kernel = r"\REGISTRY\MACHINE\SOFTWARE";
        assert_eq!((hive(kernel), key(kernel)), (None, None));
        assert_eq!(value(kernel), Some("SOFTWARE"));
        assert_eq!(hive(r"hklm\x"), None);
        assert_eq!((value(""), value(r"\\")), (None, None));
    }

    #[test]
    fn reads_data_as_the_pipeline_does() {
        let cases = [
            ("DWORD (0x00000001)", "1", "SZ_DWORD"),
            ("dword (0x000000fF)", "255", "SZ_DWORD"),
            ("QWORD (0x00000001-0x00000002)", "258", "SZ_QWORD"),
            ("QWORD (0xffffffff-0xffffffff)", "1103806594815", "SZ_QWORD"),
            ("DWORD (0x1)", "DWORD (0x1)", "REG_SZ"),
            ("DWORD (0x+0000001)", "DWORD (0x+0000001)", "REG_SZ"),
            ("Binary Data", "Binary Data", "REG_BINARY"),
            ("(Empty)", "(Empty)", "REG_SZ"),
            ("é DWORD (", "é DWORD (", "REG_SZ"),
        ];
        for (details, text, kind) in cases {
            assert_eq!(data(details), (Cow::Borrowed(text), kind), "{details}");
        }
    }

    #[test]
    fn reads_data_as_splunk_does() {
        assert_eq!(payload("DWORD (0x00000001)"), "0x00000001");
        assert_eq!(payload("Binary Data"), "Binary Data");
        assert_eq!(payload("cmd.exe (a)"), "cmd.exe (a)");
        assert_eq!(action("DeleteValue"), "deleted");
    }
}
