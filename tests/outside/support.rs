//! Runs the program in a folder of its own, and reads what it wrote.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The tables whose rows the built-in rules' findings fill.
pub const ELASTIC: &str = "elastic-network-connection-via-registration-utility.csv";
pub const SPLUNK: &str = "splunk-detect-regasm-with-network-connection.csv";
/// What a hunt with the built-in rules writes.
pub const FILES: [&str; 5] = [ELASTIC, "findings.csv", "run.json", SPLUNK, "timeline.csv"];

/// How a run ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evql"));
    command.env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

/// Runs the program in a folder.
pub fn run_in<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Ran {
    let output = program().args(args).current_dir(folder).output();
    let ran = Ran::from(output.expect("the program starts"));
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// A folder for one test's files.
pub fn temp() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn samples() -> PathBuf {
    root().join("samples/logs")
}

/// A hunt's exit code and folder.
pub struct Hunt {
    pub ran: Ran,
    pub out: PathBuf,
    _folder: TempDir,
}

/// Hunts in paths with further options.
pub fn hunt<S: AsRef<OsStr>>(paths: &[S], options: &[&str]) -> Hunt {
    let folder = temp();
    let mut args: Vec<&OsStr> = vec![OsStr::new("hunt")];
    args.extend(paths.iter().map(AsRef::as_ref));
    args.extend(["-o", "out"].map(OsStr::new));
    args.extend(options.iter().map(OsStr::new));
    let ran = run_in(folder.path(), args);
    Hunt {
        ran,
        out: folder.path().join("out"),
        _folder: folder,
    }
}

impl Hunt {
    /// The hunt, which must have ended with this exit code.
    pub fn ended(self, code: i32) -> Hunt {
        assert_eq!(self.ran.code, Some(code), "{}", self.ran.err);
        self
    }

    pub fn file(&self, name: &str) -> String {
        let bytes = fs::read(self.out.join(name)).expect("the table is there");
        String::from_utf8(bytes).expect("tables are UTF-8")
    }

    pub fn table(&self, name: &str) -> Vec<Row> {
        rows(self.file(name).as_bytes())
    }

    pub fn findings(&self) -> Vec<Row> {
        self.table("findings.csv")
    }

    pub fn run(&self) -> Value {
        serde_json::from_str(&self.file("run.json")).expect("run.json is JSON")
    }

    /// Everything in the folder, by name.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        contents(&self.out)
    }
}

/// A row of a table, by column.
pub type Row = BTreeMap<String, String>;

pub fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let rows = reader.deserialize().map(|row| row.expect("a whole row"));
    rows.collect()
}

/// Rows without the columns that say in which file a record stands.
pub fn anywhere(rows: Vec<Row>) -> Vec<Row> {
    let places = ["file", "files", "start_file", "chunk"];
    let without = |mut row: Row| {
        row.retain(|column, _| !places.contains(&column.as_str()));
        row
    };
    rows.into_iter().map(without).collect()
}

/// The files of a folder, by name.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).unwrap_or_default())
    };
    entries
        .map(|entry| read(entry.expect("an entry")))
        .collect()
}

/// The input of a run whose path ends so.
pub fn input<'r>(run: &'r Value, name: &str) -> &'r Value {
    let inputs = run["inputs"].as_array().expect("inputs");
    let is_it = |input: &&Value| {
        let path = input["path"].as_str().expect("a path");
        Path::new(path).ends_with(name)
    };
    inputs
        .iter()
        .find(is_it)
        .unwrap_or_else(|| panic!("{name} is no input"))
}

/// The sum of a number over all inputs of a run.
pub fn total(run: &Value, key: &str) -> u64 {
    let inputs = run["inputs"].as_array().expect("inputs");
    inputs
        .iter()
        .map(|input| input[key].as_u64().expect("a number"))
        .sum()
}
