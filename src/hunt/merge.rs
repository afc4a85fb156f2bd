//! From runs of blocks, finished in any order, to one account in theirs: whoever finishes a run puts
//! it here, and merges what is next while the others read on. Nobody waits for anybody, unless what
//! is finished too far ahead piles up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

use super::gather::{Finds, Gathered};
use super::threads::lock;

/// Runs that may wait for the one before them.
const AHEAD: usize = 128;
const PAUSE: Duration = Duration::from_micros(100);

/// Runs on their way into one account.
pub(super) struct Merge<E, M> {
    waiting: Mutex<BTreeMap<usize, Finds>>,
    /// What was merged, for its memory.
    spare: Mutex<Vec<Finds>>,
    account: Mutex<Account<E, M>>,
    ended: AtomicBool,
}

struct Account<E, M> {
    gathered: Gathered,
    /// The run that comes next.
    next: usize,
    merged: M,
    error: Option<E>,
}

impl<E, M: FnMut(&mut Gathered) -> Result<(), E>> Merge<E, M> {
    /// Into this account, which is shown to `merged` after each run. What it returns first as an
    /// error ends it all.
    pub fn new(gathered: Gathered, merged: M) -> Merge<E, M> {
        Merge {
            waiting: Mutex::default(),
            spare: Mutex::default(),
            account: Mutex::new(Account {
                gathered,
                next: 0,
                merged,
                error: None,
            }),
            ended: AtomicBool::new(false),
        }
    }

    /// Whether nothing more is wanted.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// For the next run to fill: nothing, with memory of a run before if there is any.
    pub fn spare(&self) -> Finds {
        lock(&self.spare).pop().unwrap_or_default()
    }

    /// Takes what the run of this number found.
    pub fn put(&self, number: usize, finds: Finds) {
        lock(&self.waiting).insert(number, finds);
        loop {
            match self.account.try_lock() {
                Ok(mut account) => return self.merge(&mut account),
                Err(TryLockError::Poisoned(_)) => return,
                Err(TryLockError::WouldBlock) if lock(&self.waiting).len() < AHEAD => return,
                Err(TryLockError::WouldBlock) => {}
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The account of all runs, and what ended it.
    pub fn finish(self) -> (Gathered, Option<E>) {
        self.merge(&mut lock(&self.account));
        let account = self.account.into_inner();
        let account = account.unwrap_or_else(PoisonError::into_inner);
        (account.gathered, account.error)
    }

    fn merge(&self, account: &mut Account<E, M>) {
        while account.error.is_none()
            && let Some(mut finds) = self.take(account.next)
        {
            account.next += 1;
            account.gathered.add(&mut finds);
            lock(&self.spare).push(finds);
            if let Err(error) = (account.merged)(&mut account.gathered) {
                account.error = Some(error);
                self.ended.store(true, Ordering::Relaxed);
            }
        }
    }

    fn take(&self, number: usize) -> Option<Finds> {
        lock(&self.waiting).remove(&number)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::hunt::InputCount;

    fn finds(records: u64) -> Finds {
        Finds {
            count: InputCount {
                records,
                ..InputCount::default()
            },
            ..Finds::default()
        }
    }

    #[test]
    fn runs_are_merged_in_their_order_whatever_the_order_in_which_they_finish() {
        let mut seen = Vec::new();
        let merged = |gathered: &mut Gathered| {
            seen.push(gathered.inputs[0].records);
            Ok::<(), ()>(())
        };
        let merge = Merge::new(Gathered::new(1), merged);
        for number in [2, 0, 3, 1] {
            merge.put(number, finds(10u64.pow(number as u32)));
        }
        let (gathered, error) = merge.finish();
        assert_eq!((gathered.inputs[0].records, error), (1111, None));
        assert_eq!(seen, [1, 11, 111, 1111]);
    }

    #[test]
    fn what_was_merged_is_spare_and_holds_nothing() {
        let merge = Merge::new(Gathered::new(1), |_: &mut Gathered| Ok::<(), ()>(()));
        let mut run = finds(7);
        run.connections.reserve(5);
        merge.put(1, run);
        assert_eq!(merge.spare().connections.capacity(), 0);
        merge.put(0, Finds::default());
        let spare = [merge.spare(), merge.spare()];
        let most = spare.iter().map(|spare| spare.connections.capacity()).max();
        assert!(most >= Some(5));
        let records = |spare: &Finds| spare.count.records;
        assert_eq!(spare.each_ref().map(records), [0, 0]);
    }

    #[test]
    fn the_first_error_ends_it_with_what_was_merged_until_then() {
        let merged = |gathered: &mut Gathered| match gathered.inputs[0].records {
            111 => Err("enough"),
            _ => Ok(()),
        };
        let merge = Merge::new(Gathered::new(1), merged);
        for number in [3, 1, 0] {
            merge.put(number, finds(10u64.pow(number as u32)));
        }
        assert!(!merge.has_ended());
        merge.put(2, finds(100));
        assert!(merge.has_ended());
        let (gathered, error) = merge.finish();
        assert_eq!((gathered.inputs[0].records, error), (111, Some("enough")));
    }

    #[test]
    fn many_threads_leave_nothing_behind() {
        let (next, runs) = (AtomicUsize::new(0), 10_000);
        let merge = Merge::new(Gathered::new(1), |_: &mut Gathered| Ok::<(), ()>(()));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= runs {
                            break;
                        }
                        merge.put(number, finds(1));
                    }
                });
            }
        });
        assert_eq!(merge.finish().0.inputs[0].records, runs as u64);
    }
}
