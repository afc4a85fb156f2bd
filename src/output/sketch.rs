//! From values to an event of a kind, as tests have it: some fields are known beforehand, some repeat,
//! and what was made of those is remembered.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::story::Values;
use crate::model::field::{FieldId, Fields, Known, Show};
use crate::model::record::{NameId, Part};
use crate::model::text::Text;
use crate::model::value::Value;

/// By what it is and the parts that it is made of.
pub(super) type Remembered = RefCell<BTreeMap<(u32, Vec<Part>), Vec<u8>>>;

/// An event of a kind, or of none, of which some fields are known beforehand and some repeat.
pub(super) struct Sketch<'v> {
    pub kind: Option<u16>,
    pub values: &'v Values,
    pub remembered: &'v Remembered,
    pub never: FieldId,
    pub always: FieldId,
}

impl Show for Sketch<'_> {
    fn show(&self, field: FieldId, out: &mut impl Text) -> bool {
        self.values.show(field, out)
    }

    fn kind(&self) -> Option<u16> {
        self.kind
    }

    fn known(&self, field: FieldId) -> Known<'_> {
        match field {
            field if field == self.never => Known::Absent,
            field if field == self.always => Known::Always(self.values.get(field)),
            _ => Known::Varies,
        }
    }

    /// Three fields at a time are made of one part, the next one of none.
    fn repeats(&self, field: FieldId) -> Option<Vec<Part>> {
        let part = Part::Data(NameId(field.0 as u16 / 4));
        (!field.0.is_multiple_of(4)).then_some(vec![part])
    }

    fn remembered(
        &self,
        what: u32,
        parts: &[Part],
        out: &mut Vec<u8>,
        make: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut remembered = self.remembered.borrow_mut();
        let made = remembered.entry((what, parts.to_vec()));
        out.extend_from_slice(made.or_insert_with(|| {
            let mut out = b"before".to_vec();
            make(&mut out);
            out.split_off("before".len())
        }));
    }
}

impl Fields for Sketch<'_> {
    fn get(&self, field: FieldId) -> &Value {
        self.values.get(field)
    }
}
