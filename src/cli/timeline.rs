//! `evql timeline`: every process start and network connection, normalised, in order of time.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::hunt::{self, Options, Profile};
use crate::model::field::FieldTable;
use crate::model::located::Located;
use crate::output::csv::{Style, Written};
use crate::output::timeline::{Beside, Timeline};
use crate::output::whole::WholeFile;
use crate::output::{Behind, Held, Report, timeline_columns_needed};
use crate::schema::Event;

use super::collection::Collected;
use super::terminal::Terminal;
use super::{Cells, Collection, Common, Exit, Failure, Stop};

/// Sysmon's process start and network connection.
const EVENT_IDS: [u16; 2] = [1, 3];

/// Every process start and network connection of the logs, normalised, in order of time, as CSV
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    evql timeline collected/ > timeline.csv\n  \
    evql timeline WS01.evtx SRV02.xml -o timeline.csv --bom")]
pub(super) struct TimelineArgs {
    #[command(flatten)]
    collection: Collection,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    cells: Cells,
}

pub(super) fn run(args: &TimelineArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let started = Instant::now();
    let mut collected = Collected::discover(&args.collection.paths, false, terminal)?;
    let style = args.cells.style();
    let file = args.output.as_deref();
    let mut file = file
        .map(|path| WholeFile::create(path, args.force).map_err(super::folder))
        .transpose()?;
    let mut stdout = io::stdout();
    let out: &mut (dyn Write + Send) = match &mut file {
        Some(file) => file,
        None => &mut stdout,
    };
    let written = write(&mut collected, args, common, terminal, out, style)?;
    if let Some(file) = file {
        file.commit().map_err(super::folder)?;
    }
    for warning in written.warnings("the timeline") {
        terminal.warning(&warning);
    }
    let report = Report {
        profile: Profile::from(args.collection.reading.profile).as_str(),
        rules: &[],
        findings: &[],
        events: &Located::default(),
        behind: &Behind::default(),
        held: &Held::default(),
        fields: &FieldTable::default(),
        inputs: &collected.inputs_read(),
    };
    terminal.say(
        &collected
            .summary(report, &[], started.elapsed(), terminal)
            .render(),
    );
    Ok(collected.exit())
}

fn write(
    collected: &mut Collected,
    args: &TimelineArgs,
    common: &Common,
    terminal: &Terminal,
    out: &mut (dyn Write + Send),
    style: Style,
) -> Result<Written, Stop> {
    let mut fields = FieldTable::default();
    timeline_columns_needed(&mut fields);
    let timeline = Timeline::new(&fields, style);
    // A sheet gathers its rows before it hands them on: what it writes to needs no buffer.
    let mut sheet = timeline.sheet(out).map_err(super::writing)?;
    let paths = collected.paths();
    let progress = collected.progress(terminal);
    let advance = |bytes| progress.advance(bytes);
    let options = Options {
        profile: args.collection.reading.profile.into(),
        schema: Default::default(),
        generic: None,
        window: Default::default(),
        threads: &common.start_threads()?,
        progress: &advance,
    };
    let render = |event: &Event<'_>, rows: &mut Vec<u8>| {
        let (record, location) = (event.record(), event.record().location());
        let file = paths.get(location.file as usize);
        let beside = Beside {
            file: file.map_or("", |path| path),
            chunk: location.block,
            damaged: record.damaged(),
            ..Beside::default()
        };
        timeline.row(event, beside, rows).long_cells as u32
    };
    let emit = |some: &[u8], rows, long_cells| {
        let written = Written { rows, long_cells };
        sheet.append(some, written)
    };
    let (inputs, ids) = (&collected.discovery, &EVENT_IDS);
    let counts = hunt::timeline(inputs, ids, &mut fields, &options, render, emit);
    progress.finish();
    let counts = counts.map_err(|error| Failure::new(error.to_string()))?;
    collected.counts = counts.map_err(super::writing)?;
    let (_, written) = sheet.finish().map_err(super::writing)?;
    Ok(written)
}
