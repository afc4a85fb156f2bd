//! A record of a known form, read without decoding more of it than was asked for.

use super::buffers::{Last, Learned};
use super::chunk::{RECORD_HEADER_SIZE, RawRecord};
use super::definition;
use super::instance::{Alike, Instance, Values};
use super::read::{PROVIDER, Reading, Sink, WIDE_PROVIDER};
use super::shape::{Data, DataAt, Event, Held, Shape};
use super::value::{BIN_XML, STRING, UINT16, Value};
use super::view::View;
use crate::model::record::SystemField;

/// What is known of instances that are alike: of those around events, and of those that hold their
/// data.
#[derive(Debug, Default)]
pub(super) struct Instances {
    header: ByTemplate,
    data: ByTemplate,
}

/// Logs have few templates, and where two share a place, that costs time and nothing else.
#[derive(Debug)]
struct ByTemplate([Alike; 64]);

impl Default for ByTemplate {
    fn default() -> ByTemplate {
        ByTemplate(std::array::from_fn(|_| Alike::default()))
    }
}

impl ByTemplate {
    fn of(&mut self, template: u32) -> &mut Alike {
        &mut self.0[template as usize % 64]
    }
}

/// What is to be done with a record.
enum Wanted {
    /// Nothing: it is another provider's.
    Foreign,
    /// To count it under its event id.
    Counted(u16),
    /// To give it to the sink.
    Asked(u16),
}

impl<'r> Reading<'r> {
    /// Reads a record of a known form. None, and nothing done, where the form is not known.
    pub(super) fn project(
        &mut self,
        record: RawRecord,
        learned: &mut Learned,
        sink: Sink,
    ) -> Option<()> {
        let (chunk, names) = (self.chunk, self.ask.names);
        let from = record.offset + RECORD_HEADER_SIZE;
        let Some(instance) = Instance::open(chunk, from, record.end) else {
            return self.project_spelled_out(record, learned, sink);
        };
        let templates = &mut learned.templates;
        let number = templates.find(chunk, instance.definition, names)?;
        let event = templates.shape(number)?.event()?;
        let header = instance.values(learned.instances.header.of(number))?;
        let event_id = match self.wanted(event, &header)? {
            Wanted::Foreign => return Some(()),
            Wanted::Counted(event_id) => {
                self.seen(event_id);
                return Some(());
            }
            Wanted::Asked(event_id) => event_id,
        };
        header.if_whole()?;
        let fragment = match &event.data {
            DataAt::Fragment(index) => header.get(*index),
            DataAt::Here(_) | DataAt::Nowhere => None,
        };
        let inner = match fragment.filter(|value| !value.is_empty()) {
            None => None,
            Some(value) if value.kind == BIN_XML => {
                let from = value.at as usize;
                let to = from + value.bytes.len();
                let instance = Instance::open(chunk, from, to)?;
                let number = templates.find(chunk, instance.definition, names)?;
                let values = instance.values(learned.instances.data.of(number))?;
                values.if_whole()?;
                Some((number, values))
            }
            Some(_) => return None,
        };
        let event = templates.shape(number)?.event()?;
        let (data, values) = match (inner, &event.data) {
            (Some((number, values)), _) => (Some(templates.shape(number)?.data()?), values),
            (None, DataAt::Here(data)) if !data.left_out(&header) => (Some(data), header),
            (None, _) => (None, Values::NONE),
        };
        self.seen(event_id);
        sink(&View {
            location: self.location(record.offset),
            event_id,
            damaged: self.damaged,
            computer: steady(event, SystemField::Computer, &header, &mut learned.computer),
            channel: steady(event, SystemField::Channel, &header, &mut learned.channel),
            event,
            header,
            data,
            values,
        });
        Some(())
    }

    /// A record without templates: its form is its own, and all its texts are in it.
    fn project_spelled_out(
        &mut self,
        record: RawRecord,
        learned: &mut Learned,
        sink: Sink,
    ) -> Option<()> {
        let from = record.offset + RECORD_HEADER_SIZE;
        let root = definition::read_spelled_out(self.chunk, from, record.end)?;
        let shape = Shape::of(root, self.ask.names, 0)?;
        let event = shape.event()?;
        let data = match &event.data {
            DataAt::Here(data) => Some(data),
            DataAt::Nowhere => None,
            DataAt::Fragment(_) => return None,
        };
        let event_id = match self.wanted(event, &Values::NONE)? {
            Wanted::Foreign => return Some(()),
            Wanted::Counted(event_id) => {
                self.seen(event_id);
                return Some(());
            }
            Wanted::Asked(event_id) => event_id,
        };
        self.seen(event_id);
        sink(&View {
            location: self.location(record.offset),
            event_id,
            damaged: self.damaged,
            computer: steady(
                event,
                SystemField::Computer,
                &Values::NONE,
                &mut learned.computer,
            ),
            channel: steady(
                event,
                SystemField::Channel,
                &Values::NONE,
                &mut learned.channel,
            ),
            event,
            header: Values::NONE,
            data,
            values: Values::NONE,
        });
        Some(())
    }

    /// None where the record's provider or event id could not be read.
    fn wanted(&self, event: &Event, values: &Values<'_>) -> Option<Wanted> {
        if !self.every {
            let sysmon = match event.sysmon {
                Some(sysmon) => sysmon,
                None => is_provider(event, values)?,
            };
            if !sysmon {
                return Some(Wanted::Foreign);
            }
        }
        let slot = event.slot(SystemField::EventId)?;
        let event_id = match slot.held(values)? {
            Held::Value(Value {
                kind: UINT16,
                bytes: [low, high],
                ..
            }) => u16::from_le_bytes([*low, *high]),
            Held::Value(value) if !value.is_whole() => return None,
            Held::Value(value) => u16::try_from(value.unsigned()?).ok()?,
            Held::Text(text) => text.trim().parse().ok()?,
        };
        let asked = self.every || self.ask.events.contains(event_id);
        Some(match asked {
            true => Wanted::Asked(event_id),
            false => Wanted::Counted(event_id),
        })
    }
}

impl Shape {
    fn event(&self) -> Option<&Event> {
        match self {
            Shape::Event(event) => Some(event),
            Shape::Data(_) => None,
        }
    }

    fn data(&self) -> Option<&Data> {
        match self {
            Shape::Data(data) => Some(data),
            Shape::Event(_) => None,
        }
    }
}

/// None where it cannot be said.
fn is_provider(event: &Event, values: &Values<'_>) -> Option<bool> {
    let Some(slot) = event.slot(SystemField::ProviderName) else {
        return Some(false);
    };
    if let Some(value) = slot.value(values)
        && value.kind == STRING
        && value.bytes.strip_suffix(&[0, 0]).unwrap_or(value.bytes) == WIDE_PROVIDER
    {
        return Some(true);
    }
    Some(match slot.held(values) {
        None => false,
        Some(Held::Text(text)) => text == PROVIDER,
        Some(Held::Value(value)) if !value.is_whole() => return None,
        Some(Held::Value(value)) => value.text() == PROVIDER,
    })
}

/// A text of `System`, and a number that it keeps as long as it stays the same: how often it has
/// changed, or where it stands in the template, the template's. None where a record brings its form
/// with it.
#[inline]
fn steady<'t>(
    event: &'t Event,
    field: SystemField,
    values: &Values<'_>,
    last: &'t mut Last,
) -> (&'t str, Option<u32>) {
    const OF_TEMPLATE: u32 = 1 << 31;
    let literal = || (event.number != 0).then_some(event.number as u32 | OF_TEMPLATE);
    let value = event.slot(field).and_then(|slot| slot.value(values));
    if !value.is_some_and(|value| last.is_of(value)) {
        match event.held(field, values) {
            None => return ("", None),
            Some(Held::Text(text)) => return (text, literal()),
            Some(Held::Value(value)) => last.turn_to(value),
        }
    }
    let (text, changes) = last.text();
    (text, Some(changes & !OF_TEMPLATE))
}
