//! Plans: run on events that nobody means well with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use evql::engine::dispatch::Dispatch;
use evql::engine::join::Hit;
use evql::engine::predicate::Matcher;
use evql::engine::{sample, sequence, stats};
use evql::lang::plan::{Body, Cond, Plan, Stage};
use evql::model::field::{FieldId, FieldTable, Fields, Kinds, Known};
use evql::model::time::Time;
use evql::model::value::Value;

/// Events to run a plan on.
const EVENTS: usize = 8;
/// Stages past which a sequence is not run: what it costs is another test's matter.
const MOST_STAGES: usize = 32;

/// A plan runs to its end on any event, and the index of conditions finds what a search through
/// all of them finds, whatever is known of the events beforehand.
pub fn plan(plan: &Plan, fields: &FieldTable) {
    let conds = conds(plan);
    let matchers: Vec<Matcher> = conds.iter().map(Matcher::new).collect();
    let mut met = Vec::new();
    for event in 0..EVENTS {
        let row = row(event, fields.len());
        let kinds = Beforehand(&row);
        let dispatch = Dispatch::new(&conds, [1, 3], &kinds);
        let expected: Vec<u32> = (0..)
            .zip(&matchers)
            .filter_map(|(at, matcher)| matcher.matches(&row[..]).then_some(at))
            .collect();
        for kind in [None, Some(1), Some(3)] {
            let mut found = Vec::new();
            dispatch.matching(kind, &row[..], &mut found);
            assert_eq!(found, expected, "kind {kind:?} of {row:?} under {conds:?}");
        }
        met.push((row, expected));
    }
    run(plan, &met);
}

/// Of events of kind 1 nothing is known beforehand, of kind 3 two fields in three of a row.
struct Beforehand<'r>(&'r [Value]);

impl Kinds for Beforehand<'_> {
    fn known(&self, kind: u16, field: FieldId) -> Known<'_> {
        match Fields::get(self.0, field) {
            _ if kind == 1 || field.0 % 3 == 0 => Known::Varies,
            Value::Null => Known::Absent,
            value => Known::Always(value),
        }
    }
}

fn conds(plan: &Plan) -> Vec<Cond> {
    let filters = |stages: &[Stage]| stages.iter().map(|stage| stage.filter.clone()).collect();
    match &plan.body {
        Body::Events(query) => vec![query.filter.clone()],
        Body::Search(search) => vec![search.filter.clone()],
        Body::Sample(sample) => filters(&sample.stages),
        Body::Sequence(sequence) => {
            let mut conds: Vec<Cond> = filters(&sequence.stages);
            conds.extend(sequence.until.iter().map(|until| until.filter.clone()));
            conds
        }
    }
}

fn run(plan: &Plan, met: &[(Vec<Value>, Vec<u32>)]) {
    let value = |row: &[Value], field: FieldId| Fields::get(row, field).clone();
    let hits = |stages: &[Stage], until: Option<&Stage>| -> Vec<Hit> {
        let stages: Vec<&Stage> = stages.iter().chain(until).collect();
        let hits = met.iter().enumerate().flat_map(|(event, (row, met))| {
            let stages = &stages;
            met.iter().map(move |stage| Hit {
                place: Time::from_millis(event as i64 * 700),
                stage: *stage as u16,
                event: event as u32,
                keys: (stages[*stage as usize].keys.iter())
                    .map(|key| value(row, key.field))
                    .collect(),
            })
        });
        hits.collect()
    };
    match &plan.body {
        Body::Events(_) => {}
        Body::Sequence(plan) if plan.stages.len() > MOST_STAGES => {}
        Body::Sample(plan) if plan.stages.len() > MOST_STAGES => {}
        Body::Sequence(plan) => {
            for found in sequence::run(plan, &hits(&plan.stages, plan.until.as_ref())) {
                assert_eq!(found.events.len(), plan.stages.len());
            }
        }
        Body::Sample(plan) => {
            for found in sample::run(plan, &hits(&plan.stages, None)) {
                assert_eq!(found.events.len(), plan.stages.len());
            }
        }
        Body::Search(search) => {
            let Some(stats) = &search.stats else { return };
            let kept = stats.by.iter().copied().map(Some);
            let kept: Vec<_> = kept
                .chain(stats.aggregates.iter().map(|aggregate| aggregate.field))
                .collect();
            let hits = met.iter().zip(0..).filter(|((_, met), _)| !met.is_empty());
            let hits: Vec<(u32, Box<[Value]>)> = hits
                .map(|((row, _), event)| {
                    let values = kept.iter().map(|field| match field {
                        None => Value::Null,
                        Some(field) => value(row, *field),
                    });
                    (event, values.collect())
                })
                .collect();
            for row in stats::run(search, &hits) {
                assert_eq!(row.values.len(), search.columns.len());
            }
        }
    }
}

/// An event with a value of any kind in any field, whatever the field's type: logs lie.
fn row(event: usize, fields: usize) -> Vec<Value> {
    let values = values();
    let value = |field: usize| values[(event * 5 + field * (event + 1)) % values.len()].clone();
    (0..fields).map(value).collect()
}

fn values() -> [Value; 17] {
    [
        Value::Null,
        Value::str(""),
        Value::str("process"),
        Value::str("C:\\Windows\\System32\\cmd.exe"),
        Value::str("ünï\u{1f980}\0*?"),
        Value::str("10.0.0.1"),
        Value::Int(0),
        Value::Int(i64::MIN),
        Value::Int(i64::MAX),
        Value::Float(f64::NAN),
        Value::Float(-0.5),
        Value::Bool(true),
        Value::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        Value::Ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        Value::Time(Time::from_ticks(i64::MAX)),
        Value::List([Value::str("start"), Value::str("CMD.EXE")].into()),
        Value::List([Value::Int(-1), Value::str("-1"), Value::Bool(false)].into()),
    ]
}
