//! From a plan to what it needs of Sysmon's records, and to what no record of Sysmon's can give
//! it: so that a rule which can find nothing is known before the first log is read.

use std::collections::BTreeSet;

use crate::engine::dispatch::settled;
use crate::lang::plan::{Body, Cond, Op, Plan, Stage};
use crate::model::field::{FieldId, FieldTable, Kinds, Known, View};
use crate::model::record::{EventIds, Names};
use crate::schema::{self, Layout};

/// What Sysmon's records hold of the fields of a table.
pub struct Sysmon<'f> {
    layout: Layout,
    fields: &'f FieldTable,
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
        Sysmon {
            layout: Layout::new(fields, &mut Names::default(), options),
            fields,
            data: fields.iter().map(data).collect(),
        }
    }

    /// What the plan needs.
    pub fn needs(&self, plan: &Plan) -> Needs {
        let mut ids = BTreeSet::new();
        let mut fields = BTreeSet::new();
        for part in parts(plan) {
            ids.extend(self.matching(part.filter));
            fields.extend(part.keys.iter().chain(&part.read).copied());
            part.filter.each_field(&mut |field| {
                fields.insert(field);
            });
        }
        let mut fields: Vec<String> = fields.iter().map(|field| self.name(*field)).collect();
        fields.sort();
        Needs {
            event_ids: EventIds::of(ids),
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
        let has = |id: u16, key: &FieldId| self.known(id, *key) != Known::Absent;
        let has_all = |id: u16| part.keys.iter().all(|key| has(id, key));
        let mut ids = Vec::new();
        for id in schema::event_ids().filter(|id| self.can_meet(*id, part.filter)) {
            // Most rules can be answered, and one event id says so.
            if has_all(id) {
                return Vec::new();
            }
            ids.push(id);
        }
        if ids.is_empty() {
            return self.unmet(part.filter);
        }
        let absent = |key: &&FieldId| !ids.iter().any(|id| has(*id, key));
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
        let ids: Vec<BTreeSet<u16>> = conds.iter().map(|cond| self.matching(cond)).collect();
        let all: BTreeSet<u16> = schema::event_ids().collect();
        let alone: Vec<String> = (conds.iter().zip(&ids))
            .filter(|(_, ids)| ids.is_empty())
            .flat_map(|(cond, _)| self.say(cond, &all))
            .collect();
        if !alone.is_empty() {
            return alone;
        }
        let mut left = all;
        let mut said = Vec::new();
        for (cond, ids) in conds.iter().zip(&ids) {
            let both: BTreeSet<u16> = left.intersection(ids).copied().collect();
            match both.is_empty() {
                true => said.extend(self.say(cond, &left)),
                false => left = both,
            }
        }
        let codes: Vec<String> = left.iter().map(u16::to_string).collect();
        let among = match codes.len() {
            1 => format!(" in event {}", codes[0]),
            _ => format!(" in events {}", codes.join(", ")),
        };
        said.iter().map(|lack| format!("{lack}{among}")).collect()
    }

    /// What a condition that none of these event ids meets asks for.
    fn say(&self, cond: &Cond, ids: &BTreeSet<u16>) -> Vec<String> {
        let meets = |cond: &Cond| ids.iter().any(|id| self.can_meet(*id, cond));
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

    fn say_texts(&self, field: FieldId, ids: &BTreeSet<u16>, texts: Vec<String>) -> String {
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

    fn absent(&self, field: FieldId, ids: &BTreeSet<u16>) -> bool {
        ids.iter().all(|id| self.known(*id, field) == Known::Absent)
    }

    fn matching(&self, cond: &Cond) -> BTreeSet<u16> {
        let can = |id: &u16| self.can_meet(*id, cond);
        schema::event_ids().filter(can).collect()
    }

    fn can_meet(&self, id: u16, cond: &Cond) -> bool {
        settled(cond, &|field| self.known(id, field)) != Some(false)
    }

    /// A layout derives data of any name, for a newer Sysmon may write what an older one does not.
    /// Here only what Sysmon is known to write counts.
    fn known(&self, id: u16, field: FieldId) -> Known<'_> {
        match self.data[field.0 as usize] {
            Some(data) if !schema::has_data(id, data) => Known::Absent,
            _ => self.layout.known(id, field),
        }
    }

    fn name(&self, field: FieldId) -> String {
        self.fields.name(field).1.to_owned()
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
