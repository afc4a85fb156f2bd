//! Which records have been there before: from the number and the time of each to whether it is new.
//!
//! A log numbers its records upwards, and nearly every log is read from its first record to its
//! last. So a log's records are a list that grows at its end, of numbers mostly without a gap, and
//! only those that come out of turn (a log that was cleared and began anew, a copy of a part) are
//! looked up.

use std::num::NonZeroU64;

use crate::model::seeded::SeededSet;
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
    /// Numbers in turn without a gap: the first of them, and the place of its time. Ascending.
    stretches: Vec<(NonZeroU64, usize)>,
    /// When each record in turn was created.
    created: Vec<Time>,
    /// The last number in turn.
    last: Option<NonZeroU64>,
    out_of_turn: SeededSet<RecordKey>,
}

impl Seen {
    /// Whether the record is new; it is not, the next time.
    pub fn insert(&mut self, key: RecordKey) -> bool {
        let number = key.record_id;
        if self.last.is_none_or(|last| last < number) {
            if self.last.and_then(|last| last.checked_add(1)) != Some(number) {
                self.stretches.push((number, self.created.len()));
            }
            self.created.push(key.created);
            self.last = Some(number);
            return true;
        }
        self.in_turn(number) != Some(key.created) && self.out_of_turn.insert(key)
    }

    /// When the record in turn with this number was created.
    fn in_turn(&self, number: NonZeroU64) -> Option<Time> {
        let after = (self.stretches).partition_point(|(first, _)| *first <= number);
        let (first, from) = *self.stretches.get(after.checked_sub(1)?)?;
        let until = self.stretches.get(after).map(|(_, until)| *until);
        let of_stretch = &self.created[from..until.unwrap_or(self.created.len())];
        let at = usize::try_from(number.get() - first.get()).ok()?;
        of_stretch.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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
