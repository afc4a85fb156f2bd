use proptest::prelude::*;

use super::*;
use crate::lang::plan::{Cond, Key, Pipe, Stage};
use crate::model::field::FieldId;
use crate::model::value::Value;

/// A plan from its stages, `!` before a missing one.
fn plan(stages: &str) -> Sequence {
    let stage = |missing| Stage {
        filter: Cond::Const(true),
        keys: vec![Key {
            field: FieldId(0),
            optional: false,
        }],
        missing,
    };
    Sequence {
        stages: (stages.split_whitespace())
            .map(|one| stage(one.starts_with('!')))
            .collect(),
        until: None,
        maxspan: None,
        pipes: Vec::new(),
    }
}

fn until(plan: Sequence) -> Sequence {
    Sequence {
        until: Some(plan.stages[0].clone()),
        ..plan
    }
}

fn maxspan(plan: Sequence, most: i64) -> Sequence {
    Sequence {
        maxspan: Some(Span(most)),
        ..plan
    }
}

/// Hits from words: a letter for each stage that the event matches (`u` for until), its place,
/// and a key after a colon: `A1 AB2:x`.
fn hits(plan: &Sequence, words: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for word in words.split_whitespace() {
        let (event, key) = word.split_once(':').unwrap_or((word, "k"));
        let letters = event.trim_end_matches(|c: char| c.is_ascii_digit());
        let number: u32 = event[letters.len()..].parse().unwrap();
        let items: Box<[Value]> = key.split(',').map(Value::str).collect();
        let key = match &*items {
            [one] if one.as_str() == Some("null") => Value::Null,
            [one] => one.clone(),
            _ => Value::List(items),
        };
        for letter in letters.bytes() {
            hits.push(Hit {
                place: Time::from_ticks(i64::from(number)),
                stage: match letter {
                    b'u' => plan.stages.len() as u16,
                    letter => u16::from(letter - b'A'),
                },
                event: number,
                keys: [key.clone()].into(),
            });
        }
    }
    hits
}

/// The completed sequences as the numbers of their events, `-` for a missing one.
fn found(plan: &Sequence, words: &str) -> Vec<String> {
    let number = |event: &Option<u32>| event.map_or("-".into(), |event| event.to_string());
    run(plan, &hits(plan, words))
        .iter()
        .map(|found| {
            found
                .events
                .iter()
                .map(number)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[test]
fn the_newest_waits_and_the_first_completes() {
    assert_eq!(found(&plan("A B"), "A1 A2 B3 B4"), ["2 3"]);
    assert_eq!(found(&plan("A B"), "A1 B2 A3 A4"), ["1 2"]);
    assert_eq!(found(&plan("A B"), "B1 A2"), [""; 0]);
    assert_eq!(found(&plan("A B"), "A1 B2 A3 B4"), ["1 2", "3 4"]);
    assert_eq!(found(&plan("A B C"), "A1 B2 B3 C4"), ["1 2 4"]);
    assert_eq!(found(&plan("A B C"), "A1 A2 B3 A4 B5 C6 C7"), ["4 5 6"]);
    assert_eq!(found(&plan("A B C"), "A1 C2 B3 C4"), ["1 3 4"]);
}

#[test]
fn an_event_serves_several_sequences_but_each_once() {
    assert_eq!(found(&plan("A A"), "AB1 AB2 AB3"), ["1 2", "2 3"]);
    assert_eq!(
        found(&plan("A A A"), "ABC1 ABC2 ABC3 ABC4"),
        ["1 2 3", "2 3 4"]
    );
}

#[test]
fn every_key_has_its_own_machine() {
    assert_eq!(
        found(&plan("A B"), "A1:x A2:y B3:x B4:z B5:y"),
        ["1 3", "2 5"]
    );
    assert_eq!(found(&plan("A B"), "A1:x B2:X"), [""; 0]);
}

#[test]
fn null_joins_null_where_the_key_is_optional() {
    let mut plan = plan("A B");
    assert_eq!(found(&plan, "A1:null B2:null"), [""; 0]);
    for stage in &mut plan.stages {
        stage.keys[0].optional = true;
    }
    assert_eq!(found(&plan, "A1:null B2:x B3:null"), ["1 3"]);
}

#[test]
fn an_event_completes_one_sequence_of_its_several_keys() {
    assert_eq!(found(&plan("A B"), "A1:x,y B2:y"), ["1 2"]);
    assert_eq!(found(&plan("A B"), "A1:x,y B2:y B3:x"), ["1 2", "1 3"]);
    let plan = plan("A B");
    let both = run(&plan, &hits(&plan, "A1:x,y B2:y,x"));
    assert_eq!(both.len(), 1);
    assert_eq!(*both[0].keys, [Value::str("y")]);
}

#[test]
fn maxspan_counts_from_the_first_event_to_the_last() {
    let plan = maxspan(plan("A B C"), 5);
    assert_eq!(found(&plan, "A1 B5 C6"), ["1 5 6"]);
    assert_eq!(found(&plan, "A1 B5 C7"), [""; 0]);
    assert_eq!(found(&plan, "A1 B7 A8 B9 C10"), ["8 9 10"]);
    assert_eq!(found(&plan, "A1 B5 C7 C8"), [""; 0]);
}

#[test]
fn until_ends_what_is_pending() {
    let plan = until(plan("A B"));
    assert_eq!(found(&plan, "A1 u2 B3"), [""; 0]);
    assert_eq!(found(&plan, "A1 u2:other B3"), ["1 3"]);
    assert_eq!(found(&plan, "A1 u2 A3 B4"), ["3 4"]);
    assert_eq!(found(&plan, "A1 Bu2"), ["1 2"]);
    assert_eq!(found(&plan, "Au1 B2"), [""; 0]);
}

#[test]
fn missing_events_between_two_stages() {
    let plan = maxspan(plan("A !B C"), 10);
    assert_eq!(found(&plan, "A1 C2"), ["1 - 2"]);
    assert_eq!(found(&plan, "A1 B2 C3"), [""; 0]);
    assert_eq!(found(&plan, "A1 B2:other C3"), ["1 - 3"]);
    assert_eq!(found(&plan, "B1 A2 C3 B4"), ["2 - 3"]);
    let events = hits(&plan, "A1 B2 C3");
    let at_once: Vec<Hit> = (events.into_iter())
        .map(|hit| Hit {
            place: Time::from_ticks(if hit.event == 2 { 1 } else { hit.place.ticks() }),
            ..hit
        })
        .collect();
    assert_eq!(run(&plan, &at_once).len(), 1, "at the place of the first");
}

#[test]
fn missing_events_before_and_after() {
    let before = maxspan(plan("!A B"), 10);
    assert_eq!(found(&before, "B1 A2 B12 B13"), ["- 1", "- 13"]);
    let after = maxspan(plan("A !B"), 10);
    assert_eq!(found(&after, "A1 B11 A12 B23"), ["12 -"]);
    let around = maxspan(plan("!A B !C"), 10);
    assert_eq!(found(&around, "A1 B6 C11"), [""; 0]);
    assert_eq!(found(&around, "A1 B6 C12"), ["- 6 -"]);
    assert_eq!(found(&around, "A1 B2"), ["- 2 -"]);
    let far = maxspan(plan("!A B C"), 10);
    assert_eq!(found(&far, "A1 B2 C8"), [""; 0]);
    assert_eq!(found(&far, "A1 B2 C12"), ["- 2 12"]);
}

#[test]
fn pipes_choose_among_the_completed() {
    let mut plan = plan("A B");
    plan.pipes = vec![Pipe::Tail(2), Pipe::Head(1)];
    assert_eq!(found(&plan, "A1 B2 A3 B4 A5 B6"), ["3 4"]);
}

/// The rules again, stage after stage over all events at once instead of event after event.
fn brute_force(plan: &Sequence, hits: &[Hit]) -> Vec<Vec<Option<u32>>> {
    let mut keys: Vec<&Value> = Vec::new();
    for hit in hits {
        if !keys.contains(&&hit.keys[0]) {
            keys.push(&hit.keys[0]);
        }
    }
    let mut complete: Vec<Vec<&Hit>> = Vec::new();
    for key in keys {
        let of_stage = |stage: usize| -> Vec<&Hit> {
            let of = |hit: &&Hit| usize::from(hit.stage) == stage && hit.keys[0] == *key;
            hits.iter().filter(of).collect()
        };
        let mut pending: Option<Vec<Vec<&Hit>>> = None;
        for stage in 0..plan.stages.len() {
            if plan.stages[stage].missing {
                continue;
            }
            let Some(mut waiting) = pending.take() else {
                pending = Some(of_stage(stage).into_iter().map(|hit| vec![hit]).collect());
                continue;
            };
            let mut moved = Vec::new();
            for hit in of_stage(stage) {
                let last = |events: &Vec<&Hit>| events[events.len() - 1].event;
                let Some(newest) = waiting.iter().rposition(|events| last(events) < hit.event)
                else {
                    continue;
                };
                let mut events = waiting.drain(..=newest).next_back().unwrap();
                let ended = of_stage(plan.stages.len())
                    .iter()
                    .any(|until| last(&events) <= until.event && until.event < hit.event);
                let late = (plan.maxspan)
                    .is_some_and(|most| hit.place.ticks() - events[0].place.ticks() > most.0);
                if !late && (plan.until.is_none() || !ended) {
                    events.push(hit);
                    moved.push(events);
                }
            }
            pending = Some(moved);
        }
        for events in pending.unwrap_or_default() {
            if quiet(plan, &events, &of_stage) {
                complete.push(events);
            }
        }
    }
    complete.sort_by_key(|events| events[events.len() - 1].event);
    complete
        .into_iter()
        .map(|events| {
            let mut events = events.into_iter();
            let of = |stage: &Stage| (!stage.missing).then(|| events.next().unwrap().event);
            plan.stages.iter().map(of).collect()
        })
        .collect()
}

/// Whether the missing events are missing: between two events none at all; around the sequence
/// none so near that both edges lie within `maxspan`, an edge being what must be missing there,
/// else the sequence's own event.
fn quiet<'h>(plan: &Sequence, events: &[&'h Hit], of: &dyn Fn(usize) -> Vec<&'h Hit>) -> bool {
    let (start, end) = (
        events[0].place.ticks(),
        events[events.len() - 1].place.ticks(),
    );
    let mut passed = 0;
    let (mut leading, mut trailing) = (Vec::new(), Vec::new());
    for (stage, at) in plan.stages.iter().zip(0..) {
        let places = || of(at).into_iter().map(|hit| hit.place.ticks());
        if !stage.missing {
            passed += 1;
        } else if passed == 0 {
            leading.extend(places().filter(|place| *place < start));
        } else if passed == events.len() {
            trailing.extend(places().filter(|place| *place > end));
        } else {
            let (from, to) = (
                events[passed - 1].place.ticks(),
                events[passed].place.ticks(),
            );
            if places().any(|place| from < place && place < to) {
                return false;
            }
        }
    }
    if !plan.stages[0].missing {
        leading.push(start);
    }
    if !plan.stages[plan.stages.len() - 1].missing {
        trailing.push(end);
    }
    let edge = plan.stages[0].missing || plan.stages[plan.stages.len() - 1].missing;
    let far = |from: &i64, to: &i64| plan.maxspan.is_some_and(|most| to - from > most.0);
    !edge
        || leading
            .iter()
            .all(|from| trailing.iter().all(|to| far(from, to)))
}

fn streams() -> impl Strategy<Value = (Sequence, Vec<Hit>)> {
    let stages = prop::sample::select(vec![
        "A B",
        "A B C",
        "A B C D",
        "A !B C",
        "!A B",
        "A !B",
        "!A B !C",
        "!A B C",
        "A B !C !D",
        "!A !B C !D E",
    ]);
    let event = (
        0..3i64,
        prop::collection::btree_set(0..6u16, 0..3),
        0..3i64,
        prop::bool::weighted(0.1),
    );
    let events = prop::collection::vec(event, 0..40);
    (stages, prop::option::of(1..12i64), any::<bool>(), events).prop_map(
        |(stages, most, ends, events)| {
            let mut plan = plan(stages);
            plan.maxspan = most.map(Span);
            if ends {
                plan = until(plan);
            }
            let count = plan.stages.len() as u16;
            let (mut place, mut hits) = (0, Vec::new());
            for ((gap, matched, key, last), event) in events.into_iter().zip(0..) {
                place += gap;
                let mut push = |stage| {
                    hits.push(Hit {
                        place: Time::from_ticks(place),
                        stage,
                        event,
                        keys: [Value::Int(key)].into(),
                    });
                };
                matched
                    .into_iter()
                    .filter(|stage| *stage < count)
                    .for_each(&mut push);
                if last {
                    push(count);
                }
            }
            (plan, hits)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn agrees_with_brute_force((plan, hits) in streams()) {
        let fast: Vec<_> = run(&plan, &hits).into_iter().map(|found| found.events).collect();
        prop_assert_eq!(fast, brute_force(&plan, &hits));
    }
}
