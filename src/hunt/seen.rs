//! Which records have been there before: from the number and the time of each to whether it is new.
//!
//! A log numbers its records upwards, and nearly every log is read from its first record to its
//! last. So a log's records are a list that grows at its end, and only those that come out of
//! turn (a log that was cleared and began anew, a copy of a part) are looked up.

use std::collections::HashSet;
use std::num::NonZeroU64;

use crate::model::time::Time;

/// What tells a record from the others of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RecordKey {
    pub record_id: NonZeroU64,
    pub created: Time,
}

/// The records of one log that have been there.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By number, ascending, each number once.
    in_turn: Vec<RecordKey>,
    // Its keys come from the logs: it must withstand chosen ones.
    out_of_turn: HashSet<RecordKey>,
}

impl Seen {
    /// Whether the record is new; it is not, the next time.
    pub fn insert(&mut self, key: RecordKey) -> bool {
        if (self.in_turn.last()).is_none_or(|last| last.record_id < key.record_id) {
            self.in_turn.push(key);
            return true;
        }
        let place = (self.in_turn).binary_search_by_key(&key.record_id, |known| known.record_id);
        match place {
            Ok(at) if self.in_turn[at] == key => false,
            _ => self.out_of_turn.insert(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn says_what_a_set_of_all_would(keys in prop::collection::vec((1u64..12, 0i64..3), 0..60)) {
            let mut all = HashSet::new();
            let mut seen = Seen::default();
            for (record_id, ticks) in keys {
                let record_id = NonZeroU64::new(record_id).unwrap();
                let created = Time::from_ticks(ticks);
                let key = RecordKey { record_id, created };
                prop_assert_eq!(seen.insert(key), all.insert(key));
            }
        }
    }
}
