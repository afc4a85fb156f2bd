//! Fields by number: a rule's names are resolved once, before the first record is read.
//!
//! A [`FieldTable`] interns every field that some plan or output asks for. Languages put numbers
//! into plans, the schema fills the numbered slots of an event, the engine reads them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::record::Part;
use super::text::Text;
use super::value::Value;

/// A field's place in its [`FieldTable`], or, in the later stages of an SPL search, a column's
/// place in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// Which names a field goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The Elastic Common Schema: `process.name`.
    Ecs,
    /// Splunk's add-on for Sysmon and the Common Information Model: `process_name`.
    Cim,
}

/// A field's type, as a mapping gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Text: keyword, wildcard, constant_keyword and the like.
    Keyword,
    /// A whole number: long, integer, short.
    Long,
    /// A number with a fraction: double, float.
    Double,
    /// True or false.
    Boolean,
    /// A point in time.
    Date,
    /// An address.
    Ip,
}

/// What types fields have, for whoever checks a rule. The schema is one; a test's mapping another.
pub trait FieldTypes {
    /// The type of a field by its full name, or none where the mapping does not know it.
    fn type_of(&self, view: View, name: &str) -> Option<FieldType>;
    /// The known name nearest to an unknown one, for a hint.
    fn nearest(&self, view: View, name: &str) -> Option<String>;
}

/// The fields that the loaded plans and outputs ask for, each once, numbered in order of asking.
#[derive(Clone, Debug, Default)]
pub struct FieldTable {
    fields: Vec<(View, Arc<str>)>,
    /// Numbers by name, once there are more than a few fields: those of one rule are found sooner
    /// by going through them.
    ecs: FxHashMap<Arc<str>, FieldId>,
    cim: FxHashMap<Arc<str>, FieldId>,
}

/// So many fields are few.
const FEW: usize = 16;

impl FieldTable {
    /// The number of a field, a new one if nobody asked for it before.
    pub fn intern(&mut self, view: View, name: &str) -> FieldId {
        if let Some(id) = self.get(view, name) {
            return id;
        }
        let id = FieldId(u32::try_from(self.fields.len()).expect("fields come from bounded rules"));
        if self.fields.is_empty() {
            self.fields.reserve(FEW);
        }
        self.fields.push((view, name.into()));
        let unlisted = match self.fields.len() {
            ..=FEW => return id,
            len if len == FEW + 1 => 0,
            len => len - 1,
        };
        for (at, (view, name)) in self.fields.iter().enumerate().skip(unlisted) {
            let ids = match view {
                View::Ecs => &mut self.ecs,
                View::Cim => &mut self.cim,
            };
            ids.insert(name.clone(), FieldId(at as u32));
        }
        id
    }

    /// The number of a field that somebody asked for.
    pub fn get(&self, view: View, name: &str) -> Option<FieldId> {
        if self.fields.len() <= FEW {
            let is = |field: &(View, Arc<str>)| field.0 == view && *field.1 == *name;
            return self.fields.iter().position(is).map(|at| FieldId(at as u32));
        }
        let ids = match view {
            View::Ecs => &self.ecs,
            View::Cim => &self.cim,
        };
        ids.get(name).copied()
    }

    /// The name behind a number.
    pub fn name(&self, id: FieldId) -> (View, &str) {
        let (view, name) = &self.fields[id.0 as usize];
        (*view, name)
    }

    /// Every field with its number.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, View, &str)> {
        self.fields
            .iter()
            .enumerate()
            .map(|(at, (view, name))| (FieldId(at as u32), *view, &**name))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether nobody asked for anything.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

/// Something that has values for numbered fields: an event being read, or a row of results.
pub trait Fields {
    /// The field's value; [`Value::Null`] where it has none.
    fn get(&self, field: FieldId) -> &Value;
}

/// Something that shows numbered fields as cells do.
pub trait Show {
    /// Appends the field's value as a cell shows it. False, and nothing done, where it has none.
    fn show(&self, field: FieldId, out: &mut impl Text) -> bool;

    /// The number of its kind, where all of one kind have in common what [`Show::known`] says.
    fn kind(&self) -> Option<u16> {
        None
    }

    /// What is known of a field of all of its kind.
    fn known(&self, _field: FieldId) -> Known<'_> {
        Known::Varies
    }

    /// The parts of a record that decide the field in all of its kind, where records say the same
    /// there again and again.
    fn repeats(&self, _field: FieldId) -> Option<Vec<Part>> {
        None
    }

    /// Appends what `make` appends, or has appended for another of its kind that holds the same in
    /// these parts; what is long is made each time. `what` tells it from whatever else is made of
    /// them.
    fn remembered(
        &self,
        _what: u32,
        _parts: &[Part],
        out: &mut Vec<u8>,
        make: impl FnOnce(&mut Vec<u8>),
    ) {
        make(out);
    }
}

/// Something that knows what events of a kind have in common.
pub trait Kinds: Sync {
    /// What is known of a field of all events of this id.
    fn known(&self, event_id: u16, field: FieldId) -> Known<'_>;
}

/// What is known of a field of an event before the event is read, given its event id alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known<'v> {
    /// Events of this kind never have it.
    Absent,
    /// Events of this kind always have this value (`event.category`).
    Always(&'v Value),
    /// It depends on the event.
    Varies,
}

/// A row holds its columns' values in order.
impl Fields for [Value] {
    fn get(&self, field: FieldId) -> &Value {
        self.as_ref().get(field.0 as usize).unwrap_or(&Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_fields_and_many_are_found_alike() {
        let mut table = FieldTable::default();
        for number in 0..3 * FEW as u32 {
            for (view, id) in [(View::Ecs, 2 * number), (View::Cim, 2 * number + 1)] {
                let name = format!("field{number}");
                assert_eq!(table.get(view, &name), None);
                assert_eq!(table.intern(view, &name), FieldId(id));
                assert_eq!(table.intern(view, &name), FieldId(id));
                assert_eq!(table.name(FieldId(id)), (view, &*name));
            }
            for known in 0..=number {
                let name = format!("field{known}");
                let found = [View::Ecs, View::Cim].map(|view| table.get(view, &name));
                let expected = [2 * known, 2 * known + 1].map(FieldId);
                assert_eq!(found, expected.map(Some));
            }
        }
        assert_eq!(table.len(), 6 * FEW);
    }
}
