//! `convert ctime`: times become text.

use std::ops::Range;

use super::Lowering;
use super::scope::{Column, column_id};
use crate::lang::plan::{Aggregate, AggregateFunction, RowStage};
use crate::lang::spl::ast::{Ctime, Name};
use crate::lang::spl::error::Error;
use crate::model::field::{FieldId, FieldType};

/// Without `timeformat`, as Splunk's Search Reference has it.
const DEFAULT_FORMAT: &str = "%m/%d/%Y %H:%M:%S";
/// What strftime here and Splunk's "Date and time format variables" mean alike.
const CONVERSIONS: &str = "aAbBdeFHIjklmMnpsSTyYzZ%";

pub(super) fn convert(
    ctime: &Ctime,
    command: &Range<usize>,
    lowering: &mut Lowering,
) -> Result<(), Error> {
    let format = match &ctime.format {
        Some(format) => checked(format)?,
        None => DEFAULT_FORMAT.to_owned(),
    };
    let (Some(rows), Some(stats)) = (&mut lowering.scope.rows, &mut lowering.stats) else {
        return Err(Error::not_supported(
            "convert before stats",
            command.clone(),
        ));
    };
    let from = rows.find(&ctime.field)?;
    let Column {
        kind,
        shown,
        several,
        ..
    } = rows.columns[from];
    if several {
        let what = "ctime over several values";
        return Err(Error::not_supported(what, ctime.field.span.clone()));
    }
    if shown || !matches!(kind, FieldType::Date | FieldType::Long | FieldType::Double) {
        let message = format!("\"{}\" is no time", ctime.field.text);
        return Err(Error::wrong(message, ctime.field.span.clone()));
    }
    let at = match &ctime.rename {
        Some(name) if name.text != ctime.field.text => {
            let copy = copy_of(from, &stats.by, &stats.aggregates);
            rows.push(Column::new(name.text.clone(), kind), &name.span)?;
            stats.aggregates.push(copy);
            rows.columns.len() - 1
        }
        _ => from,
    };
    rows.columns[at].kind = FieldType::Keyword;
    rows.columns[at].shown = true;
    lowering.then.push(RowStage::Ctime {
        column: column_id(at),
        format,
    });
    Ok(())
}

/// An aggregate with the value of a column: the same again, or, of a field that is grouped by and
/// so has one value in each row, the least.
fn copy_of(column: usize, by: &[FieldId], aggregates: &[Aggregate]) -> Aggregate {
    match by.get(column) {
        Some(field) => Aggregate {
            function: AggregateFunction::Min,
            field: Some(*field),
        },
        None => aggregates[column - by.len()],
    }
}

fn checked(format: &Name) -> Result<String, Error> {
    let mut chars = format.text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        match chars.next() {
            Some(letter) if CONVERSIONS.contains(letter) => {}
            Some(letter) => {
                let what = format!("%{letter} in a format of times");
                return Err(Error::not_supported(what, format.span.clone()));
            }
            None => {
                let message = "a format of times that ends in %";
                return Err(Error::wrong(message, format.span.clone()));
            }
        }
    }
    Ok(format.text.clone())
}
