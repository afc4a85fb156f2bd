//! Templates learned, and kept from chunk to chunk.
//!
//! Every chunk brings its own definitions, at places of its own, and nearly all of them say what
//! those of the chunk before said. A definition is taken for known only when it says the same to
//! the last byte; nearly always that shows by its form.

use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::bytes::array;
use super::definition;
use super::form::{Form, Reference};
use super::shape::Shape;
use crate::model::record::Names;

/// Bytes of definitions and forms kept before all are let go.
const MAX_KEPT: usize = 4 << 20;
/// Forms kept of one definition: which of its names it holds itself differs from chunk to chunk.
const MOST_FORMS: usize = 16;

/// The templates that one thread knows.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// The names that the shapes are resolved for.
    names: Names,
    shapes: Vec<Option<Shape>>,
    /// By what their definitions say.
    known: FxHashMap<Box<[u8]>, u32>,
    kept: usize,
    /// The forms that definitions of one GUID and one size have had, with their templates.
    forms: FxHashMap<Mark, Vec<(Form, u32)>>,
    /// By place, those of the chunk being read.
    here: FxHashMap<u32, Option<u32>>,
    /// Of these, those that were asked for last.
    last: Last,
    /// What the definition being looked at says.
    said: Vec<u8>,
    references: Vec<Reference>,
    found: Vec<usize>,
}

/// GUID and size.
type Mark = [u8; 20];

/// Places, by some of their bits, with what was found there. Every record asks for two, and a chunk
/// has few.
#[derive(Debug)]
struct Last([(u32, Option<u32>); 64]);

impl Default for Last {
    fn default() -> Last {
        Last([(u32::MAX, None); 64])
    }
}

impl Last {
    fn of(&mut self, place: u32) -> &mut (u32, Option<u32>) {
        &mut self.0[place as usize / 8 % 64]
    }
}

impl Templates {
    /// Turns to another chunk.
    pub(super) fn begin(&mut self, names: &Names) {
        self.here.clear();
        self.last = Last::default();
        if !self.names.is_same(names) || self.kept > MAX_KEPT {
            self.known.clear();
            self.shapes.clear();
            self.forms.clear();
            self.kept = 0;
            self.names = names.clone();
        }
    }

    /// The template whose definition stands at `offset`, as a number for [`Templates::shape`].
    /// None where it is of no known form.
    pub(super) fn find(&mut self, chunk: &[u8], offset: usize, names: &Names) -> Option<u32> {
        let place = u32::try_from(offset).ok()?;
        let last = self.last.of(place);
        if last.0 == place {
            return last.1;
        }
        let found = match self.here.get(&place) {
            Some(found) => *found,
            None => {
                let found = self.learn(chunk, place, names);
                self.here.insert(place, found);
                found
            }
        };
        *self.last.of(place) = (place, found);
        found
    }

    fn learn(&mut self, chunk: &[u8], place: u32, names: &Names) -> Option<u32> {
        let offset = place as usize;
        let mark: Mark = array(chunk, offset.checked_add(4)?)?;
        let forms = self.forms.get(&mark).map_or(&[][..], Vec::as_slice);
        let many = forms.len() >= MOST_FORMS;
        let known = forms
            .iter()
            .find(|(form, _)| form.is_at(chunk, offset, &mut self.found));
        if let Some(number) = known.map(|(_, number)| *number) {
            debug_assert_eq!(self.by_words(chunk, offset, names), Some(number));
            return Some(number);
        }
        let number = self.by_words(chunk, offset, names)?;
        if !many
            && self.kept <= 2 * MAX_KEPT
            && let Some(form) = Form::of(chunk, offset, &self.references)
        {
            self.kept += form.size();
            self.forms.entry(mark).or_default().push((form, number));
        }
        Some(number)
    }

    /// The template that says what the definition says, a new one if none does.
    fn by_words(&mut self, chunk: &[u8], offset: usize, names: &Names) -> Option<u32> {
        definition::say(chunk, offset, &mut self.said, &mut self.references)?;
        if let Some(known) = self.known.get(&*self.said) {
            return Some(*known);
        }
        if self.kept > 2 * MAX_KEPT {
            return None;
        }
        let number = u32::try_from(self.shapes.len()).ok()?;
        let root = definition::read(chunk, offset)?;
        self.kept += self.said.len();
        self.known.insert(self.said.as_slice().into(), number);
        static LEARNED: AtomicU64 = AtomicU64::new(1);
        let learned = LEARNED.fetch_add(1, Ordering::Relaxed);
        self.shapes.push(Shape::of(root, names, learned));
        Some(number)
    }

    /// What a template found holds where.
    pub(super) fn shape(&self, number: u32) -> Option<&Shape> {
        self.shapes.get(number as usize)?.as_ref()
    }
}
