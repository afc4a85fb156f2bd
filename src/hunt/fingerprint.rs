//! From bytes to a fingerprint: 128 bits that stand for them, so that what was found for the same
//! bytes before is told without having kept those.
//!
//! It is NH, of the message authentication code UMAC (Black, Halevi, Krawczyk, Krovetz and Rogaway,
//! CRYPTO 1999), over words of 64 bits: under a key drawn at random, two texts that differ have the
//! same fingerprint with a probability of less than 2^-62, whatever the texts. A log was written
//! before the key was drawn and learns nothing of it, so that nobody can write one whose
//! fingerprints meet: of 10^10 records, each compared with eight, the chance that one is taken for
//! another is less than one in ten million.

use std::hash::{BuildHasher, RandomState};

/// Words of the key, and so of the longest text that has a fingerprint: an EVTX chunk is as long.
const WORDS: usize = 8192;

/// What makes fingerprints that compare.
pub(super) struct Fingerprints {
    key: Box<[[u64; 2]]>,
}

/// What stands for a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(u128);

impl Fingerprints {
    /// With a key of their own.
    pub fn new() -> Fingerprints {
        let random = RandomState::new();
        let pair = |at: usize| [random.hash_one(2 * at), random.hash_one(2 * at + 1)];
        Fingerprints {
            key: (0..WORDS / 2).map(pair).collect(),
        }
    }

    /// None where the text is too long to have one.
    pub fn of(&self, text: &[u8]) -> Option<Fingerprint> {
        let (blocks, rest) = text.as_chunks::<16>();
        let last_key = self.key.get(blocks.len())?;
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        let products = (blocks.iter().zip(&self.key)).map(|(block, key)| product(block, key));
        let sum = products.fold(product(&last, last_key), u128::wrapping_add);
        // Texts that differ in nothing but the zeros at their end differ in this.
        Some(Fingerprint(sum.wrapping_add(text.len() as u128)))
    }
}

fn product(block: &[u8; 16], [key, other_key]: &[u64; 2]) -> u128 {
    let word = |at: usize| u64::from_le_bytes(block.as_chunks::<8>().0[at]);
    u128::from(word(0).wrapping_add(*key)) * u128::from(word(1).wrapping_add(*other_key))
}

impl Fingerprint {
    /// A number of which all bits do their share.
    pub fn number(self) -> u64 {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let folded = (self.0 as u64 ^ (self.0 >> 64) as u64).wrapping_mul(ODD);
        folded ^ folded >> 32
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// With a key that is known.
    fn with_key(key: impl Fn(u64) -> u64) -> Fingerprints {
        let pair = |at| [key(2 * at), key(2 * at + 1)];
        Fingerprints {
            key: (0..WORDS as u64 / 2).map(pair).collect(),
        }
    }

    fn of(fingerprints: &Fingerprints, text: &[u8]) -> u128 {
        fingerprints.of(text).unwrap().0
    }

    #[test]
    fn they_are_nh_and_the_length() {
        let fingerprints = with_key(|at| at + 1);
        assert_eq!(of(&fingerprints, b""), 2);
        assert_eq!(of(&fingerprints, &[5]), (5 + 1) * 2 + 1);
        let mut text = [0; 24];
        (text[0], text[8], text[16]) = (10, 20, 30);
        assert_eq!(
            of(&fingerprints, &text),
            (10 + 1) * (20 + 2) + (30 + 3) * 4 + 24
        );
        let all_ones = with_key(|_| u64::MAX);
        // Words wrap around, products do not.
        assert_eq!(of(&all_ones, &[1]), 1);
        let most = u128::from(u64::MAX);
        assert_eq!(of(&all_ones, &[]), most * most);
    }

    #[test]
    fn what_is_too_long_has_none() {
        let fingerprints = Fingerprints::new();
        let text = [7; WORDS * 8];
        assert!(fingerprints.of(&text).is_none());
        assert!(fingerprints.of(&text[1..]).is_some());
    }

    #[test]
    fn a_byte_a_place_and_a_length_make_another_one() {
        let fingerprints = Fingerprints::new();
        let mut seen = HashSet::new();
        for length in 0..200 {
            let mut text = vec![0; length];
            assert!(seen.insert(of(&fingerprints, &text)));
            for at in 0..length {
                text[at] = 1;
                assert!(seen.insert(of(&fingerprints, &text)));
                text[at] = 0;
            }
        }
    }

    proptest! {
        #[test]
        fn the_same_bytes_have_the_same_one(text in prop::collection::vec(any::<u8>(), 0..300)) {
            let fingerprints = Fingerprints::new();
            prop_assert_eq!(of(&fingerprints, &text), of(&fingerprints, &text.clone()));
        }
    }
}
