//! From a hunt's report to all the tables of its folder.

use std::io::{self, Write};
use std::sync::OnceLock;

use super::csv::{Style, Written};
use super::folder::{Folder, OutputError};
use super::report::{Report, RuleUsed};
use super::{findings, rule_tables, slug, timeline};
use crate::model::finding::Finding;
use crate::model::record::Location;

/// What [`write_tables`] wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// The file of each rule's table, in the rules' order.
    pub rules: Vec<String>,
    /// What whoever opens them in Excel has to know.
    pub warnings: Vec<String>,
}

/// Does a job for every number below a count: in any order, and on as many threads as there are.
pub type Each<'a> = &'a dyn Fn(usize, &(dyn Fn(usize) + Sync));

/// Writes `findings.csv`, a table a rule and `timeline.csv` (the events at `order`, in that
/// order), side by side. `run.json` and [`Folder::commit`] are left to the caller, who knows the
/// rest of the run.
///
/// # Errors
/// A file cannot be written.
pub fn write_tables(
    folder: &mut Folder,
    report: &Report<'_>,
    order: &[Location],
    style: Style,
    each: Each<'_>,
) -> Result<Tables, OutputError> {
    let rules = slug::file_names(report.rules);
    let mut findings: Vec<Vec<&Finding>> = vec![Vec::new(); report.rules.len()];
    for finding in report.findings {
        if let Some(own) = findings.get_mut(finding.rule) {
            own.push(finding);
        }
    }
    let mut tables = vec![Table::new("findings.csv", Content::Findings)];
    for ((rule, name), own) in report.rules.iter().zip(&rules).zip(findings) {
        tables.push(Table::new(name, Content::Rule(rule, own)));
    }
    tables.push(Table::new("timeline.csv", Content::Timeline(order)));
    for table in &tables {
        folder.take(table.name)?;
    }
    each(tables.len(), &|at| {
        let table = &tables[at];
        let written = folder.fill(table.name, |out| table.content.write(report, style, out));
        let _ = table.written.set(written);
    });
    let mut warnings = Vec::new();
    for table in tables {
        let written = table.written.into_inner().transpose()?;
        warnings.extend(written.unwrap_or_default().warnings(table.name));
    }
    Ok(Tables { rules, warnings })
}

/// A table that is being written, and how that went.
struct Table<'a> {
    name: &'a str,
    content: Content<'a>,
    written: OnceLock<Result<Written, OutputError>>,
}

impl<'a> Table<'a> {
    fn new(name: &'a str, content: Content<'a>) -> Table<'a> {
        Table {
            name,
            content,
            written: OnceLock::new(),
        }
    }
}

enum Content<'a> {
    Findings,
    Rule(&'a RuleUsed<'a>, Vec<&'a Finding>),
    Timeline(&'a [Location]),
}

impl Content<'_> {
    fn write<W: Write>(
        &self,
        report: &Report<'_>,
        style: Style,
        out: W,
    ) -> io::Result<(W, Written)> {
        match self {
            Content::Findings => findings::write(report, style, out),
            Content::Rule(rule, own) => rule_tables::write(report, rule, own, style, out),
            Content::Timeline(order) => timeline::write(report, order, style, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::story::{Story, at};
    use super::*;

    #[test]
    fn a_run_has_a_table_a_rule() {
        let temp = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(temp.path(), false).unwrap();
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let tables = write_tables(
            &mut folder,
            &report,
            &[at(0, 1)],
            Style::default(),
            &|count, job| (0..count).rev().for_each(job),
        )
        .unwrap();
        assert_eq!(
            tables,
            Tables {
                rules: vec![
                    "elastic-registration-utility.csv".into(),
                    "splunk-regasm.csv".into()
                ],
                warnings: vec![],
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
}
