//! `evql rules list`: the rules that `hunt` would run with the same options.

use std::io;

use clap::Args;

use crate::hunt::Threads;
use crate::model::field::FieldTable;
use crate::output::text::TextTable;
use crate::rules::Outcome;

use super::super::terminal::Terminal;
use super::super::{Exit, Stop, writing};
use super::counted;
use super::load::RuleArgs;

/// List the rules: the built-in ones and those of --rules
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    evql rules list\n  \
    evql rules list --rules detection-rules/rules/windows --severity high,critical\n  \
    evql rules list --rules detection-rules/rules/windows --technique T1218")]
pub(super) struct ListArgs {
    #[command(flatten)]
    rules: RuleArgs,
}

pub(super) fn run(args: &ListArgs, threads: &Threads, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut fields = FieldTable::default();
    let files = args.rules.files(&mut fields, threads)?;
    let header = ["severity", "risk", "source", "name", "techniques", "id"];
    let mut table = TextTable::new(io::stdout(), header, usize::MAX).widest(100);
    let (mut listed, mut not_run, mut broken) = (0, 0, 0);
    for file in &files {
        let info = match &file.outcome {
            Outcome::Loaded(rule) => &rule.info,
            Outcome::NotRun { .. } => {
                not_run += 1;
                continue;
            }
            Outcome::Broken { diagnostic, text } => {
                broken += 1;
                terminal.say_always(&diagnostic.draw(&file.path, text));
                continue;
            }
        };
        listed += 1;
        let techniques: Vec<_> = info.techniques.iter().map(|one| &*one.id).collect();
        let risk = info.risk_score.map(|risk| risk.to_string());
        let cells = [
            &*info.severity,
            risk.as_deref().unwrap_or_default(),
            info.vendor.as_str(),
            &*info.name,
            &techniques.join(" "),
            &*info.id,
        ];
        table.row(cells).map_err(writing)?;
    }
    table.finish().map_err(writing)?;
    let mut said = counted(listed, "rule");
    if not_run > 0 {
        said.push_str(&format!(", {not_run} not run"));
    }
    if broken > 0 {
        said.push_str(&format!(", {broken} broken"));
    }
    if not_run + broken > 0 {
        said.push_str("; `evql rules check PATH` says why");
    }
    terminal.say(&format!("{said}\n"));
    Ok(match broken {
        0 => Exit::Done,
        _ => Exit::Partial,
    })
}
