//! From a hunt's report to all the tables of its folder.

use std::fs::File;
use std::io::{self, BufWriter};

use super::csv::{Style, Written};
use super::folder::{Folder, OutputError};
use super::report::Report;
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

/// Writes `findings.csv`, a table a rule and `timeline.csv` (the events at `order`, in that
/// order). `run.json` and [`Folder::commit`] are left to the caller, who knows the rest of the
/// run.
///
/// # Errors
/// A file cannot be written.
pub fn write_tables(
    folder: &mut Folder,
    report: &Report<'_>,
    order: &[Location],
    style: Style,
) -> Result<Tables, OutputError> {
    let mut tables = Tables {
        rules: slug::file_names(report.rules),
        warnings: Vec::new(),
    };
    let mut write = |name: &str, table: &dyn Fn(BufWriter<File>) -> Done| {
        let written = folder.write(name, table)?;
        tables.warnings.extend(written.warnings(name));
        Ok(())
    };
    write("findings.csv", &|out| findings::write(report, style, out))?;
    let mut findings: Vec<Vec<&Finding>> = vec![Vec::new(); report.rules.len()];
    for finding in report.findings {
        if let Some(own) = findings.get_mut(finding.rule) {
            own.push(finding);
        }
    }
    for ((rule, name), own) in report.rules.iter().zip(&tables.rules).zip(&findings) {
        write(name, &|out| {
            rule_tables::write(report, rule, own, style, out)
        })?;
    }
    write("timeline.csv", &|out| {
        timeline::write(report, order, style, out)
    })?;
    Ok(tables)
}

type Done = io::Result<(BufWriter<File>, Written)>;

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
        let tables = write_tables(&mut folder, &report, &[at(0, 1)], Style::default()).unwrap();
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
