//! Queries: event filters, sequences, samples and pipes.

use rustc_hash::FxHashSet;

use super::cond::{all, cond};
use super::fold::constant;
use super::types::Type;
use super::{Lowering, Options};
use crate::diag::Diagnostic;
use crate::lang::eql::Compiled;
use crate::lang::eql::ast::{EventFilter, JoinKey, Joined, PipeCall, Query, Statement, Term};
use crate::lang::pattern::Pattern;
use crate::lang::plan::{Body, Case, Cond, EventQuery, Key, Pipe, Plan, Sample, Sequence, Stage};
use crate::model::field::{FieldTable, FieldTypes, View};
use crate::model::value::Value;

/// Lowers a whole query.
pub fn statement(
    statement: &Statement,
    types: &dyn FieldTypes,
    fields: &mut FieldTable,
    options: &Options,
) -> Result<Compiled, Diagnostic> {
    let mut lowering = Lowering {
        types,
        fields,
        options,
        warnings: Vec::new(),
        unknown: FxHashSet::default(),
    };
    let body = match &statement.query {
        Query::Event(filter) => {
            let filter = lowering.filter(filter)?;
            let pipes = lowering.pipes(&statement.pipes)?;
            Body::Events(EventQuery { filter, pipes })
        }
        Query::Sequence(sequence) => {
            let mut sequence = lowering.sequence(sequence)?;
            sequence.pipes = lowering.pipes(&statement.pipes)?;
            Body::Sequence(sequence)
        }
        Query::Sample(sample) => {
            let mut sample = lowering.sample(sample)?;
            if let Some(pipe) = statement.pipes.first() {
                let message = "samples take no pipes";
                return Err(Diagnostic::new(message, pipe.span.clone()));
            }
            sample.pipes = Vec::new();
            Body::Sample(sample)
        }
        Query::Join(join) => {
            return Err(
                Diagnostic::new("`join` is not supported", join.span.clone())
                    .hint("`sample` finds events in any order"),
            );
        }
    };
    Ok(Compiled {
        plan: Plan {
            view: View::Ecs,
            body,
        },
        warnings: lowering.warnings,
    })
}

impl Lowering<'_> {
    fn filter(&mut self, filter: &EventFilter) -> Result<Cond, Diagnostic> {
        let condition = self.expr(&filter.condition)?;
        if !matches!(condition.ty, Type::Boolean | Type::Unknown | Type::Null) {
            let message = format!("a condition is needed, but this is {}", condition.ty.name());
            return Err(Diagnostic::new(message, condition.span));
        }
        let condition = cond(condition.expr);
        let category = filter.category.as_ref().map(|category| Cond::Text {
            field: self.fields.intern(View::Ecs, &self.options.category_field),
            patterns: vec![Pattern::literal(category)],
            case: Case::Sensitive,
        });
        Ok(all(category.into_iter().chain([condition])))
    }

    fn sequence(&mut self, sequence: &Joined) -> Result<Sequence, Diagnostic> {
        let stages = self.stages(sequence)?;
        if stages.len() < 2 {
            let message = "a sequence has at least two stages";
            return Err(Diagnostic::new(message, sequence.span.clone()));
        }
        if stages.iter().all(|stage| stage.missing) {
            let message = "a sequence has at least one event that is there";
            return Err(Diagnostic::new(message, sequence.span.clone()));
        }
        if let Some(term) = sequence.terms.iter().find(|term| term.missing)
            && sequence.maxspan.is_none()
        {
            let message = "a sequence with a missing event needs a maxspan";
            return Err(Diagnostic::new(message, term.span.clone())
                .hint("write `sequence with maxspan=5m`"));
        }
        let until = match &sequence.until {
            None => None,
            Some(until) if until.missing || until.runs != 1 => {
                let message = "`until` takes one event";
                return Err(Diagnostic::new(message, until.span.clone()));
            }
            Some(until) => Some(self.stage(sequence, until)?),
        };
        Ok(Sequence {
            stages,
            until,
            maxspan: sequence.maxspan,
            pipes: Vec::new(),
        })
    }

    fn sample(&mut self, sample: &Joined) -> Result<Sample, Diagnostic> {
        let wrong = |message: &str, span| Err(Diagnostic::new(message, span));
        if let Some(until) = &sample.until {
            return wrong("a sample has no `until`", until.span.clone());
        }
        for term in &sample.terms {
            if term.missing {
                return wrong("a sample has no missing events", term.span.clone());
            }
            if term.runs != 1 {
                return wrong("a sample has no `with runs`", term.span.clone());
            }
            if sample.by.len() + term.by.len() == 0 {
                return wrong("a sample needs a field to join by", term.span.clone());
            }
        }
        let stages = self.stages(sample)?;
        if stages.len() < 2 {
            return wrong("a sample has at least two stages", sample.span.clone());
        }
        Ok(Sample {
            stages,
            pipes: Vec::new(),
        })
    }

    fn stages(&mut self, joined: &Joined) -> Result<Vec<Stage>, Diagnostic> {
        let mut stages = Vec::new();
        for term in &joined.terms {
            let stage = self.stage(joined, term)?;
            stages.extend(std::iter::repeat_n(stage, term.runs));
        }
        Ok(stages)
    }

    fn stage(&mut self, joined: &Joined, term: &Term) -> Result<Stage, Diagnostic> {
        let expected = joined.terms.first().map_or(0, |first| first.by.len());
        if term.by.len() != expected {
            let span = match (term.by.first(), term.by.last()) {
                (Some(first), Some(last)) => first.span.start..last.span.end,
                _ => term.span.clone(),
            };
            let message = format!(
                "every stage joins by as many fields: {expected} in the first, {} here",
                term.by.len()
            );
            return Err(Diagnostic::new(message, span));
        }
        let filter = self.filter(&term.filter)?;
        let keys = joined
            .by
            .iter()
            .chain(&term.by)
            .map(|key| self.key(key))
            .collect::<Result<_, _>>()?;
        Ok(Stage {
            filter,
            keys,
            missing: term.missing,
        })
    }

    fn key(&mut self, key: &JoinKey) -> Result<Key, Diagnostic> {
        let (field, _) = self.field(&key.field, &key.span)?;
        let optional = key.field.optional;
        Ok(Key { field, optional })
    }

    fn pipes(&mut self, pipes: &[PipeCall]) -> Result<Vec<Pipe>, Diagnostic> {
        pipes.iter().map(|pipe| self.pipe(pipe)).collect()
    }

    fn pipe(&mut self, pipe: &PipeCall) -> Result<Pipe, Diagnostic> {
        let [count] = pipe.args.as_slice() else {
            let message = format!("`{}` takes one number, not {}", pipe.name, pipe.args.len());
            return Err(Diagnostic::new(message, pipe.span.clone()));
        };
        let count = self.expr(count)?;
        let count = match constant(&count.expr) {
            Some(Value::Int(number @ 0..)) => *number as u64,
            _ => {
                let message = format!("`{}` takes a number, zero or more", pipe.name);
                return Err(Diagnostic::new(message, count.span));
            }
        };
        Ok(match pipe.name {
            "head" => Pipe::Head(count),
            _ => Pipe::Tail(count),
        })
    }
}
