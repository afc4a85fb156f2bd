//! The types that lowering tells apart.

use crate::lang::functions::Kind;
use crate::model::field::FieldType;
use crate::model::value::Value;

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// The constant null, which suits everywhere.
    Null,
    /// A field that the mapping does not know, which suits everywhere.
    Unknown,
    Boolean,
    Integer,
    Number,
    Text,
    Ip,
    Date,
}

impl Type {
    pub fn of(field: FieldType) -> Type {
        match field {
            FieldType::Keyword => Type::Text,
            FieldType::Long => Type::Integer,
            FieldType::Double => Type::Number,
            FieldType::Boolean => Type::Boolean,
            FieldType::Date => Type::Date,
            FieldType::Ip => Type::Ip,
        }
    }

    pub fn of_value(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Boolean,
            Value::Int(_) => Type::Integer,
            Value::Float(_) => Type::Number,
            Value::Str(_) => Type::Text,
            Value::Ip(_) => Type::Ip,
            Value::Time(_) => Type::Date,
            Value::List(_) => Type::Unknown,
        }
    }

    pub fn given(kind: Kind) -> Type {
        match kind {
            Kind::Any => Type::Unknown,
            Kind::Text => Type::Text,
            Kind::Number => Type::Number,
            Kind::Integer => Type::Integer,
            Kind::Boolean => Type::Boolean,
            Kind::Ip => Type::Ip,
            Kind::Date => Type::Date,
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Type::Integer | Type::Number)
    }

    /// Whether a function that takes such a kind takes this.
    pub fn suits(self, kind: Kind) -> bool {
        match (self, kind) {
            (Type::Null | Type::Unknown, _) | (_, Kind::Any) => true,
            (_, Kind::Number) => self.is_number(),
            _ => self == Type::given(kind),
        }
    }

    /// For messages: `text`, `a number`.
    pub fn name(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Unknown => "anything",
            Type::Boolean => "a truth value",
            Type::Integer => "a whole number",
            Type::Number => "a number",
            Type::Text => "text",
            Type::Ip => "an address",
            Type::Date => "a time",
        }
    }
}
