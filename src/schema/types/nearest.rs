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
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let names: Box<dyn Iterator<Item = String>> = match view {
        View::Ecs => Box::new(ecs::names()),
        View::Cim => Box::new(cim_names().chain(data_names()).map(str::to_owned)),
    };
    let most = name.chars().count() / 3;
    names
        .filter_map(|known| {
            let letters: Vec<char> = known.to_lowercase().chars().collect();
            Some((distance(&wanted, &letters, most)?, known))
        })
        .min()
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out, changed, or swapped with their neighbour, where
/// these are not more than `most`.
fn distance(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
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
        // What follows builds on these two rows, and never falls below the least of them.
        if this.iter().chain(&last).all(|far| *far > most) {
            return None;
        }
        before = std::mem::replace(&mut last, this);
    }
    Some(last[right.len()]).filter(|far| *far <= most)
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
        let distance = |left: &str, right: &str, most| {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            distance(&letters(left), &letters(right), most)
        };
        assert_eq!(distance("", "abc", 3), Some(3));
        assert_eq!(distance("", "abc", 2), None);
        assert_eq!(distance("lenght", "length", 1), Some(1));
        assert_eq!(distance("xylenght", "xylength", 1), Some(1));
        assert_eq!(distance("kitten", "sitting", 9), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
        assert_eq!(distance("abcdefgh", "zzzzzzzz", 7), None);
    }
}
