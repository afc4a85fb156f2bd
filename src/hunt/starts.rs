//! Where processes start: from every start that the logs hold to the first of each process.
//!
//! Of a log's many processes only those count whose events some condition matched, which is known
//! when all is read. Until then starts are a list, of which only the first of each process are left
//! whenever it has grown twofold.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::causal::Process;
use crate::model::record::Location;
use crate::model::seeded::SeededMap;
use crate::model::time::Time;

/// Starts in a list in which processes may stand more than once.
const FEW: usize = 1 << 17;

/// When and where a process starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    pub time: Time,
    pub location: Location,
}

/// The starts of processes.
#[derive(Debug, Default)]
pub(super) struct Starts {
    list: Vec<(Process, Start)>,
    /// How many of them were left last, one for each process.
    left: usize,
    /// Those of the processes that were kept.
    first: First,
}

/// The first start of each process.
type First = SeededMap<Process, Start>;

impl Starts {
    /// Adds a start of a process.
    pub fn push(&mut self, process: Process, start: Start) {
        self.list.push((process, start));
        if self.list.len() > FEW.max(2 * self.left) {
            let first = first(self.list.drain(..));
            self.list.extend(first);
            self.left = self.list.len();
        }
    }

    /// Keeps the starts of these processes and forgets nearly all others. Only then can they be
    /// asked for.
    pub fn keep(&mut self, processes: impl Iterator<Item = Process>) {
        let sieve = Sieve::of(processes);
        let starts = self.list.drain(..);
        self.first = first(starts.filter(|(process, _)| sieve.passes(process)));
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Starts::default();
    }

    /// The first start of a process that was kept.
    pub fn of(&self, process: &Process) -> Option<&Start> {
        self.first.get(process)
    }
}

fn first(starts: impl Iterator<Item = (Process, Start)>) -> First {
    let mut first = First::default();
    for (process, start) in starts {
        let known = first.entry(process).or_insert(start);
        *known = start.min(*known);
    }
    first
}

/// Holds back nearly every process that is not one of some, which most are not, for less than a
/// search costs.
struct Sieve {
    /// As many as a power of two.
    bits: Vec<u64>,
}

impl Sieve {
    /// Lets these pass.
    fn of(processes: impl Iterator<Item = Process>) -> Sieve {
        let most = processes.size_hint().1.unwrap_or(FEW);
        let mut sieve = Sieve {
            bits: vec![0; (most / 4).next_power_of_two()],
        };
        for process in processes {
            let (word, bit) = sieve.place(&process);
            sieve.bits[word] |= bit;
        }
        sieve
    }

    fn passes(&self, process: &Process) -> bool {
        let (word, bit) = self.place(process);
        self.bits[word] & bit != 0
    }

    fn place(&self, process: &Process) -> (usize, u64) {
        let number = FxBuildHasher.hash_one(process);
        let word = (number >> 6) as usize & (self.bits.len() - 1);
        (word, 1 << (number % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::clock::ProcessGuid;

    #[test]
    fn the_earliest_start_of_a_process_counts_and_of_equal_ones_the_first() {
        let process = |guid| (0, ProcessGuid([guid; 16]));
        let start = |ticks, offset| Start {
            time: Time::from_ticks(ticks),
            location: Location {
                file: 0,
                block: 0,
                offset,
            },
        };
        let mut starts = Starts::default();
        for one in std::iter::repeat_n((5, start(7, 60)), FEW).chain([
            (2, start(5, 10)),
            (1, start(9, 20)),
            (2, start(3, 30)),
            (3, start(1, 40)),
            (2, start(3, 50)),
            (5, start(6, 70)),
        ]) {
            starts.push(process(one.0), one.1);
            assert!(starts.list.len() <= FEW);
        }
        starts.keep([1, 2, 4, 5].map(process).into_iter());
        assert_eq!(starts.of(&process(1)), Some(&start(9, 20)));
        assert_eq!(starts.of(&process(2)), Some(&start(3, 30)));
        assert_eq!(starts.of(&process(3)), None);
        assert_eq!(starts.of(&process(4)), None);
        assert_eq!(starts.of(&process(5)), Some(&start(6, 70)));
        starts.clear();
        assert_eq!(starts.of(&process(1)), None);
    }

    #[test]
    fn a_sieve_lets_its_own_pass_and_few_others() {
        let process = |number: u32| {
            let mut guid = [7; 16];
            guid[8..12].copy_from_slice(&number.to_be_bytes());
            (0, ProcessGuid(guid))
        };
        for count in [0, 1, 3, 1000] {
            let own: Vec<Process> = (0..count).map(process).collect();
            let sieve = Sieve::of(own.iter().copied());
            assert!(own.iter().all(|one| sieve.passes(one)));
            let others = (count..count + 10_000).map(process);
            let passing = others.filter(|one| sieve.passes(one)).count();
            assert!(passing < 1000, "{passing} of 10000 for {count}");
        }
    }
}
