//! From the story to `samples/README.md`, which shows every event with its expected answers, and to
//! `samples/expected.csv`, which tests read.

use crate::story::{Answer, Rule, Sample};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The ids of both rules.
const ELASTIC: &str = "fb02b8d3-71ee-4af1-bacd-215d23f17efa";
const SPLUNK: &str = "07921114-6db4-4e2e-ae58-3ea8a52ae93f";

const INTRODUCTION: &str = "\
# Sample logs

Small EVTX logs of two hosts that tell one story: a phishing document on the workstation WS01 makes
Word start regsvr32, which fetches a scriptlet; the intruder goes on to the server SRV02 and keeps
RegAsm as his way out. Around it stand, for every clause of both built-in rules, one process and
connection on each side of it. Hosts, accounts, programs and addresses are made up.

Try them: `cargo run --release -- hunt samples`.

The program in this folder writes them, and this page and `expected.csv` with them:

    cargo run -p evql-samples              write samples/
    cargo run -p evql-samples -- --check   say whether samples/ is what the program writes

Its EVTX writer follows the layout that Windows writes: 64 KiB chunks with both checksums, names and
templates inline at their first use in a chunk and chained into its hash tables. What it writes is read
alike by the `evtx` crate (`tests/samples.rs`) and by the PyPI package `python-evtx`
(`samples/check_python_evtx.py`). Each answer below was written beside its event by hand, not computed.

`expected.csv` has a line for each finding of a hunt over all logs: rule, profile, host, and the
EventRecordIDs behind it. A finding of the Elastic rule is a start and a connection; a row of the Splunk
rule is all connections of one host, user, program, local and remote address.

The columns of the tables: EventRecordID, event id, what the event is there for, and what each rule says
of it. An Elastic sequence is noted at the connection that completes it, for the profiles `forensic` and
`elastic`; the Splunk search knows no profile.
";

/// The page.
pub fn readme(samples: &[Sample]) -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| log | records | what it is |\n|---|---|---|\n");
    for sample in samples {
        let lost = sample.told.iter().filter(|told| !told.readable).count();
        let lost = if lost == 0 {
            String::new()
        } else {
            format!(", {lost} unreadable")
        };
        // Writing to a string does not fail, here and below.
        let _ = writeln!(
            page,
            "| `{}` | {}{lost} | {} |",
            sample.name,
            sample.told.len(),
            sample.about
        );
    }
    for sample in samples {
        let _ = writeln!(page, "\n## {}\n\n{}.\n", sample.name, sample.about);
        page.push_str("| record | event | what | Elastic, forensic | Elastic, elastic | Splunk |\n|---|---|---|---|---|---|\n");
        for told in &sample.told {
            let mark = |hit: bool| if hit { "**yes**" } else { "" };
            let lost = if told.readable { "" } else { " (unreadable)" };
            let _ = writeln!(
                page,
                "| {} | {} | {}{lost} | {} | {} | {} |",
                told.id,
                told.event,
                told.what,
                mark(matches!(told.elastic, Answer::Both | Answer::Forensic)),
                mark(matches!(told.elastic, Answer::Both | Answer::Live)),
                mark(told.splunk),
            );
        }
    }
    page
}

/// The table of findings, sorted. A row of the Splunk rule may stand on records of several logs.
pub fn expected(samples: &[Sample]) -> String {
    let mut rows: BTreeMap<_, Vec<u64>> = BTreeMap::new();
    for finding in samples.iter().flat_map(|sample| &sample.findings) {
        let (rule, alone) = match finding.rule {
            Rule::Elastic => (ELASTIC, finding.records.first()),
            Rule::Splunk => (SPLUNK, None),
        };
        let profiles: &[&str] = match finding.answer {
            Answer::Both => &["forensic", "elastic"],
            Answer::Forensic => &["forensic"],
            Answer::Live => &["elastic"],
            Answer::No => &[],
        };
        for profile in profiles {
            let key = (rule, profile, &finding.computer, &finding.group, alone);
            rows.entry(key).or_default().extend(&finding.records);
        }
    }
    let mut lines = BTreeSet::new();
    for ((rule, profile, computer, _, alone), mut records) in rows {
        if alone.is_none() {
            records.sort_unstable();
        }
        let records: Vec<String> = records.iter().map(u64::to_string).collect();
        lines.insert(format!(
            "{rule},{profile},{computer},{}\n",
            records.join(";")
        ));
    }
    let mut table = "rule,profile,computer,records\n".to_owned();
    table.extend(lines);
    table
}

/// Every value that the samples hold, a line each: log, EventRecordID, whether the record is
/// readable, name, value. Control characters and backslashes are escaped.
pub fn values(samples: &[Sample]) -> String {
    let mut lines = String::new();
    for sample in samples {
        for (told, record) in sample.told.iter().zip(&sample.records) {
            for (name, value) in record.data() {
                let value = value.to_string().escape_default().to_string();
                let readable = told.readable;
                let _ = writeln!(
                    lines,
                    "{}\t{}\t{readable}\t{name}\t{value}",
                    sample.name, told.id
                );
            }
        }
    }
    lines
}
