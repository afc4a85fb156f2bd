//! A template instance: which definition it is of, and its values.

use super::bytes::u32_at;
use super::definition::{DEFINITION_HEADER, END, FRAGMENT, size_at};
use super::value::Value;

const INSTANCE: u8 = 0x0c;
/// Values of one instance. Sysmon's largest event has 23.
const MAX_VALUES: usize = 1024;

/// A template instance whose values are read as far as somebody asks.
pub(super) struct Instance<'c> {
    /// Where the definition stands.
    pub(super) definition: usize,
    /// The chunk up to the instance's end.
    chunk: &'c [u8],
    /// Size, kind and a spare byte of each value that is not read yet.
    descriptors: &'c [[u8; 4]],
    /// Where the next value stands.
    at: usize,
}

impl<'c> Instance<'c> {
    /// Opens a fragment that is one template instance and nothing else, `chunk[from..to]`. A live
    /// log's fragments within records have no header. None where the fragment is something else.
    pub(super) fn open(chunk: &'c [u8], from: usize, to: usize) -> Option<Instance<'c>> {
        let chunk = chunk.get(..to)?;
        let from = match chunk.get(from..)?.starts_with(&FRAGMENT) {
            true => from + FRAGMENT.len(),
            false => from,
        };
        let head = chunk.get(from..)?.first_chunk::<10>()?;
        if head[0] != INSTANCE {
            return None;
        }
        let definition = u32_at(head, 6)? as usize;
        let mut at = from + head.len();
        if at == definition {
            at = at.checked_add(DEFINITION_HEADER + size_at(chunk, at)?)?;
        }
        let count = u32_at(chunk, at)? as usize;
        if count > MAX_VALUES {
            return None;
        }
        at += 4;
        let descriptors = chunk.get(at..at + count * 4)?.as_chunks().0;
        at += count * 4;
        Some(Instance {
            definition,
            chunk,
            descriptors,
            at,
        })
    }

    /// Reads the next `count` values, or as many as there are, and appends them to `values`.
    pub(super) fn read(&mut self, count: usize, values: &mut Vec<Value<'c>>) -> Option<()> {
        let (now, later) = self.descriptors.split_at(count.min(self.descriptors.len()));
        values.reserve(now.len());
        for [low, high, kind, _] in now {
            let size = usize::from(u16::from_le_bytes([*low, *high]));
            let bytes = self.chunk.get(self.at..self.at + size)?;
            values.push(Value::new(*kind, self.at as u32, bytes)?);
            self.at += size;
        }
        self.descriptors = later;
        Some(())
    }

    /// Reads what is left, to the instance's last byte.
    pub(super) fn read_all(mut self, values: &mut Vec<Value<'c>>) -> Option<()> {
        self.read(usize::MAX, values)?;
        self.ends_at(self.at)
    }

    /// Passes over what is left, to the instance's last byte.
    pub(super) fn pass(self) -> Option<()> {
        let sizes = self.descriptors.iter();
        let sizes = sizes.map(|[low, high, ..]| usize::from(u16::from_le_bytes([*low, *high])));
        self.ends_at(self.at + sizes.sum::<usize>())
    }

    fn ends_at(&self, at: usize) -> Option<()> {
        let whole = at == self.chunk.len() || self.chunk.get(at) == Some(&END);
        whole.then_some(())
    }
}
