//! One query over the suite's events: from its text to the numbers of the events it names.

use evql::engine::dispatch::Dispatch;
use evql::engine::join::{Found, Hit};
use evql::engine::{pipe, sample, sequence};
use evql::lang::eql;
use evql::lang::plan::{Body, Cond, Stage};
use evql::model::field::{FieldId, FieldTable, Fields, Kinds, Known};

use super::data::{Data, Row};

/// What a query names.
pub struct Answer {
    /// Events by number, of a sequence in the order of its stages, -1 for a missing one.
    pub ids: Vec<i64>,
    /// The join keys of all sequences, one after the other.
    pub keys: Vec<String>,
}

/// Compiles a query and runs it as a rule is run.
pub fn run(data: &Data, text: &str) -> Result<Answer, String> {
    let mut fields = FieldTable::default();
    let options = eql::Options {
        category_field: "event_type".to_owned(),
        ..eql::Options::default()
    };
    let compiled = eql::compile(text, data, &mut fields, &options)
        .map_err(|wrong| wrong.draw("query", text))?;
    let rows: Vec<Row> = data
        .events
        .iter()
        .map(|event| Row::of(event, &fields))
        .collect();
    let id = |event: &u32| data.events[*event as usize].number;
    Ok(match compiled.plan.body {
        Body::Events(query) => {
            let hits = hits(data, &rows, &[query.filter], &[]);
            let events: Vec<u32> = hits.iter().map(|hit| hit.event).collect();
            Answer {
                ids: pipe::apply(&query.pipes, events).iter().map(id).collect(),
                keys: Vec::new(),
            }
        }
        Body::Sequence(plan) => {
            let stages: Vec<&Stage> = plan.stages.iter().chain(&plan.until).collect();
            let conds: Vec<Cond> = stages.iter().map(|stage| stage.filter.clone()).collect();
            answer(
                data,
                sequence::run(&plan, &hits(data, &rows, &conds, &stages)),
            )
        }
        Body::Sample(plan) => {
            let stages: Vec<&Stage> = plan.stages.iter().collect();
            let conds: Vec<Cond> = stages.iter().map(|stage| stage.filter.clone()).collect();
            answer(
                data,
                sample::run(&plan, &hits(data, &rows, &conds, &stages)),
            )
        }
        Body::Search(_) => return Err("EQL has no searches".into()),
    })
}

fn answer(data: &Data, found: Vec<Found>) -> Answer {
    let id = |event: &Option<u32>| event.map_or(-1, |event| data.events[event as usize].number);
    Answer {
        ids: found
            .iter()
            .flat_map(|one| one.events.iter().map(id))
            .collect(),
        keys: (found.iter())
            .flat_map(|one| one.keys.iter().map(ToString::to_string))
            .collect(),
    }
}

/// The test data are of no kind.
struct NoKinds;

impl Kinds for NoKinds {
    fn known(&self, _: u16, _: FieldId) -> Known<'_> {
        Known::Varies
    }
}

fn hits(data: &Data, rows: &[Row], conds: &[Cond], stages: &[&Stage]) -> Vec<Hit> {
    let dispatch = Dispatch::new(conds, [], &NoKinds);
    let (mut hits, mut met) = (Vec::new(), Vec::new());
    for (row, event) in rows.iter().zip(0..) {
        dispatch.matching(None, row, &mut met);
        for stage in &met {
            let keys = stages
                .get(*stage as usize)
                .map_or(&[][..], |stage| &stage.keys);
            hits.push(Hit {
                place: data.events[event as usize].place,
                stage: *stage as u16,
                event,
                keys: keys.iter().map(|key| row.get(key.field).clone()).collect(),
            });
        }
    }
    hits
}
