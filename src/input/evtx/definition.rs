//! A template definition's bytes to a tree of elements with places for values.
//!
//! The token stream is that of [MS-EVEN6] 2.2.12, with names by reference into the chunk as
//! libevtx documents them. Only what templates are really made of is taken: elements, attributes,
//! plain text, substitutions. None means that there is something else, or something wrong.

use super::bytes::{array, u16_at, u32_at};
use super::form::Reference;
use super::utf16;
use super::value::STRING;

/// Bytes of a definition before its tokens: next definition, GUID, size.
pub(super) const DEFINITION_HEADER: usize = 24;
/// What a fragment, and so a definition's tokens, begins with: token, version 1.1, no flags.
pub(super) const FRAGMENT: [u8; 4] = [0x0f, 1, 1, 0];
/// The end of a stream.
pub(super) const END: u8 = 0;

const NO_DEPENDENCY: u16 = 0xffff;
/// Elements in elements. Windows' own templates go to three or four.
const MAX_DEPTH: usize = 16;
/// Names are identifiers; the longest of Sysmon has 26 letters.
const MAX_NAME: usize = 512;
/// Definitions that say more are left to the `evtx` crate. Sysmon's largest says 1.5 KB.
const MAX_SAID: usize = 32 << 10;

/// An element of a template.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: Box<str>,
    /// The value without which the element is left out.
    pub(super) dependency: Option<u16>,
    pub(super) attributes: Vec<(Box<str>, Vec<Piece>)>,
    pub(super) children: Vec<Element>,
    pub(super) content: Vec<Piece>,
}

/// A part of an attribute's value or an element's content.
#[derive(Debug)]
pub(super) enum Piece {
    Text(Box<str>),
    Value {
        index: u16,
        /// Whether an empty value leaves no trace.
        optional: bool,
    },
}

/// How many bytes the tokens of the definition at `offset` have.
pub(super) fn size_at(chunk: &[u8], offset: usize) -> Option<usize> {
    Some(u32_at(chunk, offset.checked_add(20)?)? as usize)
}

/// The tokens of the definition at `offset`.
pub(super) fn body_at(chunk: &[u8], offset: usize) -> Option<&[u8]> {
    let from = offset.checked_add(DEFINITION_HEADER)?;
    chunk.get(from..from.checked_add(size_at(chunk, offset)?)?)
}

/// Reads the definition at `offset`.
pub(super) fn read(chunk: &[u8], offset: usize) -> Option<Element> {
    let body = body_at(chunk, offset)?;
    let start = offset + DEFINITION_HEADER;
    Tokens::new(chunk, start, start + body.len(), true)?.fragment()
}

/// What the definition at `offset` says, wherever in a chunk it stands and whether its names stand
/// inside it or elsewhere: its tokens with the names themselves in place of references, without
/// sizes. Definitions that [`read`] makes different trees of say different things. What it says
/// and where it refers to names are put into `said` and `references`, in place of what they held;
/// None where the definition is not one to be read.
pub(super) fn say(
    chunk: &[u8],
    offset: usize,
    said: &mut Vec<u8>,
    references: &mut Vec<Reference>,
) -> Option<()> {
    said.clear();
    references.clear();
    let body = body_at(chunk, offset)?;
    let start = offset + DEFINITION_HEADER;
    let mut tokens = Tokens::new(chunk, start, start + body.len(), true)?;
    said.extend_from_slice(&tokens.take::<4>()?);
    while let Some(token) = tokens.take::<1>() {
        said.extend_from_slice(&token);
        match token[0] {
            END => break,
            0x01 | 0x41 => {
                said.extend_from_slice(&tokens.take::<2>()?);
                tokens.u32()?;
                said.extend_from_slice(tokens.referred(start, references)?);
                if token[0] == 0x41 {
                    tokens.u32()?;
                }
            }
            0x06 | 0x46 => said.extend_from_slice(tokens.referred(start, references)?),
            0x02..=0x04 => {}
            0x05 | 0x45 => {
                let [kind, low, high] = tokens.take()?;
                let size = usize::from(u16::from_le_bytes([low, high])) * 2;
                said.extend_from_slice(&[kind, low, high]);
                said.extend_from_slice(tokens.chunk.get(tokens.at..tokens.at + size)?);
                tokens.at += size;
            }
            0x0d | 0x0e => said.extend_from_slice(&tokens.take::<3>()?),
            _ => return None,
        }
        if said.len() > MAX_SAID {
            return None;
        }
    }
    Some(())
}

/// Reads a record, `chunk[from..to]`, that spells out its elements without any template, as a
/// collector writes those that were forwarded to it.
pub(super) fn read_spelled_out(chunk: &[u8], from: usize, to: usize) -> Option<Element> {
    let head = chunk.get(from..to)?.first_chunk::<5>()?;
    matches!(head, [0x0f, 1, 1, 0, 0x01 | 0x41]).then_some(())?;
    Tokens::new(chunk, from, to, false)?.fragment()
}

struct Tokens<'c> {
    /// The chunk up to the end of what is read.
    chunk: &'c [u8],
    whole: &'c [u8],
    at: usize,
    /// Whether it is a template, where elements have dependencies and values have places.
    template: bool,
}

impl<'c> Tokens<'c> {
    fn new(chunk: &'c [u8], from: usize, to: usize, template: bool) -> Option<Tokens<'c>> {
        Some(Tokens {
            chunk: chunk.get(..to)?,
            whole: chunk,
            at: from,
            template,
        })
    }

    /// One element and nothing else.
    fn fragment(&mut self) -> Option<Element> {
        if self.take()? != FRAGMENT {
            return None;
        }
        let [token] = self.take()?;
        let root = self.element(token, 0)?;
        matches!(self.chunk.get(self.at), None | Some(&END)).then_some(root)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let bytes = array(self.chunk, self.at)?;
        self.at += N;
        Some(bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take()?))
    }

    fn element(&mut self, token: u8, depth: usize) -> Option<Element> {
        if depth > MAX_DEPTH {
            return None;
        }
        let with_attributes = match token {
            0x01 => false,
            0x41 => true,
            _ => return None,
        };
        let dependency = match self.template {
            true => self.u16()?,
            false => NO_DEPENDENCY,
        };
        self.u32()?; // bytes of the element, which the tokens say as well
        let mut element = Element {
            name: self.name()?,
            dependency: (dependency != NO_DEPENDENCY).then_some(dependency),
            attributes: Vec::new(),
            children: Vec::new(),
            content: Vec::new(),
        };
        if with_attributes {
            self.u32()?; // bytes of the attributes, likewise
        }
        let mut pieces = None;
        let closed = loop {
            let [token] = self.take()?;
            match token {
                0x06 | 0x46 => {
                    element.attributes.extend(pieces.take());
                    pieces = Some((self.name()?, Vec::new()));
                }
                0x02 | 0x03 => break token == 0x03,
                _ => pieces.as_mut()?.1.push(self.piece(token)?),
            }
        };
        element.attributes.extend(pieces);
        if closed {
            return Some(element);
        }
        loop {
            let [token] = self.take()?;
            match token {
                0x04 => return Some(element),
                0x01 | 0x41 => element.children.push(self.element(token, depth + 1)?),
                _ => element.content.push(self.piece(token)?),
            }
        }
    }

    fn piece(&mut self, token: u8) -> Option<Piece> {
        match token {
            0x05 | 0x45 => {
                let [kind] = self.take()?;
                if kind != STRING {
                    return None;
                }
                let size = usize::from(self.u16()?) * 2;
                let text = utf16::decode(self.chunk.get(self.at..self.at + size)?);
                self.at += size;
                Some(Piece::Text(text.into()))
            }
            0x0d | 0x0e if self.template => {
                let index = self.u16()?;
                let [kind] = self.take()?;
                // An array's kind here is common; what counts is the kind of the value itself.
                (kind & 0x7f <= 0x23).then_some(Piece::Value {
                    index,
                    optional: token == 0x0e,
                })
            }
            _ => None,
        }
    }

    /// A name: a reference, and where it points just behind itself, the name too.
    fn name(&mut self) -> Option<Box<str>> {
        let name = self.name_bytes()?;
        let text = utf16::decode(name.get(2..name.len() - 2)?);
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| text.into())
    }

    /// A name's bytes, and a note of the reference.
    fn referred(&mut self, start: usize, references: &mut Vec<Reference>) -> Option<&'c [u8]> {
        let at = self.at;
        let to = u32_at(self.chunk, at)? as usize;
        let name = self.name_bytes()?;
        references.push(Reference {
            at: at - start,
            inline: to == at + 4,
            to,
        });
        Some(name)
    }

    fn name_bytes(&mut self) -> Option<&'c [u8]> {
        let offset = self.u32()? as usize;
        let name = name_bytes(self.whole, offset)?;
        if offset == self.at {
            self.at += 6 + name.len();
            (self.at <= self.chunk.len()).then_some(())?;
        }
        Some(name)
    }
}

/// The name that stands at `offset`, behind the link and the hash: length, units, NUL.
pub(super) fn name_bytes(chunk: &[u8], offset: usize) -> Option<&[u8]> {
    let from = offset.checked_add(6)?;
    let units = usize::from(u16_at(chunk, from)?);
    if units > MAX_NAME {
        return None;
    }
    let name = chunk.get(from..from + 4 + units * 2)?;
    name.ends_with(&[0, 0]).then_some(name)
}
