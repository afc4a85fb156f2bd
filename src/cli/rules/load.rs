//! From rule options to rules that run: the built-in ones and the user's, with why the others do
//! not.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, json};

use crate::diag::Diagnostic;
use crate::hunt::{Sysmon, Threads};
use crate::lang::spl::Macros;
use crate::model::field::FieldTable;
use crate::model::rule::RuleOrigin;
use crate::output::run_json::NotRun;
use crate::rules::{Outcome, Rule};
use crate::schema;

use super::super::terminal::Terminal;
use super::super::{Failure, Stop};
use super::files::{self, RuleFile};
use super::select::Select;
use super::{counted, oddities};

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

impl RuleArgs {
    /// Loads what the options name: every file that is meant, with what became of it.
    pub(super) fn files(
        &self,
        fields: &mut FieldTable,
        threads: &Threads,
    ) -> Result<Vec<RuleFile>, Stop> {
        let macros = self.macros.read()?;
        let mut files = files::load(!self.no_builtin, &self.rules, &macros, fields, threads)?;
        self.select.apply(&mut files)?;
        Ok(files)
    }

    /// Loads the rules to run. A broken file stops the run, with every broken one drawn, unless
    /// those are to be skipped.
    pub fn load(
        &self,
        skip_broken: bool,
        fields: &mut FieldTable,
        threads: &Threads,
        terminal: &Terminal,
    ) -> Result<Run, Stop> {
        let mut run = Run {
            rules: Vec::new(),
            not_run: Vec::new(),
            unanswerable: 0,
            broken: 0,
            warnings: Vec::new(),
        };
        for RuleFile { path, outcome } in self.files(fields, threads)? {
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
    pub fn drop_unanswerable(
        &mut self,
        fields: &FieldTable,
        options: &schema::Options,
        threads: &Threads,
    ) {
        let sysmon = Sysmon::new(fields, options);
        let lacks = threads.map(self.rules.len(), |at| sysmon.lacks(&self.rules[at].plan));
        let rules = std::mem::take(&mut self.rules);
        for (rule, lacks) in rules.into_iter().zip(lacks) {
            if lacks.is_empty() {
                self.rules.push(rule);
                continue;
            }
            self.unanswerable += 1;
            self.not_run.push(NotRun {
                reason: oddities(&rule, &lacks).join("; "),
                path: origin(&rule.info.origin),
                id: rule.info.id,
                name: rule.info.name,
            });
        }
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
            let bytes = files::read(file)?;
            if let Some(failure) = files::too_long(file, &bytes) {
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

/// What is odd about rules: of each its name and what.
fn warnings(rules: &[Rule]) -> Vec<String> {
    let of = |rule: &Rule| {
        let say = |odd: &Diagnostic| format!("{}: {}", rule.info.name, odd.line());
        rule.warnings.iter().map(say).collect::<Vec<_>>()
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
