//! Templates learned, and kept from chunk to chunk.
//!
//! Every chunk brings its own definitions, and most of them are those of the chunk before. A
//! definition is taken for known only when its bytes are the same, at the same place of its
//! chunk, and every name that it refers to elsewhere in the chunk is the same as well.

use rustc_hash::FxHashMap;

use super::definition::{self, NameAt, body_at, name_bytes};
use super::shape::Shape;
use crate::model::record::{NameId, Names};

/// Bytes of definitions kept before all are let go.
const MAX_KEPT: usize = 4 << 20;
/// Definitions past this are left to the `evtx` crate. Sysmon's largest has 1.5 KB.
const MAX_DEFINITION: usize = 32 << 10;

/// The templates that one thread knows.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// The names that the shapes are resolved for.
    names: Vec<Box<str>>,
    known: Vec<Known>,
    kept: usize,
    /// By place in a chunk and length, the known ones.
    alike: FxHashMap<(u32, u32), Vec<u32>>,
    /// By place, those of the chunk being read.
    here: FxHashMap<u32, Option<u32>>,
}

#[derive(Debug)]
struct Known {
    body: Box<[u8]>,
    names: Vec<NameAt>,
    shape: Option<Shape>,
}

impl Known {
    fn is(&self, chunk: &[u8], body: &[u8]) -> bool {
        let same = |(at, name): &NameAt| name_bytes(chunk, *at) == Some(&**name);
        *self.body == *body && self.names.iter().all(same)
    }
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
            self.alike.clear();
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
        let body = body_at(chunk, offset)?;
        if body.len() > MAX_DEFINITION || self.kept > 2 * MAX_KEPT {
            return None;
        }
        let alike = self.alike.entry((place, body.len() as u32)).or_default();
        let known = alike.iter().copied().find(|known| {
            let known = self.known.get(*known as usize);
            known.is_some_and(|known| known.is(chunk, body))
        });
        if known.is_some() {
            return known;
        }
        let number = u32::try_from(self.known.len()).ok()?;
        let definition = definition::read(chunk, offset)?;
        self.kept += body.len();
        alike.push(number);
        self.known.push(Known {
            body: body.into(),
            names: definition.names,
            shape: Shape::of(definition.root, names),
        });
        Some(number)
    }

    /// What a template found holds where.
    pub(super) fn shape(&self, number: u32) -> Option<&Shape> {
        self.known.get(number as usize)?.shape.as_ref()
    }
}
