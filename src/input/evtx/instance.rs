//! A template instance: which definition it is of, and where its values stand.

use super::bytes::u32_at;
use super::definition::{DEFINITION_HEADER, END, FRAGMENT, size_at};
use super::value::{self, Value};

const INSTANCE: u8 = 0x0c;
/// Instances after which a template's values are taken for ones whose sizes vary.
const PATIENCE: u32 = 16;
/// Values of one instance. Sysmon's largest event has 23.
const MAX_VALUES: usize = 1024;

/// Size, kind and a spare byte of a value.
type Descriptor = [u8; 4];

fn size_of([low, high, ..]: Descriptor) -> u16 {
    u16::from_le_bytes([low, high])
}

/// The values of an instance.
#[derive(Clone, Copy)]
pub(super) struct Values<'v> {
    chunk: &'v [u8],
    descriptors: &'v [Descriptor],
    /// Where the first value stands, in bytes from the chunk's start, and where each of them from
    /// there.
    at: u32,
    starts: &'v [u32],
    whole: bool,
}

impl<'v> Values<'v> {
    /// None at all.
    pub(super) const NONE: Values<'static> = Values {
        chunk: &[],
        descriptors: &[],
        at: 0,
        starts: &[],
        whole: true,
    };

    /// None where some are of kinds that are not taken, or not of the kinds' sizes.
    #[inline]
    pub(super) fn if_whole(&self) -> Option<()> {
        self.whole.then_some(())
    }

    /// The value at a place of its template.
    #[inline]
    pub(super) fn get(&self, index: u16) -> Option<Value<'v>> {
        let index = usize::from(index);
        let (descriptor, start) = (*self.descriptors.get(index)?, *self.starts.get(index)?);
        let at = self.at + start;
        let from = at as usize;
        Some(Value {
            kind: descriptor[2],
            at,
            bytes: self
                .chunk
                .get(from..from + usize::from(size_of(descriptor)))?,
        })
    }

    /// What is said of each of some values side by side, and their bytes, how many of which follows
    /// from that. None where the instance lacks one.
    #[inline]
    pub(super) fn stretch(&self, from: u16, to: u16) -> Option<(&'v [u8], &'v [u8])> {
        let (from, to) = (usize::from(from), usize::from(to));
        let descriptors = self.descriptors.get(from..to)?;
        let starts = self.starts.get(from..to)?;
        let (first, last) = (starts.first()?, starts.last()?);
        let size = usize::from(size_of(*descriptors.last()?));
        let at = self.at as usize;
        let bytes = at + *first as usize..at + *last as usize + size;
        Some((descriptors.as_flattened(), self.chunk.get(bytes)?))
    }

    /// The kind of the value at a place.
    #[inline]
    pub(super) fn kind(&self, index: u16) -> Option<u8> {
        Some(self.descriptors.get(usize::from(index))?[2])
    }
}

/// What is worked out once for instances that are alike: a template's nearly always have values of
/// the same kinds, and those that a log writes around its events even of the same sizes.
#[derive(Debug, Default)]
pub(super) struct Alike {
    kinds: Kinds,
    /// The descriptors of the instance before, all but the last, if they are those of whole values.
    before: Vec<Descriptor>,
    /// Instances in a row whose values were of other sizes than the one's before.
    changes: u32,
    /// Where the values of the instance before stand, from its first.
    starts: Vec<u32>,
}

impl Alike {
    /// Finds where values with these descriptors stand. Whether they are whole, as far as the
    /// descriptors say.
    fn find(&mut self, descriptors: &[Descriptor]) -> bool {
        if self.kinds.bits.len() != descriptors.len() {
            self.kinds.forget(descriptors.len());
            self.before.clear();
            self.changes = 0;
            self.starts.resize(descriptors.len(), 0);
        }
        let unlike = |descriptor: u32, (bits, are): (u32, u32)| descriptor & bits ^ are;
        let (others, last) = descriptors.split_at(descriptors.len().saturating_sub(1));
        let compares = self.changes < PATIENCE;
        if compares && !others.is_empty() && self.before.as_flattened() == others.as_flattened() {
            self.changes = 0;
            let mut last = last.iter().zip(self.kinds.bits.last());
            return last.all(|(last, bits)| unlike(u32::from_le_bytes(*last), *bits) == 0);
        }
        let (mut start, mut any_unlike) = (0, 0);
        // All three are as long, which once said need not be asked of each value.
        let starts = &mut self.starts[..descriptors.len()];
        let bits = &self.kinds.bits[..descriptors.len()];
        for at in 0..descriptors.len() {
            let descriptor = u32::from_le_bytes(descriptors[at]);
            starts[at] = start;
            start += descriptor & u32::from(u16::MAX);
            any_unlike |= unlike(descriptor, bits[at]);
        }
        if compares {
            self.changes += 1;
            self.before.clear();
            if any_unlike == 0 {
                self.before.extend_from_slice(others);
            }
        }
        any_unlike == 0
    }
}

/// What descriptors say of whole values of certain kinds.
#[derive(Debug, Default)]
struct Kinds {
    /// Of each descriptor as a number, the bits that follow from the kind, and what they are.
    bits: Vec<(u32, u32)>,
    /// The values of whose kinds the descriptor does not say it all.
    looked_at: Vec<u16>,
}

impl Kinds {
    /// Expects nothing of so many values that they could fulfil.
    fn forget(&mut self, values: usize) {
        self.bits.clear();
        self.bits.resize(values, (0, 1));
        self.looked_at.clear();
    }

    fn learn(&mut self, descriptors: &[Descriptor]) {
        self.bits.clear();
        self.looked_at.clear();
        for (index, [_, _, kind, _]) in (0..).zip(descriptors) {
            let sizes = value::sizes(*kind);
            if sizes.is_none() {
                self.looked_at.push(index);
            }
            let (bits, are) = sizes.unwrap_or((0, 0));
            let kind = u32::from(*kind) << 16;
            (self.bits).push((0xff_0000 | u32::from(bits), kind | u32::from(are)));
        }
    }
}

/// A template instance whose values are not looked at yet.
pub(super) struct Instance<'c> {
    /// Where the definition stands.
    pub(super) definition: usize,
    /// The chunk up to the instance's end.
    chunk: &'c [u8],
    /// Of each value.
    descriptors: &'c [Descriptor],
    /// Where the first value stands.
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

    /// Finds the values, to the instance's last byte.
    pub(super) fn values<'v>(&self, alike: &'v mut Alike) -> Option<Values<'v>>
    where
        'c: 'v,
    {
        let whole = alike.find(self.descriptors);
        let last = (self.descriptors.last()).zip(alike.starts.last());
        let end = last.map_or(0, |(last, start)| {
            *start as usize + usize::from(size_of(*last))
        });
        self.ends_at(self.at + end)?;
        let mut values = Values {
            chunk: self.chunk,
            descriptors: self.descriptors,
            at: self.at as u32,
            starts: &alike.starts,
            whole: false,
        };
        let is_whole = |index: u16| values.get(index).is_some_and(Value::is_whole);
        values.whole = if whole {
            alike.kinds.looked_at.iter().all(|index| is_whole(*index))
        } else {
            let whole = (0..self.descriptors.len() as u16).all(is_whole);
            if whole {
                alike.kinds.learn(self.descriptors);
            }
            whole
        };
        Some(values)
    }

    fn ends_at(&self, at: usize) -> Option<()> {
        let ends = at == self.chunk.len() || self.chunk.get(at) == Some(&END);
        ends.then_some(())
    }
}
