//! The known name that a wrong one was probably meant to be.

use super::{cim_names, data_names, ecs};
use crate::model::field::View;

/// The nearest known name, where one is near: at most a third of its letters differ. Of equally
/// near ones the first in the alphabet.
pub fn nearest(view: View, name: &str) -> Option<String> {
    const LONGEST: usize = 128;
    if name.len() > LONGEST {
        return None;
    }
    let wanted = name.to_lowercase();
    let names: Box<dyn Iterator<Item = String>> = match view {
        View::Ecs => Box::new(ecs::names()),
        View::Cim => Box::new(cim_names().chain(data_names()).map(str::to_owned)),
    };
    names
        .filter(|known| known.len().abs_diff(name.len()) <= LONGEST / 4)
        .map(|known| (distance(&wanted, &known.to_lowercase()), known))
        .min()
        .filter(|(far, _)| far * 3 <= name.chars().count())
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out, changed, or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, l) in left.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, r) in right.iter().enumerate() {
            let mut best = (last[column] + usize::from(l != r))
                .min(last[column + 1] + 1)
                .min(this[column] + 1);
            if row > 0 && column > 0 && *l == right[column - 1] && left[row - 1] == *r {
                best = best.min(before[column - 1] + 1);
            }
            this.push(best);
        }
        before = std::mem::replace(&mut last, this);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        for (wrong, right) in [
            ("process.nmae", Some("process.name")),
            (
                "process.parent.executeable",
                Some("process.parent.executable"),
            ),
            ("destination.address_ip", Some("destination.address")),
            ("Process.Name", Some("process.name")),
            ("process.commandline", Some("process.command_line")),
            ("dns.question.nam", Some("dns.question.name")),
            ("winlog.computername", Some("winlog.computer_name")),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(View::Ecs, wrong).as_deref(), right, "{wrong}");
        }
        assert_eq!(
            nearest(View::Cim, "proces_name").as_deref(),
            Some("process_name")
        );
        assert_eq!(nearest(View::Ecs, &"x".repeat(1 << 20)), None);
    }

    #[test]
    fn counts_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("lenght", "length"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
