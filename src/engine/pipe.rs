//! EQL's pipes: from answers in order to the first or the last of them.

use crate::lang::plan::Pipe;

/// What is left of the answers after the pipes, applied in their order. The answers' own order
/// stays.
pub fn apply<T>(pipes: &[Pipe], mut answers: Vec<T>) -> Vec<T> {
    for pipe in pipes {
        let bounded = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        match *pipe {
            Pipe::Head(count) => answers.truncate(bounded(count)),
            Pipe::Tail(count) => {
                answers.drain(..answers.len().saturating_sub(bounded(count)));
            }
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_apply_in_order() {
        let five = || vec![1, 2, 3, 4, 5];
        assert_eq!(apply(&[], five()), [1, 2, 3, 4, 5]);
        assert_eq!(apply(&[Pipe::Head(2)], five()), [1, 2]);
        assert_eq!(apply(&[Pipe::Tail(2)], five()), [4, 5]);
        assert_eq!(apply(&[Pipe::Tail(3), Pipe::Head(1)], five()), [3]);
        assert_eq!(apply(&[Pipe::Head(3), Pipe::Tail(1)], five()), [3]);
        assert_eq!(apply(&[Pipe::Tail(u64::MAX)], five()), [1, 2, 3, 4, 5]);
        assert_eq!(apply(&[Pipe::Head(0)], five()), [0; 0]);
    }
}
