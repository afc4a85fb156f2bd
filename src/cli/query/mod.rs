//! `evql query`: one EQL query over collected logs, events as rows.

mod ask;
mod when;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use crate::hunt::{self, Options, Profile, Window};
use crate::lang::plan::{Body, Plan};
use crate::model::field::FieldTable;
use crate::model::located::Located;
use crate::model::record::Location;
use crate::model::time::Time;
use crate::model::value::Value;
use crate::output::query::{Answer, Columns, Format};
use crate::output::whole::WholeFile;
use crate::output::{Behind, Held, Report};
use crate::schema::Event;
use crate::schema::clock::DocumentClock;

use super::collection::Collected;
use super::rules::counted;
use super::terminal::Terminal;
use super::{Cells, Common, Exit, Failure, Reading, Stop, writing};

/// Ask one EQL query of collected logs: events as rows, sequences grouped
#[derive(Args)]
#[command(
    override_usage = "evql query [OPTIONS] <COLLECTION>... <EQL>",
    after_help = "Examples:\n  \
    evql query collected/ 'process where process.name : \"mshta.exe\"'\n  \
    evql query collected/ 'network where destination.port == 4444' --format csv -o out.csv\n  \
    evql query collected/ 'sequence by process.entity_id [process where true] [network where true]'\n  \
    evql query collected/ 'any where true | tail 20' --host WS01 --from '2024-03-01 10:00'\n  \
    evql query app.jsonl --category-field kind --time-field at 'login where user == \"bob\"'\n\n\
    Events come as they are found, in the order of the logs. Sequences, and events of a query\n\
    with `| head N` or `| tail N`, come in order of time, once everything is read.\n\
    Exit codes: 0 everything was read, 1 some input could not be read, 2 could not run"
)]
pub(super) struct QueryArgs {
    /// Log files, or folders to read with all that is in them: EVTX, XML, JSON lines, by content;
    /// and after them the query, in EQL
    // One list: of two, clap would take the only path before an option for the query.
    #[arg(value_name = "COLLECTION", required = true)]
    words: Vec<OsString>,
    #[command(flatten)]
    reading: Reading,
    /// The fields to show, parted by commas; else those that tell most of the events asked for
    #[arg(long, value_name = "FIELD,...")]
    fields: Option<String>,
    /// How to write the answer; else as the name of the file of -o ends, else a table
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatArg>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    /// Stop after so many events, or sequences
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Only events from this time on, UTC: 2024-03-01, '2024-03-01 10:00', 2024-03-01T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = when::from)]
    from: Option<Time>,
    /// Only events up to this time; a day, minute or second is taken in whole
    #[arg(long, value_name = "TIME", value_parser = when::to)]
    to: Option<Time>,
    /// Only events of this host, with or without its domain; * and ? are wildcards
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Take any JSON objects for events, with their category in this field
    #[arg(long, value_name = "FIELD")]
    category_field: Option<String>,
    /// Take any JSON objects for events, with their time in this field
    #[arg(long, value_name = "FIELD")]
    time_field: Option<String>,
    /// Take any JSON objects for events; of equal times the lesser in this field comes first
    #[arg(long, value_name = "FIELD")]
    tiebreaker_field: Option<String>,
    #[command(flatten)]
    cells: Cells,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// Aligned columns
    Table,
    /// CSV
    Csv,
    /// A JSON object a line
    Jsonl,
}

pub(super) fn run(args: &QueryArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let started = Instant::now();
    let mut fields = FieldTable::default();
    let (query, collection) = split(&args.words)?;
    let asked = ask::read(query, args, &mut fields)?;
    let mut collected = Collected::discover(&collection, document_clock(args).is_some(), terminal)?;
    let file = args.output.as_ref();
    let mut file = file
        .map(|path| WholeFile::create(path, args.force))
        .transpose()
        .map_err(super::folder)?;
    let to: Box<dyn Write + Send + '_> = match &mut file {
        Some(file) => Box::new(file),
        None => Box::new(io::stdout()),
    };
    let to = BufWriter::with_capacity(1 << 16, to);
    let count = answer(
        args,
        asked,
        &mut fields,
        &mut collected,
        common,
        terminal,
        to,
    )?;
    if let Some(file) = file {
        file.commit().map_err(super::folder)?;
    }
    let inputs = collected.inputs_read();
    let report = Report {
        profile: Profile::from(args.reading.profile).as_str(),
        rules: &[],
        findings: &[],
        events: &Located::default(),
        behind: &Behind::default(),
        held: &Held::default(),
        fields: &fields,
        inputs: &inputs,
    };
    terminal.say(&format!("{}\n", count.said));
    if count.whole {
        let summary = collected.summary(report, &[], started.elapsed(), terminal);
        terminal.say(&summary.render());
    }
    Ok(collected.exit())
}

const ORDER: &str = "the query comes last: evql query COLLECTION... 'EQL'";

/// The query, which comes last, and the paths before it.
fn split(words: &[OsString]) -> Result<(&str, Vec<PathBuf>), Failure> {
    match words.split_last() {
        Some((query, paths)) if !paths.is_empty() => {
            let query = query.to_str();
            let query = query.ok_or_else(|| Failure::new("the query is not UTF-8").hint(ORDER))?;
            Ok((query, paths.iter().map(PathBuf::from).collect()))
        }
        _ => Err(Failure::new("a collection and a query are wanted").hint(ORDER)),
    }
}

/// What was answered.
struct Count {
    /// `3 events`.
    said: String,
    /// Whether everything was read.
    whole: bool,
}

/// Why an answer ended before the logs did.
enum End {
    Limit,
    Write(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> End {
        End::Write(error)
    }
}

fn answer(
    args: &QueryArgs,
    asked: ask::Asked,
    fields: &mut FieldTable,
    collected: &mut Collected,
    common: &Common,
    terminal: &Terminal,
    out: impl Write + Send,
) -> Result<Count, Stop> {
    let ask::Asked { plan, columns } = asked;
    // A bar would stand among the rows.
    let watched = args.output.is_some() || !io::stdout().is_terminal();
    let progress = watched.then(|| collected.progress(terminal));
    let advance = |bytes| progress.iter().for_each(|progress| progress.advance(bytes));
    let clock = document_clock(args);
    let options = Options {
        profile: args.reading.profile.into(),
        schema: Default::default(),
        generic: clock.as_ref(),
        window: Window {
            from: args.from,
            to: args.to,
        },
        threads: &common.start_threads()?,
        progress: &advance,
    };
    let grouped = matches!(plan.body, Body::Sequence(_) | Body::Sample(_));
    let style = args.cells.style();
    let answer = Answer::new(format(args), columns.clone(), grouped, style, out);
    let mut to = To {
        columns: &columns,
        answer: answer.map_err(writing)?,
        paths: collected.paths(),
        left: args.limit.unwrap_or(u64::MAX),
        count: 0,
    };
    let ended = match hunt::is_streamed(&plan) {
        true => to.stream(&plan, fields, collected, &options),
        false => to.sorted(&plan, fields, collected, &options),
    };
    progress.iter().for_each(|progress| progress.finish());
    let what = if grouped { "sequence" } else { "event" };
    let mut said = counted(to.count, what);
    let whole = match ended {
        None => true,
        Some(End::Limit) => {
            said.push_str("; there may be more, past --limit");
            false
        }
        Some(End::Write(error)) => return Err(writing(error)),
    };
    to.answer.finish().map_err(writing)?;
    Ok(Count { said, whole })
}

/// An answer on its way out.
struct To<'a, W: Write> {
    columns: &'a Columns,
    answer: Answer<W>,
    paths: Vec<String>,
    left: u64,
    count: usize,
}

impl<W: Write + Send> To<'_, W> {
    /// Events as they are found.
    fn stream(
        &mut self,
        plan: &Plan,
        fields: &mut FieldTable,
        collected: &mut Collected,
        options: &Options,
    ) -> Option<End> {
        let columns = self.columns;
        let keep = |event: &Event<'_>| columns.values(event);
        let emit = |rows: Vec<(Location, Box<[Value]>)>| {
            for (location, values) in &rows {
                let path = path(&self.paths, location.file);
                self.answer.event((values, path))?;
                self.count_one()?;
            }
            Ok(self.answer.flush()?)
        };
        let answered = hunt::events(&collected.discovery, plan, fields, options, keep, emit);
        collected.counts = answered.inputs;
        answered.ended
    }

    /// Everything at the end, in order of time.
    fn sorted(
        &mut self,
        plan: &Plan,
        fields: &mut FieldTable,
        collected: &mut Collected,
        options: &Options,
    ) -> Option<End> {
        let keep = |event: &Event<'_>| self.columns.values(event);
        let outcome = hunt::hunt(&collected.discovery, &[plan], fields, options, keep);
        let write = |to: &mut To<'_, W>| -> Result<(), End> {
            let grouped = !matches!(plan.body, Body::Events(_));
            for finding in &outcome.findings {
                let found = |location: &Option<Location>| {
                    let location = location.as_ref()?;
                    let values = &**outcome.events.get(location)?;
                    Some((values, path(&to.paths, location.file)))
                };
                let events: Vec<_> = finding.events.iter().map(found).collect();
                if grouped {
                    to.answer.group(finding.number, &finding.values, &events)?;
                } else {
                    for event in events.into_iter().flatten() {
                        to.answer.event(event)?;
                    }
                }
                to.count_one()?;
            }
            Ok(())
        };
        let ended = write(self).err();
        collected.counts = outcome.inputs;
        ended
    }

    fn count_one(&mut self) -> Result<(), End> {
        self.count += 1;
        self.left -= 1;
        match self.left {
            0 => Err(End::Limit),
            _ => Ok(()),
        }
    }
}

fn path(paths: &[String], file: u32) -> &str {
    paths.get(file as usize).map_or("", |path| path)
}

/// How JSON objects of any shape are placed, where they are taken for events.
fn document_clock(args: &QueryArgs) -> Option<DocumentClock> {
    let any = [
        &args.category_field,
        &args.time_field,
        &args.tiebreaker_field,
    ];
    any.iter().any(|field| field.is_some()).then(|| {
        let usual = DocumentClock::default();
        DocumentClock {
            time: args.time_field.clone().unwrap_or(usual.time),
            tiebreaker: args.tiebreaker_field.clone(),
        }
    })
}

fn format(args: &QueryArgs) -> Format {
    let extension = args.output.as_ref().and_then(|path| path.extension());
    match (args.format, extension.and_then(|name| name.to_str())) {
        (Some(FormatArg::Table), _) => Format::Table,
        (Some(FormatArg::Csv), _) | (None, Some("csv")) => Format::Csv,
        (Some(FormatArg::Jsonl), _) | (None, Some("json" | "jsonl" | "ndjson")) => {
            Format::JsonLines
        }
        (None, _) => Format::Table,
    }
}
