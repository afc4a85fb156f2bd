//! From rule options to rules that run: the built-in ones and the user's, with what became of
//! every file.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, json};

use crate::lang::spl::Macros;
use crate::model::field::FieldTable;
use crate::model::rule::RuleOrigin;
use crate::output::run_json::NotRun;
use crate::rules::{self, Outcome, Rule};
use crate::schema::Schema;

use super::Failure;
use super::terminal::Terminal;

/// Which rules run.
#[derive(Args)]
pub(super) struct RuleArgs {
    /// Rule files, or folders to take all rule files from: Elastic's TOML, Splunk's YAML
    #[arg(long, value_name = "PATH", num_args = 1..)]
    rules: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    no_builtin: bool,
    /// Define a Splunk macro: 'name=definition', or 'name(arg,...)=definition'
    #[arg(long = "macro", value_name = "NAME=DEFINITION")]
    macros: Vec<String>,
    /// Define Splunk macros by a file like macros.conf
    #[arg(long = "macros", value_name = "FILE")]
    macro_files: Vec<PathBuf>,
}

/// Rules that run, and those that do not.
pub(super) struct Loaded {
    pub rules: Vec<Rule>,
    pub not_run: Vec<NotRun>,
    /// What is odd about those that run.
    pub warnings: Vec<String>,
}

/// A rule file past this is not one: 1 MiB.
const LONGEST_FILE: u64 = 1 << 20;

impl RuleArgs {
    /// Loads what the options name. A rule that is wrong stops the run, with every wrong one drawn.
    pub fn load(&self, fields: &mut FieldTable, terminal: &Terminal) -> Result<Loaded, Failure> {
        let macros = self.macros()?;
        let mut loader = Loader {
            macros,
            fields,
            rules: Vec::new(),
            not_run: Vec::new(),
        };
        let mut broken = Vec::new();
        if !self.no_builtin {
            for (name, text) in rules::built_in() {
                let origin = RuleOrigin::BuiltIn(name);
                broken.extend(loader.take(name, origin, text.as_bytes()));
            }
        }
        for file in files(&self.rules)? {
            let bytes = read(&file)?;
            let origin = RuleOrigin::File(file.clone());
            broken.extend(loader.take(&file.to_string_lossy(), origin, &bytes));
        }
        for drawn in &broken {
            terminal.say_always(drawn);
        }
        if !broken.is_empty() {
            let count = broken.len();
            let rules = if count == 1 { "rule is" } else { "rules are" };
            return Err(Failure::new(format!("{count} {rules} wrong"))
                .hint("mend it, or leave its file out of --rules"));
        }
        if loader.rules.is_empty() {
            return Err(Failure::new("no rule to run").hint("name rule files with --rules"));
        }
        let warnings = loader.warnings();
        Ok(Loaded {
            rules: loader.rules,
            not_run: loader.not_run,
            warnings,
        })
    }

    /// The options, as `run.json` says them.
    pub fn say(&self, said: &mut Map<String, serde_json::Value>) {
        said.insert("builtin_rules".to_owned(), json!(!self.no_builtin));
        said.insert("macros".to_owned(), json!(self.macros));
    }

    fn macros(&self) -> Result<Macros, Failure> {
        let mut macros = Macros::default();
        for file in &self.macro_files {
            let text = String::from_utf8(read(file)?)
                .map_err(|_| Failure::new(format!("{} is not UTF-8", file.display())))?;
            macros.read_conf(&text).map_err(|wrong| {
                Failure::new(wrong.draw(&file.to_string_lossy(), &text).trim_end())
            })?;
        }
        for text in &self.macros {
            macros
                .define(text)
                .map_err(|wrong| Failure::new(wrong.draw("--macro", text).trim_end()))?;
        }
        Ok(macros)
    }
}

struct Loader<'a> {
    macros: Macros,
    fields: &'a mut FieldTable,
    rules: Vec<Rule>,
    not_run: Vec<NotRun>,
}

impl Loader<'_> {
    /// Takes one file; the drawing of what is wrong with it, if anything is.
    fn take(&mut self, path: &str, origin: RuleOrigin, bytes: &[u8]) -> Option<String> {
        match rules::load(origin, bytes, &self.macros, &Schema, self.fields) {
            Outcome::Loaded(rule) => self.rules.push(*rule),
            Outcome::NotRun { id, name, reason } => {
                self.not_run.push(NotRun {
                    path: path.to_owned(),
                    id,
                    name,
                    reason,
                });
            }
            Outcome::Broken { diagnostic, text } => return Some(diagnostic.draw(path, &text)),
        }
        None
    }

    fn warnings(&self) -> Vec<String> {
        let rules = self.rules.iter();
        rules
            .flat_map(|rule| {
                let name = &rule.info.name;
                rule.warnings
                    .iter()
                    .map(move |warning| format!("{name}: {warning}"))
            })
            .collect()
    }
}

/// The rule files behind paths, sorted: a file as it is, of a folder what looks like one.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
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
        let path = entry.map_err(unread)?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        // A link to a folder could lead back to where it stands.
        if path.is_dir() && !path.is_symlink() && depth < DEEPEST {
            walk(&path, depth + 1, found)?;
        } else if path.is_file() && matches!(extension, Some("toml" | "yml" | "yaml")) {
            found.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unread = |error| Failure::new(format!("cannot read {}: {error}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unread)?;
    file.take(LONGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unread)?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(Failure::new(format!(
            "{} is no rule file: it is past 1 MiB",
            path.display()
        )));
    }
    Ok(bytes)
}
