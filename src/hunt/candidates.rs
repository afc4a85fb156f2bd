//! From the events that stages matched to those that can be part of a finding.
//!
//! Most events that a stage matches are part of nothing, since the logs hold no event of another
//! stage with their join key. So at first just a digest of the key and the event's place in the
//! logs are kept; when all is read, the few whose key every other stage has met too are read again.
//! Keys may share a digest: that costs a reading and nothing else.

use crate::engine::join::{Digest, JoinKey};
use crate::lang::plan::{Body, Key, Plan, Stage};
use crate::model::field::Fields;
use crate::model::record::Location;
use crate::model::value::Value;
use crate::schema::Event;

use super::Reading;
use super::gather::{Gathered, Hit, Kept};
use super::recall::{Recalled, recall};
use super::watch::Watches;

/// Events that are seen in full before it is known whether they are part of a finding.
const WINDOW: usize = 65_536;

/// An event that a stage matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The stage's condition.
    pub watch: u32,
    /// The event's host.
    pub host: u32,
    /// A digest of the join key.
    pub key: u64,
    pub location: Location,
}

/// Hands over a digest of each join key that an event has.
pub(super) fn each_key(keys: &[Key], event: &Event<'_>, mut each: impl FnMut(u64)) {
    let mut digest = Digest::default();
    let mut is_one = |key: &Key| {
        let text = event.with_text(key.field, |text| digest.text(text));
        text.is_some() || digest.value(event.get(key.field))
    };
    if keys.iter().all(&mut is_one) {
        return each(digest.finish());
    }
    let values = keys.iter().map(|key| event.get(key.field).clone());
    let values: Vec<Value> = values.collect();
    for key in JoinKey::of(keys, &values) {
        each(key.digest());
    }
}

/// Adds to what was gathered the candidates that can be part of a finding, read again for their
/// times and their keys. Returns what `keep` makes of them, if they are not too many to be seen in
/// full before anything is known of them.
pub(super) fn settle<R: Send>(
    gathered: &mut Gathered,
    reading: &Reading,
    watches: &Watches,
    plans: &[&Plan],
    keep: impl Fn(&Event<'_>) -> R + Sync,
) -> Vec<Recalled<R>> {
    let candidates = possible(std::mem::take(&mut gathered.candidates), watches, plans);
    let of_event = |one: &Candidate, other: &Candidate| one.location == other.location;
    let events: Vec<&[Candidate]> = candidates.chunk_by(of_event).collect();
    let in_full = events.len() <= WINDOW;
    let see = |event: &Event<'_>| {
        let location = event.record().location();
        let at = events.partition_point(|candidates| candidates[0].location < location);
        let values = |one: &Candidate| watches.list[one.watch as usize].keep.values(event);
        let keys: Vec<Box<[Value]>> = events[at].iter().map(values).collect();
        (at, keys, in_full.then(|| keep(event)))
    };
    let locations: Vec<Location> = events.iter().map(|event| event[0].location).collect();
    let mut seen = Vec::new();
    let counts = &mut gathered.inputs;
    for row in recall(reading, reading.threads, &locations, see, counts) {
        let (at, keys, kept) = row.event;
        let event = gathered.kept.len() as u32;
        gathered.kept.push(Kept {
            location: row.location,
            host: events[at][0].host,
            moment: row.moment,
        });
        let hits = events[at].iter().zip(keys).map(|(one, values)| Hit {
            event,
            watch: one.watch,
            values,
        });
        gathered.hits.extend(hits);
        seen.extend(kept.map(|event| Recalled {
            event,
            location: row.location,
            moment: row.moment,
        }));
    }
    seen
}

/// The candidates whose key events of every stage that needs one have, in the order of the logs
/// and, of one event, of its conditions. Whose user a condition asks for is left open.
fn possible(mut candidates: Vec<Candidate>, watches: &Watches, plans: &[&Plan]) -> Vec<Candidate> {
    let mut met = vec![false; watches.list.len()];
    for candidate in &candidates {
        met[candidate.watch as usize] = true;
    }
    let mut stages = vec![Vec::new(); plans.len()];
    for (watch, _) in watches.list.iter().zip(met).filter(|(_, met)| *met) {
        stages[watch.rule as usize].push(watch.stage);
    }
    let rule = |one: &Candidate| watches.list[one.watch as usize].rule as usize;
    let has_all = |rule: usize, met: &[u16]| {
        let needed = (0..).zip(stages_of(plans[rule]));
        let mut needed = needed.filter(|(_, stage)| !stage.missing);
        needed.all(|(stage, _)| met.contains(&stage))
    };
    let lives: Vec<bool> = (stages.iter().enumerate())
        .map(|(rule, met)| has_all(rule, met))
        .collect();
    candidates.retain(|one| lives[rule(one)]);
    candidates.sort_unstable_by_key(|one| (rule(one), one.key));
    let mut possible: Vec<Candidate> = Vec::new();
    for group in candidates.chunk_by(|one, other| (rule(one), one.key) == (rule(other), other.key))
    {
        let met = group
            .iter()
            .map(|one| watches.list[one.watch as usize].stage);
        let mut met: Vec<u16> = met.collect();
        met.sort_unstable();
        met.dedup();
        if has_all(rule(&group[0]), &met) {
            possible.extend(group);
        }
    }
    possible.sort_unstable_by_key(|one| (one.location, one.watch));
    possible.dedup_by_key(|one| (one.location, one.watch));
    possible
}

fn stages_of(plan: &Plan) -> &[Stage] {
    match &plan.body {
        Body::Sequence(sequence) => &sequence.stages,
        Body::Sample(sample) => &sample.stages,
        Body::Events(_) | Body::Search(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::join::Hit as StageHit;
    use crate::engine::{sample, sequence};
    use crate::hunt::Profile;
    use crate::hunt::watch::Keep;
    use crate::lang::eql;
    use crate::model::field::FieldTable;
    use crate::model::time::Time;
    use crate::schema::Schema;

    #[test]
    fn a_key_that_every_stage_has_met_is_possible() {
        let queries = [
            "sequence by host.id with maxspan=1m [process where true] ![file where true] [network where true]
             until [process where true]",
            "sample by host.id [process where user.id == \"a\"] [network where true]",
            "sequence by host.id [process where true] [dns where true]",
        ];
        let mut fields = FieldTable::default();
        let plans = queries.map(|query| {
            let plan = eql::compile(query, &Schema, &mut fields, &eql::Options::default());
            plan.expect("a query").plan
        });
        let plans: Vec<&Plan> = plans.iter().collect();
        let watches = Watches::new(&plans, &mut fields, Profile::Forensic);
        let told = |(rule, stage, key, offset): (u32, u16, u64, u64)| {
            let mut conditions = (0..).zip(&watches.list);
            let (watch, _) = conditions
                .find(|(_, watch)| (watch.rule, watch.stage) == (rule, stage))
                .expect("a condition");
            Candidate {
                watch,
                host: 0,
                key,
                location: Location {
                    file: 0,
                    block: 0,
                    offset,
                },
            }
        };
        let live = Candidate {
            watch: told((1, 0, 0, 0)).watch + 1,
            ..told((1, 0, 5, 60))
        };
        let given = [
            // Both stages, the missing one and `until` of one key, and of another all but one.
            told((0, 2, 7, 90)),
            told((0, 0, 7, 10)),
            told((0, 1, 7, 20)),
            told((0, 3, 7, 30)),
            told((0, 0, 8, 40)),
            told((0, 1, 8, 50)),
            told((0, 3, 8, 50)),
            // The same event for another rule, and one that only the live pipeline would match.
            told((1, 1, 5, 90)),
            live,
            told((1, 1, 6, 70)),
            // A rule of whose stages the logs hold one.
            told((2, 0, 7, 10)),
        ];
        let places = |list: Vec<Candidate>| -> Vec<(u64, u32, u16)> {
            let place = |one: &Candidate| {
                let watch = &watches.list[one.watch as usize];
                (one.location.offset, watch.rule, watch.stage)
            };
            list.iter().map(place).collect()
        };
        assert_eq!(
            places(possible(given.to_vec(), &watches, &plans)),
            [
                (10, 0, 0),
                (20, 0, 1),
                (30, 0, 3),
                (60, 1, 0),
                (90, 0, 2),
                (90, 1, 1),
            ]
        );
        let twice = [&given[..], &given[..]].concat();
        assert_eq!(possible(twice, &watches, &plans).len(), 6);
    }

    proptest! {
        #[test]
        fn what_is_not_possible_is_part_of_nothing(
            query in 0..3usize,
            drawn in prop::collection::vec(
                (0u16..4, prop::collection::vec(0u8..3, 0..3), prop::option::of(0u8..2), 0i64..40),
                0..24,
            ),
        ) {
            let queries = [
                "sequence by host.id, ?user.name with maxspan=20ms
                 [process where true] [file where true] ![dns where true] [network where true]",
                "sequence by host.id, user.name [process where true] [file where true]
                 [network where true] until [dns where true]",
                "sample by host.id, ?user.name [process where true] [file where true]",
            ];
            let mut fields = FieldTable::default();
            let plan = eql::compile(queries[query], &Schema, &mut fields, &eql::Options::default());
            let plan = plan.expect("a query").plan;
            let watches = Watches::new(&[&plan], &mut fields, Profile::Elastic);
            let hits = drawn.iter().zip(0u32..).filter_map(|((stage, hosts, user, place), event)| {
                let (watch, _) = (0..).zip(&watches.list).find(|(_, one)| one.stage == *stage)?;
                let hosts = hosts.iter().map(|host| Value::str(format!("h{host}")));
                let user = user.map_or(Value::Null, |user| Value::Int(user.into()));
                let hit = StageHit {
                    place: Time::from_millis(*place),
                    stage: *stage,
                    event,
                    keys: [Value::List(hosts.collect()), user].into(),
                };
                Some((watch, hit))
            });
            let mut hits: Vec<(u32, StageHit)> = hits.collect();
            hits.sort_by_key(|(_, hit)| (hit.place, hit.event));
            let location = |hit: &StageHit| Location { file: 0, block: 0, offset: hit.event.into() };
            let candidates = hits.iter().flat_map(|(watch, hit)| {
                let Keep::Keys(keys) = &watches.list[*watch as usize].keep else {
                    panic!("a stage is kept by its keys");
                };
                let groups = JoinKey::of(keys, &hit.keys).into_iter();
                groups.map(move |key| Candidate {
                    watch: *watch,
                    host: 0,
                    key: key.digest(),
                    location: location(hit),
                })
            });
            let possible = possible(candidates.collect(), &watches, &[&plan]);
            let is_possible = |hit: &&StageHit| possible.iter().any(|one| one.location == location(hit));
            let all: Vec<StageHit> = hits.iter().map(|(_, hit)| hit.clone()).collect();
            let some: Vec<StageHit> = all.iter().filter(is_possible).cloned().collect();
            let found = |hits: &[StageHit]| match &plan.body {
                Body::Sequence(plan) => sequence::run(plan, hits),
                Body::Sample(plan) => sample::run(plan, hits),
                _ => Vec::new(),
            };
            prop_assert_eq!(found(&some), found(&all));
        }
    }
}
