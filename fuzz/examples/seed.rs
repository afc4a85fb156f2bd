//! Writes the corpora that fuzzing starts from: `corpus/TARGET/*`, from `samples/` and the built-in
//! rules, and from `../shared` where it is present.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use evql::lang::spl::Macros;
use evql::model::field::FieldTable;
use evql::model::rule::{RuleOrigin, Vendor};
use evql::rules::{self, Outcome};
use evql::schema::Schema;
use evql_samples::shared;
use evtx::EvtxParser;

const FILE_HEADER: usize = 4096;
const CHUNK: usize = 65_536;
const CHUNK_HEADER: usize = 512;
/// How many records of a chunk are kept: small inputs run fast, and the first records hold the
/// templates.
const KEPT: [usize; 5] = [1, 2, 4, 12, usize::MAX];

const SEARCHES: [&str; 6] = [
    "(EventCode=1 OR EventCode=3) process_name IN (cmd.exe, \"power*\") NOT user=*SYSTEM \
     | stats count min(_time) as firstTime values(dest_ip) dc(dest_port) by dest, user",
    "dest_ip!=10.0.0.0/8 dest_port>=1024 | where like(process_name, \"%.exe\") AND len(user) > 3",
    "process_name=a | rename dest as host, user AS \"the user\" | search host=w*",
    "EventCode=3 | stats max(_time) as t by src_ip | convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime(t)",
    "EventCode=1 | where cidrmatch(\"192.0.2.0/24\", dest_ip) OR (isnull(user) AND process_id * 2 > 7)",
    "[mine(2)]\nargs = a, b\ndefinition = process_name=$a$ OR user=\"$b$\"\n----\n`mine(x, \"y z\")` | stats count",
];

const JSON: [&str; 4] = [
    r#"{"@timestamp":"2026-01-02T03:04:05.678Z","event":{"code":"1","category":["process"],"type":["start"]},"process":{"name":"a.exe","pid":7,"args":["a","b"]},"winlog":{"provider_name":"Microsoft-Windows-Sysmon","event_id":1,"record_id":9,"computer_name":"PC","event_data":{"Image":"C:\\a.exe"}}}"#,
    r#"{"EventTime":"2026-01-02 03:04:05","SourceName":"Microsoft-Windows-Sysmon","EventID":3,"RecordNumber":5,"Hostname":"PC","Channel":"Microsoft-Windows-Sysmon/Operational","DestinationIp":"192.0.2.1","DestinationPort":"443","Image":"C:\\x\\y.exe"}"#,
    "[{\"a\":1},\n{\"b\":{\"c.d\":[1,2.5,null,\"\\ud83e\\udd80\"]}}]\n{\"Event\":{\"System\":{}}}",
    "{\"a\":1}\n{broken\n{\"a\":\"}\"}",
];

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Seeds {
        folder: here.join("corpus"),
        count: 0,
    };
    for kinds in [false, true] {
        seeds.log(&evql_samples::types::log(kinds))?;
    }
    let samples = files(Some(here.join("../samples/logs")))?;
    let real = files(shared("corpus/sysmon"))?;
    for path in samples.iter().chain(real.iter().step_by(4)) {
        seeds.log(&fs::read(path)?)?;
    }
    for text in JSON {
        seeds.add("json", text.as_bytes())?;
    }
    for text in SEARCHES {
        seeds.add("spl", text.as_bytes())?;
    }
    for (name, text) in rules::built_in() {
        seeds.rule(RuleOrigin::BuiltIn(name), text.as_bytes())?;
    }
    for path in files(shared("elastic-rules"))? {
        let bytes = fs::read(&path)?;
        seeds.rule(RuleOrigin::File(path), &bytes)?;
    }
    for path in files(shared("eql-suite"))? {
        seeds.queries(&fs::read_to_string(&path)?, &path)?;
    }
    println!("{} seeds in {}", seeds.count, seeds.folder.display());
    Ok(())
}

/// The files of a folder, sorted; none where there is none.
fn files(folder: Option<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let found = fs::read_dir(folder)?.map(|file| Ok(file?.path()));
    let mut files = found.collect::<io::Result<Vec<PathBuf>>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

struct Seeds {
    folder: PathBuf,
    count: usize,
}

impl Seeds {
    fn add(&mut self, target: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{:05}", self.count)), bytes)?;
        self.count += 1;
        Ok(())
    }

    /// A log's chunks, cut after some of their records; and its first records as texts.
    fn log(&mut self, log: &[u8]) -> io::Result<()> {
        let chunks = log.get(FILE_HEADER..).unwrap_or_default();
        for chunk in chunks.chunks(CHUNK).take(2) {
            for kept in KEPT {
                self.add("chunk", &shortened(chunk, kept))?;
            }
        }
        let Ok(mut parser) = EvtxParser::from_buffer(log.to_vec()) else {
            return Ok(());
        };
        let records = parser.records().flatten().take(3);
        let xml: Vec<String> = records.map(|record| record.data).collect();
        let records = parser.records_json().flatten().take(3);
        let json: Vec<String> = records.map(|record| record.data).collect();
        for (target, records) in [("xml", xml), ("json", json)] {
            for record in records.iter().take(1) {
                self.add(target, record.as_bytes())?;
            }
            self.add(target, records.join("\n").as_bytes())?;
        }
        Ok(())
    }

    /// A rule file, and its query.
    fn rule(&mut self, origin: RuleOrigin, bytes: &[u8]) -> io::Result<()> {
        self.add("rule", bytes)?;
        let mut fields = FieldTable::default();
        let loaded = rules::load(origin, bytes, &Macros::default(), &Schema, &mut fields);
        let Outcome::Loaded(rule) = loaded else {
            return Ok(());
        };
        let target = match rule.info.vendor {
            Vendor::Elastic => "eql",
            Vendor::Splunk => "spl",
        };
        self.add(target, rule.text.as_bytes())
    }

    /// The queries of a file of Elasticsearch's own tests.
    fn queries(&mut self, text: &str, path: &Path) -> io::Result<()> {
        match path.extension().and_then(|name| name.to_str()) {
            Some("eql") => {
                for query in text.split(";\n") {
                    self.add("eql", query.trim().as_bytes())?;
                }
            }
            Some("toml") => {
                let Ok(file) = text.parse::<toml::Table>() else {
                    return Ok(());
                };
                let lists = file.values().filter_map(|value| value.as_array());
                for query in lists.flatten().filter_map(|one| one.get("query")?.as_str()) {
                    self.add("eql", query.trim().as_bytes())?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A chunk whose records end after the first so many, without the zeros behind them.
fn shortened(chunk: &[u8], kept: usize) -> Vec<u8> {
    let number = |at: usize| -> Option<[u8; 4]> { chunk.get(at..)?.first_chunk().copied() };
    let mut short = chunk.to_vec();
    let (mut last, mut end) = (None, CHUNK_HEADER);
    for _ in 0..kept {
        let size = number(end + 4).map_or(0, u32::from_le_bytes) as usize;
        if number(end) != Some(*b"**\0\0") || size < 28 || end + size > chunk.len() {
            break;
        }
        (last, end) = (Some(end), end + size);
    }
    if let Some(last) = last
        && chunk.len() >= CHUNK_HEADER
    {
        let id = chunk[last + 8..last + 16].to_owned();
        short[16..24].copy_from_slice(&id);
        short[32..40].copy_from_slice(&id);
        short[44..48].copy_from_slice(&(last as u32).to_le_bytes());
        short[48..52].copy_from_slice(&(end as u32).to_le_bytes());
        short.truncate(end);
    }
    let size = short
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    short.truncate(size);
    short
}
