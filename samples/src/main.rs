//! Writes the sample logs, and the big logs and tables that benchmarks need.

use evql_samples::bench::{self, Timed};
use evql_samples::{files, readme, story};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: evql-samples             write the sample logs, their README and the expected findings
       evql-samples --check     say which of them are not what this program writes
       evql-samples --values    print every value that they hold, one a line
       evql-samples generate --size 512M OUT.evtx
                                write a log with a realistic mix of events
       evql-samples repeat --size 512M OUT.evtx LOG...
                                write a log of the whole chunks of other logs, again and again
       evql-samples compare [--threads N] [--rounds N] [--evql PROGRAM] [--evtx-dump PROGRAM]
                            [--rules PATH] [--out FOLDER] LOG
                                time evql hunt, evql timeline and evtx_dump in alternation
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        None => files::write(folder()).map_err(|error| format!("{}: {error}", folder().display())),
        Some((command, rest)) => match command.as_str() {
            "--check" => check(),
            "--values" => {
                print!("{}", readme::values(&story::samples()));
                Ok(())
            }
            "generate" => Options::of(rest, &["size"]).and_then(|options| generate(&options)),
            "repeat" => Options::of(rest, &["size"]).and_then(|options| repeat(&options)),
            "compare" => {
                let known = ["threads", "rounds", "evql", "evtx-dump", "rules", "out"];
                Options::of(rest, &known).and_then(|options| compare(&options))
            }
            _ => Err(USAGE.to_owned()),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(2)
        }
    }
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn check() -> Result<(), String> {
    let differing = files::differing(folder());
    if differing.is_empty() {
        return Ok(());
    }
    Err(differing
        .iter()
        .map(|path| format!("{} differs\n", path.display()))
        .collect())
}

/// `--name value` pairs and what stands between them.
struct Options<'a> {
    named: BTreeMap<&'a str, &'a str>,
    plain: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn of(arguments: &'a [String], known: &[&str]) -> Result<Options<'a>, String> {
        let mut options = Options {
            named: BTreeMap::new(),
            plain: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                Some(name) if known.contains(&name) => {
                    let value = arguments
                        .next()
                        .ok_or_else(|| format!("--{name} needs a value"))?;
                    options.named.insert(name, value);
                }
                Some(name) => return Err(format!("no option --{name}\n{USAGE}")),
                None => options.plain.push(argument),
            }
        }
        Ok(options)
    }

    fn or<'b>(&self, name: &str, default: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.named.get(name).copied().unwrap_or(default)
    }

    fn size(&self) -> Result<u64, String> {
        let text = self.or("size", "512M");
        bench::size(text).ok_or_else(|| format!("--size {text}: not a size such as 512M"))
    }

    fn count(&self, name: &str, default: &str) -> Result<usize, String> {
        let text = self.or(name, default);
        text.parse()
            .map_err(|_| format!("--{name} {text}: not a number"))
    }
}

fn create(path: &str) -> Result<BufWriter<File>, String> {
    let file = File::create(path).map_err(at(path))?;
    Ok(BufWriter::with_capacity(4 << 20, file))
}

fn at(path: &str) -> impl Fn(io::Error) -> String {
    move |error| format!("{path}: {error}")
}

fn generate(options: &Options) -> Result<(), String> {
    let [out] = options.plain[..] else {
        return Err(USAGE.to_owned());
    };
    let records = bench::generate(create(out)?, options.size()?).map_err(at(out))?;
    eprintln!("{out}: {records} records");
    Ok(())
}

fn repeat(options: &Options) -> Result<(), String> {
    let Some((out, logs)) = options.plain.split_first() else {
        return Err(USAGE.to_owned());
    };
    let read = |path: &&str| fs::read(path).map_err(at(path));
    let logs = logs.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let done = bench::repeat(create(out)?, options.size()?, &logs).map_err(at(out))?;
    eprintln!(
        "{out}: {} chunks, {} records; {} chunks of the logs left out",
        done.chunks, done.records, done.left_out
    );
    Ok(())
}

fn compare(options: &Options) -> Result<(), String> {
    let [log] = options.plain[..] else {
        return Err(USAGE.to_owned());
    };
    let (threads, out) = (
        options.or("threads", "2"),
        options.or("out", "target/compare"),
    );
    let (evql, dump) = (
        options.or("evql", "target/release/evql"),
        options.or("evtx-dump", "evtx_dump"),
    );
    let rounds = options.count("rounds", "5")?;
    fs::create_dir_all(out).map_err(at(out))?;
    let timed = |name: &str, command: &[&str], folder: Option<&str>| Timed {
        name: name.to_owned(),
        command: command.iter().map(|part| (*part).to_owned()).collect(),
        folder: folder.map(str::to_owned),
    };
    let (hunt, with_rules) = (format!("{out}/hunt"), format!("{out}/hunt-rules"));
    let common = ["-q", "--threads", threads, log];
    let mut commands = vec![
        timed(
            "evql hunt",
            &[&[evql, "hunt", "-o", &hunt], &common[..]].concat(),
            Some(&hunt),
        ),
        timed(
            "evql timeline",
            &[&[evql, "timeline"], &common[..]].concat(),
            None,
        ),
    ];
    if let Some(rules) = options.named.get("rules") {
        commands.push(timed(
            "evql hunt --rules",
            &[
                &[evql, "hunt", "-o", &with_rules],
                &common[..],
                &["--rules", rules],
            ]
            .concat(),
            Some(&with_rules),
        ));
    }
    commands.push(timed(
        "evtx_dump -o jsonl",
        &[dump, "-t", threads, "-o", "jsonl", log],
        None,
    ));
    let runs = bench::compare(&commands, rounds).map_err(|error| error.to_string())?;
    println!(
        "{log}, {threads} threads, medians of {rounds}\n\n{}",
        bench::table(&commands, &runs)
    );
    if let ([hunt, _, with_rules, _], [runs, _, runs_with_rules, _]) = (&commands[..], &runs[..]) {
        let [wall, cpu] = bench::against(runs_with_rules, runs);
        println!(
            "`{}` takes {wall:.3} times the wall time of `{}` and {cpu:.3} times its CPU time \
             (medians of the ratios in each round)",
            with_rules.name, hunt.name
        );
    }
    Ok(())
}
