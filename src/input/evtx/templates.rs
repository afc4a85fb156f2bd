//! Templates learned, and kept from chunk to chunk.
//!
//! Every chunk brings its own definitions, at places of its own, and nearly all of them say what
//! those of the chunk before said. What a definition says is found without building anything, and
//! a definition is taken for known only when it says the same to the last byte.

use rustc_hash::FxHashMap;

use super::definition;
use super::shape::Shape;
use crate::model::record::{NameId, Names};

/// Bytes of definitions kept before all are let go.
const MAX_KEPT: usize = 4 << 20;

/// The templates that one thread knows.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// The names that the shapes are resolved for.
    names: Vec<Box<str>>,
    shapes: Vec<Option<Shape>>,
    /// By what their definitions say.
    known: FxHashMap<Box<[u8]>, u32>,
    kept: usize,
    /// By place, those of the chunk being read.
    here: FxHashMap<u32, Option<u32>>,
    /// What the definition being looked at says.
    said: Vec<u8>,
}

impl Templates {
    /// Turns to another chunk.
    pub(super) fn begin(&mut self, names: &Names) {
        self.here.clear();
        let ids = || (0..names.len()).map(|id| NameId(id as u16));
        let same = self.names.len() == names.len()
            && ids()
                .zip(&self.names)
                .all(|(id, known)| names.name(id) == &**known);
        if !same || self.kept > MAX_KEPT {
            self.known.clear();
            self.shapes.clear();
            self.kept = 0;
            self.names = ids().map(|id| names.name(id).into()).collect();
        }
    }

    /// The template whose definition stands at `offset`, as a number for [`Templates::shape`].
    /// None where it is of no known form.
    pub(super) fn find(&mut self, chunk: &[u8], offset: usize, names: &Names) -> Option<u32> {
        let place = u32::try_from(offset).ok()?;
        if let Some(found) = self.here.get(&place) {
            return *found;
        }
        let found = self.learn(chunk, place, names);
        self.here.insert(place, found);
        found
    }

    fn learn(&mut self, chunk: &[u8], place: u32, names: &Names) -> Option<u32> {
        let offset = place as usize;
        definition::say(chunk, offset, &mut self.said)?;
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
        self.shapes.push(Shape::of(root, names));
        Some(number)
    }

    /// What a template found holds where.
    pub(super) fn shape(&self, number: u32) -> Option<&Shape> {
        self.shapes.get(number as usize)?.as_ref()
    }
}
