//! From records to a chunk of 64 KiB that can be read by itself.

use super::names::{self, Names};
use super::template::{Instance, Node, Template};
use super::time::FileTime;
use super::value::{Guid, Value};
use std::collections::HashMap;

/// Bytes of a chunk.
pub const CHUNK_SIZE: usize = 0x1_0000;

const HEADER_SIZE: usize = 0x200;
const TEMPLATE_TABLE: usize = 0x180;
const TEMPLATE_BUCKETS: usize = 32;

/// One record of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The id in the record's header. An exported log numbers these from 1 again, whatever
    /// EventRecordID says.
    pub id: u64,
    /// When the log service wrote it.
    pub written: FileTime,
    /// Its XML.
    pub event: Instance,
}

impl Record {
    /// The named data of its nested fragment: EventData's names with their values.
    pub fn data(&self) -> Vec<(&str, &Value)> {
        let Some(Value::BinXml(data)) = self.event.values.last() else {
            return Vec::new();
        };
        let names = data
            .template
            .root
            .content
            .iter()
            .filter_map(|node| match node {
                Node::Element(element) => element.attributes.first(),
                _ => None,
            });
        let names = names.filter_map(|(_, value)| match value {
            Node::Text(name) => Some(name.as_str()),
            _ => None,
        });
        names.zip(&data.values).collect()
    }
}

/// A chunk being filled.
pub struct Chunk {
    bytes: Vec<u8>,
    names: Names,
    templates: HashMap<Guid, u32>,
    first: Option<(u64, u64)>,
    last: (u64, u64),
    last_offset: u32,
}

impl Default for Chunk {
    fn default() -> Chunk {
        Chunk {
            bytes: vec![0; HEADER_SIZE],
            names: Names::default(),
            templates: HashMap::new(),
            first: None,
            last: (0, 0),
            last_offset: 0,
        }
    }
}

impl Chunk {
    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Offset within the chunk of the first byte after the last record.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes a record under its number in the file (counted from 1). Gives its offset within the
    /// chunk, or `None`, the chunk unchanged, where it does not fit.
    pub fn push(&mut self, number: u64, record: &Record) -> Option<usize> {
        let start = self.bytes.len();
        self.bytes.extend([0x2a, 0x2a, 0, 0, 0, 0, 0, 0]);
        self.bytes.extend(record.id.to_le_bytes());
        self.bytes.extend(record.written.0.to_le_bytes());
        self.fragment(&record.event);
        let padded = (self.bytes.len() - start + 4).next_multiple_of(8);
        self.bytes.resize(start + padded - 4, 0);
        let size = (padded as u32).to_le_bytes();
        self.bytes.extend(size);
        self.bytes[start + 4..start + 8].copy_from_slice(&size);
        if self.bytes.len() > CHUNK_SIZE {
            self.undo(start);
            return None;
        }
        self.first.get_or_insert((number, record.id));
        self.last = (number, record.id);
        self.last_offset = start as u32;
        Some(start)
    }

    fn undo(&mut self, start: usize) {
        let mark = start as u32;
        names::unchain(&mut self.bytes, names::TABLE_OFFSET, 64, mark);
        names::unchain(&mut self.bytes, TEMPLATE_TABLE, TEMPLATE_BUCKETS, mark);
        self.names.forget(mark);
        self.templates.retain(|_, offset| *offset < mark);
        self.bytes.truncate(start);
    }

    /// A fragment header, a template instance and an end.
    fn fragment(&mut self, instance: &Instance) {
        self.bytes.extend([0x0f, 1, 1, 0, 0x0c, 1]);
        self.bytes.extend(&instance.template.guid.0[..4]);
        self.template(&instance.template);
        self.bytes
            .extend((instance.values.len() as u32).to_le_bytes());
        let mut descriptor = self.bytes.len();
        self.bytes.resize(descriptor + 4 * instance.values.len(), 0);
        for value in &instance.values {
            let start = self.bytes.len();
            match value {
                Value::BinXml(nested) => self.fragment(nested),
                _ => value.write(&mut self.bytes),
            }
            // What is too long for its 16-bit size is too long for the chunk and taken back by `push`.
            let size = (self.bytes.len() - start) as u16;
            self.bytes[descriptor..descriptor + 2].copy_from_slice(&size.to_le_bytes());
            self.bytes[descriptor + 2] = value.kind().0;
            descriptor += 4;
        }
        self.bytes.push(0);
    }

    /// The offset of a template's definition, and the definition where this is its first use.
    fn template(&mut self, template: &Template) {
        if let Some(offset) = self.templates.get(&template.guid) {
            self.bytes.extend(offset.to_le_bytes());
            return;
        }
        let offset = self.bytes.len() as u32 + 4;
        let words = template
            .guid
            .0
            .chunks(2)
            .map(|w| u16::from_le_bytes([w[0], w[1]]));
        let bucket = TEMPLATE_TABLE + 4 * (names::hash(words) as usize % TEMPLATE_BUCKETS);
        let next: [u8; 4] = [0, 1, 2, 3].map(|i| self.bytes[bucket + i]);
        self.bytes[bucket..bucket + 4].copy_from_slice(&offset.to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend(next);
        self.bytes.extend(template.guid.0);
        self.bytes.extend([0; 4]);
        let start = self.bytes.len();
        template.write(&mut self.bytes, &mut self.names);
        let size = (self.bytes.len() - start) as u32;
        self.bytes[start - 4..start].copy_from_slice(&size.to_le_bytes());
        self.templates.insert(template.guid, offset);
    }

    /// The chunk's 65,536 bytes with a complete header.
    pub fn finish(mut self) -> Vec<u8> {
        let free = self.bytes.len() as u32;
        let first = self.first.unwrap_or((1, 1));
        self.bytes.resize(CHUNK_SIZE, 0);
        let header = &mut self.bytes;
        header[..8].copy_from_slice(b"ElfChnk\0");
        for (at, number) in [
            (8, first.0),
            (16, self.last.0),
            (24, first.1),
            (32, self.last.1),
        ] {
            header[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        for (at, number) in [(40, 0x80), (44, self.last_offset), (48, free)] {
            header[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        seal_chunk(header);
        self.bytes
    }
}

/// Computes both checksums of a chunk anew, after its bytes were changed.
///
/// # Panics
/// Where `chunk` is not a whole chunk whose header gives a free-space offset inside it.
pub fn seal_chunk(chunk: &mut [u8]) {
    assert_eq!(chunk.len(), CHUNK_SIZE, "a whole chunk");
    let free = u32::from_le_bytes([chunk[48], chunk[49], chunk[50], chunk[51]]) as usize;
    let data = crc32fast::hash(&chunk[HEADER_SIZE..free]);
    chunk[52..56].copy_from_slice(&data.to_le_bytes());
    let mut header = crc32fast::Hasher::new();
    header.update(&chunk[..0x78]);
    header.update(&chunk[0x80..HEADER_SIZE]);
    let header = header.finalize();
    chunk[0x7c..0x80].copy_from_slice(&header.to_le_bytes());
}
