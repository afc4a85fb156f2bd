//! What a field holds.

use std::net::IpAddr;

use super::decimal;
use super::text::Text;
use super::time::Time;

/// A field's value. An absent field is [`Value::Null`]: neither EQL nor SPL tells the two apart.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// The event has no such field.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number: EQL's integer and long.
    Int(i64),
    /// A number with a fraction: EQL's double.
    Float(f64),
    /// Text, letters as the record has them.
    Str(Box<str>),
    /// An address. An IPv4-mapped IPv6 address is stored as the IPv4 address it stands for.
    Ip(IpAddr),
    /// A point in time.
    Time(Time),
    /// Several values of one field (`event.type`, `process.args`). Never holds a list or a null.
    List(Box<[Value]>),
}

impl Value {
    /// Text as a value.
    pub fn str(text: impl Into<Box<str>>) -> Value {
        Value::Str(text.into())
    }

    /// An address as a value, with IPv4-mapped IPv6 made IPv4.
    pub fn ip(address: IpAddr) -> Value {
        Value::Ip(address.to_canonical())
    }

    /// Whether the field is absent.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text of a text value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Appends the value as a cell shows it.
    pub fn show(&self, out: &mut impl Text) {
        match self {
            Value::Null => {}
            Value::Str(text) => out.push_str(text),
            Value::Int(number) => decimal::signed(*number, out),
            Value::Time(time) => time.write(out),
            value => out.push_str(&value.to_string()),
        }
    }

    /// The value's items: none for null, the parts of a list, else the value itself.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Null => &[],
            Value::List(items) => items,
            one => std::slice::from_ref(one),
        }
    }
}

/// As a cell or a message shows it: null is empty, a list is joined with `, `.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Bool(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Float(value) => value.fmt(f),
            Value::Str(value) => f.write_str(value),
            Value::Ip(value) => value.fmt(f),
            Value::Time(value) => value.fmt(f),
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
