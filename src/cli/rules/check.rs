//! `evql rules check`: what becomes of each rule file, and why.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::hunt::{Sysmon, Threads};
use crate::model::field::FieldTable;
use crate::output::text::TextTable;
use crate::rules::Outcome;
use crate::schema;

use super::super::terminal::Terminal;
use super::super::{Exit, Failure, Stop, writing};
use super::files;
use super::load::MacroArgs;
use super::oddities;
use super::select::Select;

/// Say of each rule file whether it loads, and if not, why
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    evql rules check detection-rules/rules/windows\n  \
    evql rules check mine.toml --rule '*regsvr32*'\n\n\
    Prints a row a file: loaded, not run, or broken. A loaded rule that Sysmon data can never\n\
    answer says what it lacks; `hunt` runs it only where the logs hold JSON documents.\n\
    Exit codes: 0 no file is broken, 1 some file is broken, 2 could not run")]
pub(super) struct CheckArgs {
    /// Rule files, or folders to take all rule files from: Elastic's TOML, Splunk's YAML
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    select: Select,
    #[command(flatten)]
    macros: MacroArgs,
}

/// How the files fared.
#[derive(Default)]
struct Counts {
    loaded: usize,
    unanswerable: usize,
    not_run: usize,
    broken: usize,
}

pub(super) fn run(args: &CheckArgs, threads: &Threads, terminal: &Terminal) -> Result<Exit, Stop> {
    let mut fields = FieldTable::default();
    let macros = args.macros.read()?;
    let mut files = files::load(false, &args.paths, &macros, &mut fields, threads)?;
    if files.is_empty() {
        let hint = "rule files end in .toml (Elastic), .yml or .yaml (Splunk)";
        return Err(Failure::new("no rule file found").hint(hint).into());
    }
    args.select.apply(&mut files)?;
    let sysmon = Sysmon::new(&fields, &schema::Options::default());
    let mut counts = Counts::default();
    let header = ["file", "outcome", "name", "reason"];
    let mut table = TextTable::new(io::stdout(), header, usize::MAX).widest(120);
    for file in &files {
        let (outcome, name, reason) = match &file.outcome {
            Outcome::Loaded(rule) => {
                counts.loaded += 1;
                let lacks = sysmon.lacks(&rule.plan);
                counts.unanswerable += usize::from(!lacks.is_empty());
                let odd = oddities(rule, &lacks).join("; ");
                ("loaded", rule.info.name.clone(), odd)
            }
            Outcome::NotRun { name, reason, .. } => {
                counts.not_run += 1;
                ("not run", name.clone(), reason.clone())
            }
            Outcome::Broken { diagnostic, text } => {
                counts.broken += 1;
                terminal.say_always(&diagnostic.draw(&file.path, text));
                ("broken", String::new(), diagnostic.message.clone())
            }
        };
        let cells = [&*file.path, outcome, &*name, &*reason];
        table.row(cells).map_err(writing)?;
    }
    table.finish().map_err(writing)?;
    let unanswerable = match counts.unanswerable {
        0 => String::new(),
        count => format!(" ({count} that Sysmon data can never answer)"),
    };
    terminal.say(&format!(
        "{}: {} loaded{unanswerable}, {} not run, {} broken\n",
        super::counted(files.len(), "rule file"),
        counts.loaded,
        counts.not_run,
        counts.broken,
    ));
    Ok(match counts.broken {
        0 => Exit::Done,
        _ => Exit::Partial,
    })
}
