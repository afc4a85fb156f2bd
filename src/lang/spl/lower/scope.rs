//! Which names mean what where a command stands: an event's fields, renamed or not, or a row's
//! columns.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lang::spl::ast::Name;
use crate::lang::spl::error::Error;
use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, View};

/// The names in force.
pub(super) struct Scope<'a> {
    types: &'a dyn FieldTypes,
    fields: &'a mut FieldTable,
    /// What events' fields were renamed to: the mapping's name, or none where the name was given
    /// up.
    renamed: BTreeMap<String, Option<String>>,
    /// After `stats`: the columns.
    pub(super) rows: Option<Rows>,
}

impl<'a> Scope<'a> {
    pub(super) fn events(types: &'a dyn FieldTypes, fields: &'a mut FieldTable) -> Scope<'a> {
        Scope {
            types,
            fields,
            renamed: BTreeMap::new(),
            rows: None,
        }
    }

    /// The number and the type behind a name.
    pub(super) fn resolve(&mut self, name: &Name) -> Result<(FieldId, FieldType), Error> {
        if let Some(rows) = &self.rows {
            let at = rows.find(name)?;
            return Ok((column_id(at), rows.columns[at].kind));
        }
        let field = self.field(name)?;
        let Some(kind) = self.types.type_of(View::Cim, &field) else {
            let error = Error::unknown(format!("unknown field \"{field}\""), name.span.clone());
            return Err(match self.types.nearest(View::Cim, &field) {
                Some(nearest) => error.hint(format!("did you mean \"{nearest}\"?")),
                None => error,
            });
        };
        Ok((self.fields.intern(View::Cim, &field), kind))
    }

    /// Whether it is a column with several values.
    pub(super) fn is_several(&self, name: &Name) -> bool {
        let rows = self.rows.as_ref();
        rows.is_some_and(|rows| {
            let mut columns = rows.columns.iter();
            columns.any(|column| column.several && column.name == name.text)
        })
    }

    /// From here on `from` is called `to`.
    pub(super) fn rename(&mut self, from: &Name, to: &Name) -> Result<(), Error> {
        if from.text == to.text {
            return self.resolve(from).map(|_| ());
        }
        if let Some(rows) = &mut self.rows {
            let at = rows.find(from)?;
            rows.refuse_taken(&to.text, &to.span)?;
            rows.columns[at].name.clone_from(&to.text);
            return Ok(());
        }
        self.resolve(from)?;
        let field = self.field(from)?;
        self.renamed.insert(from.text.clone(), None);
        self.renamed.insert(to.text.clone(), Some(field));
        Ok(())
    }

    /// The mapping's name for an event's field.
    fn field(&self, name: &Name) -> Result<String, Error> {
        match self.renamed.get(&name.text) {
            None => Ok(name.text.clone()),
            Some(Some(field)) => Ok(field.clone()),
            Some(None) => {
                let message = format!("\"{}\" has been renamed before", name.text);
                Err(Error::wrong(message, name.span.clone()))
            }
        }
    }
}

/// The columns after `stats`.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) columns: Vec<Column>,
}

pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: FieldType,
    /// Whether it has become text that shows a time.
    pub(super) shown: bool,
    /// Whether a row can have several values in it.
    pub(super) several: bool,
}

impl Column {
    pub(super) fn new(name: String, kind: FieldType) -> Column {
        Column {
            name,
            kind,
            shown: false,
            several: false,
        }
    }
}

impl Rows {
    /// One more column.
    pub(super) fn push(&mut self, column: Column, span: &Range<usize>) -> Result<(), Error> {
        self.refuse_taken(&column.name, span)?;
        if self.columns.len() == MAX_COLUMNS {
            let message = format!("a search has at most {MAX_COLUMNS} columns");
            return Err(Error::wrong(message, span.clone()));
        }
        self.columns.push(column);
        Ok(())
    }

    pub(super) fn refuse_taken(&self, name: &str, span: &Range<usize>) -> Result<(), Error> {
        if self.columns.iter().any(|column| column.name == name) {
            let what = format!("a second column called \"{name}\"");
            return Err(Error::not_supported(what, span.clone()));
        }
        Ok(())
    }

    pub(super) fn find(&self, name: &Name) -> Result<usize, Error> {
        let mut columns = self.columns.iter();
        columns
            .position(|column| column.name == name.text)
            .ok_or_else(|| {
                let names: Vec<_> = self.columns.iter().map(|column| &*column.name).collect();
                Error::unknown(
                    format!("no column \"{}\" here", name.text),
                    name.span.clone(),
                )
                .hint(format!("after stats there are: {}", names.join(", ")))
            })
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.columns.into_iter().map(|column| column.name).collect()
    }
}

/// So that looking a column up stays short.
const MAX_COLUMNS: usize = 256;

pub(super) fn column_id(at: usize) -> FieldId {
    FieldId(at as u32)
}
