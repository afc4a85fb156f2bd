//! Logs inside containers: gzip and zip, as collectors deliver them.
//!
//! A text is unpacked as it is read, each time it is read. A log that is read from many places at
//! once (EVTX), and a container inside a container, are unpacked first, into one temporary file
//! that has no name and is gone when the program ends, however it ends. Nothing is ever written
//! under a name that a container gives.

mod origin;
mod spool;
mod zip;

pub(super) use origin::{Origin, Packing};
pub(super) use spool::{Spool, Spooled};
pub(super) use zip::{Member, members};

/// How deep containers are followed: a zip in a zip, or a gzip in a zip, and no deeper.
pub(super) const MAX_DEPTH: u32 = 2;

/// What a container may unpack to, against bombs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes that a member may have whatever its packed size.
    pub(super) free: u64,
    /// How many times its packed size a larger member may have. Real logs pack to a tenth or a
    /// twentieth; a log that is mostly reserved space to a hundredth.
    pub(super) ratio: u64,
    /// Members of one container.
    pub(super) members: usize,
    /// Bytes of the temporary file.
    pub(super) spooled: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            free: 64 << 20,
            ratio: 200,
            members: 100_000,
            spooled: 256 << 30,
        }
    }
}

impl Limits {
    /// How many bytes a member of a packed size may unpack to.
    pub(super) fn unpacked(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.ratio).max(self.free)
    }
}

#[cfg(test)]
mod tests;
