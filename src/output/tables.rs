//! From a hunt's report to all the tables of its folder: made in parts, by whichever thread is free,
//! and each written in the order of its parts by whoever finds it not being written. Nobody waits for
//! a file, unless what is made too far ahead of it piles up.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use super::csv::{Rows, Sheet, Style, Written};
use super::findings::Findings;
use super::folder::{Folder, OutputError};
use super::report::Report;
use super::summary::{self, Found};
use super::table::Table;
use super::{rule_tables, slug, timeline};

/// Things that one part of a table has rows for: enough to fill what is written at a time, few
/// enough to share.
const PART: usize = 128;
/// Parts that may wait for the one before them.
const AHEAD: usize = 16;

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
    let jobs = jobs(&findings, &rules, &timeline);
    let mut tables: Vec<Named<'_>> = vec![("findings.csv", &findings)];
    for (name, rule) in names.iter().zip(&rules) {
        tables.push((name, rule));
    }
    tables.push(("timeline.csv", &timeline));
    let mut ways = Vec::new();
    for (name, table) in &tables {
        folder.take(name)?;
        ways.push(Way::new(table.len().div_ceil(PART).max(1)));
    }
    let writing = Writing {
        folder,
        style: report.held.style(),
        free: Mutex::default(),
    };
    let found = OnceLock::new();
    each(1 + jobs.len(), &|job| {
        let Some(job) = job.checked_sub(1) else {
            _ = found.set(summary::found(report));
            return;
        };
        for (at, part) in &jobs[job] {
            let rows = writing.rows(tables[*at].1, *part);
            writing.put(*part, rows, tables[*at], &ways[*at]);
        }
    });
    let mut warnings = Vec::new();
    for (table, way) in tables.iter().zip(ways) {
        writing.catch_up(*table, &way, &mut lock(&way.pen));
        let pen = way.pen.into_inner().unwrap_or_else(PoisonError::into_inner);
        warnings.extend(pen.written?.warnings(table.0));
    }
    Ok(Tables {
        rules: names,
        warnings,
        found: found.into_inner().unwrap_or_default(),
    })
}

/// Parts of tables that are made one after the other: each table's number (that of the findings, of
/// each rule, of the timeline), and the part's.
type Job = Vec<(usize, usize)>;

/// What there is to be made, in the order in which it is best begun.
fn jobs(findings: &dyn Table, rules: &[rule_tables::OfRule<'_>], timeline: &dyn Table) -> Vec<Job> {
    let parts = |table: &dyn Table| table.len().div_ceil(PART);
    // Of many rules most find nothing. Their files are one job, for threads that begin files in one
    // folder hold each other up.
    let mut without_rows = Vec::new();
    // What rule tables have of the same findings comes at once: their events are at hand then.
    let mut of_findings: Vec<Job> = (0..parts(findings)).map(|part| vec![(0, part)]).collect();
    for (at, rule) in (1..).zip(rules) {
        for (part, first) in rule.findings.iter().step_by(PART).enumerate() {
            of_findings[first / PART].push((at, part));
        }
        if rule.findings.is_empty() {
            without_rows.push((at, 0));
        }
    }
    let at = rules.len() + 1;
    let of_timeline: Vec<Job> = (0..parts(timeline)).map(|part| vec![(at, part)]).collect();
    if of_findings.is_empty() {
        without_rows.push((0, 0));
    }
    if of_timeline.is_empty() {
        without_rows.push((at, 0));
    }
    // The first part of the findings and of the timeline takes going through the whole report. Who
    // comes to a second one meanwhile would have to wait.
    let mut of_findings = of_findings.into_iter();
    let mut jobs = vec![without_rows];
    jobs.extend(of_findings.next());
    jobs.extend(of_timeline);
    jobs.extend(of_findings);
    jobs
}

/// Rows, and what they are.
type Part = (Vec<u8>, Written);

/// A table on its way into its file.
struct Way {
    parts: usize,
    /// Parts that are made and not written.
    waiting: Mutex<BTreeMap<usize, Part>>,
    pen: Mutex<Pen>,
}

/// How far the file has come.
struct Pen {
    /// The part that comes next.
    next: usize,
    sheet: Option<Sheet<File>>,
    written: Result<Written, OutputError>,
}

impl Way {
    fn new(parts: usize) -> Way {
        Way {
            parts,
            waiting: Mutex::default(),
            pen: Mutex::new(Pen {
                next: 0,
                sheet: None,
                written: Ok(Written::default()),
            }),
        }
    }
}

/// A table and its name.
type Named<'a> = (&'a str, &'a dyn Table);

struct Writing<'a> {
    folder: &'a Folder,
    style: Style,
    /// The memory of parts that were written.
    free: Mutex<Vec<Vec<u8>>>,
}

impl Writing<'_> {
    fn rows(&self, table: &dyn Table, part: usize) -> Part {
        let free = lock(&self.free).pop();
        let mut rows = Rows::after(free.unwrap_or_default(), self.style);
        let from = part * PART;
        table.add(from..table.len().min(from + PART), &mut rows);
        rows.finish()
    }

    /// Writes the part with all that can be written, unless somebody else does, who then most often
    /// comes to it.
    fn put(&self, part: usize, rows: Part, table: Named<'_>, way: &Way) {
        let waiting = {
            let mut waiting = lock(&way.waiting);
            waiting.insert(part, rows);
            waiting.len()
        };
        let mut pen = match way.pen.try_lock() {
            Ok(pen) => pen,
            Err(TryLockError::WouldBlock) if waiting < AHEAD => return,
            Err(_) => lock(&way.pen),
        };
        self.catch_up(table, way, &mut pen);
    }

    /// Writes the parts that come next, as far as they are made.
    fn catch_up(&self, table: Named<'_>, way: &Way, pen: &mut Pen) {
        let next = |pen: &Pen| lock(&way.waiting).remove(&pen.next);
        while let Some((mut text, written)) = next(pen) {
            pen.next += 1;
            let is_last = pen.next == way.parts;
            if pen.written.is_ok()
                && let Err(error) = self.write(&text, written, table, is_last, pen)
            {
                pen.written = Err(error);
            }
            text.clear();
            lock(&self.free).push(text);
        }
    }

    fn write(
        &self,
        text: &[u8],
        written: Written,
        (name, table): Named<'_>,
        is_last: bool,
        pen: &mut Pen,
    ) -> Result<(), OutputError> {
        let path = self.folder.path().join(name);
        let writing = |error| OutputError::io("write", &path)(error);
        let mut sheet = match pen.sheet.take() {
            Some(sheet) => sheet,
            None => {
                let file = self.folder.create(name)?;
                Sheet::new(file, self.style, table.header()).map_err(writing)?
            }
        };
        sheet.append(text, written).map_err(writing)?;
        if is_last {
            pen.written = Ok(sheet.finish().map_err(writing)?.1);
        } else {
            pen.sheet = Some(sheet);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn every_part_is_made_once_and_with_it_what_shows_the_same_findings() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let runs = rule_tables::runs(&report);
        let of_rule = |rule: usize, findings: &[usize]| {
            let mut table = rule_tables::OfRule::new(&report, &rules[rule], &runs);
            table.findings = findings.to_vec();
            table
        };
        struct OfLength(usize);
        impl Table for OfLength {
            fn header(&self) -> Vec<&str> {
                Vec::new()
            }
            fn len(&self) -> usize {
                self.0
            }
            fn add(&self, _: std::ops::Range<usize>, _: &mut Rows) {}
        }
        let first: Vec<usize> = (0..PART + 9).collect();
        let second: Vec<usize> = (PART + 9..2 * PART + 1).collect();
        let tables = [of_rule(0, &first), of_rule(1, &[]), of_rule(1, &second)];
        let made = jobs(&OfLength(2 * PART + 1), &tables, &OfLength(PART + 1));
        let expected: [&[(usize, usize)]; 6] = [
            &[(2, 0)],
            &[(0, 0), (1, 0)],
            &[(4, 0)],
            &[(4, 1)],
            &[(0, 1), (1, 1), (3, 0)],
            &[(0, 2)],
        ];
        assert_eq!(made, expected);
        let nothing = jobs(&OfLength(0), &[of_rule(0, &[])], &OfLength(0));
        assert_eq!(nothing, [[(1, 0), (0, 0), (2, 0)]]);
    }

    #[test]
    fn parts_stand_in_their_order_whichever_is_made_first() {
        let mut story = Story::new();
        let finding = story.findings.remove(0);
        let number = |number| Finding {
            number,
            ..finding.clone()
        };
        let count = ((AHEAD + 2) * PART) as u64 + 1;
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
