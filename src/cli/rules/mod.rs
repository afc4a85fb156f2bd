//! `evql rules`: what became of rule files, and what the rules say.

mod check;
mod files;
mod list;
mod load;
mod select;
mod show;

use clap::{Args, Subcommand};

pub(super) use load::{RuleArgs, Run};

use super::terminal::Terminal;
use super::{Common, Exit, Stop};
use crate::diag::Diagnostic;
use crate::rules::Rule;

/// Check rule files, list the rules, show one
#[derive(Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Subcommand)]
enum RulesCommand {
    Check(check::CheckArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
}

pub(super) fn run(args: &RulesArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let threads = common.start_threads()?;
    match &args.command {
        RulesCommand::Check(args) => check::run(args, &threads, terminal),
        RulesCommand::List(args) => list::run(args, &threads, terminal),
        RulesCommand::Show(args) => show::run(args, &threads, terminal),
    }
}

/// What is odd about a rule, each in a line: what Sysmon data lacks to ever answer it, and fields
/// that no mapping knows. Of a rule that lacks something a field is named again only if it may be
/// another one misspelt.
pub(super) fn oddities(rule: &Rule, lacks: &[String]) -> Vec<String> {
    let answerable = lacks.is_empty();
    let lacks = (!answerable).then(|| unanswerable(lacks));
    let warnings = rule.warnings.iter();
    let told = warnings.filter(|warning| answerable || warning.hint.is_some());
    lacks
        .into_iter()
        .chain(told.map(Diagnostic::line))
        .collect()
}

/// Why a rule is one that Sysmon data can never answer.
fn unanswerable(lacks: &[String]) -> String {
    format!(
        "Sysmon data can never answer it: it lacks {}",
        lacks.join("; ")
    )
}

/// `1 rule`, `2 rules`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
