//! A template: the fixed part of a record's XML, with numbered gaps for the record's values.

use super::names::Names;
use super::value::{Guid, Kind, Value};
use std::sync::Arc;

/// An element with its attributes and content.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The element's name.
    pub name: String,
    /// The substitution without which the whole element is absent.
    pub dependency: Option<u16>,
    /// Attributes in order; each value is text or a substitution.
    pub attributes: Vec<(String, Node)>,
    /// What stands between the tags. Empty makes an empty-element tag.
    pub content: Vec<Node>,
}

/// A part of an element's content or the value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Fixed text.
    Text(String),
    /// A gap for a value. An optional one leaves out its element or attribute when the value is null.
    Gap {
        /// Which of the record's values.
        index: u16,
        /// The type the value is declared to have.
        kind: Kind,
        /// Whether null is absence.
        optional: bool,
    },
    /// A character reference, such as `&#65;`.
    Char(u16),
    /// An entity reference, such as `&amp;`.
    Entity(String),
    /// A CDATA section.
    Data(String),
}

/// A gap that is always there.
pub fn gap(index: u16, kind: Kind) -> Node {
    Node::Gap {
        index,
        kind,
        optional: false,
    }
}

/// A gap that takes its element or attribute with it when its value is null.
pub fn optional(index: u16, kind: Kind) -> Node {
    Node::Gap {
        index,
        kind,
        optional: true,
    }
}

impl Element {
    /// An element with this content.
    pub fn new(name: &str, content: Vec<Node>) -> Element {
        Element {
            name: name.to_owned(),
            dependency: None,
            attributes: Vec::new(),
            content,
        }
    }

    /// Adds an attribute.
    pub fn with(mut self, name: &str, value: Node) -> Element {
        self.attributes.push((name.to_owned(), value));
        self
    }

    /// Makes the element depend on a substitution.
    pub fn depends(mut self, index: u16) -> Element {
        self.dependency = Some(index);
        self
    }

    fn write(&self, chunk: &mut Vec<u8>, names: &mut Names) {
        let more = if self.attributes.is_empty() { 0 } else { 0x40 };
        chunk.push(0x01 | more);
        chunk.extend(self.dependency.unwrap_or(0xffff).to_le_bytes());
        let size = reserve(chunk);
        names.write(chunk, &self.name);
        if !self.attributes.is_empty() {
            let list = reserve(chunk);
            for (i, (name, value)) in self.attributes.iter().enumerate() {
                let last = i + 1 == self.attributes.len();
                chunk.push(if last { 0x06 } else { 0x46 });
                names.write(chunk, name);
                value.write(chunk, names);
            }
            fill(chunk, list);
        }
        if self.content.is_empty() {
            chunk.push(0x03);
        } else {
            chunk.push(0x02);
            for node in &self.content {
                node.write(chunk, names);
            }
            chunk.push(0x04);
        }
        fill(chunk, size);
    }
}

impl Node {
    fn write(&self, chunk: &mut Vec<u8>, names: &mut Names) {
        let text = |chunk: &mut Vec<u8>, text: &str| {
            chunk.extend((text.encode_utf16().count() as u16).to_le_bytes());
            chunk.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        };
        match self {
            Node::Element(element) => element.write(chunk, names),
            Node::Text(value) => {
                chunk.extend([0x05, 0x01]);
                text(chunk, value);
            }
            Node::Gap {
                index,
                kind,
                optional,
            } => {
                chunk.push(if *optional { 0x0e } else { 0x0d });
                chunk.extend(index.to_le_bytes());
                chunk.push(kind.0);
            }
            Node::Char(code) => {
                chunk.push(0x08);
                chunk.extend(code.to_le_bytes());
            }
            Node::Entity(name) => {
                chunk.push(0x09);
                names.write(chunk, name);
            }
            Node::Data(value) => {
                chunk.push(0x07);
                text(chunk, value);
            }
        }
    }
}

/// A place for a 32-bit size that counts what follows it.
fn reserve(chunk: &mut Vec<u8>) -> usize {
    chunk.extend([0; 4]);
    chunk.len()
}

fn fill(chunk: &mut [u8], start: usize) {
    let size = (chunk.len() - start) as u32;
    chunk[start - 4..start].copy_from_slice(&size.to_le_bytes());
}

/// A root element under a GUID.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// What the chunk's template table files it by; its first four bytes stand in each use.
    pub guid: Guid,
    /// The XML with its gaps.
    pub root: Element,
}

impl Template {
    /// The definition without its header: fragment header, root element, end.
    pub(super) fn write(&self, chunk: &mut Vec<u8>, names: &mut Names) {
        chunk.extend([0x0f, 1, 1, 0]);
        self.root.write(chunk, names);
        chunk.push(0);
    }
}

/// A template with the values for its gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The fixed part.
    pub template: Arc<Template>,
    /// The values, by the index that the gaps name.
    pub values: Vec<Value>,
}
