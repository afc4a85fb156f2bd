//! A record as an event: fields by number, each derived when first asked for.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use serde_json::{Map, Value as Json};

use super::WRITTEN_USER;
use super::document;
use super::layout::{self, Asked, Layout, Piece, Slot, Slots, Step};
use super::memory::Memory;
use super::shown::LastText;
use super::transform::{self, Transform};
use crate::model::decimal;
use crate::model::field::{FieldId, Fields, Known, Show, View};
use crate::model::guid;
use crate::model::record::{Part, Record, SystemField};
use crate::model::text::Text;
use crate::model::value::Value;

/// Memory for the derived values of one event at a time, used again for the next.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Vec<OnceCell<Value>>,
    filled: RefCell<Vec<u32>>,
    last: LastText,
    memory: Memory,
}

impl Scratch {
    fn clear(&mut self) {
        for at in self.filled.get_mut().drain(..) {
            self.cells[at as usize].take();
        }
        self.last.forget();
    }
}

/// What a record means. Each field is derived once, when it is first asked for.
pub struct Event<'e> {
    record: &'e dyn Record,
    document: Option<&'e Map<String, Json>>,
    slots: Slots<'e>,
    asked: &'e [Asked],
    scratch: &'e Scratch,
}

impl Layout {
    /// Memory for one thread's events.
    pub fn scratch(&self) -> Scratch {
        Scratch {
            cells: vec![OnceCell::new(); self.asked.len()],
            filled: RefCell::default(),
            last: LastText::default(),
            memory: Memory::default(),
        }
    }

    /// The event that a record stands for. The memory is one of this layout's own.
    pub fn event<'e>(&'e self, record: &'e dyn Record, scratch: &'e mut Scratch) -> Event<'e> {
        scratch.clear();
        scratch.cells.resize(self.asked.len(), OnceCell::new());
        Event {
            record,
            document: record.document(),
            slots: self.slots(record.event_id()),
            asked: &self.asked,
            scratch,
        }
    }
}

impl<'e> Event<'e> {
    /// The record that it stands for.
    pub fn record(&self) -> &'e dyn Record {
        self.record
    }

    /// Does something with the text of a field that the record holds as a GUID or as it is: what
    /// [`Fields::get`] gives, before it becomes a value. None, and nothing done, where that takes
    /// more.
    pub fn with_text<T>(&self, field: FieldId, make: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let steps = match (self.document, self.slots.get(field)?) {
            (None, Slot::First(steps)) => steps,
            _ => return None,
        };
        let step = steps.first()?;
        if let Some(guid) = self.guid_of(step) {
            return Some(make(&guid));
        }
        match (step.from, step.transform) {
            (Piece::System(field @ SystemField::Computer), Transform::Text) => {
                let text = header(self.record, field).filter(|text| !text.is_empty())?;
                Some(make(text.as_bytes()))
            }
            (Piece::Data(name), Transform::Text) => {
                let text = self.record.data(name)?;
                (!transform::is_absent(text.as_bytes())).then(|| make(text.as_bytes()))
            }
            _ => None,
        }
    }

    fn guid_of(&self, step: &Step) -> Option<[u8; 38]> {
        match (step.from, step.transform) {
            (Piece::Data(name), Transform::Guid) => {
                let guid = self.record.guid(name).filter(|guid| *guid != [0; 16])?;
                Some(guid::text(&guid))
            }
            _ => None,
        }
    }

    fn derive(&self, slot: &Slot) -> Value {
        match slot {
            Slot::Absent => Value::Null,
            Slot::Always(value) => value.clone(),
            Slot::First(steps) => steps
                .iter()
                .map(|step| self.step(step))
                .find(|value| !value.is_null())
                .unwrap_or_default(),
            Slot::Collect(steps) => {
                let mut all: Vec<Value> = Vec::new();
                for value in steps.iter().map(|step| self.step(step)) {
                    for item in value.items() {
                        if !all.contains(item) {
                            all.push(item.clone());
                        }
                    }
                }
                transform::list(all)
            }
        }
    }

    fn step(&self, step: &Step) -> Value {
        if let Some(document) = self.document {
            return step
                .paths
                .iter()
                .find_map(|path| document::text(document, path))
                .map_or(Value::Null, |text| step.transform.apply(&text));
        }
        if let Some(guid) = self.guid_of(step) {
            return str::from_utf8(&guid).map_or(Value::Null, Value::str);
        }
        let record = self.record;
        match (step.from, step.transform) {
            (Piece::Data(name), Transform::Name) => match record.data_tail(name) {
                Some((tail, true)) if !tail.is_empty() => owned(tail),
                _ => Value::Null,
            },
            (Piece::Data(name), Transform::NameOrAll) => match record.data_tail(name) {
                // Only a whole text is absent for being `-`: the file of `C:\-` has that name.
                Some((tail, true)) if !tail.is_empty() => owned(tail),
                Some((all, false)) if !transform::is_absent(all.as_bytes()) => owned(all),
                _ => Value::Null,
            },
            (Piece::Data(name), Transform::Moment) => {
                record.time(name).map_or(Value::Null, Value::Time)
            }
            (Piece::Data(name), how) => match record.data(name) {
                Some(text) if !transform::is_absent(text.as_bytes()) => apply(how, text),
                _ => Value::Null,
            },
            (Piece::Raw(name), how) => match record.data(name) {
                Some(text) if !text.is_empty() => apply(how, text),
                _ => Value::Null,
            },
            (Piece::System(SystemField::TimeCreated), Transform::Moment) => {
                record.time_created().map_or(Value::Null, Value::Time)
            }
            (Piece::System(field), how) => match header(record, field) {
                Some(text) if !text.is_empty() => apply(how, text),
                _ => Value::Null,
            },
        }
    }
}

impl Event<'_> {
    fn show_slot(&self, field: FieldId, slot: &Slot, out: &mut impl Text) -> bool {
        let derived = self.scratch.cells.get(field.0 as usize);
        match (slot, derived.and_then(OnceCell::get)) {
            (Slot::Always(value), _) | (_, Some(value)) => show_value(value, out),
            (Slot::First(steps), None) => steps.iter().any(|step| self.show_step(step, out)),
            _ => show_value(self.get(field), out),
        }
    }

    /// Appends what a step's value shows, going from the record to the cell without becoming a
    /// value. False, and nothing done, where it is null.
    fn show_step(&self, step: &Step, out: &mut impl Text) -> bool {
        if let Some(guid) = self.guid_of(step) {
            out.push_utf8(&guid);
            return true;
        }
        let how = step.transform;
        let (part, raw) = match step.from {
            Piece::Data(name)
                if how == Transform::Int
                    && let Some(number) = self.record.number(name)
                    && i64::try_from(number).is_ok() =>
            {
                decimal::unsigned(number, out);
                return true;
            }
            Piece::Data(name) => (Part::Data(name), false),
            Piece::Raw(name) => (Part::Data(name), true),
            Piece::System(SystemField::TimeCreated) if how == Transform::Moment => {
                let time = self.record.time_created();
                time.into_iter().for_each(|time| time.write(out));
                return time.is_some();
            }
            Piece::System(field @ (SystemField::Computer | SystemField::Channel)) => {
                return header(self.record, field)
                    .is_some_and(|text| !text.is_empty() && how.show(text.as_bytes(), out));
            }
            Piece::System(field) => (Part::System(field), true),
        };
        let absent = |text: &[u8]| match raw {
            true => text.is_empty(),
            false => transform::is_absent(text),
        };
        let show = |text: &[u8]| !absent(text) && how.show(text, out);
        self.scratch.last.with(self.record, part, show) == Some(true)
    }
}

impl Show for Event<'_> {
    #[inline]
    fn show(&self, field: FieldId, out: &mut impl Text) -> bool {
        match (self.document, self.slots.get(field)) {
            (None, None | Some(Slot::Absent)) => false,
            (None, Some(slot)) => self.show_slot(field, slot, out),
            (Some(_), _) => show_value(self.get(field), out),
        }
    }

    fn kind(&self) -> Option<u16> {
        self.document.is_none().then(|| self.record.event_id())
    }

    fn known(&self, field: FieldId) -> Known<'_> {
        match self.document {
            None => layout::known(self.slots, field),
            Some(_) => Known::Varies,
        }
    }

    fn repeats(&self, field: FieldId) -> Option<Vec<Part>> {
        match self.document {
            None => layout::repeats(self.slots, field),
            Some(_) => None,
        }
    }

    fn remembered(
        &self,
        what: u32,
        parts: &[Part],
        out: &mut Vec<u8>,
        make: impl FnOnce(&mut Vec<u8>),
    ) {
        let memory = &self.scratch.memory;
        memory.text(self.record, what, parts, out, make);
    }
}

impl Fields for Event<'_> {
    fn get(&self, field: FieldId) -> &Value {
        let at = field.0 as usize;
        let (Some(slot), Some(cell)) = (self.slots.get(field), self.scratch.cells.get(at)) else {
            return &Value::Null;
        };
        let asked = match self.document {
            None => match slot {
                Slot::Absent => return &Value::Null,
                Slot::Always(value) => return value,
                Slot::First(_) | Slot::Collect(_) => None,
            },
            Some(document) => Some((document, &self.asked[at])),
        };
        cell.get_or_init(|| {
            self.scratch.filled.borrow_mut().push(field.0);
            match asked {
                Some((document, asked)) if asked.view == View::Ecs => match &*asked.name {
                    "user.id" => document::own_user(document)
                        .unwrap_or_else(|| document::value(document, &asked.name, asked.kind)),
                    WRITTEN_USER => document::value(document, "user.id", asked.kind),
                    name => document::value(document, name, asked.kind),
                },
                _ => self.derive(slot),
            }
        })
    }
}

fn show_value(value: &Value, out: &mut impl Text) -> bool {
    value.show(out);
    !value.is_null()
}

fn header(record: &dyn Record, field: SystemField) -> Option<Cow<'_, str>> {
    match field {
        SystemField::Computer => Some(Cow::Borrowed(record.computer())),
        SystemField::Channel => Some(Cow::Borrowed(record.channel())),
        field => record.system(field),
    }
}

fn apply(transform: Transform, text: Cow<'_, str>) -> Value {
    match transform {
        Transform::Text | Transform::RegistryPath => owned(text),
        Transform::Guid if is_braced(&text) => {
            let mut text = text.into_owned();
            text.make_ascii_lowercase();
            Value::Str(text.into_boxed_str())
        }
        transform => transform.apply(&text),
    }
}

/// Whether a GUID stands in braces already.
fn is_braced(text: &str) -> bool {
    text.starts_with('{') && text.ends_with('}') && text.is_ascii()
}

fn owned(text: Cow<'_, str>) -> Value {
    Value::Str(text.into_owned().into_boxed_str())
}
