//! From a hunt's report to all the tables of its folder: made in parts, by whichever thread is free
//! ([`jobs`]), and each written in the order of its parts ([`writing`]).

mod jobs;
mod writing;

use std::sync::OnceLock;

use super::findings::Findings;
use super::folder::{Folder, OutputError};
use super::report::Report;
use super::summary::{self, Found};
use super::{rule_tables, slug, timeline};

use writing::{Named, Writing};

/// What [`write_tables`] wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables<'a> {
    /// The file of each rule's table, in the rules' order.
    pub rules: Vec<String>,
    /// What whoever opens them in Excel has to know.
    pub warnings: Vec<String>,
    /// What each rule found, in the rules' order.
    pub found: Vec<Found<'a>>,
}

/// Does a job for every number below a count: on as many threads as there are, and best in their
/// order, since what is done too early has to wait in memory.
pub type Each<'a> = &'a dyn Fn(usize, &(dyn Fn(usize) + Sync));

/// Writes `findings.csv`, a table a rule and `timeline.csv` (the report's events of these numbers,
/// in this order), side by side. `run.json` and [`Folder::commit`] are left to the caller, who knows
/// the rest of the run.
///
/// # Errors
/// A file cannot be written.
pub fn write_tables<'a>(
    folder: &mut Folder,
    report: &Report<'a>,
    order: &[usize],
    each: Each<'_>,
) -> Result<Tables<'a>, OutputError> {
    let names = slug::file_names(report.rules);
    let runs = rule_tables::runs(report);
    let of_rule = |rule| rule_tables::OfRule::new(report, rule, &runs);
    let mut rules: Vec<_> = report.rules.iter().map(of_rule).collect();
    for (at, finding) in report.findings.iter().enumerate() {
        if let Some(rule) = rules.get_mut(finding.rule) {
            rule.findings.push(at);
        }
    }
    let findings = Findings::new(report);
    let timeline = timeline::OfHunt::new(report, order);
    let jobs = jobs::of(&findings, &rules, &timeline);
    let mut tables: Vec<Named<'_>> = vec![("findings.csv", &findings)];
    for (name, rule) in names.iter().zip(&rules) {
        tables.push((name, rule));
    }
    tables.push(("timeline.csv", &timeline));
    for (name, _) in &tables {
        folder.take(name)?;
    }
    let writing = Writing::new(folder, report.held.style(), &tables);
    let found = OnceLock::new();
    each(1 + jobs.len(), &|job| match job.checked_sub(1) {
        None => _ = found.set(summary::found(report)),
        Some(job) => jobs[job].iter().for_each(|part| writing.make(*part)),
    });
    Ok(Tables {
        warnings: writing.finish()?,
        rules: names,
        found: found.into_inner().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::story::{Story, rows};
    use super::*;
    use crate::model::finding::Finding;

    #[test]
    fn a_run_has_a_table_a_rule() {
        let temp = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(temp.path(), false).unwrap();
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let tables = write_tables(&mut folder, &report, &[0], &|count, job| {
            (0..count).rev().for_each(job)
        })
        .unwrap();
        assert_eq!(
            tables,
            Tables {
                rules: vec![
                    "elastic-registration-utility.csv".into(),
                    "splunk-regasm.csv".into()
                ],
                warnings: vec![],
                found: summary::found(&report),
            }
        );
        assert_eq!(
            folder.files(),
            [
                "findings.csv",
                "elastic-registration-utility.csv",
                "splunk-regasm.csv",
                "timeline.csv"
            ]
        );
        folder.commit().unwrap();
        let lines: Vec<usize> = tables
            .rules
            .iter()
            .map(String::as_str)
            .chain(["findings.csv", "timeline.csv"])
            .map(|name| {
                let text = std::fs::read_to_string(temp.path().join(name)).unwrap();
                text.matches("\r\n").count()
            })
            .collect();
        assert_eq!(lines, [3, 2, 3, 2]);
    }

    #[test]
    fn parts_stand_in_their_order_whichever_is_made_first() {
        let mut story = Story::new();
        let finding = story.findings.remove(0);
        let number = |number| Finding {
            number,
            ..finding.clone()
        };
        let count = ((writing::AHEAD + 2) * jobs::PART) as u64 + 1;
        story.findings = (1..=count).map(number).collect();
        let rules = story.rules();
        let report = story.report(&rules);
        let on_threads = |count: usize, job: &(dyn Fn(usize) + Sync)| {
            let next = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        loop {
                            match next.fetch_add(1, Ordering::Relaxed) {
                                at if at < count => job(at),
                                _ => break,
                            }
                        }
                    });
                }
            });
        };
        let orders: [Each<'_>; 4] = [
            &on_threads,
            &|count, job| (0..count).for_each(job),
            &|count, job| (0..count).rev().for_each(job),
            &|count, job| (0..count).for_each(|at| job(at ^ usize::from(at / 2 < count / 2))),
        ];
        for each in orders {
            let temp = tempfile::tempdir().unwrap();
            let mut folder = Folder::open(temp.path(), false).unwrap();
            write_tables(&mut folder, &report, &[0], each).unwrap();
            folder.commit().unwrap();
            let numbers = |name: &str, column: &str| -> Vec<String> {
                let csv = std::fs::read(temp.path().join(name)).unwrap();
                let rows = rows(csv).into_iter();
                rows.map(|row| row[column].clone()).collect()
            };
            let expected: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
            assert_eq!(numbers("findings.csv", "finding"), expected);
            let of_rule = numbers("elastic-registration-utility.csv", "sequence");
            let twice: Vec<String> = expected
                .iter()
                .flat_map(|one| [one.clone(), one.clone()])
                .collect();
            assert_eq!(of_rule, twice);
        }
    }

    #[test]
    fn a_table_that_cannot_be_written_is_told_of() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("out");
        let mut folder = Folder::open(&path, false).unwrap();
        std::fs::remove_dir(&path).unwrap();
        let story = Story::new();
        let rules = story.rules();
        let each: Each<'_> = &|count, job| (0..count).for_each(job);
        let error = write_tables(&mut folder, &story.report(&rules), &[], each).unwrap_err();
        assert!(
            matches!(
                error,
                OutputError::Io {
                    doing: "create",
                    ..
                }
            ),
            "{error}"
        );
    }
}
