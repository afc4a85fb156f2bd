//! From a sorted list to what stands in it, for whoever asks in its order.
//!
//! What a hunt knows lies in the order of the logs, and is asked for in that order again: then the
//! answer is most often a step or two from the one before, and a search through the whole list
//! would cost more than all that is done with it.

/// Steps after which a search costs less.
const STEPS: usize = 4;

/// A list that ascends by some key, and the place of the question before.
pub struct Ascending<'l, T> {
    list: &'l [T],
    at: usize,
}

impl<'l, T> Ascending<'l, T> {
    /// Before its first question.
    pub fn new(list: &'l [T]) -> Ascending<'l, T> {
        Ascending { list, at: 0 }
    }

    /// The first with this key. Questions may come in any order.
    pub fn find<K: Ord>(&mut self, key: K, of: impl Fn(&T) -> K) -> Option<&'l T> {
        self.number(key, of)
            .and_then(|number| self.list.get(number))
    }

    /// Its number in the list.
    pub fn number<K: Ord>(&mut self, key: K, of: impl Fn(&T) -> K) -> Option<usize> {
        let is_before = |one: &T| of(one) < key;
        let (before, after) = self.list.split_at(self.at);
        let steps = after.iter().take(STEPS);
        self.at = match steps.take_while(|one| is_before(one)).count() {
            0 => match before.last().is_some_and(|last| !is_before(last)) {
                true => before.partition_point(is_before),
                false => self.at,
            },
            STEPS => self.at + after.partition_point(is_before),
            steps => self.at + steps,
        };
        let found = self.list.get(self.at)?;
        (of(found) == key).then_some(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_walk_from_the_first_would(
            keys in prop::collection::vec(0u8..20, 0..40),
            asked in prop::collection::vec((0u8..20, prop::bool::weighted(0.7)), 0..60),
        ) {
            let mut list: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            list.sort_unstable();
            let mut ascending = Ascending::new(&list);
            let mut last = 0;
            for (key, ascends) in asked {
                let key = if ascends { key.max(last) } else { key };
                last = key;
                let expected = list.iter().find(|(one, _)| *one == key);
                prop_assert_eq!(ascending.find(key, |(one, _)| *one), expected);
            }
        }
    }
}
