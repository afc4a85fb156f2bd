//! Which conditions an event meets, without asking each: from all rules' conditions to an index.
//!
//! Hundreds of rules ask for events of a kind and for certain names. Before the first event of a
//! kind, each condition is simplified with what is known of it, which drops most of
//! them; what remains is filed under the texts that it requires of some field. An event then
//! looks up the values of a few such fields, the same few for all conditions, and only the
//! conditions found there are asked. Fields are decoded as they are asked for, so that most
//! events cost a look-up or two.

mod beforehand;
mod file;
mod simplify;
mod terms;

use std::cmp::Reverse;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::beforehand::{Beforehand, Settled};

use self::file::{Draft, File};
use self::simplify::Left;
use self::terms::{Term, Terms};
use super::compare;
use super::predicate::Matcher;
use crate::lang::plan::Cond;
use crate::model::field::{FieldId, Fields, Kinds};
use crate::model::record::EventIds;

/// The index.
pub struct Dispatch<'c> {
    conds: Vec<&'c Cond>,
    known: Beforehand,
    kinds: FxHashMap<u16, Kind<'c>>,
    documents: OnceLock<Index<'c>>,
}

/// A kind of event that can meet some condition.
#[derive(Default)]
struct Kind<'c> {
    /// The conditions, by their places in the list.
    conds: Vec<u32>,
    /// Made for the first event of the kind: most logs hold few kinds, and no documents.
    index: OnceLock<Index<'c>>,
}

impl<'c> Dispatch<'c> {
    /// Files the conditions under each kind of event that can meet them. The conditions are known
    /// by their places in the list afterwards.
    pub fn new(
        conds: impl IntoIterator<Item = &'c Cond>,
        kinds: impl IntoIterator<Item = u16>,
        known: &dyn Kinds,
    ) -> Dispatch<'c> {
        let conds: Vec<&Cond> = conds.into_iter().collect();
        let all = EventIds::of(kinds);
        let ids: Vec<u16> = all.iter().collect();
        let mut fields = Vec::new();
        let mut read = |field| fields.push(field);
        conds.iter().for_each(|cond| cond.each_field(&mut read));
        let known = Beforehand::new(known, &ids, fields);
        let mut kinds: FxHashMap<u16, Kind> = FxHashMap::default();
        for (cond, at) in conds.iter().zip(0..) {
            let unmet = known.settle(cond, all).unmet;
            for id in ids.iter().filter(|id| !unmet.contains(**id)) {
                kinds.entry(*id).or_default().conds.push(at);
            }
        }
        Dispatch {
            conds,
            known,
            kinds,
            documents: OnceLock::new(),
        }
    }

    fn index(&self, kind: Option<u16>) -> Option<&Index<'c>> {
        let left = |at: u32| {
            let cond = self.conds[at as usize];
            (at, Left::new(cond, &self.known, kind))
        };
        let Some(id) = kind else {
            let all = 0..self.conds.len() as u32;
            return Some(self.documents.get_or_init(|| Index::new(all.map(left))));
        };
        let kind = self.kinds.get(&id)?;
        let conds = kind.conds.iter().copied();
        Some(kind.index.get_or_init(|| Index::new(conds.map(left))))
    }

    /// The kinds of events that can meet some condition.
    pub fn event_ids(&self) -> EventIds {
        EventIds::of(self.kinds.keys().copied())
    }

    /// The fields that the conditions left for a kind of event read, ascending.
    pub fn fields(&self, kind: u16) -> &[FieldId] {
        self.index(Some(kind)).map_or(&[], |index| &index.fields)
    }

    /// The conditions that the event meets, ascending, in place of what `out` held. An event
    /// without a kind (a document whose fields are not known beforehand) is asked with all
    /// conditions in mind; one of a kind that the index was not made for meets none.
    pub fn matching<F: Fields + ?Sized>(&self, kind: Option<u16>, event: &F, out: &mut Vec<u32>) {
        out.clear();
        if let Some(index) = self.index(kind) {
            index.matching(event, out);
        }
    }
}

/// The conditions of one kind of event.
#[derive(Default)]
struct Index<'c> {
    /// Those that some event of the kind may meet, ascending.
    conds: Vec<Open<'c>>,
    /// The places of those that require no text.
    unfiled: Vec<u32>,
    /// The rest, by field.
    files: Vec<File<'c>>,
    /// Those that the conditions read, filed or not.
    fields: Vec<FieldId>,
}

/// A condition that some event may meet.
struct Open<'c> {
    /// Its place in the list of all.
    at: u32,
    left: Left<'c>,
    /// Made when it is first asked: most never are.
    matcher: OnceLock<Matcher>,
}

impl<'c> Index<'c> {
    fn new(conds: impl Iterator<Item = (u32, Left<'c>)>) -> Index<'c> {
        let mut index = Index::default();
        for (at, left) in conds {
            left.each_field(&mut |field| index.fields.push(field));
            let matcher = OnceLock::new();
            index.conds.push(Open { at, left, matcher });
        }
        index.fields.sort_unstable();
        index.fields.dedup();
        let required = |open: &Open<'c>| terms::required(&open.left);
        let required: Vec<Vec<Terms>> = index.conds.iter().map(required).collect();
        let mut files: Vec<Draft> = Vec::new();
        for (terms, cond) in choose(&required).into_iter().zip(0..) {
            let Some(terms) = terms else {
                index.unfiled.push(cond);
                continue;
            };
            for (field, term) in terms.iter() {
                let place = files.iter().position(|draft| draft.field == field);
                let place = place.unwrap_or_else(|| {
                    files.push(Draft::new(field));
                    files.len() - 1
                });
                files[place].add(term, cond);
            }
        }
        index.files = files.into_iter().map(Draft::finish).collect();
        index
    }

    fn matching<F: Fields + ?Sized>(&self, event: &F, out: &mut Vec<u32>) {
        for file in &self.files {
            for item in event.get(file.field).items() {
                file.look_up(&compare::text(item), out);
            }
        }
        out.extend_from_slice(&self.unfiled);
        out.sort_unstable();
        out.dedup();
        out.retain_mut(|cond| {
            let open = &self.conds[*cond as usize];
            *cond = open.at;
            let compile = || Matcher::new(&open.left.to_cond());
            open.matcher.get_or_init(compile).matches(event)
        });
    }
}

/// For each condition one of the sets of terms that it requires, so that all conditions together
/// ask for few fields: fields that some condition cannot do without come first, then those that
/// many conditions can be filed under, and of those the ones with many different texts, which a
/// single event is least likely to have.
fn choose<'t, 'c>(conds: &'t [Vec<Terms<'c>>]) -> Vec<Option<&'t Terms<'c>>> {
    let mut uses: FxHashMap<FieldId, Use> = FxHashMap::default();
    let mut needed: FxHashSet<FieldId> = FxHashSet::default();
    for (all, cond) in conds.iter().zip(1..) {
        for (field, term) in all.iter().flat_map(Terms::iter) {
            uses.entry(field).or_default().add(term, cond);
        }
        if let [only] = &**all {
            needed.extend(only.fields());
        }
    }
    uses.values_mut().for_each(Use::count);
    let cost = |terms: &&Terms| {
        let used = || terms.fields().filter_map(|field| uses.get(&field));
        (
            terms.in_parts(),
            terms.fields().any(|field| !needed.contains(&field)),
            Reverse(used().map(|one| one.conds).max()),
            Reverse(used().map(|one| one.terms.len()).max()),
            Reverse(used().map(|one| one.conds).min()),
            terms.len(),
        )
    };
    conds
        .iter()
        .map(|all| all.iter().min_by_key(cost))
        .collect()
}

/// How many conditions could be filed under a field, and under which texts.
#[derive(Default)]
struct Use {
    conds: u32,
    /// The last of them, counted from one.
    last: u32,
    /// The texts, by their hashes.
    terms: Vec<u64>,
}

impl Use {
    fn add(&mut self, (Term::Whole(text) | Term::Part(text)): Term<'_>, cond: u32) {
        if self.last != cond {
            self.last = cond;
            self.conds += 1;
        }
        self.terms.push(file::hash(text));
    }

    /// Each text once.
    fn count(&mut self) {
        self.terms.sort_unstable();
        self.terms.dedup();
    }
}

#[cfg(test)]
mod tests;
