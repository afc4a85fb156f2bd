//! From the paths on the command line to inputs, and from what reading them gave to what is said
//! of them at the end.

use std::path::PathBuf;
use std::time::Duration;

use crate::hunt::{self, InputCount, Threads};
use crate::input::{self, Discovery, Format};
use crate::model::problem::{Lost, Problem};
use crate::output::show::visible;
use crate::output::summary::{Found, Summary, counted};
use crate::output::{InputRead, Report};

use super::progress::Progress;
use super::terminal::Terminal;
use super::{Exit, Failure};

/// The logs that were found, and what reading them gave.
pub(super) struct Collected {
    pub discovery: Discovery,
    /// One for each input, once they are read.
    pub counts: Vec<InputCount>,
}

impl Collected {
    /// Finds the logs; with `generic` JSON of any kind is one. No log at all is a failure: the user
    /// named the wrong folder.
    pub fn discover(
        paths: &[PathBuf],
        generic: bool,
        terminal: &Terminal,
    ) -> Result<Collected, Failure> {
        let mut discovery = input::discover(paths).map_err(|error| {
            Failure::new(error.to_string()).hint("check the path; a folder is read recursively")
        })?;
        if !generic {
            discovery = discovery.of_windows();
        }
        if discovery.inputs.is_empty() && discovery.unreadable.is_empty() {
            return Err(Failure::new(format!(
                "no log found: {} passed over",
                counted(discovery.passed_over.len() as u64, "file")
            ))
            .hint(
                "evql reads EVTX files, their XML exports and JSON lines, whatever their names",
            ));
        }
        if terminal.verbose {
            for (path, why) in &discovery.passed_over {
                terminal.say(&format!(
                    "passed over {}: {why}\n",
                    visible(&path.to_string_lossy())
                ));
            }
        }
        Ok(Collected {
            discovery,
            counts: Vec::new(),
        })
    }

    /// The inputs' paths as people see them.
    pub fn paths(&self) -> Vec<String> {
        let inputs = self.discovery.inputs.iter();
        inputs
            .map(|input| input.path().to_string_lossy().into_owned())
            .collect()
    }

    /// Whether some log may hold documents, which have whatever fields they have.
    pub fn holds_documents(&self) -> bool {
        let mut inputs = self.discovery.inputs.iter();
        inputs.any(|input| input.format() == Format::JsonLines)
    }

    /// A bar for all inputs.
    pub fn progress(&self, terminal: &Terminal) -> Progress {
        Progress::new(
            terminal,
            self.discovery.inputs.iter().map(|input| input.size()).sum(),
        )
    }

    /// What the outputs say of each input.
    pub fn inputs_read(&self) -> Vec<InputRead> {
        let inputs = self.discovery.inputs.iter().zip(&self.counts);
        inputs
            .map(|(input, count)| InputRead {
                path: input.path().to_owned(),
                format: input.format().as_str(),
                size: input.size(),
                records: count.records,
                skipped: count.skipped,
                duplicates: count.duplicates,
                unreadable: count
                    .problems
                    .iter()
                    .filter(|problem| problem.lost == Lost::Record)
                    .count() as u64,
                fallback: count.fallback,
                sysmon: count.sysmon.clone(),
                problems: count.problems.clone(),
                sha256: count.sha256.clone(),
            })
            .collect()
    }

    /// Hashes the files; a member of a container has its container's hash.
    pub fn hash(&mut self, threads: &Threads) -> Result<(), Failure> {
        let inputs = self.discovery.inputs.iter();
        let files: Vec<_> = inputs.map(|input| input.on_disk().to_owned()).collect();
        let hashes = hunt::sha256(&files, threads);
        for ((count, hash), file) in self.counts.iter_mut().zip(hashes).zip(&files) {
            let hash = hash.map_err(|error| {
                Failure::new(format!("cannot hash {}: {error}", file.display()))
            })?;
            count.sha256 = Some(hash);
        }
        Ok(())
    }

    /// The summary of a run that reports this.
    pub fn summary<'a>(
        &'a self,
        report: Report<'a>,
        found: &'a [Found<'a>],
        elapsed: Duration,
        terminal: &Terminal,
    ) -> Summary<'a> {
        Summary {
            report,
            found,
            passed_over: self.discovery.passed_over.len(),
            unreadable: &self.discovery.unreadable,
            elapsed: Some(elapsed),
            verbose: terminal.verbose,
            color: terminal.color,
        }
    }

    /// Whether everything was read.
    pub fn exit(&self) -> Exit {
        let lost = |problem: &Problem| problem.lost != Lost::Nothing;
        let problems = self.counts.iter().flat_map(|count| &count.problems);
        match self.discovery.unreadable.is_empty() && !problems.into_iter().any(lost) {
            true => Exit::Done,
            false => Exit::Partial,
        }
    }
}
