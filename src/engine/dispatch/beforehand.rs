//! Which conditions are decided before an event is read: from what is known of the events of each
//! id to the ids whose events always meet a condition, and those whose events never do.
//!
//! A condition is held against all event ids at once: rules are many, and to go through all of
//! them once for each id takes longer than to read most logs.

use rustc_hash::FxHashMap;

use crate::engine::compare;
use crate::engine::predicate::Matcher;
use crate::lang::plan::Cond;
use crate::model::field::{FieldId, Fields, Kinds, Known};
use crate::model::record::EventIds;
use crate::model::value::Value;

/// What is known of fields for each event id.
#[derive(Debug, Default)]
pub struct Beforehand {
    fields: FxHashMap<FieldId, OfField>,
}

/// What is known of one field.
#[derive(Debug, Default)]
struct OfField {
    /// The event ids whose events never have it.
    absent: EventIds,
    /// The values that events always have, and of which ids.
    always: Vec<(Value, EventIds)>,
}

/// For which event ids a condition is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// All their events meet it.
    pub met: EventIds,
    /// None of their events does.
    pub unmet: EventIds,
}

impl Settled {
    fn not(self) -> Settled {
        Settled {
            met: self.unmet,
            unmet: self.met,
        }
    }
}

impl Beforehand {
    /// What is known of these fields, each named as often as one likes.
    pub fn new(
        known: &dyn Kinds,
        ids: &[u16],
        fields: impl IntoIterator<Item = FieldId>,
    ) -> Beforehand {
        let mut beforehand = Beforehand::default();
        for field in fields {
            let of_field = || OfField::new(known, ids, field);
            beforehand.fields.entry(field).or_insert_with(of_field);
        }
        beforehand
    }

    /// The event ids whose events never have the field.
    pub fn absent(&self, field: FieldId) -> EventIds {
        self.fields
            .get(&field)
            .map_or(EventIds::NONE, |of| of.absent)
    }

    /// For which of these event ids the condition is decided.
    pub fn settle(&self, cond: &Cond, ids: EventIds) -> Settled {
        match cond {
            Cond::Const(true) => Settled {
                met: ids,
                unmet: EventIds::NONE,
            },
            Cond::Const(false) => self.settle(&Cond::Const(true), ids).not(),
            Cond::Not(inner) => self.settle(inner, ids).not(),
            Cond::All(conds) => join(conds, ids, |cond, ids| self.settle(cond, ids)),
            Cond::Any(conds) => join(conds, ids, |cond, ids| self.settle(cond, ids).not()).not(),
            Cond::Computed(_) => self.settle_computed(cond, ids),
            Cond::Exists(field)
            | Cond::Text { field, .. }
            | Cond::Regex { field, .. }
            | Cond::Compare { field, .. }
            | Cond::Cidr { field, .. } => self.settle_test(cond, *field, ids),
        }
    }

    fn settle_test(&self, test: &Cond, field: FieldId, ids: EventIds) -> Settled {
        let mut settled = Settled {
            met: EventIds::NONE,
            unmet: self.absent(field) & ids,
        };
        for (value, always) in self.fields.get(&field).iter().flat_map(|of| &of.always) {
            let ids = *always & ids;
            if ids == EventIds::NONE {
                continue;
            }
            match meets(test, field, value) {
                true => settled.met = settled.met | ids,
                false => settled.unmet = settled.unmet | ids,
            }
        }
        settled
    }

    fn settle_computed(&self, cond: &Cond, ids: EventIds) -> Settled {
        let (mut known, mut absent) = (ids, ids);
        let mut fields = Vec::new();
        cond.each_field(&mut |field| {
            known = known & self.known(field);
            absent = absent & self.absent(field);
            fields.push(field);
        });
        let mut settled = Settled {
            met: EventIds::NONE,
            unmet: EventIds::NONE,
        };
        if known == EventIds::NONE {
            return settled;
        }
        let matcher = Matcher::new(cond);
        let mut settle = |ids, values| match matcher.matches(&Sketch(values)) {
            true => settled.met = settled.met | ids,
            false => settled.unmet = settled.unmet | ids,
        };
        if absent != EventIds::NONE {
            settle(absent, Vec::new());
        }
        for id in (known & !absent).iter() {
            let value = |field: &FieldId| Some((*field, self.always(*field, id)?));
            settle(
                EventIds::of([id]),
                fields.iter().filter_map(value).collect(),
            );
        }
        settled
    }

    fn known(&self, field: FieldId) -> EventIds {
        let always = self
            .fields
            .get(&field)
            .into_iter()
            .flat_map(|of| &of.always);
        always.fold(self.absent(field), |known, (_, ids)| known | *ids)
    }

    fn always(&self, field: FieldId, id: u16) -> Option<&Value> {
        let always = self.fields.get(&field)?.always.iter();
        let mut of_id = always.filter(|(_, ids)| ids.contains(id));
        of_id.next().map(|(value, _)| value)
    }
}

impl OfField {
    fn new(known: &dyn Kinds, ids: &[u16], field: FieldId) -> OfField {
        let mut of = OfField::default();
        for id in ids {
            match known.known(*id, field) {
                Known::Absent => of.absent.insert(*id),
                Known::Varies => {}
                Known::Always(value) => {
                    match of.always.iter_mut().find(|(same, _)| same == value) {
                        Some((_, ids)) => ids.insert(*id),
                        None => of.always.push((value.clone(), EventIds::of([*id]))),
                    }
                }
            }
        }
        of
    }
}

/// For which event ids all conditions are met, and for which one is not; none is asked about event
/// ids that an earlier one decided.
fn join(conds: &[Cond], ids: EventIds, settle: impl Fn(&Cond, EventIds) -> Settled) -> Settled {
    let mut all = Settled {
        met: ids,
        unmet: EventIds::NONE,
    };
    for cond in conds {
        let one = settle(cond, ids & !all.unmet);
        all.met = all.met & one.met;
        all.unmet = all.unmet | one.unmet;
        if all.unmet == ids {
            break;
        }
    }
    all
}

/// Whether an event with this value of the field meets the test.
fn meets(test: &Cond, field: FieldId, value: &Value) -> bool {
    match test {
        // Lists of hundreds of names are not worth a set for one look.
        Cond::Text { patterns, case, .. } => value.items().iter().any(|item| {
            let text = compare::text(item);
            patterns.iter().any(|pattern| pattern.matches(&text, *case))
        }),
        test => Matcher::new(test).matches(&Sketch(vec![(field, value)])),
    }
}

/// An event of which a few fields are known and the others absent.
struct Sketch<'v>(Vec<(FieldId, &'v Value)>);

impl Fields for Sketch<'_> {
    fn get(&self, field: FieldId) -> &Value {
        let found = self.0.iter().find(|(one, _)| *one == field);
        found.map_or(&Value::Null, |(_, value)| *value)
    }
}
