//! Where processes start: from every start that the logs hold to the first of each process.
//!
//! Of a log's many processes only those count whose events some condition matched, which is known
//! when all is read. Until then starts are a list, put in order once it has grown twofold.

use super::causal::Process;
use crate::model::record::Location;
use crate::model::time::Time;

/// Starts in a list that is not put in order yet.
const FEW: usize = 1 << 16;

/// Where a process starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    pub process: Process,
    pub time: Time,
    pub location: Location,
}

/// The starts of processes.
#[derive(Debug, Default)]
pub(super) struct Starts {
    list: Vec<Start>,
    /// How many of them are one for each process, ascending.
    settled: usize,
}

impl Starts {
    /// Adds a start.
    pub fn push(&mut self, start: Start) {
        self.list.push(start);
        if self.list.len() > FEW.max(2 * self.settled) {
            self.settle();
        }
    }

    /// Keeps the starts of these processes, which must be ascending, and forgets the others. Only
    /// then can they be asked for.
    pub fn keep(&mut self, processes: &[Process]) {
        (self.list).retain(|start| processes.binary_search(&start.process).is_ok());
        self.settle();
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Starts::default();
    }

    /// The first start of a process that was kept.
    pub fn of(&self, process: &Process) -> Option<&Start> {
        let at = (self.list).binary_search_by_key(process, |start| start.process);
        at.ok().map(|at| &self.list[at])
    }

    fn settle(&mut self) {
        self.list.sort_unstable();
        self.list.dedup_by_key(|start| start.process);
        self.settled = self.list.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::clock::ProcessGuid;

    #[test]
    fn the_earliest_start_of_a_process_counts_and_of_equal_ones_the_first() {
        let start = |guid, ticks, offset| Start {
            process: (0, ProcessGuid([guid; 16])),
            time: Time::from_ticks(ticks),
            location: Location {
                file: 0,
                block: 0,
                offset,
            },
        };
        let mut starts = Starts::default();
        for one in [
            start(2, 5, 10),
            start(1, 9, 20),
            start(2, 3, 30),
            start(3, 1, 40),
            start(2, 3, 50),
        ] {
            starts.push(one);
        }
        let process = |guid| (0, ProcessGuid([guid; 16]));
        starts.keep(&[process(1), process(2), process(4)]);
        assert_eq!(starts.of(&process(1)), Some(&start(1, 9, 20)));
        assert_eq!(starts.of(&process(2)), Some(&start(2, 3, 30)));
        assert_eq!(starts.of(&process(3)), None);
        assert_eq!(starts.of(&process(4)), None);
        starts.clear();
        assert_eq!(starts.of(&process(1)), None);
    }
}
