//! What must be found, and what must not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use evql_samples::shared;

use crate::support::{ELASTIC, SPLUNK, hunt, input, rows, samples, total};

const REGSVR32: &str = "exec_sysmon_lobin_regsvr32_sct.evtx";
const BITSJOB: &str = "sysmon_1_persist_bitsjob_SetNotifyCmdLine.evtx";

/// rule id, host, record ids.
type Found = BTreeSet<(String, String, String)>;

fn expected(profile: &str) -> Found {
    let text = fs::read(samples().join("../expected.csv")).expect("the expected answers");
    let rows = rows(&text).into_iter();
    rows.filter(|row| row["profile"] == profile)
        .map(|row| {
            (
                row["rule"].clone(),
                row["computer"].clone(),
                row["records"].clone(),
            )
        })
        .collect()
}

#[test]
fn the_samples_give_the_answers_written_beside_their_events() {
    for profile in ["forensic", "elastic"] {
        let hunt = hunt(&[samples()], &["--profile", profile]).ended(1);
        let findings = hunt.findings();
        let found: Found = findings
            .iter()
            .map(|row| {
                let mut records: Vec<&str> = row["record_ids"].split("; ").collect();
                if row["rule_source"] == "splunk" {
                    records.sort();
                }
                (
                    row["rule_id"].clone(),
                    row["host"].clone(),
                    records.join(";"),
                )
            })
            .collect();
        assert_eq!(found.len(), findings.len(), "each finding once");
        assert_eq!(found, expected(profile), "{profile}");
        assert!(findings.iter().all(|row| row["profile"] == profile));
    }
}

#[test]
fn the_remark_is_on_what_the_live_pipeline_would_miss_and_nothing_else() {
    let hunt = hunt(&[samples()], &[]).ended(1);
    let (forensic, live) = (expected("forensic"), expected("elastic"));
    let missed: BTreeSet<&String> = forensic.difference(&live).map(|(_, _, ids)| ids).collect();
    assert!(missed.len() > 5);
    let mut remarks = BTreeMap::new();
    for row in hunt.findings() {
        let records = row["record_ids"].replace("; ", ";");
        let remark = row["elastic_live"].clone();
        let of_elastic = row["rule_source"] == "elastic";
        assert_eq!(
            !remark.is_empty(),
            of_elastic && missed.contains(&records),
            "{records}"
        );
        remarks.insert(records, remark);
    }
    // Word's regsvr32; a connection stamped before its own process's start.
    assert_eq!(remarks["5002;5004"], "missed: user");
    let kinds: BTreeSet<&String> = remarks.values().collect();
    assert!(
        kinds
            .iter()
            .any(|remark| remark.as_str() == "missed: order"),
        "{kinds:?}"
    );
    let elastic = super::support::hunt(&[samples()], &["--profile", "elastic"]).ended(1);
    assert!(
        elastic
            .findings()
            .iter()
            .all(|row| row["elastic_live"].is_empty())
    );
}

#[test]
fn the_real_logs_give_two_sequences_and_the_live_pipeline_one() {
    let Some(corpus) = shared("corpus/sysmon") else {
        return;
    };
    let forensic = hunt(&[&corpus], &[]).ended(0);
    let found = |hunt: &crate::support::Hunt| -> Vec<(String, String, String)> {
        let rows = hunt.findings().into_iter();
        rows.map(|row| {
            assert_eq!(row["rule_source"], "elastic");
            let file = row["files"]
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            (
                file,
                row["destination_address"].clone(),
                row["elastic_live"].clone(),
            )
        })
        .collect()
    };
    let first = (
        REGSVR32.to_owned(),
        "104.20.208.21".to_owned(),
        "missed: order".to_owned(),
    );
    let second = (
        BITSJOB.to_owned(),
        "151.101.128.133".to_owned(),
        String::new(),
    );
    assert_eq!(found(&forensic), [first.clone(), second.clone()]);
    assert_eq!(forensic.table(ELASTIC).len(), 4);
    assert_eq!(forensic.table(SPLUNK).len(), 0);
    let live = hunt(&[&corpus], &["--profile", "elastic"]).ended(0);
    assert_eq!(found(&live), std::slice::from_ref(&second));
    for (log, expected) in [(REGSVR32, first), (BITSJOB, second)] {
        assert_eq!(found(&hunt(&[corpus.join(log)], &[]).ended(0)), [expected]);
    }
}

#[test]
fn every_event_of_the_real_logs_is_counted() {
    let Some(corpus) = shared("corpus/sysmon") else {
        return;
    };
    let counts = fs::read(corpus.join("records-by-event-id.json")).expect("the counts");
    type Counts = BTreeMap<String, BTreeMap<String, u64>>;
    let counts: Counts = serde_json::from_slice(&counts).expect("JSON");
    let hunt = hunt(&[&corpus], &[]).ended(0);
    let run = hunt.run();
    let mut asked = 0;
    for (file, by_event) in &counts {
        let input = input(&run, file);
        let read: BTreeMap<String, u64> =
            serde_json::from_value(input["sysmon"].clone()).expect("counts");
        assert_eq!(&read, by_event, "{file}");
        asked += ["1", "3"]
            .iter()
            .filter_map(|id| by_event.get(*id))
            .sum::<u64>();
    }
    assert_eq!(run["inputs"].as_array().map(Vec::len), Some(counts.len()));
    assert_eq!(
        run["passed_over"].as_array().map(Vec::len),
        Some(1),
        "the counts are no log"
    );
    assert_eq!(total(&run, "records") - total(&run, "skipped"), asked);
    assert_eq!(asked, 606);
}
