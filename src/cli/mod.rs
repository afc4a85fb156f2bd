//! From command-line arguments to an exit code: one file a command.
//!
//! Arguments are parsed by clap, checked and made into what the library takes; results go to the
//! output folder or standard output, everything else to standard error.

mod collection;
mod hunt;
mod progress;
mod query;
mod rules;
mod terminal;
mod timeline;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::hunt::Threads;
use crate::output::csv::Style;
use crate::output::folder::OutputError;
use terminal::Terminal;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// It ran, and everything was read.
    Done,
    /// It ran, but some input could not be read.
    Partial,
    /// It could not run.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Partial => 1,
            Exit::Failed => 2,
        })
    }
}

/// Why a command could not run: one clear line, and what to do.
#[derive(Debug)]
struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Failure {
        Failure {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

/// What a command gives back. A closed pipe is nobody's failure.
enum Stop {
    Failure(Failure),
    /// What is wrong with a text of the user's, drawn on it.
    Drawn(String),
    ClosedPipe,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

#[derive(Parser)]
#[command(
    name = "evql",
    version,
    about = "Run published EQL and SPL detections on collected Windows event logs, offline",
    long_about = "Run published EQL and SPL detections on collected Windows event logs, offline.\n\n\
        Reads EVTX files, their XML exports and JSON lines, maps Sysmon's records to the Elastic \
        Common Schema and to Splunk's Common Information Model, and says what Elastic's and \
        Splunk's rules would have said of them.",
    after_help = "Exit codes:\n  0  ran, and everything was read\n  1  ran, but some input could \
        not be read (see run.json)\n  2  could not run",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Subcommand)]
enum Command {
    Hunt(hunt::HuntArgs),
    Timeline(timeline::TimelineArgs),
    Query(query::QueryArgs),
    Rules(rules::RulesArgs),
}

/// What every command takes.
#[derive(Args)]
struct Common {
    /// Threads to read with; 0 takes one for each core
    #[arg(long, value_name = "N", default_value_t = 0, global = true, value_parser = threads)]
    threads: usize,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more: every problem, and how many records the reference reader had to read
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// No colour (NO_COLOR in the environment says the same)
    #[arg(long, global = true)]
    no_color: bool,
}

impl Common {
    /// The threads that load rules, read logs and write tables.
    fn start_threads(&self) -> Result<Threads, Failure> {
        Threads::new(self.threads).map_err(|error| Failure::new(error.to_string()))
    }
}

/// No machine has more cores for us, and many more threads would take all of its memory.
const MOST_THREADS: usize = 256;

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= MOST_THREADS => Ok(threads),
        _ => Err(format!("a number from 0 to {MOST_THREADS} is wanted")),
    }
}

/// What commands that read logs take.
#[derive(Args)]
struct Collection {
    /// Log files, or folders to read with all that is in them: EVTX, XML, JSON lines, by content
    #[arg(value_name = "COLLECTION", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// How logs are read.
#[derive(Args)]
struct Reading {
    /// Whose reading of order and of user.id decides
    #[arg(long, value_enum, default_value_t = ProfileArg::Forensic, value_name = "PROFILE")]
    profile: ProfileArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileArg {
    /// Causal order of events; the process's own user
    Forensic,
    /// What Elastic's live pipeline does: order by UtcTime, the user who wrote the record
    Elastic,
}

impl From<ProfileArg> for crate::hunt::Profile {
    fn from(profile: ProfileArg) -> crate::hunt::Profile {
        match profile {
            ProfileArg::Forensic => crate::hunt::Profile::Forensic,
            ProfileArg::Elastic => crate::hunt::Profile::Elastic,
        }
    }
}

/// How cells are written.
#[derive(Args)]
struct Cells {
    /// Begin CSV files with a byte-order mark, for Excel
    #[arg(long)]
    bom: bool,
    /// Leave cells that a spreadsheet would run as a formula as they are
    #[arg(long)]
    raw_cells: bool,
}

impl Cells {
    fn style(&self) -> Style {
        Style {
            bom: self.bom,
            raw_cells: self.raw_cells,
        }
    }
}

/// A failed write: the reader has gone, or a failure.
fn writing(error: io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::ClosedPipe,
        _ => Failure::new(format!("cannot write: {error}")).into(),
    }
}

fn folder(error: OutputError) -> Stop {
    match &error {
        OutputError::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
            Stop::ClosedPipe
        }
        OutputError::Io { .. } => Failure::new(error.to_string())
            .hint("name another place with -o")
            .into(),
        other => Failure::new(other.to_string()).into(),
    }
}

/// Runs the program. Everything that goes wrong has been said on standard error by the end.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output and may meet a closed pipe there.
            let _ = error.print();
            if hunt::rules_took_the_collection(&args, error.kind()) {
                let _ = writeln!(
                    io::stderr(),
                    "\n hint: --rules takes every path after it: put the collection before it"
                );
            }
            return if error.use_stderr() {
                Exit::Failed
            } else {
                Exit::Done
            };
        }
    };
    let terminal = Terminal::new(&cli.common);
    let outcome = match &cli.command {
        Command::Hunt(args) => hunt::run(args, &cli.common, &terminal),
        Command::Timeline(args) => timeline::run(args, &cli.common, &terminal),
        Command::Query(args) => query::run(args, &cli.common, &terminal),
        Command::Rules(args) => rules::run(args, &cli.common, &terminal),
    };
    match outcome {
        Ok(exit) => exit,
        Err(Stop::ClosedPipe) => Exit::Done,
        Err(Stop::Drawn(drawn)) => {
            terminal.say_always(&drawn);
            Exit::Failed
        }
        Err(Stop::Failure(failure)) => {
            terminal.error(&failure.message);
            if let Some(hint) = failure.hint {
                terminal.hint(&hint);
            }
            Exit::Failed
        }
    }
}
