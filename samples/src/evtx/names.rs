//! A chunk's table of names: element and attribute names stand inline at their first use and are
//! chained, newest first, into 64 hash buckets of the chunk header.

use std::collections::HashMap;

const BUCKETS: usize = 64;

/// Where the chunk header keeps the buckets of the names.
pub(super) const TABLE_OFFSET: usize = 0x80;

#[derive(Default)]
pub(super) struct Names {
    offsets: HashMap<String, u32>,
}

/// The hash that Windows stores with a name (and, over its 16-bit words, files a template GUID by).
pub(super) fn hash(words: impl Iterator<Item = u16>) -> u32 {
    words.fold(0_u32, |hash, word| {
        hash.wrapping_mul(65_599).wrapping_add(u32::from(word))
    })
}

impl Names {
    /// Writes a reference to a name, and the name itself where this is its first use in the chunk.
    pub(super) fn write(&mut self, chunk: &mut Vec<u8>, name: &str) {
        if let Some(offset) = self.offsets.get(name) {
            chunk.extend(offset.to_le_bytes());
            return;
        }
        let offset = chunk.len() as u32 + 4;
        let hash = hash(name.encode_utf16()) & 0xffff;
        let bucket = TABLE_OFFSET + 4 * (hash as usize % BUCKETS);
        let next: [u8; 4] = [0, 1, 2, 3].map(|i| chunk[bucket + i]);
        chunk[bucket..bucket + 4].copy_from_slice(&offset.to_le_bytes());
        chunk.extend(offset.to_le_bytes());
        chunk.extend(next);
        chunk.extend((hash as u16).to_le_bytes());
        chunk.extend((name.encode_utf16().count() as u16).to_le_bytes());
        chunk.extend(name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
        self.offsets.insert(name.to_owned(), offset);
    }

    /// Forgets the names at or after `mark`; [`unchain`] takes them out of the buckets.
    pub(super) fn forget(&mut self, mark: u32) {
        self.offsets.retain(|_, offset| *offset < mark);
    }
}

/// Takes the entries at or after `mark` out of a table of bucket chains. New entries stand at the
/// head of their chain and begin with the offset of the next, so heads are popped.
pub(super) fn unchain(chunk: &mut [u8], table: usize, buckets: usize, mark: u32) {
    for bucket in (table..table + 4 * buckets).step_by(4) {
        loop {
            let head = u32::from_le_bytes([0, 1, 2, 3].map(|i| chunk[bucket + i]));
            if head < mark {
                break;
            }
            let next = [0, 1, 2, 3].map(|i| chunk[head as usize + i]);
            chunk[bucket..bucket + 4].copy_from_slice(&next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hash_as_windows_hashes_them() {
        assert_eq!(hash("Event".encode_utf16()) & 0xffff, 0x0cba);
        assert_eq!(hash("EventData".encode_utf16()) & 0xffff, 0x8244);
    }
}
