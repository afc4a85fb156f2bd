//! From the query and its options to a plan and the columns of its answer.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::lang::eql::{self, UnknownFields};
use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::{Body, Case, Cond, Plan};
use crate::model::field::{FieldId, FieldTable, FieldTypes, View};
use crate::output::query::{Columns, default_fields};
use crate::schema::Schema;

use super::super::{Failure, Stop};
use super::{QueryArgs, document_clock};

/// What is asked, and what is shown of it.
pub(super) struct Asked {
    pub plan: Plan,
    pub columns: Columns,
}

/// ECS's name for the log that an event stands in.
const LOG_PATH: &str = "log.file.path";

pub(super) fn read(query: &str, args: &QueryArgs, fields: &mut FieldTable) -> Result<Asked, Stop> {
    let mut options = eql::Options::default();
    let clock = document_clock(args);
    if clock.is_some() {
        options.unknown_fields = UnknownFields::Warn;
    }
    if let Some(field) = &args.category_field {
        options.category_field.clone_from(field);
    }
    let compiled =
        eql::compile(query, &Schema, fields, &options).map_err(
            |wrong| match std::path::Path::new(query).exists() {
                true => Failure::new(format!("{query} is a path, not a query"))
                    .hint(super::ORDER)
                    .into(),
                false => Stop::Drawn(wrong.draw("query", query)),
            },
        )?;
    let mut plan = compiled.plan;
    let category = fields.intern(View::Ecs, &options.category_field);
    let names = match (&args.fields, &clock) {
        (Some(list), _) => listed(list, clock.is_some())?,
        (None, None) => {
            let categories = categories(&plan, category);
            let categories: Vec<&str> = categories.iter().map(String::as_str).collect();
            let names = default_fields(&categories).into_iter();
            names.map(str::to_owned).collect()
        }
        (None, Some(clock)) => {
            let mut names = vec![clock.time.clone(), options.category_field.clone()];
            names.extend(clock.tiebreaker.clone());
            let read = read_by(&plan);
            names.extend(read.iter().map(|field| fields.name(*field).1.to_owned()));
            names.push(LOG_PATH.to_owned());
            names
        }
    };
    let mut once = BTreeSet::new();
    let names = names.into_iter().filter(|name| once.insert(name.clone()));
    let columns = Columns::new(names, fields);
    if let Some(host) = &args.host {
        plan.narrow(&on_host(host, fields));
    }
    Ok(Asked { plan, columns })
}

/// The fields of `--fields`, each one that is known.
fn listed(list: &str, any: bool) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    let mut at = 0;
    for part in list.split(',') {
        let name = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        if name.is_empty() {
            continue;
        }
        if !any && name != LOG_PATH && Schema.type_of(View::Ecs, name).is_none() {
            let span = start..start + name.len();
            let mut wrong = Diagnostic::new(format!("unknown field `{name}`"), span);
            if let Some(nearest) = Schema.nearest(View::Ecs, name) {
                wrong = wrong.hint(format!("did you mean `{nearest}`?"));
            }
            return Err(Stop::Drawn(wrong.draw("--fields", list)));
        }
        names.push(name.to_owned());
    }
    match names.is_empty() {
        true => Err(Failure::new("--fields names no field").into()),
        false => Ok(names),
    }
}

/// Events of a host, named with its domain or without.
fn on_host(host: &str, fields: &mut FieldTable) -> Cond {
    let name = Pattern::wildcard(host);
    let mut with_domain = name.pieces().into_owned();
    with_domain.extend([Piece::Text(".".to_owned()), Piece::Any]);
    let patterns = vec![name, Pattern::of(with_domain)];
    let is = |field| Cond::Text {
        field,
        patterns: patterns.clone(),
        case: Case::Insensitive,
    };
    let named = ["host.name", "winlog.computer_name"];
    Cond::Any(
        named
            .map(|name| is(fields.intern(View::Ecs, name)))
            .to_vec(),
    )
}

fn conditions(plan: &Plan) -> Vec<&Cond> {
    match &plan.body {
        Body::Events(query) => vec![&query.filter],
        Body::Sequence(sequence) => sequence.stages.iter().map(|stage| &stage.filter).collect(),
        Body::Sample(sample) => sample.stages.iter().map(|stage| &stage.filter).collect(),
        Body::Search(search) => vec![&search.filter],
    }
}

/// The categories that the plan asks for; none where it asks for any.
fn categories(plan: &Plan, category: FieldId) -> Vec<String> {
    let mut all = Vec::new();
    for filter in conditions(plan) {
        let parts = match filter {
            Cond::All(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let asked = parts.iter().find_map(|part| match part {
            Cond::Text {
                field, patterns, ..
            } if *field == category => patterns.first()?.as_literal(),
            _ => None,
        });
        match asked {
            Some(one) => all.push(one.to_owned()),
            None => return Vec::new(),
        }
    }
    all
}

/// The fields that the plan's conditions read, in order of their numbers.
fn read_by(plan: &Plan) -> BTreeSet<FieldId> {
    let mut read = BTreeSet::new();
    for filter in conditions(plan) {
        filter.each_field(&mut |field| {
            read.insert(field);
        });
    }
    read
}
