//! A template instance: which definition it is of, and where its values stand.

use super::bytes::u32_at;
use super::definition::{DEFINITION_HEADER, END, FRAGMENT, size_at};
use super::value::{self, Value};

const INSTANCE: u8 = 0x0c;
/// Values of one instance. Sysmon's largest event has 23.
const MAX_VALUES: usize = 1024;

/// Where a value stands, and what it says that it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Bytes from the chunk's start.
    at: u32,
    size: u16,
    kind: u8,
}

fn size_of([low, high, ..]: Descriptor) -> u16 {
    u16::from_le_bytes([low, high])
}

impl Place {
    fn new(at: u32, descriptor: Descriptor) -> Place {
        Place {
            at,
            size: size_of(descriptor),
            kind: descriptor[2],
        }
    }

    fn value(self, chunk: &[u8]) -> Option<Value<'_>> {
        let from = self.at as usize;
        Some(Value {
            kind: self.kind,
            at: self.at,
            bytes: chunk.get(from..from + usize::from(self.size))?,
        })
    }
}

/// The values of an instance.
#[derive(Clone, Copy)]
pub(super) struct Values<'v> {
    chunk: &'v [u8],
    places: Places<'v>,
    whole: bool,
}

#[derive(Clone, Copy)]
enum Places<'v> {
    /// All are found.
    Found(&'v [Place]),
    /// Each is looked for when it is asked for: by the descriptors of all, from where the first
    /// stands.
    Unfound(&'v [Descriptor], u32),
}

/// Size, kind and a spare byte of a value.
type Descriptor = [u8; 4];

impl<'v> Values<'v> {
    /// None at all.
    pub(super) const NONE: Values<'static> = Values {
        chunk: &[],
        places: Places::Found(&[]),
        whole: true,
    };

    /// Them, where all are of kinds that are taken and of the kinds' sizes.
    pub(super) fn if_whole(self) -> Option<Values<'v>> {
        self.whole.then_some(self)
    }

    /// The value at a place of its template.
    pub(super) fn get(&self, index: u16) -> Option<Value<'v>> {
        let index = usize::from(index);
        match self.places {
            Places::Found(places) => places.get(index)?.value(self.chunk),
            Places::Unfound(descriptors, first) => {
                let (before, rest) = descriptors.split_at_checked(index)?;
                let before: u32 = before.iter().map(|one| u32::from(size_of(*one))).sum();
                Place::new(first + before, *rest.first()?).value(self.chunk)
            }
        }
    }

    /// The kind of the value at a place.
    pub(super) fn kind(&self, index: u16) -> Option<u8> {
        let index = usize::from(index);
        match self.places {
            Places::Found(places) => Some(places.get(index)?.kind),
            Places::Unfound(descriptors, _) => Some(descriptors.get(index)?[2]),
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

    /// The values, each of them looked for when it is asked for.
    pub(super) fn unfound(&self) -> Values<'c> {
        Values {
            chunk: self.chunk,
            places: Places::Unfound(self.descriptors, self.at as u32),
            whole: false,
        }
    }

    /// Passes over the values. None where they do not end with the instance.
    pub(super) fn pass(&self) -> Option<()> {
        let sizes = self
            .descriptors
            .iter()
            .map(|one| usize::from(size_of(*one)));
        self.ends_at(self.at + sizes.sum::<usize>())
    }

    /// Finds the values, to the instance's last byte; their places are put into `places`, in place
    /// of what it held.
    pub(super) fn values<'v>(&self, places: &'v mut Vec<Place>) -> Option<Values<'v>>
    where
        'c: 'v,
    {
        let (mut at, mut whole) = (self.at as u32, true);
        places.clear();
        places.extend(self.descriptors.iter().map(|descriptor| {
            let place = Place::new(at, *descriptor);
            if !value::is_plain(place.kind, place.size) {
                whole &= (place.value(self.chunk)).is_some_and(Value::is_whole);
            }
            at += u32::from(place.size);
            place
        }));
        self.ends_at(at as usize)?;
        Some(Values {
            chunk: self.chunk,
            places: Places::Found(places),
            whole,
        })
    }

    fn ends_at(&self, at: usize) -> Option<()> {
        let ends = at == self.chunk.len() || self.chunk.get(at) == Some(&END);
        ends.then_some(())
    }
}
