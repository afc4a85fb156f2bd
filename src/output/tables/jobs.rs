//! From tables to the parts that they are made in, and to the order in which those are best begun.

use std::ops::Range;

use super::super::rule_tables::OfRule;
use super::super::table::Table;

/// Things that one part of a table has rows for: enough to fill what is written at a time, few
/// enough to share.
pub(super) const PART: usize = 128;

/// A part of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The table's number: the findings', each rule's, the timeline's.
    pub table: usize,
    pub number: usize,
}

/// Parts that are made one after the other.
type Job = Vec<Part>;

/// How many parts a table has: one without rows is a part as well.
pub(super) fn count(table: &dyn Table) -> usize {
    table.len().div_ceil(PART).max(1)
}

impl Part {
    /// What it has rows for.
    pub fn things(self, table: &dyn Table) -> Range<usize> {
        let from = self.number * PART;
        from..table.len().min(from + PART)
    }
}

/// Every part of these tables once.
pub(super) fn of(findings: &dyn Table, rules: &[OfRule<'_>], timeline: &dyn Table) -> Vec<Job> {
    let parts = |table, of: &dyn Table| (0..count(of)).map(move |number| Part { table, number });
    let mut of_findings: Vec<Job> = parts(0, findings).map(|part| vec![part]).collect();
    // Of many rules most find nothing. Their files are one job, for threads that begin files in one
    // folder hold each other up.
    let mut without_rows = Vec::new();
    for (table, rule) in (1..).zip(rules) {
        if rule.findings.is_empty() {
            without_rows.push(Part { table, number: 0 });
        }
        // What rules show of the same findings is made at once: their events are at hand then.
        for (number, first) in rule.findings.iter().step_by(PART).enumerate() {
            of_findings[first / PART].push(Part { table, number });
        }
    }
    let of_timeline = parts(rules.len() + 1, timeline).map(|part| vec![part]);
    // The first part of the findings and of the timeline takes going through the whole report. Who
    // comes to a second one meanwhile would have to wait.
    let mut of_findings = of_findings.into_iter();
    let mut jobs = vec![without_rows];
    jobs.extend(of_findings.next());
    jobs.extend(of_timeline);
    jobs.extend(of_findings);
    jobs
}

#[cfg(test)]
mod tests {
    use super::super::super::csv::Rows;
    use super::super::super::rule_tables;
    use super::super::super::story::Story;
    use super::*;

    struct OfLength(usize);

    impl Table for OfLength {
        fn header(&self) -> Vec<&str> {
            Vec::new()
        }
        fn len(&self) -> usize {
            self.0
        }
        fn add(&self, _: Range<usize>, _: &mut Rows) {}
    }

    /// The numbers of tables and of their parts, by job, for so many findings, for rules with these
    /// of them, and for a timeline of so many events.
    fn numbers(findings: usize, rules: &[Range<usize>], events: usize) -> Vec<Vec<(usize, usize)>> {
        let story = Story::new();
        let used = story.rules();
        let report = story.report(&used);
        let runs = rule_tables::runs(&report);
        let of_rule = |findings: &Range<usize>| {
            let mut table = OfRule::new(&report, &used[0], &runs);
            table.findings = findings.clone().collect();
            table
        };
        let rules: Vec<OfRule> = rules.iter().map(of_rule).collect();
        let jobs = of(&OfLength(findings), &rules, &OfLength(events)).into_iter();
        let numbers = |job: Job| job.iter().map(|part| (part.table, part.number)).collect();
        jobs.map(numbers).collect()
    }

    #[test]
    fn every_part_is_made_once_and_with_it_what_shows_the_same_findings() {
        let all = 2 * PART + 1;
        let rules = [0..PART + 9, 0..0, PART + 9..all];
        let expected: [&[(usize, usize)]; 6] = [
            &[(2, 0)],
            &[(0, 0), (1, 0)],
            &[(4, 0)],
            &[(4, 1)],
            &[(0, 1), (1, 1), (3, 0)],
            &[(0, 2)],
        ];
        assert_eq!(numbers(all, &rules, PART + 1), expected);
    }

    #[test]
    fn tables_without_rows_are_made_too() {
        let expected = [vec![(1, 0), (2, 0)], vec![(0, 0)], vec![(3, 0)]];
        assert_eq!(numbers(0, &[0..0, 0..0], 0), expected);
    }

    #[test]
    fn parts_have_all_things() {
        for length in [0, 1, PART, PART + 1] {
            let table = OfLength(length);
            let parts = (0..count(&table)).map(|number| Part { table: 0, number });
            let things: Vec<usize> = parts.flat_map(|part| part.things(&table)).collect();
            assert!(things.into_iter().eq(0..length));
        }
    }
}
