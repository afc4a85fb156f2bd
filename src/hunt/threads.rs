//! From work that falls into parts to threads that do them: rules to load, logs to read and tables
//! to write are spread over the same ones.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Error;

/// Threads that do jobs: whoever calls, and helpers that wait for work.
pub struct Threads {
    /// With the caller.
    all: usize,
    /// None where the caller is the only one.
    helpers: Option<ThreadPool>,
}

impl Threads {
    /// So many; 0 for as many as there are cores.
    ///
    /// # Errors
    /// They cannot be started.
    pub fn new(threads: usize) -> Result<Threads, Error> {
        let all = match threads {
            0 => available_parallelism().map_or(1, NonZero::get),
            threads => threads,
        };
        let helpers = match all {
            1 => None,
            all => Some(pool(all - 1)?),
        };
        Ok(Threads { all, helpers })
    }

    /// The caller alone.
    pub(super) fn alone() -> Threads {
        Threads {
            all: 1,
            helpers: None,
        }
    }

    /// As many, in a pool that does the work instead of the caller.
    pub(super) fn pool(&self) -> Result<ThreadPool, Error> {
        pool(self.all)
    }

    /// Has each do the same work, until there is none: no more of them than there are jobs in it,
    /// for to wake one takes a while. The caller does not just wait, since the memory of a process's
    /// first thread grows in larger steps.
    pub(super) fn work(&self, jobs: usize, work: impl Fn() + Sync) {
        match &self.helpers {
            Some(helpers) if jobs > 1 => helpers.in_place_scope(|scope| {
                for _ in 1..self.all.min(jobs) {
                    scope.spawn(|_| work());
                }
                work();
            }),
            _ => work(),
        }
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.all
    }

    /// The number of the one that asks: the caller, or a helper in its work.
    pub(super) fn own_number(&self) -> usize {
        let of_helper = |helpers: &ThreadPool| helpers.current_thread_index();
        let helper = self.helpers.as_ref().and_then(of_helper);
        helper.map_or(0, |number| number + 1)
    }

    /// Does a job for every number below the count: each thread the lowest that is left.
    pub fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        self.each_with(count, || (), |(), number| job(number));
    }

    fn each_with<W>(
        &self,
        count: usize,
        with: impl Fn() -> W + Sync,
        job: impl Fn(&mut W, usize) + Sync,
    ) {
        let next = AtomicUsize::new(0);
        let number = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|next| *next < count);
        self.work(count, || {
            let mut own = None;
            for number in std::iter::from_fn(number) {
                job(own.get_or_insert_with(&with), number);
            }
        });
    }

    /// What a job gives for every number below the count, in the order of the numbers.
    pub fn map<T: Send>(&self, count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
        self.map_with(count, || (), |(), number| job(number))
    }

    /// The same, of jobs that share what their thread needs for them.
    pub fn map_with<W, T: Send>(
        &self,
        count: usize,
        with: impl Fn() -> W + Sync,
        job: impl Fn(&mut W, usize) -> T + Sync,
    ) -> Vec<T> {
        let given: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::default()).collect();
        self.each_with(count, with, |with, number| {
            let one = job(with, number);
            *lock(&given[number]) = Some(one);
        });
        let taken =
            |one: Mutex<Option<T>>| one.into_inner().unwrap_or_else(PoisonError::into_inner);
        given.into_iter().filter_map(taken).collect()
    }
}

fn pool(threads: usize) -> Result<ThreadPool, Error> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Threads(threads, error))
}

/// What a mutex guards, whoever panicked with it: a panic ends the hunt, and is not told of twice.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn every_job_is_done_once() {
        for threads in [1, 3] {
            let done: Vec<AtomicUsize> = (0..1000).map(|_| AtomicUsize::new(0)).collect();
            let job = |at: usize| _ = done[at].fetch_add(1, Ordering::Relaxed);
            Threads::new(threads).unwrap().each(done.len(), &job);
            let done: Vec<usize> = done.into_iter().map(AtomicUsize::into_inner).collect();
            assert_eq!(done, [1; 1000]);
        }
    }

    #[test]
    fn what_jobs_give_stands_in_their_order() {
        for threads in [0, 1, 3] {
            let given = Threads::new(threads).unwrap().map(1000, |at| at * at);
            assert_eq!(given, (0..1000).map(|at| at * at).collect::<Vec<_>>());
        }
    }

    #[test]
    fn whoever_works_has_a_number_of_his_own() {
        for count in [1, 3] {
            let threads = Threads::new(count).unwrap();
            assert_eq!(threads.count(), count);
            let at_work = Mutex::new(BTreeMap::new());
            let all_are_there = Barrier::new(count);
            threads.work(count, || {
                let number = threads.own_number();
                lock(&at_work).insert(number, thread::current().id());
                all_are_there.wait();
            });
            let at_work = at_work.into_inner().unwrap();
            assert!(at_work.keys().copied().eq(0..count));
            assert_eq!(at_work[&0], thread::current().id());
        }
    }
}
