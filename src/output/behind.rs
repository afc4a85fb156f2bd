//! From findings to the numbers of their events among those at hand: found once, since every table
//! of a hunt and its summary ask for them.

use crate::model::finding::Finding;
use crate::model::located::Located;

/// Where each finding's events stand in [`super::Report::events`].
#[derive(Clone, Debug, Default)]
pub struct Behind {
    numbers: Vec<Option<u32>>,
    /// Where each finding's end.
    ends: Vec<usize>,
}

impl Behind {
    /// Those of these findings.
    pub fn new<T>(findings: &[Finding], events: &Located<T>) -> Behind {
        let mut behind = Behind::default();
        for finding in findings {
            let numbers = finding.events.iter().map(|location| {
                let number = events.number((*location).as_ref()?)?;
                u32::try_from(number).ok()
            });
            behind.numbers.extend(numbers);
            behind.ends.push(behind.numbers.len());
        }
        behind
    }

    /// Those of a finding: one for each of its events, none where that is missing or not at hand.
    pub(super) fn of(&self, finding: usize) -> &[Option<u32>] {
        let end = |finding: usize| self.ends.get(finding).copied().unwrap_or_default();
        let from = finding.checked_sub(1).map_or(0, end);
        self.numbers.get(from..end(finding)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::at;
    use super::*;

    #[test]
    fn each_finding_has_its_own() {
        let events: Located<()> = [at(0, 1), at(0, 3), at(1, 2)]
            .map(|at| (at, ()))
            .into_iter()
            .collect();
        let finding = |events: &[Option<_>]| Finding {
            rule: 0,
            number: 1,
            events: events.to_vec(),
            values: Box::default(),
            count: 1,
            remark: None,
        };
        let findings = [
            finding(&[Some(at(1, 2)), None, Some(at(0, 1))]),
            finding(&[]),
            finding(&[Some(at(0, 2)), Some(at(0, 3))]),
        ];
        let behind = Behind::new(&findings, &events);
        let all = [0, 1, 2].map(|finding| behind.of(finding));
        assert_eq!(all, [&[Some(2), None, Some(0)][..], &[], &[None, Some(1)]]);
    }
}
