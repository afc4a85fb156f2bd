//! From pieces of bytes to a fingerprint: 128 bits that stand for them, so that what was found for
//! the same pieces before is told without having kept those.
//!
//! It is NH, of the message authentication code UMAC (Black, Halevi, Krawczyk, Krovetz and Rogaway,
//! CRYPTO 1999), over words of 64 bits: under a key drawn at random, two lists of pieces that differ
//! have the same fingerprint with a probability of less than 2^-62, whatever the pieces. A log was
//! written before the key was drawn and learns nothing of it, so that nobody can write one whose
//! fingerprints meet: of 10^10 records, each compared with eight, the chance that one is taken for
//! another is less than one in ten million.

use std::hash::{BuildHasher, RandomState};

/// Words of the key, and so of all pieces of one fingerprint: an EVTX chunk is as long.
const WORDS: usize = 8192;

type Words = [u64; 2];

/// What makes fingerprints that compare.
pub struct Fingerprints {
    key: Box<[Words]>,
}

/// What stands for the pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

/// A fingerprint being taken.
#[derive(Clone, Copy)]
pub struct Taking<'k> {
    /// What is left of it.
    key: &'k [Words],
    sum: u128,
}

impl Default for Fingerprints {
    /// With a key of their own.
    fn default() -> Fingerprints {
        let random = RandomState::new();
        let pair = |at: usize| [random.hash_one(2 * at), random.hash_one(2 * at + 1)];
        Fingerprints {
            key: (0..WORDS / 2).map(pair).collect(),
        }
    }
}

impl Fingerprints {
    /// Begins one.
    pub fn take(&self) -> Taking<'_> {
        Taking {
            key: &self.key,
            sum: 0,
        }
    }
}

impl Taking<'_> {
    /// Takes in two words. None where all together are too long to have a fingerprint.
    #[inline]
    pub fn words(&mut self, words: Words) -> Option<()> {
        let (key, left) = self.key.split_first()?;
        self.key = left;
        self.sum = self.sum.wrapping_add(product(words, key));
        Some(())
    }

    /// Takes in a piece, whose length has to follow from those before: where one is longer, another
    /// must say so. None where [`Taking::words`] gives none.
    #[inline]
    pub fn piece(&mut self, piece: &[u8]) -> Option<()> {
        let (blocks, rest) = piece.as_chunks::<16>();
        let (key, left) = self.key.split_at_checked(blocks.len())?;
        let words = |block: &[u8; 16]| [word(block, 0), word(block, 8)];
        let products = (blocks.iter().zip(key)).map(|(block, key)| product(words(block), key));
        self.sum = products.fold(self.sum, u128::wrapping_add);
        self.key = left;
        if rest.is_empty() {
            return Some(());
        }
        // Of what is left, the bytes at the beginning and at the end, which may overlap: to fill up
        // with zeros would take a copy.
        self.words(
            match (piece.last_chunk(), rest.first_chunk(), rest.last_chunk()) {
                (Some(block), ..) => words(block),
                (None, Some(first), Some(last)) => {
                    [first, last].map(|word| u64::from_le_bytes(*word))
                }
                _ => ends(rest),
            },
        )
    }

    /// The fingerprint.
    pub fn finish(self) -> Fingerprint {
        Fingerprint(self.sum)
    }
}

/// All of less than eight bytes.
fn ends(few: &[u8]) -> Words {
    match (few.first_chunk(), few.last_chunk()) {
        (Some(first), Some(last)) => [first, last].map(|word| u32::from_le_bytes(*word).into()),
        _ => {
            let shift = |so_far: u64, byte: &u8| so_far << 8 | u64::from(*byte);
            [few.iter().fold(0, shift), 0]
        }
    }
}

fn word(block: &[u8; 16], at: usize) -> u64 {
    let word: [u8; 8] = std::array::from_fn(|byte| block[at + byte]);
    u64::from_le_bytes(word)
}

fn product([one, other]: Words, [key, other_key]: &Words) -> u128 {
    u128::from(one.wrapping_add(*key)) * u128::from(other.wrapping_add(*other_key))
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

    fn of(fingerprints: &Fingerprints, pieces: &[&[u8]]) -> Option<Fingerprint> {
        let mut taking = fingerprints.take();
        for piece in pieces {
            taking.piece(piece)?;
        }
        Some(taking.finish())
    }

    #[test]
    fn they_are_nh() {
        let fingerprints = with_key(|at| at + 1);
        let number = |pieces: &[&[u8]]| of(&fingerprints, pieces).unwrap().0;
        assert_eq!(number(&[]), 0);
        assert_eq!(number(&[b""]), 0);
        assert_eq!(number(&[&[5]]), (5 + 1) * 2);
        assert_eq!(number(&[&[5, 6]]), (0x506 + 1) * 2);
        assert_eq!(number(&[&[5, 0, 0, 0, 6]]), (5 + 1) * (0x0600_0000 + 2));
        let twelve = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];
        assert_eq!(
            number(&[&twelve]),
            (0x2_0000_0001 + 1) * (0x3_0000_0002 + 2)
        );
        let mut text = [0; 24];
        (text[0], text[8], text[16]) = (10, 20, 30);
        // The last block overlaps the first.
        let expected = (10 + 1) * (20 + 2) + (20 + 3) * (30 + 4);
        assert_eq!(number(&[&text]), expected);
        assert_eq!(number(&[&text, &[5]]), expected + (5 + 5) * 6);
        let mut words = fingerprints.take();
        words.piece(&[5]).unwrap();
        words.words([7, 8]).unwrap();
        assert_eq!(words.finish().0, (5 + 1) * 2 + (7 + 3) * (8 + 4));
        let all_ones = with_key(|_| u64::MAX);
        // Words wrap around, products do not.
        assert_eq!(of(&all_ones, &[&[1]]), Some(Fingerprint(0)));
        let most = u128::from(u64::MAX);
        assert_eq!(of(&all_ones, &[&[0]]), Some(Fingerprint(most * most)));
    }

    #[test]
    fn what_is_too_long_has_none() {
        let fingerprints = Fingerprints::default();
        let text = [7; WORDS * 8];
        assert!(of(&fingerprints, &[&text]).is_some());
        assert!(of(&fingerprints, &[&text, &[1]]).is_none());
        assert!(of(&fingerprints, &[&text[15..], &[1]]).is_none());
        assert!(of(&fingerprints, &[&text[16..], &[1]]).is_some());
    }

    #[test]
    fn every_bit_counts() {
        let fingerprints = Fingerprints::default();
        for length in 0..200 {
            let mut seen = HashSet::new();
            let mut text = vec![0; length];
            assert!(seen.insert(of(&fingerprints, &[&text]).unwrap().0));
            for bit in 0..8 * length {
                text[bit / 8] ^= 1 << (bit % 8);
                assert!(seen.insert(of(&fingerprints, &[&text]).unwrap().0));
                text[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }

    proptest! {
        #[test]
        fn the_same_pieces_have_the_same_one(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6),
        ) {
            let fingerprints = Fingerprints::default();
            let slices: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            let copies = pieces.clone();
            let copies: Vec<&[u8]> = copies.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(of(&fingerprints, &slices), of(&fingerprints, &copies));
        }
    }
}
