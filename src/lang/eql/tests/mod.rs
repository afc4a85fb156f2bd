//! The language, tried from outside its stages.

mod constructs;
mod errors;
mod hostile;
mod suite;

use super::{Compiled, Options, UnknownFields, compile};
use crate::diag::Diagnostic;
use crate::model::field::{FieldTable, FieldType, FieldTypes, View};

/// A mapping of a few fields.
pub struct Mapping;

const FIELDS: [(&str, FieldType); 11] = [
    ("@timestamp", FieldType::Date),
    ("event.category", FieldType::Keyword),
    ("event.type", FieldType::Keyword),
    ("process.name", FieldType::Keyword),
    ("process.args", FieldType::Keyword),
    ("process.pid", FieldType::Long),
    ("process.entity_id", FieldType::Keyword),
    ("file.entropy", FieldType::Double),
    ("process.code_signature.trusted", FieldType::Boolean),
    ("destination.ip", FieldType::Ip),
    ("source.ip", FieldType::Ip),
];

impl FieldTypes for Mapping {
    fn type_of(&self, _: View, name: &str) -> Option<FieldType> {
        let mut fields = FIELDS.into_iter();
        fields.find(|(field, _)| *field == name).map(|(_, ty)| ty)
    }

    fn nearest(&self, _: View, name: &str) -> Option<String> {
        let start = name.get(..7)?;
        let mut fields = FIELDS.into_iter();
        fields
            .find(|(field, _)| field.starts_with(start))
            .map(|(field, _)| field.to_owned())
    }
}

/// Knows no field and minds none.
struct Anything;

impl FieldTypes for Anything {
    fn type_of(&self, _: View, _: &str) -> Option<FieldType> {
        None
    }

    fn nearest(&self, _: View, _: &str) -> Option<String> {
        None
    }
}

fn read(text: &str) -> Result<Compiled, Diagnostic> {
    compile(
        text,
        &Mapping,
        &mut FieldTable::default(),
        &Options::default(),
    )
}

fn read_any_fields(text: &str) -> Result<Compiled, Diagnostic> {
    let options = Options {
        unknown_fields: UnknownFields::Warn,
        ..Options::default()
    };
    compile(text, &Anything, &mut FieldTable::default(), &options)
}
