//! Which conditions an event meets, without asking each: from all rules' conditions to an index.
//!
//! Hundreds of rules ask for events of a kind and for certain names. Before the first event of a
//! kind, each condition is [simplified](simplify) with what is known of it, which drops most of
//! them; what remains is filed under the texts that it requires of some field. An event then
//! looks up the values of a few such fields, the same few for all conditions, and only the
//! conditions found there are asked. Fields are decoded as they are asked for, so that most
//! events cost a look-up or two.

mod file;
mod simplify;
mod terms;

use std::cmp::Reverse;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::simplify::{settled, simplify};

use self::file::{Draft, File};
use self::terms::{Term, Terms};
use super::compare;
use super::predicate::Matcher;
use crate::lang::plan::Cond;
use crate::model::field::{FieldId, Fields, Kinds};
use crate::model::record::EventIds;

/// The index.
pub struct Dispatch<'c> {
    conds: &'c [Cond],
    known: &'c dyn Kinds,
    /// Each is made for the first event of its kind: most logs hold few kinds, and no documents.
    kinds: FxHashMap<u16, OnceLock<Index>>,
    documents: OnceLock<Index>,
}

impl<'c> Dispatch<'c> {
    /// Files the conditions under each kind of event that can meet them. The conditions are known
    /// by their places in the list afterwards.
    pub fn new(
        conds: &'c [Cond],
        kinds: impl IntoIterator<Item = u16>,
        known: &'c dyn Kinds,
    ) -> Dispatch<'c> {
        let meets = |id: &u16| {
            let known = |field| known.known(*id, field);
            (conds.iter()).any(|cond| settled(cond, &known) != Some(false))
        };
        let kinds = kinds.into_iter().filter(meets);
        Dispatch {
            conds,
            kinds: kinds.map(|id| (id, OnceLock::new())).collect(),
            known,
            documents: OnceLock::new(),
        }
    }

    fn index(&self, kind: u16) -> Option<&Index> {
        let index = self.kinds.get(&kind)?;
        let left = |cond| simplify(cond, &|field| self.known.known(kind, field));
        Some(index.get_or_init(|| Index::new(self.conds.iter().map(left))))
    }

    /// The kinds of events that can meet some condition.
    pub fn event_ids(&self) -> EventIds {
        EventIds::of(self.kinds.keys().copied())
    }

    /// The fields that the conditions left for a kind of event read, ascending.
    pub fn fields(&self, kind: u16) -> &[FieldId] {
        self.index(kind).map_or(&[], |index| &index.fields)
    }

    /// The conditions that the event meets, ascending, in place of what `out` held. An event
    /// without a kind (a document whose fields are not known beforehand) is asked with all
    /// conditions in mind; one of a kind that the index was not made for meets none.
    pub fn matching<F: Fields + ?Sized>(&self, kind: Option<u16>, event: &F, out: &mut Vec<u32>) {
        out.clear();
        let index = match kind {
            None => {
                let conds = || self.conds.iter().cloned();
                Some(self.documents.get_or_init(|| Index::new(conds())))
            }
            Some(id) => self.index(id),
        };
        if let Some(index) = index {
            index.matching(event, out);
        }
    }
}

/// The conditions of one kind of event.
#[derive(Default)]
struct Index {
    /// What is left of each condition, by its place in the list; none where nothing is.
    matchers: Vec<Option<Matcher>>,
    /// The conditions that require no text.
    unfiled: Vec<u32>,
    /// The rest, by field.
    files: Vec<File>,
    /// Those that the conditions read, filed or not.
    fields: Vec<FieldId>,
}

impl Index {
    fn new(conds: impl Iterator<Item = Cond>) -> Index {
        let mut index = Index::default();
        let mut choices: Vec<(u32, Vec<Terms>)> = Vec::new();
        for (cond, at) in conds.zip(0..) {
            let dropped = cond == Cond::Const(false);
            index.matchers.push((!dropped).then(|| Matcher::new(&cond)));
            if !dropped {
                cond.each_field(&mut |field| index.fields.push(field));
                choices.push((at, terms::required(&cond)));
            }
        }
        index.fields.sort_unstable();
        index.fields.dedup();
        let mut files: Vec<Draft> = Vec::new();
        for (at, terms) in choose(choices) {
            let Some(terms) = terms else {
                index.unfiled.push(at);
                continue;
            };
            for (field, term) in terms.into_iter() {
                let place = files.iter().position(|draft| draft.field == field);
                let place = place.unwrap_or_else(|| {
                    files.push(Draft::new(field));
                    files.len() - 1
                });
                files[place].terms.entry(term).or_default().push(at);
            }
        }
        for draft in files {
            let (file, unfiled) = draft.finish();
            index.files.push(file);
            index.unfiled.extend(unfiled);
        }
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
        out.retain(|at| {
            let matcher = self.matchers.get(*at as usize).and_then(Option::as_ref);
            matcher.is_some_and(|matcher| matcher.matches(event))
        });
    }
}

/// For each condition one of the sets of terms that it requires, so that all conditions together
/// ask for few fields: fields that some condition cannot do without come first, then those that
/// many conditions can be filed under, and of those the ones with many different texts, which a
/// single event is least likely to have.
fn choose(conds: Vec<(u32, Vec<Terms>)>) -> Vec<(u32, Option<Terms>)> {
    let mut uses: FxHashMap<FieldId, Use<'_>> = FxHashMap::default();
    let mut needed: FxHashSet<FieldId> = FxHashSet::default();
    for (at, all) in &conds {
        for (field, term) in all.iter().flat_map(Terms::iter) {
            let one = uses.entry(*field).or_default();
            one.conds.insert(*at);
            one.terms.insert(term);
        }
        if let [only] = &**all {
            needed.extend(only.fields());
        }
    }
    let cost = |terms: &Terms| {
        let conds = |field: FieldId| uses.get(&field).map(|one| one.conds.len());
        let texts = |field: FieldId| uses.get(&field).map(|one| one.terms.len());
        (
            terms.in_parts(),
            terms.fields().any(|field| !needed.contains(&field)),
            Reverse(terms.fields().map(conds).max()),
            Reverse(terms.fields().map(texts).max()),
            Reverse(terms.fields().map(conds).min()),
            terms.len(),
        )
    };
    let chosen: Vec<Option<usize>> = conds
        .iter()
        .map(|(_, all)| (0..all.len()).min_by_key(|one| cost(&all[*one])))
        .collect();
    conds
        .into_iter()
        .zip(chosen)
        .map(|((at, mut all), one)| (at, one.map(|one| all.swap_remove(one))))
        .collect()
}

/// Who could be filed under a field, and under which texts.
#[derive(Default)]
struct Use<'t> {
    conds: FxHashSet<u32>,
    terms: FxHashSet<&'t Term>,
}

#[cfg(test)]
mod tests;
