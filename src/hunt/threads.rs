//! From work that falls into parts to threads that do them: what comes before a hunt (rules to
//! load) and after it (tables to write) is spread over as many as it reads with.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use rayon::ThreadPool;

use super::{Error, pool};

/// Threads that do jobs: whoever calls, and helpers that wait for work.
pub struct Threads {
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
        Ok(Threads { helpers })
    }

    /// Does a job for every number below the count: each thread the lowest that is left.
    pub fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                match next.fetch_add(1, Ordering::Relaxed) {
                    number if number < count => job(number),
                    _ => break,
                }
            }
        };
        match &self.helpers {
            None => work(),
            Some(helpers) => together(helpers, helpers.current_num_threads(), work),
        }
    }

    /// What a job gives for every number below the count, in the order of the numbers.
    pub fn map<T: Send>(&self, count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let given: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::default()).collect();
        self.each(count, &|number| {
            let one = job(number);
            *lock(&given[number]) = Some(one);
        });
        let taken =
            |one: Mutex<Option<T>>| one.into_inner().unwrap_or_else(PoisonError::into_inner);
        given.into_iter().filter_map(taken).collect()
    }
}

/// Has the caller and so many of a pool's threads do the same work, each until there is none. The
/// caller does not just wait, since the memory of a process's first thread grows in larger steps.
pub(super) fn together(pool: &ThreadPool, helpers: usize, work: impl Fn() + Sync) {
    pool.in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| work());
        }
        work();
    });
}

/// What a mutex guards, whoever panicked with it: a panic ends the hunt, and is not told of twice.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
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
}
