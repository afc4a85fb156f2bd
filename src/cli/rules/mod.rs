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

/// Why a rule is one that Sysmon data can never answer.
pub(super) fn unanswerable(lacks: &[String]) -> String {
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
