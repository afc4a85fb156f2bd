//! EQL's `sample`: from the events that its stages matched to one sample for each join key.
//!
//! As Elasticsearch's `SampleIterator` has it: a key that every stage matched gives one sample,
//! of the earliest events that are all different; the samples stand in the order of their keys.

use super::join::JoinKey;
pub use super::join::{Found, Hit};
use super::pipe;
use crate::lang::plan::Sample;
use crate::model::seeded::SeededMap;
use crate::model::value::Value;

/// The samples, in order of their keys (numbers by size, texts by code point), after the pipes.
/// `hits` stand in the total order of their events, and earlier events are chosen first.
pub fn run<K: AsRef<[Value]>>(sample: &Sample, hits: &[Hit<K>]) -> Vec<Found> {
    let stages = sample.stages.len();
    let mut groups: SeededMap<JoinKey, Vec<Vec<u32>>> = SeededMap::default();
    for hit in hits {
        let at = usize::from(hit.stage);
        let Some(stage) = sample.stages.get(at) else {
            continue;
        };
        for key in JoinKey::of(&stage.keys, hit.keys.as_ref()) {
            let group = groups
                .entry(key)
                .or_insert_with(|| vec![Vec::new(); stages]);
            // With as many events as there are stages, the others can never take all of them.
            if group[at].len() < stages && group[at].last() != Some(&hit.event) {
                group[at].push(hit.event);
            }
        }
    }
    let mut samples: Vec<(JoinKey, Vec<u32>)> = groups
        .into_iter()
        .filter_map(|(key, group)| {
            let mut chosen = Vec::with_capacity(stages);
            choose(&group, &mut chosen).then_some((key, chosen))
        })
        .collect();
    // Different keys can be told in the same place: a number, and the text of it.
    samples.sort_by(|(left, events), (right, others)| {
        left.order(right).then_with(|| events.cmp(others))
    });
    let found = samples
        .into_iter()
        .map(|(key, events)| Found {
            keys: key.into_values(),
            events: events.into_iter().map(Some).collect(),
        })
        .collect();
    pipe::apply(&sample.pipes, found)
}

/// The first choice of different events, one a stage, in the order of the events.
fn choose(stages: &[Vec<u32>], chosen: &mut Vec<u32>) -> bool {
    let Some((stage, rest)) = stages.split_first() else {
        return true;
    };
    for event in stage {
        if !chosen.contains(event) {
            chosen.push(*event);
            if choose(rest, chosen) {
                return true;
            }
            chosen.pop();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::plan::{Cond, Key, Pipe, Stage};
    use crate::model::field::FieldId;
    use crate::model::time::Time;
    use crate::model::value::Value;

    fn sample(stages: usize) -> Sample {
        let stage = Stage {
            filter: Cond::Const(true),
            keys: vec![Key {
                field: FieldId(0),
                optional: false,
            }],
            missing: false,
        };
        Sample {
            stages: vec![stage; stages],
            pipes: Vec::new(),
        }
    }

    fn hits(list: &[(u32, u16, Value)]) -> Vec<Hit> {
        list.iter()
            .map(|(event, stage, key)| Hit {
                place: Time::from_ticks(i64::from(*event)),
                stage: *stage,
                event: *event,
                keys: [key.clone()].into(),
            })
            .collect()
    }

    fn found(plan: &Sample, list: &[(u32, u16, Value)]) -> Vec<(String, Vec<u32>)> {
        run(plan, &hits(list))
            .into_iter()
            .map(|one| {
                (
                    one.keys[0].to_string(),
                    one.events.into_iter().flatten().collect(),
                )
            })
            .collect()
    }

    #[test]
    fn one_sample_a_key_of_different_events_in_order_of_keys() {
        let (ten, nine) = (Value::Int(10), Value::Int(9));
        let list = [
            (1, 0, ten.clone()),
            (2, 0, nine.clone()),
            (2, 1, nine.clone()),
            (3, 1, ten.clone()),
            (4, 0, nine.clone()),
            (5, 0, Value::Int(8)),
        ];
        assert_eq!(
            found(&sample(2), &list),
            [("9".into(), vec![4, 2]), ("10".into(), vec![1, 3])]
        );
        let first = Sample {
            pipes: vec![Pipe::Head(1)],
            ..sample(2)
        };
        assert_eq!(found(&first, &list), [("9".into(), vec![4, 2])]);
    }

    #[test]
    fn an_event_stands_in_one_stage_only() {
        let key = Value::str("k");
        let list = [
            (1, 0, key.clone()),
            (1, 1, key.clone()),
            (1, 2, key.clone()),
        ];
        assert_eq!(found(&sample(2), &list), []);
        let list = [
            (1, 0, key.clone()),
            (1, 1, key.clone()),
            (1, 2, key.clone()),
            (2, 0, key.clone()),
            (2, 1, key.clone()),
            (3, 0, key.clone()),
        ];
        assert_eq!(found(&sample(3), &list), [("k".into(), vec![3, 2, 1])]);
    }

    #[test]
    fn every_value_of_a_list_is_a_key() {
        let both = Value::List(Box::new([Value::str("a"), Value::str("b")]));
        let list = [
            (1, 0, both),
            (2, 1, Value::str("b")),
            (3, 1, Value::str("a")),
        ];
        assert_eq!(
            found(&sample(2), &list),
            [("a".into(), vec![1, 3]), ("b".into(), vec![1, 2])]
        );
    }
}
