//! From a tree to a plan: names become numbers, and what Splunk leaves to the run becomes nodes.
//!
//! Commands before `stats` see events and fold into one condition; those after it see rows, whose
//! columns are counted from 0.

mod expression;
mod scope;
mod search;
mod times;

use super::ast::{Aggregate, Command, CommandKind, Pipeline, Stats};
use super::error::Error;
use crate::lang::plan::{self, AggregateFunction, Body, Cond, Plan, RowStage, Search};
use crate::model::field::{FieldTable, FieldType, FieldTypes, View};
use scope::{Column, Rows, Scope};

pub(super) fn lower(
    pipeline: &Pipeline,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
) -> Result<Plan, Error> {
    let mut lowering = Lowering {
        scope: Scope::events(types, fields),
        filter: Vec::new(),
        stats: None,
        then: Vec::new(),
    };
    for command in &pipeline.commands {
        lowering.command(command)?;
    }
    let columns = match lowering.scope.rows {
        Some(rows) => rows.into_names(),
        None => Vec::new(),
    };
    Ok(Plan {
        view: View::Cim,
        body: Body::Search(Search {
            filter: all(lowering.filter),
            stats: lowering.stats,
            then: lowering.then,
            columns,
        }),
    })
}

struct Lowering<'a> {
    scope: Scope<'a>,
    filter: Vec<Cond>,
    stats: Option<plan::Stats>,
    then: Vec<RowStage>,
}

impl Lowering<'_> {
    fn command(&mut self, command: &Command) -> Result<(), Error> {
        match &command.kind {
            CommandKind::Search(filter) => {
                let cond = search::lower(filter, &mut self.scope)?;
                match self.scope.rows {
                    _ if cond == Cond::Const(true) => {}
                    None => self.filter.push(cond),
                    Some(_) => self.then.push(RowStage::Search(cond)),
                }
            }
            CommandKind::Where(condition) => {
                let expr = expression::condition(condition, &mut self.scope)?;
                match self.scope.rows {
                    None => self.filter.push(Cond::Computed(expr)),
                    Some(_) => self.then.push(RowStage::Where(expr)),
                }
            }
            CommandKind::Stats(stats) => {
                if self.stats.is_some() {
                    let span = command.span.clone();
                    return Err(Error::not_supported("a second stats", span));
                }
                self.stats(stats)?;
            }
            CommandKind::Rename(renames) => {
                for rename in renames {
                    self.scope.rename(&rename.from, &rename.to)?;
                }
            }
            CommandKind::Convert(conversions) => {
                for conversion in conversions {
                    times::convert(conversion, &command.span, self)?;
                }
            }
        }
        Ok(())
    }

    fn stats(&mut self, stats: &Stats) -> Result<(), Error> {
        let mut rows = Rows::default();
        let mut by = Vec::new();
        for name in &stats.by {
            let (field, kind) = self.scope.resolve(name)?;
            rows.push(Column::new(name.text.clone(), kind), &name.span)?;
            by.push(field);
        }
        let mut aggregates = Vec::new();
        for aggregate in &stats.aggregates {
            let (lowered, kind) = self.aggregate(aggregate)?;
            let (name, span) = match (&aggregate.rename, &aggregate.field) {
                (Some(rename), _) => (rename.text.clone(), &rename.span),
                (None, None) => ("count".to_owned(), &aggregate.function.span),
                (None, Some(field)) => {
                    let function = aggregate.function.text.to_ascii_lowercase();
                    (format!("{function}({})", field.text), &field.span)
                }
            };
            let mut column = Column::new(name, kind);
            column.several = lowered.function == AggregateFunction::Values;
            rows.push(column, span)?;
            aggregates.push(lowered);
        }
        self.scope.rows = Some(rows);
        self.stats = Some(plan::Stats { by, aggregates });
        Ok(())
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<(plan::Aggregate, FieldType), Error> {
        let name = &aggregate.function;
        let function = match name.text.to_ascii_lowercase().as_str() {
            "count" | "c" => AggregateFunction::Count,
            "min" => AggregateFunction::Min,
            "max" => AggregateFunction::Max,
            "values" => AggregateFunction::Values,
            "dc" | "distinct_count" => AggregateFunction::DistinctCount,
            other => {
                let what = format!("the aggregate \"{other}\"");
                return Err(Error::not_supported(what, name.span.clone()));
            }
        };
        let Some(field) = &aggregate.field else {
            if function != AggregateFunction::Count {
                let message = format!("{} needs a field", name.text);
                return Err(Error::wrong(message, name.span.clone()));
            }
            let field = None;
            return Ok((plan::Aggregate { function, field }, FieldType::Long));
        };
        let (field, of) = self.scope.resolve(field)?;
        let kind = match function {
            AggregateFunction::Count | AggregateFunction::DistinctCount => FieldType::Long,
            AggregateFunction::Min | AggregateFunction::Max | AggregateFunction::Values => of,
        };
        let field = Some(field);
        Ok((plan::Aggregate { function, field }, kind))
    }
}

/// As one condition.
fn all(mut conds: Vec<Cond>) -> Cond {
    conds.retain(|cond| *cond != Cond::Const(true));
    match conds.len() {
        0 => Cond::Const(true),
        1 => conds.remove(0),
        _ => Cond::All(conds),
    }
}
