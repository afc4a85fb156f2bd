//! From a plan to what it needs of Sysmon's records, and to what no record of Sysmon's can give
//! it: so that a rule which can find nothing is known before the first log is read.

use std::collections::BTreeSet;

use crate::engine::dispatch::{Beforehand, Settled};
use crate::lang::plan::{Body, Cond, Op, Plan, Stage};
use crate::model::field::{FieldId, FieldTable, Kinds, Known, View};
use crate::model::record::{EventIds, Names};
use crate::schema::{self, Layout};

/// What Sysmon's records hold of the fields of a table.
pub struct Sysmon<'f> {
    fields: &'f FieldTable,
    ids: EventIds,
    known: Beforehand,
}

/// A layout derives data of any name, for a newer Sysmon may write what an older one does not.
/// Here only what Sysmon is known to write counts.
struct Written<'f> {
    layout: Layout,
    /// By field: the data that it is named after.
    data: Vec<Option<&'f str>>,
}

/// What a plan needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The event ids that some condition of it can match.
    pub event_ids: EventIds,
    /// The fields that its conditions and join keys read, in order of their names.
    pub fields: Vec<String>,
    /// What no event of Sysmon has and the plan cannot do without: `category "authentication"`,
    /// `event.code "4624"`. Empty for a plan that Sysmon data can answer.
    pub lacks: Vec<String>,
}

impl<'f> Sysmon<'f> {
    /// Plans the fields that all plans to be asked about read.
    pub fn new(fields: &'f FieldTable, options: &schema::Options) -> Sysmon<'f> {
        let data = |(_, view, name): (_, View, &'f str)| match view {
            View::Ecs => name.strip_prefix(schema::EVENT_DATA),
            View::Cim => None,
        };
        let written = Written {
            layout: Layout::new(fields, &mut Names::default(), options),
            data: fields.iter().map(data).collect(),
        };
        let ids: Vec<u16> = schema::event_ids().collect();
        let all = fields.iter().map(|(field, ..)| field);
        Sysmon {
            fields,
            known: Beforehand::new(&written, &ids, all),
            ids: EventIds::of(ids),
        }
    }

    /// What the plan needs.
    pub fn needs(&self, plan: &Plan) -> Needs {
        let mut event_ids = EventIds::NONE;
        let mut fields = BTreeSet::new();
        for part in parts(plan) {
            event_ids = event_ids | self.matching(part.filter);
            fields.extend(part.keys.iter().chain(&part.read).copied());
            part.filter.each_field(&mut |field| {
                fields.insert(field);
            });
        }
        let mut fields: Vec<String> = fields.iter().map(|field| self.name(*field)).collect();
        fields.sort();
        Needs {
            event_ids,
            fields,
            lacks: self.lacks(plan),
        }
    }

    /// [`Needs::lacks`] alone.
    pub fn lacks(&self, plan: &Plan) -> Vec<String> {
        let mut lacks = Vec::new();
        for part in parts(plan).iter().filter(|part| part.needed) {
            for lack in self.part_lacks(part) {
                if !lacks.contains(&lack) {
                    lacks.push(lack);
                }
            }
        }
        lacks
    }

    fn part_lacks(&self, part: &Part) -> Vec<String> {
        let ids = self.matching(part.filter);
        if ids == EventIds::NONE {
            return self.unmet(part.filter);
        }
        let keys = part.keys.iter();
        if keys.fold(ids, |has, key| has & !self.known.absent(*key)) != EventIds::NONE {
            return Vec::new();
        }
        let absent = |key: &&FieldId| self.absent(**key, ids);
        let absent: Vec<_> = part.keys.iter().filter(absent).collect();
        let keys = match absent.is_empty() {
            true => part.keys.iter().collect(),
            false => absent,
        };
        let key = |key: &FieldId| format!("join key {}", self.name(*key));
        keys.into_iter().map(key).collect()
    }

    /// The parts of a condition, of which all must be met, that no event id meets; where each part
    /// is met by some, those that none of the other parts' events meets.
    fn unmet(&self, filter: &Cond) -> Vec<String> {
        let conds: Vec<&Cond> = match filter {
            Cond::All(conds) => conds.iter().collect(),
            one => vec![one],
        };
        let settle = |cond: &&Cond| self.known.settle(cond, self.ids);
        let settled: Vec<Settled> = conds.iter().map(settle).collect();
        let alone: Vec<String> = (conds.iter().zip(&settled))
            .filter(|(_, settled)| self.ids & !settled.unmet == EventIds::NONE)
            .flat_map(|(cond, _)| self.say(cond, self.ids))
            .collect();
        if !alone.is_empty() {
            return alone;
        }
        let mut left = self.ids;
        let mut said = Vec::new();
        // What the event id alone decides comes first, so that what is said to be lacking is what
        // events of that id lack.
        let is_decided = |settled: &Settled| settled.met | settled.unmet == self.ids;
        let (decided, open): (Vec<_>, Vec<_>) =
            (conds.iter().zip(&settled)).partition(|(_, settled)| is_decided(settled));
        for (cond, settled) in decided.into_iter().chain(open) {
            match left & !settled.unmet {
                EventIds::NONE => said.extend(self.say(cond, left)),
                both => left = both,
            }
        }
        let codes: Vec<String> = left.iter().map(|id| id.to_string()).collect();
        let among = match codes.len() {
            1 => format!(" in event {}", codes[0]),
            _ => format!(" in events {}", codes.join(", ")),
        };
        said.iter().map(|lack| format!("{lack}{among}")).collect()
    }

    /// What a condition that none of these event ids meets asks for.
    fn say(&self, cond: &Cond, ids: EventIds) -> Vec<String> {
        let meets = |cond: &Cond| ids & self.matching(cond) != EventIds::NONE;
        match cond {
            Cond::All(conds) => {
                let unmet: Vec<&Cond> = conds.iter().filter(|cond| !meets(cond)).collect();
                let asked = match unmet.is_empty() {
                    true => conds.iter().collect(),
                    false => unmet,
                };
                asked.iter().flat_map(|cond| self.say(cond, ids)).collect()
            }
            Cond::Any(conds) => conds.iter().flat_map(|cond| self.say(cond, ids)).collect(),
            Cond::Not(inner) => match self.say(inner, ids).as_slice() {
                [] => Vec::new(),
                said => vec![format!("what is not {}", said.join(", "))],
            },
            Cond::Text {
                field, patterns, ..
            } => {
                let texts = patterns.iter().map(|pattern| pattern.to_string());
                vec![self.say_texts(*field, ids, texts.collect())]
            }
            Cond::Compare {
                field,
                op: Op::Eq,
                value,
            } => vec![self.say_texts(*field, ids, vec![value.to_string()])],
            other => {
                let mut fields = BTreeSet::new();
                other.each_field(&mut |field| {
                    fields.insert(field);
                });
                let absent = |field: &FieldId| self.absent(*field, ids);
                let some = fields.iter().any(absent);
                let fields = fields.iter().filter(|field| !some || absent(field));
                fields.map(|field| self.name(*field)).collect()
            }
        }
    }

    fn say_texts(&self, field: FieldId, ids: EventIds, texts: Vec<String>) -> String {
        let name = self.name(field);
        if self.absent(field, ids) {
            return name;
        }
        const MOST: usize = 5;
        let mut shown: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
        if shown.len() > MOST {
            shown.truncate(MOST);
            shown.push("…".to_owned());
        }
        let name = match name.as_str() {
            "event.category" => "category",
            name => name,
        };
        format!("{name} {}", shown.join(", "))
    }

    fn absent(&self, field: FieldId, ids: EventIds) -> bool {
        ids & !self.known.absent(field) == EventIds::NONE
    }

    /// The event ids of which some event can meet the condition.
    fn matching(&self, cond: &Cond) -> EventIds {
        self.ids & !self.known.settle(cond, self.ids).unmet
    }

    fn name(&self, field: FieldId) -> String {
        self.fields.name(field).1.to_owned()
    }
}

impl Kinds for Written<'_> {
    fn known(&self, id: u16, field: FieldId) -> Known<'_> {
        match self.data[field.0 as usize] {
            Some(data) if !schema::has_data(id, data) => Known::Absent,
            _ => self.layout.known(id, field),
        }
    }
}

/// A condition of a plan, and what else its events must have.
struct Part<'p> {
    filter: &'p Cond,
    /// Fields without which an event does not count.
    keys: Vec<FieldId>,
    /// Fields that are read where they are there.
    read: Vec<FieldId>,
    /// Whether an answer has an event that meets the condition.
    needed: bool,
}

fn parts(plan: &Plan) -> Vec<Part<'_>> {
    let stage = |stage: &'_ Stage, needed| {
        let fields = |optional: bool| {
            let keys = stage.keys.iter().filter(|key| key.optional == optional);
            keys.map(|key| key.field).collect::<Vec<_>>()
        };
        (fields(false), fields(true), needed && !stage.missing)
    };
    let part = |filter, (keys, read, needed)| Part {
        filter,
        keys,
        read,
        needed,
    };
    match &plan.body {
        Body::Events(query) => vec![part(&query.filter, (Vec::new(), Vec::new(), true))],
        Body::Sequence(sequence) => {
            let stages = sequence.stages.iter().map(|one| (one, true));
            let until = sequence.until.iter().map(|one| (one, false));
            let all = stages.chain(until);
            all.map(|(one, needed)| part(&one.filter, stage(one, needed)))
                .collect()
        }
        Body::Sample(sample) => (sample.stages.iter())
            .map(|one| part(&one.filter, stage(one, true)))
            .collect(),
        Body::Search(search) => {
            let (by, read) = search.stats.iter().fold(Default::default(), |_, stats| {
                let aggregates = stats.aggregates.iter().filter_map(|each| each.field);
                (stats.by.clone(), aggregates.collect())
            });
            vec![part(&search.filter, (by, read, true))]
        }
    }
}
