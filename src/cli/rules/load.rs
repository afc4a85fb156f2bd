//! From rule options to rules that run: the built-in ones and the user's, with what became of
//! every file.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, json};

use crate::hunt::Sysmon;
use crate::lang::spl::Macros;
use crate::model::field::FieldTable;
use crate::model::rule::RuleOrigin;
use crate::output::run_json::NotRun;
use crate::rules::{self, Outcome, Rule};
use crate::schema::{self, Schema};

use super::super::terminal::Terminal;
use super::super::{Failure, Stop};
use super::select::Select;
use super::{counted, unanswerable};

/// Which rules there are.
#[derive(Args)]
pub(in crate::cli) struct RuleArgs {
    /// Rule files, or folders to take all rule files from: Elastic's TOML, Splunk's YAML
    #[arg(long, value_name = "PATH", num_args = 1..)]
    rules: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    no_builtin: bool,
    #[command(flatten)]
    pub(super) select: Select,
    #[command(flatten)]
    macros: MacroArgs,
}

/// What the macros of Splunk's searches stand for.
#[derive(Args)]
pub(super) struct MacroArgs {
    /// Define a Splunk macro: 'name=definition', or 'name(arg,...)=definition'
    #[arg(long = "macro", value_name = "NAME=DEFINITION")]
    macros: Vec<String>,
    /// Define Splunk macros by a file like macros.conf
    #[arg(long = "macros", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A rule file, and what became of it.
pub(super) struct RuleFile {
    /// As shown to people.
    pub path: String,
    pub outcome: Outcome,
}

/// Rules that run, and those that do not.
pub(in crate::cli) struct Run {
    pub rules: Vec<Rule>,
    pub not_run: Vec<NotRun>,
    /// How many of these Sysmon data can never answer.
    pub unanswerable: usize,
    /// How many of these are broken.
    pub broken: usize,
    /// What is odd about those that run.
    pub warnings: Vec<String>,
}

/// A file of rules or macros past this is not one: 1 MiB.
const LONGEST_FILE: u64 = 1 << 20;
/// Most rule files are no longer.
const COMMON_FILE: usize = 1 << 15;

impl RuleArgs {
    /// Loads what the options name: every file that is meant, with what became of it.
    pub(super) fn files(&self, fields: &mut FieldTable) -> Result<Vec<RuleFile>, Stop> {
        let macros = self.macros.read()?;
        let mut files = Vec::new();
        if !self.no_builtin {
            for (name, text) in rules::built_in() {
                let origin = RuleOrigin::BuiltIn(name);
                let outcome = rules::load(origin, text.as_bytes(), &macros, &Schema, fields);
                let path = name.to_owned();
                files.push(RuleFile { path, outcome });
            }
        }
        files.extend(load(&self.rules, &macros, fields)?);
        self.select.apply(&mut files)?;
        Ok(files)
    }

    /// Loads the rules to run. A broken file stops the run, with every broken one drawn, unless
    /// those are to be skipped.
    pub fn load(
        &self,
        skip_broken: bool,
        fields: &mut FieldTable,
        terminal: &Terminal,
    ) -> Result<Run, Stop> {
        let mut run = Run {
            rules: Vec::new(),
            not_run: Vec::new(),
            unanswerable: 0,
            broken: 0,
            warnings: Vec::new(),
        };
        for RuleFile { path, outcome } in self.files(fields)? {
            let (id, name, reason) = match outcome {
                Outcome::Loaded(rule) => {
                    run.rules.push(*rule);
                    continue;
                }
                Outcome::NotRun { id, name, reason } => (id, name, reason),
                Outcome::Broken { diagnostic, text } => {
                    terminal.say_always(&diagnostic.draw(&path, &text));
                    run.broken += 1;
                    let reason = format!("broken: {}", diagnostic.message);
                    (String::new(), String::new(), reason)
                }
            };
            run.not_run.push(NotRun {
                path,
                id,
                name,
                reason,
            });
        }
        if run.broken > 0 && !skip_broken {
            let files = counted(run.broken, "rule file");
            let are = if run.broken == 1 { "is" } else { "are" };
            let hint = "mend it or the macro that it calls, leave it out, or go on without it by --skip-broken";
            return Err(Failure::new(format!("{files} {are} broken"))
                .hint(hint)
                .into());
        }
        run.warnings = warnings(&run.rules);
        Ok(run)
    }

    /// The options, as `run.json` says them.
    pub fn say(&self, said: &mut Map<String, serde_json::Value>) {
        said.insert("builtin_rules".to_owned(), json!(!self.no_builtin));
        self.select.say(said);
        said.insert("macros".to_owned(), json!(self.macros.macros));
    }
}

impl Run {
    /// Leaves out the rules that no record of Sysmon's can answer.
    pub fn drop_unanswerable(&mut self, fields: &FieldTable, options: &schema::Options) {
        let sysmon = Sysmon::new(fields, options);
        let not_run = &mut self.not_run;
        let before = self.rules.len();
        self.rules.retain(|rule| {
            let lacks = sysmon.lacks(&rule.plan);
            if !lacks.is_empty() {
                not_run.push(NotRun {
                    path: origin(&rule.info.origin),
                    id: rule.info.id.clone(),
                    name: rule.info.name.clone(),
                    reason: unanswerable(&lacks),
                });
            }
            lacks.is_empty()
        });
        self.unanswerable = before - self.rules.len();
        self.not_run.sort_by(|a, b| a.path.cmp(&b.path));
        self.warnings = warnings(&self.rules);
    }

    /// A run without a rule would find nothing and say so proudly.
    pub fn must_have_rules(&self) -> Result<(), Failure> {
        match (self.rules.is_empty(), self.not_run.as_slice()) {
            (false, _) => Ok(()),
            (true, []) => Err(Failure::new("no rule to run").hint("name rule files with --rules")),
            (true, [only]) => Err(Failure::new(format!(
                "no rule to run: {} is not run: {}",
                only.path, only.reason
            ))),
            (true, many) => Err(Failure::new(format!(
                "no rule to run: {} are not run",
                counted(many.len(), "rule")
            ))
            .hint("`evql rules check PATH` says why")),
        }
    }

    /// What did not run, for the end of the summary.
    pub fn say_not_run(&self, terminal: &Terminal) {
        if self.not_run.is_empty() {
            return;
        }
        let others = self.not_run.len() - self.unanswerable - self.broken;
        let mut kinds = Vec::new();
        for (count, kind) in [
            (self.unanswerable, "that Sysmon data can never answer"),
            (self.broken, "broken"),
            (others, "for other reasons"),
        ] {
            if count > 0 {
                kinds.push(format!("{count} {kind}"));
            }
        }
        let count = counted(self.not_run.len(), "rule");
        terminal.say(&format!("{count} not run: {}", kinds.join(", ")));
        if !terminal.verbose {
            terminal.say("; run.json says why\n");
            return;
        }
        terminal.say("\n");
        for rule in &self.not_run {
            terminal.say(&format!("  {}: {}\n", rule.path, rule.reason));
        }
    }

    /// How much is odd about the rules that run, or with `--verbose` what.
    pub fn say_warnings(&self, terminal: &Terminal) {
        match (self.warnings.len(), terminal.verbose) {
            (0, _) => {}
            (_, true) => {
                for warning in &self.warnings {
                    terminal.warning(warning);
                }
            }
            (count, false) => terminal.warning(&format!(
                "{} about rules, most of fields that no mapping knows: run.json has them, \
                 --verbose lists them",
                counted(count, "warning")
            )),
        }
    }
}

impl MacroArgs {
    pub fn read(&self) -> Result<Macros, Stop> {
        let mut macros = Macros::default();
        for file in &self.files {
            let mut bytes = Vec::new();
            read(file, &mut bytes)?;
            if let Some(failure) = too_long(file, &bytes) {
                return Err(failure.into());
            }
            let text = String::from_utf8(bytes)
                .map_err(|_| Failure::new(format!("{} is not UTF-8", file.display())))?;
            macros
                .read_conf(&text)
                .map_err(|wrong| Stop::Drawn(wrong.draw(&file.to_string_lossy(), &text)))?;
        }
        for text in &self.macros {
            macros
                .define(text)
                .map_err(|wrong| Stop::Drawn(wrong.draw("--macro", text)))?;
        }
        Ok(macros)
    }
}

/// Loads all rule files behind paths, in the order of their paths.
pub(super) fn load(
    paths: &[PathBuf],
    macros: &Macros,
    fields: &mut FieldTable,
) -> Result<Vec<RuleFile>, Failure> {
    let mut loaded = Vec::new();
    let mut bytes = Vec::with_capacity(COMMON_FILE);
    for file in find(paths)? {
        read(&file, &mut bytes)?;
        let path = file.to_string_lossy().into_owned();
        let outcome = match too_long(&file, &bytes) {
            None => rules::load(RuleOrigin::File(file), &bytes, macros, &Schema, fields),
            Some(failure) if paths.contains(&file) => return Err(failure),
            // What a folder happens to hold beside its rules must not keep them from running.
            Some(failure) => Outcome::NotRun {
                id: String::new(),
                name: String::new(),
                reason: failure.message,
            },
        };
        loaded.push(RuleFile { path, outcome });
    }
    Ok(loaded)
}

/// What is odd about rules: of each its name and what.
fn warnings(rules: &[Rule]) -> Vec<String> {
    let of = |rule: &Rule| {
        let name = rule.info.name.clone();
        let warnings = rule.warnings.clone().into_iter();
        warnings.map(move |warning| format!("{name}: {warning}"))
    };
    rules.iter().flat_map(of).collect()
}

/// Where a rule came from, in words.
pub(super) fn origin(origin: &RuleOrigin) -> String {
    match origin {
        RuleOrigin::BuiltIn(name) => format!("built in: {name}"),
        RuleOrigin::File(path) => path.to_string_lossy().into_owned(),
        RuleOrigin::Query => "command line".to_owned(),
    }
}

/// The rule files behind paths, sorted: a file as it is, of a folder what looks like one.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, 0, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Folders nest to this depth in any pack of rules.
const DEEPEST: usize = 32;

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unread = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let named = extension.is_some_and(is_rule_file);
        let kind = entry.file_type().map_err(unread)?;
        // A link to a folder could lead back to where it stands.
        if kind.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, found)?;
        } else if named && (kind.is_file() || (kind.is_symlink() && path.is_file())) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_rule_file(extension: &str) -> bool {
    let is = |known: &&str| extension.eq_ignore_ascii_case(known);
    ["toml", "yml", "yaml"].iter().any(is)
}

/// Reads a file into the memory of the one before.
fn read(path: &Path, bytes: &mut Vec<u8>) -> Result<(), Failure> {
    let unread = |error| Failure::new(format!("cannot read {}: {error}", path.display()));
    bytes.clear();
    let file = File::open(path).map_err(unread)?;
    file.take(LONGEST_FILE + 1)
        .read_to_end(bytes)
        .map_err(unread)?;
    Ok(())
}

fn too_long(path: &Path, bytes: &[u8]) -> Option<Failure> {
    let message = || {
        format!(
            "{} is no file of rules or macros: it is past 1 MiB",
            path.display()
        )
    };
    (bytes.len() as u64 > LONGEST_FILE).then(|| Failure::new(message()))
}
