//! SPL's `stats` and what follows it: from the events that a search matched to its rows.
//!
//! As Splunk has it: a row for each combination of the `by` values that occurs, in order of those
//! values; an event that lacks one of them is in no row, and one that has several values of one
//! is in the row of each. Without `by` there is one row, even of no events.

use std::collections::BTreeMap;

use super::compare;
use super::predicate::Matcher;
use crate::lang::plan::{AggregateFunction, RowStage, Search, Stats};
use crate::model::field::Fields;
use crate::model::time::Time;
use crate::model::value::Value;

/// A row of a search's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFound {
    /// By column.
    pub values: Box<[Value]>,
    /// The events behind it, in the order in which they came.
    pub events: Vec<u32>,
}

/// The rows of a search. Each hit is the caller's number of an event and its values: those of the
/// `by` fields, then of the aggregates' fields in order (null for a count of events); without
/// `stats` the columns themselves.
pub fn run(search: &Search, hits: &[(u32, Box<[Value]>)]) -> Vec<RowFound> {
    let mut rows = match &search.stats {
        Some(stats) => aggregate(stats, hits),
        None => hits
            .iter()
            .map(|(event, values)| RowFound {
                values: values.clone(),
                events: vec![*event],
            })
            .collect(),
    };
    for stage in &search.then {
        apply(stage, &mut rows);
    }
    rows
}

fn apply(stage: &RowStage, rows: &mut Vec<RowFound>) {
    match stage {
        RowStage::Where(expr) => {
            rows.retain(|row| *expr.evaluate(&*row.values) == Value::Bool(true));
        }
        RowStage::Search(cond) => {
            let matcher = Matcher::new(cond);
            rows.retain(|row| matcher.matches(&*row.values));
        }
        RowStage::Ctime { column, format } => {
            for row in rows {
                if let Some(time) = time(Fields::get(&*row.values, *column))
                    && let Some(text) = time.format(format)
                    && let Some(cell) = row.values.get_mut(column.0 as usize)
                {
                    *cell = Value::str(text);
                }
            }
        }
    }
}

/// A time, or the seconds since 1970 that Splunk tells a time by.
fn time(value: &Value) -> Option<Time> {
    match number(value)? {
        Value::Time(time) => Some(time),
        Value::Int(seconds) => Some(Time::from_millis(seconds.saturating_mul(1000))),
        Value::Float(seconds) => Some(Time::from_millis((seconds * 1000.0) as i64)),
        _ => None,
    }
}

fn aggregate(stats: &Stats, hits: &[(u32, Box<[Value]>)]) -> Vec<RowFound> {
    let mut groups: BTreeMap<GroupKey, Vec<usize>> = BTreeMap::new();
    if stats.by.is_empty() {
        groups.insert(GroupKey(Vec::new()), Vec::new());
    }
    for (at, (_, values)) in hits.iter().enumerate() {
        for key in keys(&values[..stats.by.len().min(values.len())]) {
            let group = groups.entry(key).or_default();
            if group.last() != Some(&at) {
                group.push(at);
            }
        }
    }
    let row = |(key, members): (GroupKey, Vec<usize>)| {
        let mut values = key.0;
        for (at, one) in stats.aggregates.iter().enumerate() {
            let column = stats.by.len() + at;
            let items = || {
                let of_hit =
                    |member: &usize| hits[*member].1.get(column).map_or(&[][..], Value::items);
                members.iter().flat_map(of_hit)
            };
            values.push(match (one.function, one.field) {
                (AggregateFunction::Count, None) => whole(members.len()),
                (AggregateFunction::Count, Some(_)) => whole(items().count()),
                (AggregateFunction::Min, _) => extreme(items().collect(), false),
                (AggregateFunction::Max, _) => extreme(items().collect(), true),
                (AggregateFunction::Values, _) => several(distinct(items())),
                (AggregateFunction::DistinctCount, _) => whole(distinct(items()).len()),
            });
        }
        RowFound {
            values: values.into(),
            events: members.iter().map(|member| hits[*member].0).collect(),
        }
    };
    groups.into_iter().map(row).collect()
}

/// The most rows one event can stand in, a bound on what a log can cause.
const MOST_ROWS_OF_AN_EVENT: usize = 1024;

/// Every combination of the values of the `by` fields.
fn keys(by: &[Value]) -> Vec<GroupKey> {
    let mut found = vec![Vec::with_capacity(by.len())];
    for value in by {
        found = found
            .iter()
            .flat_map(|key: &Vec<Value>| {
                let with = move |item: &Value| [key, std::slice::from_ref(item)].concat();
                value.items().iter().map(with)
            })
            .take(MOST_ROWS_OF_AN_EVENT)
            .collect();
    }
    found.into_iter().map(GroupKey).collect()
}

/// The `by` values of a row, in the order of rows.
struct GroupKey(Vec<Value>);

impl Ord for GroupKey {
    fn cmp(&self, other: &GroupKey) -> std::cmp::Ordering {
        let parts = self.0.iter().zip(&other.0);
        parts
            .map(|(left, right)| compare::rows(left, right))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for GroupKey {
    fn partial_cmp(&self, other: &GroupKey) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for GroupKey {
    fn eq(&self, other: &GroupKey) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for GroupKey {}

fn whole(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// By number where all are numbers (a text that reads as one is one, as Splunk's fields are all
/// texts), else by text. Null where there is nothing.
fn extreme(items: Vec<&Value>, greatest: bool) -> Value {
    let numbers: Option<Vec<Value>> = items.iter().map(|item| number(item)).collect();
    let keyed = items.iter().enumerate();
    let order = |left: usize, right: usize| match &numbers {
        Some(numbers) => compare::rows(&numbers[left], &numbers[right]),
        None => compare::text(items[left]).cmp(&compare::text(items[right])),
    };
    let found = if greatest {
        keyed.max_by(|(left, _), (right, _)| order(*left, *right))
    } else {
        keyed.min_by(|(left, _), (right, _)| order(*left, *right))
    };
    found.map_or(Value::Null, |(_, value)| (*value).clone())
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Int(_) | Value::Float(_) | Value::Time(_) => Some(value.clone()),
        Value::Str(text) => text.parse().map(Value::Int).ok().or_else(|| {
            let float: f64 = text.parse().ok()?;
            float.is_finite().then_some(Value::Float(float))
        }),
        _ => None,
    }
}

/// The different values, in order of their text.
fn distinct<'a>(items: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    let texts: BTreeMap<_, _> = items.map(|item| (compare::text(item), item)).collect();
    texts.into_values().cloned().collect()
}

fn several(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 => Value::Null,
        1 => values.remove(0),
        _ => Value::List(values.into()),
    }
}

#[cfg(test)]
mod tests;
