//! From plans to the list of conditions that events are held against, and what to keep of an
//! event that meets one.

use std::borrow::Cow;

use crate::engine::dispatch::Dispatch;
use crate::lang::plan::{Body, Cond, Key, Plan, Stage};
use crate::model::field::{FieldId, FieldTable, Fields, View};
use crate::model::value::Value;
use crate::schema::{self, Layout};

use super::Profile;

/// Which reading of `user.id` a condition holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Both: the condition does not ask for the user.
    Both,
    /// The profile's.
    Own,
    /// The live pipeline's alone: kept so as to say what it would not have raised.
    Live,
}

/// One condition of one rule.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The rule's place in the list of plans.
    pub rule: u32,
    /// The stage; one past the last for `until`; 0 where there are no stages.
    pub stage: u16,
    /// For which reading of the user.
    pub reading: Reading,
    /// Whether an event that meets it is a finding, whatever other events there are.
    pub finds: bool,
    /// What to keep of an event that meets it.
    pub keep: Keep,
}

/// What to keep of an event that meets a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Keep {
    /// The values of what `stats` asks for (a count of events asks for no field).
    Values(Vec<Option<FieldId>>),
    /// The event as a candidate for a sequence or a sample, which these keys join.
    Keys(Vec<Key>),
}

impl Keep {
    fn map_fields(&self, map: &dyn Fn(FieldId) -> FieldId) -> Keep {
        match self {
            Keep::Values(fields) => {
                Keep::Values(fields.iter().map(|field| field.map(map)).collect())
            }
            Keep::Keys(keys) => {
                let key = |key: &Key| Key {
                    field: map(key.field),
                    ..*key
                };
                Keep::Keys(keys.iter().map(key).collect())
            }
        }
    }

    /// The values of an event that it is about.
    pub fn values(&self, event: &impl Fields) -> Box<[Value]> {
        match self {
            Keep::Values(fields) => {
                let value = |field: &Option<FieldId>| {
                    field.map_or(Value::Null, |field| event.get(field).clone())
                };
                fields.iter().map(value).collect()
            }
            Keep::Keys(keys) => (keys.iter().map(|key| event.get(key.field).clone())).collect(),
        }
    }
}

/// Every condition of every plan, numbered.
pub(super) struct Watches<'p> {
    /// By condition number.
    pub list: Vec<Watch>,
    /// The plan's own, but where it is read in another way.
    conds: Vec<Cow<'p, Cond>>,
}

impl<'p> Watches<'p> {
    /// The conditions of the plans under a profile. Under the forensic one a condition that asks
    /// for the user, or whose event is joined by it, stands twice, once as the live pipeline reads
    /// it.
    pub fn new(plans: &[&'p Plan], fields: &mut FieldTable, profile: Profile) -> Watches<'p> {
        let user = fields.intern(View::Ecs, "user.id");
        let written = fields.intern(View::Ecs, schema::WRITTEN_USER);
        let live = |field| if field == user { written } else { field };
        let mut watches = Watches {
            list: Vec::new(),
            conds: Vec::new(),
        };
        for (rule, plan) in plans.iter().enumerate() {
            let alone = matches!(&plan.body, Body::Events(query) if query.pipes.is_empty());
            for (stage, cond, keep) in conditions(plan) {
                let mut add = |reading, cond, keep| {
                    watches.list.push(Watch {
                        rule: rule as u32,
                        stage: stage as u16,
                        reading,
                        finds: alone && reading != Reading::Live,
                        keep,
                    });
                    watches.conds.push(cond);
                };
                let live_keep = keep.map_fields(&live);
                let mut asks = live_keep != keep;
                cond.each_field(&mut |field| asks |= field == user);
                let own_cond = Cow::Borrowed(cond);
                let live_cond = || Cow::Owned(cond.map_fields(&live));
                match profile {
                    _ if !asks => add(Reading::Both, own_cond, keep),
                    Profile::Elastic => add(Reading::Both, live_cond(), live_keep),
                    Profile::Forensic => {
                        add(Reading::Own, own_cond, keep);
                        add(Reading::Live, live_cond(), live_keep);
                    }
                }
            }
        }
        watches
    }

    /// The conditions, each simplified for each event id and indexed by what it asks for first.
    pub fn dispatch(&self, layout: &Layout) -> Dispatch<'_> {
        let conds = self.conds.iter().map(Cow::as_ref);
        Dispatch::new(conds, schema::event_ids(), layout)
    }
}

/// A plan's conditions: stage, condition, what to keep.
fn conditions(plan: &Plan) -> Vec<(usize, &Cond, Keep)> {
    let keys = |stage: &Stage| Keep::Keys(stage.keys.clone());
    match &plan.body {
        Body::Events(query) => vec![(0, &query.filter, Keep::Values(Vec::new()))],
        Body::Sequence(sequence) => {
            let until = sequence
                .until
                .iter()
                .map(|until| (sequence.stages.len(), until));
            let stages = sequence.stages.iter().enumerate().chain(until);
            stages
                .map(|(at, stage)| (at, &stage.filter, keys(stage)))
                .collect()
        }
        Body::Sample(sample) => {
            let stages = sample.stages.iter().enumerate();
            stages
                .map(|(at, stage)| (at, &stage.filter, keys(stage)))
                .collect()
        }
        Body::Search(search) => {
            let stats = search.stats.iter();
            let keep = stats.flat_map(|stats| {
                let aggregates = stats.aggregates.iter().map(|each| each.field);
                stats.by.iter().copied().map(Some).chain(aggregates)
            });
            vec![(0, &search.filter, Keep::Values(keep.collect()))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::eql;
    use crate::schema::Schema;

    #[test]
    fn what_meets_a_query_for_events_is_a_finding_by_itself() {
        let mut fields = FieldTable::default();
        let mut finds = |query| {
            let plan = eql::compile(query, &Schema, &mut fields, &eql::Options::default());
            let plan = plan.expect("a query").plan;
            let watches = Watches::new(&[&plan], &mut fields, Profile::Forensic);
            let watch = |watch: &Watch| (watch.reading, watch.finds);
            watches.list.iter().map(watch).collect::<Vec<_>>()
        };
        let both = |finds| vec![(Reading::Both, finds)];
        assert_eq!(finds("process where true"), both(true));
        assert_eq!(finds("process where true | head 1"), both(false));
        assert_eq!(
            finds("process where user.id == \"S-1-5-18\""),
            [(Reading::Own, true), (Reading::Live, false)]
        );
        let sequence = "sequence [process where true] [network where true]";
        assert_eq!(finds(sequence), [both(false), both(false)].concat());
    }

    #[test]
    fn the_live_pipeline_joins_by_the_user_who_wrote_the_record() {
        let mut fields = FieldTable::default();
        let query = r#"sequence by host.id
            [process where user.id == "S-1-5-18"] by process.pid
            [network where true] by user.id"#;
        // The keys are of two types, which Elasticsearch joins and never finds equal.
        let plan = eql::compile(query, &Schema, &mut fields, &eql::Options::default());
        let plan = plan.expect("a query").plan;
        let told = |profile, fields: &mut FieldTable| {
            let watches = Watches::new(&[&plan], fields, profile);
            let watch = |watch: &Watch| {
                let Keep::Keys(keys) = &watch.keep else {
                    panic!("a stage is kept by its keys");
                };
                let keep: Vec<&str> = keys.iter().map(|key| fields.name(key.field).1).collect();
                format!("{} {:?} {}", watch.stage, watch.reading, keep.join(", "))
            };
            let told: Vec<String> = watches.list.iter().map(watch).collect();
            told
        };
        assert_eq!(
            told(Profile::Elastic, &mut fields),
            [
                "0 Both host.id, process.pid",
                "1 Both host.id, user.id as written"
            ]
        );
        assert_eq!(
            told(Profile::Forensic, &mut fields),
            [
                "0 Own host.id, process.pid",
                "0 Live host.id, process.pid",
                "1 Own host.id, user.id",
                "1 Live host.id, user.id as written",
            ]
        );
    }
}
