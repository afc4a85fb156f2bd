//! `evql hunt`: the rules over the logs, into a folder of tables.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use serde_json::{Map, json};

use crate::hunt::{self, Options, Outcome, Profile, Threads};
use crate::lang::plan::{Body, Plan};
use crate::model::field::FieldTable;
use crate::output::folder::RUN_FILE;
use crate::output::run_json::{self, Run};
use crate::output::{
    Behind, EventRow, Folder, Held, Report, RuleUsed, Shape, Tables, write_tables,
};
use crate::rules::Rule;
use crate::schema::{self, Event, SplunkDest};

use super::collection::Collected;
use super::rules::{RuleArgs, Run as Loaded};
use super::terminal::Terminal;
use super::{Cells, Collection, Common, Exit, Stop, folder};

/// Run the rules over collected logs: a folder of CSV tables, and a summary
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    evql hunt collected/\n  \
    evql hunt WS01.evtx SRV02.xml -o case42 --bom --hash-inputs\n  \
    evql hunt collected/ --rules detection-rules/rules/windows --severity high,critical\n  \
    evql hunt collected/ --profile elastic --force\n  \
    evql hunt collected/ --macro 'detect_regasm_with_network_connection_filter=search NOT \
    dest=\"BUILD01\"'\n\n\
    Writes findings.csv (a row a finding), a table for each rule, timeline.csv and run.json.\n\
    Exit codes: 0 everything was read, 1 some input could not be read, 2 could not run")]
pub(super) struct HuntArgs {
    #[command(flatten)]
    collection: Collection,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR", default_value = "evql-out")]
    output: PathBuf,
    /// Replace an earlier run in the folder
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    rules: RuleArgs,
    /// Go on without rule files that are broken
    #[arg(long)]
    skip_broken: bool,
    /// Which host Splunk's dest is: the endpoint that wrote the record, or the remote one
    #[arg(long, value_enum, default_value_t = DestArg::Endpoint, value_name = "HOST")]
    splunk_dest: DestArg,
    /// Write each input's SHA-256 into run.json
    #[arg(long)]
    hash_inputs: bool,
    #[command(flatten)]
    cells: Cells,
}

/// Whether `--rules` may have taken the collection that is missed for a rule file.
pub(super) fn rules_took_the_collection(args: &[OsString], wrong: ErrorKind) -> bool {
    let mut words = args.iter().skip(1);
    wrong == ErrorKind::MissingRequiredArgument
        && words.any(|word| word == "hunt")
        && words.any(|word| word == "--rules")
}

#[derive(Clone, Copy, ValueEnum)]
enum DestArg {
    /// Computer, as the published searches mean it
    Endpoint,
    /// The remote host, as the old add-on had it
    Remote,
}

pub(super) fn run(args: &HuntArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let started = Instant::now();
    let mut fields = FieldTable::default();
    let threads = common.start_threads()?;
    let rules = &args.rules;
    let mut loaded = rules.load(args.skip_broken, &mut fields, &threads, terminal)?;
    loaded.must_have_rules()?;
    let mut collected = Collected::discover(&args.collection.paths, false, terminal)?;
    let schema = schema::Options {
        splunk_dest: args.splunk_dest.into(),
    };
    if !collected.holds_documents() {
        loaded.drop_unanswerable(&fields, &schema, &threads);
        loaded.must_have_rules()?;
    }
    let rules = loaded.rules.iter().map(|rule| &rule.info);
    let held = Held::new(&mut fields, rules, args.cells.style());
    let out = Folder::open(&args.output, args.force).map_err(folder)?;
    let plans: Vec<&Plan> = loaded.rules.iter().map(|rule| &rule.plan).collect();
    let progress = collected.progress(terminal);
    let advance = |bytes| progress.advance(bytes);
    let options = Options {
        profile: args.collection.reading.profile.into(),
        schema,
        generic: None,
        window: Default::default(),
        threads: &threads,
        progress: &advance,
    };
    let keep = |event: &Event<'_>| {
        let record = event.record();
        held.row(event, record.location(), record.damaged())
    };
    let mut outcome = hunt::hunt(&collected.discovery, &plans, &mut fields, &options, keep);
    progress.finish();
    collected.counts = std::mem::take(&mut outcome.inputs);
    if args.hash_inputs {
        collected.hash(&threads)?;
    }
    let rules: Vec<RuleUsed> = loaded.rules.iter().map(used).collect();
    let report = Report {
        profile: options.profile.as_str(),
        rules: &rules,
        findings: &outcome.findings,
        events: &outcome.events,
        behind: &Behind::default(),
        held: &held,
        fields: &fields,
        inputs: &collected.inputs_read(),
    };
    let tables = write(args, out, &report, &outcome, &loaded, &collected, &threads)?;
    terminal.say(
        &collected
            .summary(report, &tables.found, started.elapsed(), terminal)
            .render(),
    );
    loaded.say_not_run(terminal);
    for warning in &tables.warnings {
        terminal.warning(warning);
    }
    loaded.say_warnings(terminal);
    terminal.say(&format!("Written to {}\n", args.output.display()));
    // There is much of it, and the process ends here: its memory goes all at once.
    std::mem::forget((outcome, loaded, held));
    Ok(collected.exit())
}

/// Writes the whole folder, and gives what its reader must know.
fn write<'a>(
    args: &HuntArgs,
    mut out: Folder,
    report: &Report<'a>,
    outcome: &Outcome<EventRow>,
    loaded: &Loaded,
    collected: &Collected,
    threads: &Threads,
) -> Result<Tables<'a>, Stop> {
    let each = |count, job: &(dyn Fn(usize) + Sync)| threads.each(count, job);
    let tables = write_tables(&mut out, report, &outcome.timeline, &each).map_err(folder)?;
    let all = [&*tables.warnings, &*loaded.warnings].concat();
    let mut files = out.files().to_vec();
    files.push(RUN_FILE.to_owned());
    let run = Run {
        report: *report,
        version: env!("CARGO_PKG_VERSION"),
        options: &options_said(args),
        tables: &tables.rules,
        not_run: &loaded.not_run,
        passed_over: &collected.discovery.passed_over,
        unreadable: &collected.discovery.unreadable,
        warnings: &all,
        files: &files,
    };
    out.write(RUN_FILE, |file| Ok((run_json::write(&run, file)?, ())))
        .map_err(folder)?;
    out.commit().map_err(folder)?;
    Ok(tables)
}

/// The options that bear on the answer.
fn options_said(args: &HuntArgs) -> Map<String, serde_json::Value> {
    let profile = Profile::from(args.collection.reading.profile).as_str();
    let dest = match args.splunk_dest {
        DestArg::Endpoint => "endpoint",
        DestArg::Remote => "remote",
    };
    let mut said = Map::new();
    said.insert("profile".to_owned(), json!(profile));
    said.insert("splunk_dest".to_owned(), json!(dest));
    said.insert("bom".to_owned(), json!(args.cells.bom));
    said.insert("raw_cells".to_owned(), json!(args.cells.raw_cells));
    said.insert("skip_broken".to_owned(), json!(args.skip_broken));
    args.rules.say(&mut said);
    said
}

fn used(rule: &Rule) -> RuleUsed<'_> {
    let shape = match &rule.plan.body {
        Body::Search(search) if search.stats.is_some() => Shape::Rows(&search.columns),
        _ => Shape::Events,
    };
    RuleUsed {
        info: &rule.info,
        shape,
    }
}

impl From<DestArg> for SplunkDest {
    fn from(dest: DestArg) -> SplunkDest {
        match dest {
            DestArg::Endpoint => SplunkDest::Endpoint,
            DestArg::Remote => SplunkDest::Remote,
        }
    }
}
