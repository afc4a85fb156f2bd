//! From places in the logs to what was made of the records there.
//!
//! What a hunt found is put in once and then asked for by every table, so it lies sorted, and a
//! search goes through the places alone.

use super::ascending::Ascending;
use super::record::Location;

/// What was made of records, by where they stand.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// Ascending, each once.
    places: Vec<Place>,
    values: Vec<T>,
}

/// A location as one number, of the same order.
type Place = u128;

fn place(location: &Location) -> Place {
    u128::from(location.file) << 96 | u128::from(location.block) << 64 | u128::from(location.offset)
}

impl<T> Located<T> {
    /// What was made of the record at a place.
    pub fn get(&self, location: &Location) -> Option<&T> {
        self.values.get(self.number(location)?)
    }

    /// Its number among all of them.
    pub fn number(&self, location: &Location) -> Option<usize> {
        self.places.binary_search(&place(location)).ok()
    }

    /// The same, for whoever asks for many: what comes after the one before is found soonest.
    pub fn numbers(&self) -> impl FnMut(&Location) -> Option<usize> {
        let mut places = Ascending::new(&self.places);
        move |location| places.number(place(location), |place| *place)
    }

    /// The one of a number.
    pub fn at(&self, number: usize) -> Option<&T> {
        self.values.get(number)
    }

    /// All of them, in the order of their places.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl<T> Default for Located<T> {
    fn default() -> Located<T> {
        Located {
            places: Vec::new(),
            values: Vec::new(),
        }
    }
}

/// In any order; of several things at one place the first counts.
impl<T> FromIterator<(Location, T)> for Located<T> {
    fn from_iter<I: IntoIterator<Item = (Location, T)>>(located: I) -> Located<T> {
        let located = located.into_iter();
        // Nearly all of what may come does.
        let most = located.size_hint().1.unwrap_or_default();
        let (mut places, mut values) = (Vec::with_capacity(most), Vec::with_capacity(most));
        for (at, value) in located {
            places.push(place(&at));
            values.push(value);
        }
        if places.is_sorted_by(|one, next| one < next) {
            return Located { places, values };
        }
        let mut placed: Vec<(Place, T)> = places.into_iter().zip(values).collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.dedup_by_key(|(place, _)| *place);
        let (places, values) = placed.into_iter().unzip();
        Located { places, values }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn holds_what_a_map_would(drawn in prop::collection::vec((0u32..3, 0u32..3, 0u64..3), 0..30)) {
            let at = |(file, block, offset): (u32, u32, u64)| Location {
                file: u32::MAX - file,
                block: u32::MAX - block,
                offset: u64::MAX - offset,
            };
            let mut map = BTreeMap::new();
            for (number, drawn) in drawn.iter().enumerate() {
                map.entry(at(*drawn)).or_insert(number);
            }
            let numbered = drawn.iter().enumerate();
            let located: Located<usize> = numbered.map(|(number, drawn)| (at(*drawn), number)).collect();
            prop_assert_eq!((located.len(), located.is_empty()), (map.len(), map.is_empty()));
            prop_assert!(located.values().eq(map.values()));
            let mut numbers = located.numbers();
            for file in 0..3 {
                for block in 0..3 {
                    for offset in 0..4 {
                        let at = at((file, block, offset));
                        prop_assert_eq!(located.get(&at), map.get(&at));
                        let number = located.number(&at);
                        prop_assert_eq!(numbers(&at), number);
                        prop_assert_eq!(number.and_then(|number| located.at(number)), map.get(&at));
                    }
                }
            }
        }
    }
}
