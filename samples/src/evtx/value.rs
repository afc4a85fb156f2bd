//! The values that BinXML can substitute into a template, and their bytes (MS-EVEN6, 2.2.12 and [MS-DTYP]).

use super::template::Instance;
use super::time::FileTime;
use std::fmt;
use std::str::FromStr;

/// The type byte of a value in a template and in a record's descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(pub u8);

#[allow(missing_docs)]
impl Kind {
    pub const NULL: Kind = Kind(0x00);
    pub const STRING: Kind = Kind(0x01);
    pub const ANSI: Kind = Kind(0x02);
    pub const INT8: Kind = Kind(0x03);
    pub const UINT8: Kind = Kind(0x04);
    pub const INT16: Kind = Kind(0x05);
    pub const UINT16: Kind = Kind(0x06);
    pub const INT32: Kind = Kind(0x07);
    pub const UINT32: Kind = Kind(0x08);
    pub const INT64: Kind = Kind(0x09);
    pub const UINT64: Kind = Kind(0x0a);
    pub const REAL32: Kind = Kind(0x0b);
    pub const REAL64: Kind = Kind(0x0c);
    pub const BOOL: Kind = Kind(0x0d);
    pub const BINARY: Kind = Kind(0x0e);
    pub const GUID: Kind = Kind(0x0f);
    pub const SIZE: Kind = Kind(0x10);
    pub const FILETIME: Kind = Kind(0x11);
    pub const SYSTEMTIME: Kind = Kind(0x12);
    pub const SID: Kind = Kind(0x13);
    pub const HEX32: Kind = Kind(0x14);
    pub const HEX64: Kind = Kind(0x15);
    pub const BINXML: Kind = Kind(0x21);

    /// The type of an array of this.
    pub const fn array(self) -> Kind {
        Kind(self.0 | 0x80)
    }
}

/// One value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value: an optional element or attribute that is absent.
    Null,
    /// UTF-16 text without a terminator.
    String(String),
    /// Text in the code page of the machine; the bytes are kept.
    Ansi(Vec<u8>),
    /// 8 bits, signed.
    Int8(i8),
    /// 8 bits.
    UInt8(u8),
    /// 16 bits, signed.
    Int16(i16),
    /// 16 bits.
    UInt16(u16),
    /// 32 bits, signed.
    Int32(i32),
    /// 32 bits.
    UInt32(u32),
    /// 64 bits, signed.
    Int64(i64),
    /// 64 bits.
    UInt64(u64),
    /// IEEE 754, 32 bits.
    Real32(f32),
    /// IEEE 754, 64 bits.
    Real64(f64),
    /// Four bytes, 0 or 1.
    Bool(bool),
    /// Bytes.
    Binary(Vec<u8>),
    /// A GUID.
    Guid(Guid),
    /// A pointer-sized number of a 32-bit machine.
    Size32(u32),
    /// A pointer-sized number of a 64-bit machine.
    Size64(u64),
    /// A FILETIME.
    FileTime(FileTime),
    /// A SYSTEMTIME (millisecond resolution).
    SystemTime(FileTime),
    /// A security identifier.
    Sid(Sid),
    /// 32 bits shown in hexadecimal.
    Hex32(u32),
    /// 64 bits shown in hexadecimal.
    Hex64(u64),
    /// A nested fragment: another template with its own values.
    BinXml(Box<Instance>),
    /// Values of one type, back to back; strings are zero-terminated.
    Array(Kind, Vec<Value>),
    /// A type byte with bytes that need not suit it, for readers to stumble on.
    Raw(Kind, Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl Value {
    /// The type byte that a record's descriptor gives.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Null => Kind::NULL,
            Value::String(_) => Kind::STRING,
            Value::Ansi(_) => Kind::ANSI,
            Value::Int8(_) => Kind::INT8,
            Value::UInt8(_) => Kind::UINT8,
            Value::Int16(_) => Kind::INT16,
            Value::UInt16(_) => Kind::UINT16,
            Value::Int32(_) => Kind::INT32,
            Value::UInt32(_) => Kind::UINT32,
            Value::Int64(_) => Kind::INT64,
            Value::UInt64(_) => Kind::UINT64,
            Value::Real32(_) => Kind::REAL32,
            Value::Real64(_) => Kind::REAL64,
            Value::Bool(_) => Kind::BOOL,
            Value::Binary(_) => Kind::BINARY,
            Value::Guid(_) => Kind::GUID,
            Value::Size32(_) | Value::Size64(_) => Kind::SIZE,
            Value::FileTime(_) => Kind::FILETIME,
            Value::SystemTime(_) => Kind::SYSTEMTIME,
            Value::Sid(_) => Kind::SID,
            Value::Hex32(_) => Kind::HEX32,
            Value::Hex64(_) => Kind::HEX64,
            Value::BinXml(_) => Kind::BINXML,
            Value::Array(kind, _) => kind.array(),
            Value::Raw(kind, _) => *kind,
        }
    }

    /// Appends the value's bytes. A nested fragment depends on where in the chunk it stands and is
    /// written by the chunk instead.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null | Value::BinXml(_) => {}
            Value::String(text) => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Value::Ansi(bytes) | Value::Binary(bytes) | Value::Raw(_, bytes) => out.extend(bytes),
            Value::Int8(n) => out.extend(n.to_le_bytes()),
            Value::UInt8(n) => out.push(*n),
            Value::Int16(n) => out.extend(n.to_le_bytes()),
            Value::UInt16(n) => out.extend(n.to_le_bytes()),
            Value::Int32(n) => out.extend(n.to_le_bytes()),
            Value::UInt32(n) | Value::Size32(n) | Value::Hex32(n) => out.extend(n.to_le_bytes()),
            Value::Int64(n) => out.extend(n.to_le_bytes()),
            Value::UInt64(n) | Value::Size64(n) | Value::Hex64(n) => out.extend(n.to_le_bytes()),
            Value::Real32(n) => out.extend(n.to_le_bytes()),
            Value::Real64(n) => out.extend(n.to_le_bytes()),
            Value::Bool(b) => out.extend(u32::from(*b).to_le_bytes()),
            Value::Guid(guid) => out.extend(guid.0),
            Value::FileTime(time) => out.extend(time.0.to_le_bytes()),
            Value::SystemTime(time) => {
                out.extend(time.to_system().iter().flat_map(|w| w.to_le_bytes()))
            }
            Value::Sid(sid) => out.extend(sid.to_bytes()),
            Value::Array(_, items) => {
                for item in items {
                    item.write(out);
                    match item {
                        Value::String(_) => out.extend([0, 0]),
                        Value::Ansi(_) => out.push(0),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// A GUID in the byte order of the file: the first three groups little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// From the number that the text form shows, most significant digit first.
    pub const fn from_u128(n: u128) -> Guid {
        let b = n.to_be_bytes();
        Guid([
            b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13],
            b[14], b[15],
        ])
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, at) in [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
            .into_iter()
            .enumerate()
        {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{:02x}", self.0[at])?;
        }
        Ok(())
    }
}

/// A security identifier of revision 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sid {
    /// The identifier authority, 5 for NT.
    pub authority: u8,
    /// The sub-authorities.
    pub parts: Vec<u32>,
}

impl Sid {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![1, self.parts.len() as u8, 0, 0, 0, 0, 0, self.authority];
        bytes.extend(self.parts.iter().flat_map(|part| part.to_le_bytes()));
        bytes
    }
}

impl FromStr for Sid {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Sid, Self::Err> {
        let mut parts = text.trim_start_matches("S-1-").split('-');
        let authority = parts.next().unwrap_or_default().parse()?;
        let parts = parts.map(str::parse).collect::<Result<_, _>>()?;
        Ok(Sid { authority, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_and_sids_have_their_bytes() {
        let guid = Guid::from_u128(0x5770385f_c22a_43e0_bf4c_06f5698ffbd9);
        assert_eq!(guid.0[..4], [0x5f, 0x38, 0x70, 0x57]);
        assert_eq!(guid.to_string(), "5770385f-c22a-43e0-bf4c-06f5698ffbd9");
        let sid: Sid = "S-1-5-18".parse().unwrap();
        assert_eq!(sid.to_bytes(), [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
    }
}
