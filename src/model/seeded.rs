//! Maps and sets whose keys come from the logs. Whoever wrote a log could choose keys that meet under
//! a hash that he knows, so theirs is seeded with each run, after the log was written.

use std::collections::{HashMap, HashSet};

use foldhash::quality::RandomState;

/// A map by what logs hold.
pub type SeededMap<K, V> = HashMap<K, V, RandomState>;

/// A set of what logs hold.
pub type SeededSet<K> = HashSet<K, RandomState>;
