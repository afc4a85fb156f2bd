//! EQL's `sequence`: from the events that its stages matched, in order, to completed sequences.
//!
//! One state machine for each join key, as Elasticsearch runs it (`SequenceMatcher` and
//! `TumblingWindow` of its EQL plugin): an event moves the pending sequence of the stage before
//! to its own stage; of several that wait at one stage the newest is kept; one that completes is
//! gone, and one that comes too late for `maxspan` is gone too. An event may move several pending
//! sequences of different stages, never one sequence twice. Missing events are judged when a
//! sequence is complete, by the clock alone.

use super::join::JoinKey;
pub use super::join::{Found, Hit};
use super::pipe;
use crate::lang::plan::Sequence;
use crate::model::seeded::SeededMap;
use crate::model::time::{Span, Time};
use crate::model::value::Value;

/// The completed sequences, in order of the events that complete them, after the pipes. `hits`
/// stand in the total order of their events. An event completes at most one sequence, even where
/// it has several join keys: that of the first.
pub fn run<K: AsRef<[Value]>>(sequence: &Sequence, hits: &[Hit<K>]) -> Vec<Found> {
    let shape = Shape::of(sequence);
    let (Some(&first), Some(&last)) = (shape.positive.first(), shape.positive.last()) else {
        return Vec::new();
    };
    let mut machines: SeededMap<JoinKey, Machine> = SeededMap::default();
    let mut missing = Absences::default();
    let mut complete = Vec::new();
    for event in hits.chunk_by(|one, next| one.event == next.event) {
        let before = complete.len();
        for hit in latest_stage_first(event) {
            let Some(stage) = shape.stage(hit.stage) else {
                continue;
            };
            for key in JoinKey::of(&stage.keys, hit.keys.as_ref()) {
                if stage.missing {
                    missing.note(hit.stage, key, hit.place);
                    continue;
                }
                let moved = if hit.stage == first {
                    Some(Pending::begin(hit))
                } else {
                    let machine = machines.get_mut(&key);
                    machine.and_then(|machine| shape.advance(machine, hit))
                };
                match moved {
                    Some(pending) if hit.stage == last => complete.push((key, pending)),
                    Some(pending) => machines.entry(key).or_default().wait(hit.stage, pending),
                    None => {}
                }
            }
        }
        complete.truncate(before + 1);
        expire(sequence, event, &mut machines);
    }
    missing.sort();
    complete.retain(|(key, pending)| shape.undisturbed(key, pending, &missing));
    let found = complete
        .into_iter()
        .map(|(key, pending)| shape.found(key, &pending))
        .collect();
    pipe::apply(&sequence.pipes, found)
}

/// An event must not move a sequence that it moved already, so its later stages come first.
fn latest_stage_first<K>(event: &[Hit<K>]) -> Vec<&Hit<K>> {
    let mut hits: Vec<&Hit<K>> = event.iter().collect();
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.stage));
    hits
}

/// `until` ends what is pending for its key, what its own event moved there included; what its
/// own event completed stands.
fn expire<K: AsRef<[Value]>>(
    sequence: &Sequence,
    event: &[Hit<K>],
    machines: &mut SeededMap<JoinKey, Machine>,
) {
    let Some(until) = &sequence.until else { return };
    for hit in event {
        if usize::from(hit.stage) == sequence.stages.len() {
            for key in JoinKey::of(&until.keys, hit.keys.as_ref()) {
                machines.remove(&key);
            }
        }
    }
}

/// A sequence on its way: the events of the stages it has passed.
#[derive(Clone, Debug)]
struct Pending {
    matched: Vec<(u16, Time, u32)>,
}

impl Pending {
    fn begin<K>(hit: &Hit<K>) -> Pending {
        Pending {
            matched: vec![(hit.stage, hit.place, hit.event)],
        }
    }

    fn start(&self) -> Option<Time> {
        self.matched.first().map(|(_, place, _)| *place)
    }

    fn end(&self) -> Option<Time> {
        self.matched.last().map(|(_, place, _)| *place)
    }

    fn at(&self, stage: u16) -> Option<&(u16, Time, u32)> {
        self.matched.iter().find(|(at, _, _)| *at == stage)
    }
}

/// What is pending for one key: at most one sequence a stage, because of several the newest goes
/// on and the older are dropped with it.
#[derive(Debug, Default)]
struct Machine {
    waiting: Vec<(u16, Pending)>,
}

impl Machine {
    fn wait(&mut self, stage: u16, pending: Pending) {
        self.take(stage);
        self.waiting.push((stage, pending));
    }

    fn take(&mut self, stage: u16) -> Option<Pending> {
        let at = self.waiting.iter().position(|(at, _)| *at == stage)?;
        Some(self.waiting.swap_remove(at).1)
    }
}

/// The places of the events that must not be there, for each missing stage and key.
#[derive(Default)]
struct Absences {
    places: SeededMap<(u16, JoinKey), Vec<Time>>,
}

impl Absences {
    fn note(&mut self, stage: u16, key: JoinKey, place: Time) {
        self.places.entry((stage, key)).or_default().push(place);
    }

    fn sort(&mut self) {
        self.places.values_mut().for_each(|places| places.sort());
    }

    fn last_before(&self, stage: u16, key: &JoinKey, place: Time) -> Option<Time> {
        let places = self.places.get(&(stage, key.clone()))?;
        let at = places.partition_point(|one| *one < place);
        places.get(at.checked_sub(1)?).copied()
    }

    fn first_after(&self, stage: u16, key: &JoinKey, place: Time) -> Option<Time> {
        let places = self.places.get(&(stage, key.clone()))?;
        places
            .get(places.partition_point(|one| *one <= place))
            .copied()
    }
}

/// What the machine needs to know of the plan.
struct Shape<'p> {
    plan: &'p Sequence,
    /// The stages that an event must match, ascending.
    positive: Vec<u16>,
}

impl<'p> Shape<'p> {
    fn of(plan: &'p Sequence) -> Shape<'p> {
        let positive = (plan.stages.iter().zip(0..))
            .filter(|(stage, _)| !stage.missing)
            .map(|(_, at)| at)
            .collect();
        Shape { plan, positive }
    }

    fn stage(&self, stage: u16) -> Option<&'p crate::lang::plan::Stage> {
        self.plan.stages.get(usize::from(stage))
    }

    fn too_long(&self, from: Time, to: Time) -> bool {
        self.plan
            .maxspan
            .is_some_and(|most| to.since(from) > most && most > Span(0))
    }

    /// Takes what waits at the positive stage before and moves it to the hit's, if time is left.
    fn advance<K>(&self, machine: &mut Machine, hit: &Hit<K>) -> Option<Pending> {
        let previous = self.positive.iter().rfind(|stage| **stage < hit.stage)?;
        let mut pending = machine.take(*previous)?;
        if self.too_long(pending.start()?, hit.place) {
            return None;
        }
        pending.matched.push((hit.stage, hit.place, hit.event));
        Some(pending)
    }

    /// Whether the missing events of a complete sequence are missing indeed. Between two stages:
    /// none strictly between their places. Before the first or after the last: a span of
    /// `maxspan` must fit around the sequence that none of them cuts.
    fn undisturbed(&self, key: &JoinKey, pending: &Pending, missing: &Absences) -> bool {
        let (Some(start), Some(end)) = (pending.start(), pending.end()) else {
            return false;
        };
        let (mut before, mut after): (Option<Time>, Option<Time>) = (None, None);
        for (stage, at) in self.plan.stages.iter().zip(0..) {
            if !stage.missing {
                continue;
            }
            let previous = self.positive.iter().rfind(|one| **one < at);
            let next = self.positive.iter().find(|one| **one > at);
            match (
                previous.and_then(|stage| pending.at(*stage)),
                next.and_then(|stage| pending.at(*stage)),
            ) {
                (Some((_, from, _)), Some((_, to, _))) => {
                    let between = missing.first_after(at, key, *from);
                    if between.is_some_and(|place| place < *to) {
                        return false;
                    }
                }
                (None, _) => before = before.max(missing.last_before(at, key, start)),
                (_, None) => {
                    let place = missing.first_after(at, key, end);
                    after = [after, place].into_iter().flatten().min();
                }
            }
        }
        let edges = [self.plan.stages.first(), self.plan.stages.last()];
        match edges.map(|stage| stage.is_some_and(|stage| stage.missing)) {
            [true, true] => match (before, after) {
                (Some(before), Some(after)) => self.too_long(before, after),
                _ => true,
            },
            [true, false] => before.is_none_or(|before| self.too_long(before, end)),
            [false, true] => after.is_none_or(|after| self.too_long(start, after)),
            [false, false] => true,
        }
    }

    fn found(&self, key: JoinKey, pending: &Pending) -> Found {
        Found {
            keys: key.into_values(),
            events: (0..self.plan.stages.len())
                .map(|stage| {
                    let stage = u16::try_from(stage).ok()?;
                    pending.at(stage).map(|(_, _, event)| *event)
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
