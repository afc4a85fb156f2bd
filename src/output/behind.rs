//! From findings to the numbers of their events among those at hand: found once, since every table
//! of a hunt and its summary ask for them.

use std::sync::OnceLock;

use crate::model::finding::Finding;
use crate::model::located::Located;

/// Where each finding's events stand in [`super::Report::events`], looked up by whoever asks first.
#[derive(Debug, Default)]
pub struct Behind(OnceLock<Numbers>);

#[derive(Debug)]
struct Numbers {
    numbers: Vec<Option<u32>>,
    /// Where each finding's end.
    ends: Vec<usize>,
}

impl Behind {
    /// Those of one of these findings, the same ones each time: one for each of its events, none
    /// where that is missing or not at hand.
    pub(super) fn of<T>(
        &self,
        findings: &[Finding],
        events: &Located<T>,
        finding: usize,
    ) -> &[Option<u32>] {
        let Numbers { numbers, ends } = self.0.get_or_init(|| Numbers::new(findings, events));
        let end = |finding: usize| ends.get(finding).copied().unwrap_or_default();
        let from = finding.checked_sub(1).map_or(0, end);
        numbers.get(from..end(finding)).unwrap_or_default()
    }
}

impl Numbers {
    fn new<T>(findings: &[Finding], events: &Located<T>) -> Numbers {
        let mut numbers = Vec::with_capacity(findings.len());
        let mut ends = Vec::with_capacity(findings.len());
        let mut number = events.numbers();
        for finding in findings {
            let of_event = |location: &Option<_>| u32::try_from(number(location.as_ref()?)?).ok();
            numbers.extend(finding.events.iter().map(of_event));
            ends.push(numbers.len());
        }
        Numbers { numbers, ends }
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
        let behind = Behind::default();
        let all = [0, 1, 2].map(|finding| behind.of(&findings, &events, finding));
        assert_eq!(all, [&[Some(2), None, Some(0)][..], &[], &[None, Some(1)]]);
    }
}
