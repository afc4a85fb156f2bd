//! `evql rules show`: all that a rule says of itself, and what it needs.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;

use crate::hunt::{Needs, Sysmon, Threads};
use crate::model::field::FieldTable;
use crate::model::rule::Attack;
use crate::output::show::visible;
use crate::rules::{Outcome, Rule};
use crate::schema;

use super::super::terminal::Terminal;
use super::super::{Exit, Failure, Stop, writing};
use super::load::{self, RuleArgs};
use super::unanswerable;

/// Show a rule: what it looks for, its query, what it needs
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    evql rules show fb02b8d3-71ee-4af1-bacd-215d23f17efa\n  \
    evql rules show 'Detect Regasm with Network Connection'\n  \
    evql rules show '*mshta*' --rules detection-rules/rules/windows")]
pub(super) struct ShowArgs {
    /// The rule's id or name; * and ? are wildcards
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    rules: RuleArgs,
}

pub(super) fn run(args: &ShowArgs, threads: &Threads, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut fields = FieldTable::default();
    let mut files = args.rules.files(&mut fields, threads)?;
    super::select::by_name(&args.id, &mut files);
    let sysmon = Sysmon::new(&fields, &schema::Options::default());
    let mut out = String::new();
    let mut not_run = None;
    for file in &files {
        match &file.outcome {
            Outcome::Loaded(rule) => {
                if !out.is_empty() {
                    out.push('\n');
                }
                show(rule, &sysmon.needs(&rule.plan), &mut out);
            }
            Outcome::NotRun { reason, .. } => {
                not_run.get_or_insert(format!("{} is not run: {reason}", file.path));
            }
            Outcome::Broken { diagnostic, text } => {
                terminal.say_always(&diagnostic.draw(&file.path, text));
            }
        }
    }
    if out.is_empty() {
        let message = not_run.unwrap_or_else(|| format!("no rule is called {:?}", args.id));
        return Err(Failure::new(message)
            .hint("`evql rules list` shows names and ids; --rules names rule files")
            .into());
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(out.as_bytes()).map_err(writing)?;
    stdout.flush().map_err(writing)?;
    Ok(Exit::Done)
}

fn show(rule: &Rule, needs: &Needs, out: &mut String) {
    let info = &rule.info;
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "{:<12}{}", name, visible(text));
        }
    };
    let version = match info.version.as_str() {
        "" => String::new(),
        version => format!(", version {version}"),
    };
    let risk = match info.risk_score {
        None => String::new(),
        Some(risk) => format!(", risk score {risk}"),
    };
    let event = |id: u16| format!("{id} {}", schema::action(id)).trim_end().to_owned();
    let events: Vec<String> = needs.event_ids.iter().map(event).collect();
    line("name", &info.name);
    line("id", &info.id);
    line("source", &format!("{}{version}", info.vendor.as_str()));
    line("origin", &load::origin(&info.origin));
    line("sha256", &info.sha256);
    line("severity", &format!("{}{risk}", info.severity));
    line("tactics", &attacks(&info.tactics));
    line("techniques", &attacks(&info.techniques));
    line("event ids", &events.join(", "));
    line("fields", &needs.fields.join(", "));
    if !needs.lacks.is_empty() {
        line("answer", &unanswerable(&needs.lacks));
    }
    for warning in &rule.warnings {
        line("warning", &warning.line());
    }
    block(&info.description, out);
    block(&rule.text, out);
}

/// A text on lines of its own, set in.
fn block(text: &str, out: &mut String) {
    let text = text.trim_matches(['\n', '\r']).trim_end();
    if text.is_empty() {
        return;
    }
    out.push('\n');
    for line in text.lines() {
        let shown = visible(line);
        let _ = writeln!(out, "{}", format!("  {shown}").trim_end());
    }
}

fn attacks(attacks: &[Attack]) -> String {
    let shown = |attack: &Attack| format!("{} {}", attack.id, attack.name).trim().to_owned();
    attacks.iter().map(shown).collect::<Vec<_>>().join(", ")
}
