//! From a whole run to `run.json`: what ran on what, and everything that could not be read, so
//! that a second person can check and repeat it.
//!
//! No times of the run itself and no number of threads stand here: the same logs, rules and
//! options give the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::folder::PROGRAM;
use super::report::{InputRead, Report};
use crate::model::problem::{Lost, Problem};
use crate::model::rule::RuleOrigin;

/// What `run.json` says beside the report.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The hunt.
    pub report: Report<'a>,
    /// The program's version.
    pub version: &'a str,
    /// The options that bear on the answer, by name: not the number of threads, not the output
    /// folder.
    pub options: &'a serde_json::Map<String, serde_json::Value>,
    /// The file of each rule's table, in the rules' order.
    pub tables: &'a [String],
    /// Rules that were given and did not run.
    pub not_run: &'a [NotRun],
    /// Files that are no logs, and why.
    pub passed_over: &'a [(PathBuf, String)],
    /// Files that could not be opened, and why.
    pub unreadable: &'a [(PathBuf, String)],
    /// What the user was warned of.
    pub warnings: &'a [String],
    /// The names of all the run's files.
    pub files: &'a [String],
}

/// A rule that was given and did not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// Its file.
    pub path: String,
    /// Its id; empty where it could not be read.
    pub id: String,
    /// Its name; empty where it could not be read.
    pub name: String,
    /// Why.
    pub reason: String,
}

#[derive(Serialize)]
struct RunJson<'a> {
    program: &'a str,
    version: &'a str,
    profile: &'a str,
    options: &'a serde_json::Map<String, serde_json::Value>,
    rules: Vec<RuleJson<'a>>,
    rules_not_run: &'a [NotRun],
    findings: usize,
    inputs: Vec<InputJson<'a>>,
    passed_over: Vec<PathJson<'a>>,
    unreadable: Vec<PathJson<'a>>,
    warnings: &'a [String],
    files: &'a [String],
}

#[derive(Serialize)]
struct RuleJson<'a> {
    source: &'a str,
    id: &'a str,
    name: &'a str,
    version: &'a str,
    origin: String,
    sha256: &'a str,
    findings: usize,
    table: Option<&'a String>,
}

#[derive(Serialize)]
struct InputJson<'a> {
    path: String,
    format: &'a str,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a String>,
    records: u64,
    skipped: u64,
    duplicates: u64,
    unreadable: u64,
    fallback: u64,
    sysmon: &'a BTreeMap<u16, u64>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    chunk: Option<u32>,
    offset: Option<u64>,
    record_id: Option<u64>,
    lost: &'static str,
    what: &'a str,
}

#[derive(Serialize)]
struct PathJson<'a> {
    path: String,
    why: &'a str,
}

/// Writes `run.json`.
///
/// # Errors
/// What writing gives.
pub fn write<W: Write>(run: &Run<'_>, mut out: W) -> io::Result<W> {
    let report = &run.report;
    let mut found = vec![0usize; report.rules.len()];
    for finding in report.findings {
        if let Some(count) = found.get_mut(finding.rule) {
            *count += 1;
        }
    }
    let rules = report.rules.iter().zip(found).enumerate();
    let json = RunJson {
        program: PROGRAM,
        version: run.version,
        profile: report.profile,
        options: run.options,
        rules: rules
            .map(|(at, (rule, findings))| RuleJson {
                source: rule.info.vendor.as_str(),
                id: &rule.info.id,
                name: &rule.info.name,
                version: &rule.info.version,
                origin: match &rule.info.origin {
                    RuleOrigin::BuiltIn(name) => format!("built in: {name}"),
                    RuleOrigin::File(path) => path.to_string_lossy().into_owned(),
                    RuleOrigin::Query => "command line".to_owned(),
                },
                sha256: &rule.info.sha256,
                findings,
                table: run.tables.get(at),
            })
            .collect(),
        rules_not_run: run.not_run,
        findings: report.findings.len(),
        inputs: report.inputs.iter().map(input).collect(),
        passed_over: paths(run.passed_over),
        unreadable: paths(run.unreadable),
        warnings: run.warnings,
        files: run.files,
    };
    serde_json::to_writer_pretty(&mut out, &json)?;
    out.write_all(b"\n")?;
    Ok(out)
}

fn input(input: &InputRead) -> InputJson<'_> {
    InputJson {
        path: input.path.to_string_lossy().into_owned(),
        format: input.format,
        size: input.size,
        sha256: input.sha256.as_ref(),
        records: input.records,
        skipped: input.skipped,
        duplicates: input.duplicates,
        unreadable: input.unreadable,
        fallback: input.fallback,
        sysmon: &input.sysmon,
        problems: input.problems.iter().map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemJson<'_> {
    ProblemJson {
        chunk: problem.chunk,
        offset: problem.offset,
        record_id: problem.record_id,
        lost: match problem.lost {
            Lost::Nothing => "nothing",
            Lost::Record => "record",
            Lost::Chunk => "chunk",
            Lost::File => "file",
        },
        what: &problem.what,
    }
}

fn paths(paths: &[(PathBuf, String)]) -> Vec<PathJson<'_>> {
    paths
        .iter()
        .map(|(path, why)| PathJson {
            path: path.to_string_lossy().into_owned(),
            why,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::story::Story;
    use super::*;

    #[test]
    fn says_what_ran_on_what() {
        let story = Story::new();
        let rules = story.rules();
        let options = json!({ "bom": true });
        let tables = ["a.csv".to_owned(), "b.csv".to_owned()];
        let files = ["findings.csv".to_owned(), "run.json".to_owned()];
        let run = Run {
            report: story.report(&rules),
            version: "0.1.0",
            options: options.as_object().unwrap(),
            tables: &tables,
            not_run: &[],
            passed_over: &[(PathBuf::from("notes.txt"), "no log".into())],
            unreadable: &[],
            warnings: &[],
            files: &files,
        };
        let bytes = write(&run, Vec::new()).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["program"], "evql");
        assert_eq!(read["options"], options);
        assert_eq!(
            read["rules"][1],
            json!({
                "source": "splunk", "id": "00000000-0000-0000-0000-000000000001",
                "name": "Regasm", "version": "9", "origin": "built in: rule.toml",
                "sha256": "ab".repeat(32), "findings": 1, "table": "b.csv",
            })
        );
        assert_eq!(
            read["inputs"][0],
            json!({
                "path": "logs/a.evtx", "format": "evtx", "size": 69632, "records": 10,
                "skipped": 4, "duplicates": 1, "unreadable": 1, "fallback": 0,
                "sysmon": { "1": 3, "3": 3 },
                "problems": [{
                    "chunk": 0, "offset": 4608, "record_id": null, "lost": "record",
                    "what": "record runs past its chunk",
                }],
            })
        );
        assert_eq!(
            read["passed_over"],
            json!([{ "path": "notes.txt", "why": "no log" }])
        );
        assert_eq!(bytes, write(&run, Vec::new()).unwrap());
    }
}
