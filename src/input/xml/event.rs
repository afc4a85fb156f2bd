//! One event's XML to a record: `System` and named data, entities resolved, nothing expanded.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::input::owned::Owned;
use crate::model::record::{Names, Record, SystemField};

/// Whose record it is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::input) enum Parsed {
    /// Sysmon's, read whole.
    Sysmon,
    /// Another provider's, read no further than that.
    Other,
}

/// Where the parser stands, by the elements it is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Event,
    System,
    Part(Option<SystemField>),
    EventData,
    Data,
}

/// Parses `<Event>...</Event>` into a record that has been begun.
pub(in crate::input) fn parse(
    xml: &[u8],
    names: &Names,
    record: &mut Owned,
) -> Result<Parsed, String> {
    let text = std::str::from_utf8(xml).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut parser = Parser {
        names,
        record,
        place: Place::Outside,
        ignored: 0,
        mark: 0,
        name: None,
    };
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(tag) => parser.open(&tag),
            Event::Empty(tag) => {
                parser.open(&tag);
                parser.close();
            }
            Event::End(_) => {
                parser.close();
                if parser.place == Place::Event && parser.is_foreign() {
                    return Ok(Parsed::Other);
                }
            }
            Event::Text(text) => parser.push(&text),
            Event::CData(text) => parser.push(&text),
            Event::GeneralRef(reference) => parser.push_reference(&reference),
            Event::Eof if parser.place == Place::Outside => break,
            Event::Eof => return Err("an element without its end".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if record.system(SystemField::ProviderName).is_none() {
        return Err("a record without a provider".to_owned());
    }
    if !record.is_sysmon() {
        return Ok(Parsed::Other);
    }
    record.check()?;
    Ok(Parsed::Sysmon)
}

struct Parser<'a> {
    names: &'a Names,
    record: &'a mut Owned,
    place: Place,
    /// How many elements deep the parser is inside what it ignores.
    ignored: usize,
    mark: usize,
    name: Option<String>,
}

impl Parser<'_> {
    fn open(&mut self, tag: &BytesStart) {
        if self.ignored > 0 {
            self.ignored += 1;
            return;
        }
        let name = tag.local_name();
        self.place = match (self.place, name.as_ref()) {
            (Place::Outside, _) => Place::Event,
            (Place::Event, "System") => Place::System,
            (Place::Event, "EventData") => Place::EventData,
            (Place::System, part) => {
                self.attributes(part, tag);
                self.mark = self.record.mark();
                Place::Part(SystemField::of_element(part))
            }
            (Place::EventData, "Data") => {
                self.name = attribute(tag, "Name");
                self.mark = self.record.mark();
                Place::Data
            }
            _ => {
                self.ignored = 1;
                return;
            }
        };
    }

    fn close(&mut self) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        self.place = match self.place {
            Place::Part(part) => {
                if let Some(part) = part {
                    self.record.close_system(part, self.mark);
                }
                Place::System
            }
            Place::Data => {
                let name = self.name.take();
                self.record
                    .close_data(name.as_deref(), self.names, self.mark);
                Place::EventData
            }
            Place::System | Place::EventData => Place::Event,
            Place::Event | Place::Outside => Place::Outside,
        };
    }

    fn is_foreign(&self) -> bool {
        self.record.system(SystemField::ProviderName).is_some() && !self.record.is_sysmon()
    }

    fn push(&mut self, text: &str) {
        if self.ignored == 0 && matches!(self.place, Place::Part(Some(_)) | Place::Data) {
            self.record.text().push_str(text);
        }
    }

    /// Character references and XML's own five entities; any other reference stays as written,
    /// since nothing here may expand.
    fn push_reference(&mut self, reference: &BytesRef) {
        match reference.resolve_char_ref() {
            Ok(Some(c)) => self.push(c.encode_utf8(&mut [0; 4])),
            _ => match resolve_predefined_entity(reference) {
                Some(text) => self.push(text),
                None => {
                    self.push("&");
                    self.push(reference);
                    self.push(";");
                }
            },
        }
    }

    fn attributes(&mut self, part: &str, tag: &BytesStart) {
        use SystemField::*;
        let wanted: &[(&str, SystemField)] = match part {
            "Provider" => &[("Name", ProviderName), ("Guid", ProviderGuid)],
            "EventID" => &[("Qualifiers", Qualifiers)],
            "TimeCreated" => &[("SystemTime", TimeCreated)],
            "Correlation" => &[
                ("ActivityID", ActivityId),
                ("RelatedActivityID", RelatedActivityId),
            ],
            "Execution" => &[("ProcessID", ProcessId), ("ThreadID", ThreadId)],
            "Security" => &[("UserID", UserId)],
            _ => &[],
        };
        for (name, field) in wanted {
            if let Some(value) = attribute(tag, name) {
                self.record.set_system(*field, &value);
            }
        }
    }
}

/// An attribute's value, references resolved; as written where it has others than XML's own.
fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.into_owned(),
    })
}
