//! `evql timeline`: a row an event 1 or 3, in order, to a file or to standard output.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use evql_samples::shared;

use crate::support::{contents, program, rows, run_in, samples, temp};

#[test]
fn every_start_and_connection_is_a_row() {
    let folder = temp();
    let log = samples().join("ws01-sysmon.evtx");
    let log = log.to_str().expect("UTF-8");
    let ran = run_in(folder.path(), ["timeline", log]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let rows_out = rows(&ran.out);
    let sample = evql_samples::story::samples().into_iter();
    let told = sample.filter(|sample| sample.name == "ws01-sysmon.evtx");
    let asked = told
        .flat_map(|sample| sample.told)
        .filter(|told| [1, 3].contains(&told.event));
    assert_eq!(rows_out.len(), asked.count());
    assert!(
        rows_out
            .iter()
            .all(|row| ["1", "3"].contains(&row["event_id"].as_str()))
    );
    let to_file = run_in(folder.path(), ["timeline", log, "-q", "-o", "t.csv"]);
    assert_eq!((to_file.code, to_file.err.as_str()), (Some(0), ""));
    assert!(to_file.out.is_empty());
    assert!(fs::read(folder.path().join("t.csv")).expect("the table") == ran.out);
    let again = run_in(folder.path(), ["timeline", log, "-o", "t.csv"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("--force"), "{}", again.err);
    let forced = run_in(
        folder.path(),
        ["timeline", log, "-o", "t.csv", "--force", "--bom"],
    );
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    let marked = fs::read(folder.path().join("t.csv")).expect("the table");
    assert!(marked.strip_prefix(b"\xEF\xBB\xBF") == Some(&ran.out[..]));
    assert_eq!(contents(folder.path()).len(), 1);
}

#[test]
fn of_the_real_logs_it_holds_every_one_in_order() {
    let Some(corpus) = shared("corpus/sysmon") else {
        return;
    };
    let corpus = corpus.to_str().expect("UTF-8");
    let folder = temp();
    let live = run_in(folder.path(), ["timeline", corpus, "--profile", "elastic"]);
    assert_eq!(live.code, Some(0), "{}", live.err);
    let times: Vec<String> = rows(&live.out)
        .iter()
        .map(|row| row["time_utc"].clone())
        .collect();
    assert_eq!(times.len(), 606);
    assert!(times.is_sorted());
    let one = run_in(folder.path(), ["timeline", corpus, "--threads", "1"]);
    let eight = run_in(folder.path(), ["timeline", corpus, "--threads", "8"]);
    assert!(one.out == eight.out);
    let rows = rows(&one.out);
    assert_eq!(rows.len(), 606);
    // In causal order no process connects before it starts.
    let mut started = std::collections::HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row["event_id"] == "1" {
            started.entry(&row["process_entity_id"]).or_insert(at);
        }
    }
    for (at, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row["event_id"] == "3")
    {
        let start = started.get(&row["process_entity_id"]);
        assert!(start.is_none_or(|start| *start < at), "row {at}");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let log = samples().join("ws01-addresses.evtx");
    let mut child = program()
        .args(["timeline", "-q"])
        .arg(log)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut err = String::new();
    let mut stderr = child.stderr.take().expect("a pipe");
    stderr.read_to_string(&mut err).expect("messages");
    let status = child.wait().expect("it ends");
    assert_eq!(err, "");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_log_without_sysmon_gives_the_header() {
    let folder = temp();
    let log = samples().join("ws01-security.evtx");
    let ran = run_in(folder.path(), ["timeline", log.to_str().expect("UTF-8")]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let text = String::from_utf8(ran.out).expect("UTF-8");
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("time_utc,host,event_id,"));
}
