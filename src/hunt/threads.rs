//! From work that falls into parts to threads that do them: what follows a hunt (tables to write)
//! is spread over as many as it read with.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::ThreadPool;

use super::{Error, pool};

/// Threads that wait for work.
pub struct Threads(ThreadPool);

impl Threads {
    /// So many; 0 for as many as there are cores.
    ///
    /// # Errors
    /// They cannot be started.
    pub fn new(threads: usize) -> Result<Threads, Error> {
        Ok(Threads(pool(threads)?))
    }

    /// Does a job for every number below the count: each thread the lowest that is left.
    pub fn each(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        self.0.broadcast(|_| {
            loop {
                match next.fetch_add(1, Ordering::Relaxed) {
                    number if number < count => job(number),
                    _ => break,
                }
            }
        });
    }
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
        let done: Vec<AtomicUsize> = (0..1000).map(|_| AtomicUsize::new(0)).collect();
        let job = |at: usize| _ = done[at].fetch_add(1, Ordering::Relaxed);
        Threads::new(3).unwrap().each(done.len(), &job);
        let done: Vec<usize> = done.into_iter().map(AtomicUsize::into_inner).collect();
        assert_eq!(done, [1; 1000]);
    }
}
