//! What a template's instances hold where: which value is which part of `System`, which value is
//! which named data, and which is the fragment that holds the data.

use super::definition::{Element, Piece};
use super::instance::Values;
use super::read::PROVIDER;
use super::value::{NULL, Value};
use crate::model::record::{NameId, Names, SystemField};

/// A place in a template that has text: of an attribute or of an element.
#[derive(Debug)]
pub(super) struct Slot {
    /// The value without which the element is left out, where it is not the slot's own.
    dependency: Option<u16>,
    content: Content,
    /// Whether the slot is an attribute, which is left out when it has nothing in it.
    attribute: bool,
}

#[derive(Debug)]
enum Content {
    Empty,
    Text(Box<str>),
    Value {
        index: u16,
        /// Whether the element is left out without it.
        needed: bool,
        /// Whether it is nothing when it is empty.
        vanishes: bool,
    },
}

/// Where a value has its kind, an imprint has these for what is no value. No kind is so large.
const TEXT: u8 = 0xfe;
const LEFT_OUT: [u8; 2] = [0xfd, 0];

/// What a slot holds in an instance.
pub(super) enum Held<'t, 'c> {
    Text(&'t str),
    Value(Value<'c>),
}

impl Slot {
    fn of(pieces: &mut Vec<Piece>, dependency: Option<u16>, attribute: bool) -> Option<Slot> {
        let content = match (pieces.pop(), pieces.is_empty()) {
            (None, _) => Content::Empty,
            (Some(Piece::Text(text)), true) => Content::Text(text),
            (Some(Piece::Value { index, optional }), true) => Content::Value {
                index,
                needed: dependency == Some(index),
                vanishes: optional || attribute,
            },
            _ => return None,
        };
        let own = matches!(content, Content::Value { needed: true, .. });
        Some(Slot {
            dependency: dependency.filter(|_| !own),
            content,
            attribute,
        })
    }

    /// The text that it holds whatever the values.
    fn literal(&self) -> Option<&str> {
        match (&self.content, self.dependency) {
            (Content::Text(text), None) => Some(text),
            _ => None,
        }
    }

    /// What the slot holds, or none where it is left out.
    #[inline]
    pub(super) fn held<'t, 'c>(&'t self, values: &Values<'c>) -> Option<Held<'t, 'c>> {
        if left_out(self.dependency, values) {
            return None;
        }
        let nothing = (!self.attribute).then_some(Held::Text(""));
        match &self.content {
            Content::Empty => nothing,
            Content::Text(text) if text.is_empty() => nothing,
            Content::Text(text) => Some(Held::Text(text)),
            Content::Value {
                index,
                needed,
                vanishes,
            } => match values.get(*index) {
                None => nothing,
                Some(value) if *needed && value.kind == NULL => None,
                Some(value) if *vanishes && value.is_empty() => nothing,
                Some(value) => Some(Held::Value(value)),
            },
        }
    }
}

impl Slot {
    /// The value, taken as it is: for whoever makes of no value and of an empty one the same.
    #[inline]
    pub(super) fn value<'c>(&self, values: &Values<'c>) -> Option<Value<'c>> {
        match (&self.content, self.dependency) {
            (Content::Value { index, .. }, None) => values.get(*index),
            _ => None,
        }
    }

    /// Bytes, and what stands for how they are to be taken, of which follows what the slot holds.
    #[inline]
    pub(super) fn imprint<'t>(&'t self, values: &Values<'t>) -> ([u8; 2], &'t [u8]) {
        if left_out(self.dependency, values) {
            return (LEFT_OUT, &[]);
        }
        let attribute = u8::from(self.attribute);
        match &self.content {
            Content::Empty => ([TEXT, attribute], &[]),
            Content::Text(text) => ([TEXT, attribute], text.as_bytes()),
            Content::Value {
                index,
                needed,
                vanishes,
            } => {
                let how = attribute | u8::from(*needed) << 1 | u8::from(*vanishes) << 2;
                match values.get(*index) {
                    None => ([TEXT, attribute], &[]),
                    Some(value) => ([value.kind, how], value.bytes),
                }
            }
        }
    }

    /// The places of the values that decide what the slot holds.
    pub(super) fn deciding(&self) -> impl Iterator<Item = u16> {
        let own = match self.content {
            Content::Value { index, .. } => Some(index),
            Content::Empty | Content::Text(_) => None,
        };
        own.into_iter().chain(self.dependency)
    }
}

fn left_out(dependency: Option<u16>, values: &Values<'_>) -> bool {
    dependency.is_some_and(|index| values.kind(index) == Some(NULL))
}

/// A template's number, another one for every template that was ever learned; 0 where a record
/// brings its form with it.
pub(super) type Number = u64;

/// Where an event's data are.
#[derive(Debug)]
pub(super) enum DataAt {
    Nowhere,
    /// In the event's own template.
    Here(Data),
    /// In the fragment that this value is.
    Fragment(u16),
}

/// A template whose root is `Event`.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) number: Number,
    system: [Option<Slot>; SystemField::ALL.len()],
    /// Whether every instance is Sysmon's or none is, where the template says so itself.
    pub(super) sysmon: Option<bool>,
    pub(super) data: DataAt,
}

/// Data in order. What has no name is `param1`, `param2` and so on, as in XML exports.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) number: Number,
    slots: Vec<(Box<str>, Slot)>,
    /// By [`NameId`], the first slot of that name.
    places: Vec<Option<u16>>,
    dependency: Option<u16>,
}

/// A template by what its root is.
#[derive(Debug)]
pub(super) enum Shape {
    Event(Box<Event>),
    Data(Data),
}

impl Shape {
    /// None where the template says something that this reader does not know how to take.
    pub(super) fn of(root: Element, names: &Names, number: Number) -> Option<Shape> {
        match &*root.name {
            "Event" => Some(Shape::Event(Box::new(Event::of(root, names, number)?))),
            "EventData" => Some(Shape::Data(Data::of(root, names, number)?)),
            _ => Some(Shape::Data(Data::default())),
        }
    }
}

impl Event {
    fn of(root: Element, names: &Names, number: Number) -> Option<Event> {
        let mut event = Event {
            number,
            system: [const { None }; SystemField::ALL.len()],
            sysmon: None,
            data: DataAt::Nowhere,
        };
        let mut has_system = false;
        for child in root.children {
            match &*child.name {
                "System" if has_system || child.dependency.is_some() => return None,
                "System" => {
                    has_system = true;
                    event.system(child)?;
                }
                "EventData" => match event.data {
                    DataAt::Nowhere => event.data = DataAt::Here(Data::of(child, names, number)?),
                    _ => return None,
                },
                _ => {}
            }
        }
        for piece in root.content {
            match (piece, &event.data) {
                (Piece::Value { index, .. }, DataAt::Nowhere) => {
                    event.data = DataAt::Fragment(index);
                }
                _ => return None,
            }
        }
        let provider = event.system[SystemField::ProviderName as usize].as_ref();
        event.sysmon = match provider {
            None => Some(false),
            Some(slot) => slot.literal().map(|text| text == PROVIDER),
        };
        has_system.then_some(event)
    }

    fn system(&mut self, system: Element) -> Option<()> {
        if !system.content.is_empty() {
            return None;
        }
        for mut part in system.children {
            if !part.children.is_empty() {
                return None;
            }
            for (name, mut pieces) in part.attributes {
                if let Some(field) = attribute_field(&part.name, &name) {
                    self.put(field, Slot::of(&mut pieces, part.dependency, true)?)?;
                }
            }
            if let Some(field) = SystemField::of_element(&part.name) {
                self.put(field, Slot::of(&mut part.content, part.dependency, false)?)?;
            }
        }
        Some(())
    }

    fn put(&mut self, field: SystemField, slot: Slot) -> Option<()> {
        self.system[field as usize]
            .replace(slot)
            .is_none()
            .then_some(())
    }

    /// A part of `System` in an instance.
    #[inline]
    pub(super) fn held<'t, 'c>(
        &'t self,
        field: SystemField,
        values: &Values<'c>,
    ) -> Option<Held<'t, 'c>> {
        self.slot(field)?.held(values)
    }

    /// The place of a part of `System`.
    #[inline]
    pub(super) fn slot(&self, field: SystemField) -> Option<&Slot> {
        self.system[field as usize].as_ref()
    }
}

/// XML has other rules for the characters of a name than this reader cares to know.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(char::is_alphanumeric)
}

fn attribute_field(element: &str, attribute: &str) -> Option<SystemField> {
    use SystemField::*;
    Some(match (element, attribute) {
        ("Provider", "Name") => ProviderName,
        ("Provider", "Guid") => ProviderGuid,
        ("EventID", "Qualifiers") => Qualifiers,
        ("TimeCreated", "SystemTime") => TimeCreated,
        ("Correlation", "ActivityID") => ActivityId,
        ("Correlation", "RelatedActivityID") => RelatedActivityId,
        ("Execution", "ProcessID") => ProcessId,
        ("Execution", "ThreadID") => ThreadId,
        ("Security", "UserID") => UserId,
        _ => return None,
    })
}

impl Data {
    fn of(root: Element, names: &Names, number: Number) -> Option<Data> {
        let mut data = Data {
            number,
            slots: Vec::with_capacity(root.children.len()),
            places: vec![None; names.len()],
            dependency: root.dependency,
        };
        if !root.content.is_empty() {
            return None;
        }
        let mut unnamed = 0;
        for mut child in root.children {
            if &*child.name != "Data" || !child.children.is_empty() {
                return None;
            }
            let name = match child.attributes.pop() {
                None => None,
                Some((attribute, mut pieces)) if &*attribute == "Name" => {
                    match (pieces.pop(), pieces.is_empty()) {
                        (Some(Piece::Text(name)), true) if is_plain(&name) => Some(name),
                        _ => return None,
                    }
                }
                Some(_) => return None,
            };
            if !child.attributes.is_empty() {
                return None;
            }
            let slot = Slot::of(&mut child.content, child.dependency, false)?;
            let Some(name) = name else {
                if child.dependency.is_some() {
                    return None; // whether it is there decides the number of the next
                }
                unnamed += 1;
                data.slots.push((format!("param{unnamed}").into(), slot));
                continue;
            };
            // A second one of a name would need to know whether the first is left out.
            if data.slots.iter().any(|(known, _)| *known == name) {
                return None;
            }
            if let Some(NameId(id)) = names.get(&name) {
                *data.places.get_mut(usize::from(id))? = u16::try_from(data.slots.len()).ok();
            }
            data.slots.push((name, slot));
        }
        Some(data)
    }

    /// The data of a name in an instance.
    #[inline]
    pub(super) fn held<'t, 'c>(
        &'t self,
        name: NameId,
        values: &Values<'c>,
    ) -> Option<Held<'t, 'c>> {
        self.slot(name)?.held(values)
    }

    /// The place of the data of a name.
    #[inline]
    pub(super) fn slot(&self, name: NameId) -> Option<&Slot> {
        let place = (*self.places.get(usize::from(name.0))?)?;
        Some(&self.slots.get(usize::from(place))?.1)
    }

    /// Every named data in an instance, in the template's order.
    pub(super) fn each<'t, 'c>(
        &'t self,
        values: &Values<'c>,
    ) -> impl Iterator<Item = (&'t str, Held<'t, 'c>)> {
        self.slots
            .iter()
            .filter_map(move |(name, slot)| Some((&**name, slot.held(values)?)))
    }

    /// Whether an instance within an event is left out as a whole.
    pub(super) fn left_out(&self, values: &Values<'_>) -> bool {
        left_out(self.dependency, values)
    }
}
