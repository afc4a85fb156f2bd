//! From a value to the text that readers show of it, so that what was written can be compared with
//! what they read. The forms are those of the `evtx` crate, which are those of Event Viewer.

use super::time::FileTime;
use super::value::{Sid, Value};
use std::fmt::{self, Display};

impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null | Value::BinXml(_) => Ok(()),
            Value::String(text) => f.write_str(text),
            Value::Ansi(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
            Value::Int8(n) => n.fmt(f),
            Value::UInt8(n) => n.fmt(f),
            Value::Int16(n) => n.fmt(f),
            Value::UInt16(n) => n.fmt(f),
            Value::Int32(n) => n.fmt(f),
            Value::UInt32(n) => n.fmt(f),
            Value::Int64(n) => n.fmt(f),
            Value::UInt64(n) => n.fmt(f),
            Value::Real32(n) => n.fmt(f),
            Value::Real64(n) => n.fmt(f),
            Value::Bool(b) => b.fmt(f),
            Value::Binary(bytes) | Value::Raw(_, bytes) => {
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
            Value::Guid(guid) => write!(f, "{{{guid}}}"),
            Value::Size32(n) | Value::Hex32(n) => write!(f, "0x{n:x}"),
            Value::Size64(n) | Value::Hex64(n) => write!(f, "0x{n:x}"),
            Value::FileTime(time) => time.fmt(f),
            Value::SystemTime(time) => FileTime(time.0 / 10_000 * 10_000).fmt(f),
            Value::Sid(sid) => sid.fmt(f),
            Value::Array(_, items) => {
                for (i, item) in items.iter().enumerate() {
                    let comma = if i == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                Ok(())
            }
        }
    }
}

impl Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.to_sysmon();
        let (second, _) = second.split_once('.').unwrap_or((&second, ""));
        write!(
            f,
            "{}.{:07}Z",
            second.replace(' ', "T"),
            self.0 % 10_000_000
        )
    }
}

impl Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S-1-{}", self.authority)?;
        self.parts.iter().try_for_each(|part| write!(f, "-{part}"))
    }
}
