//! What each option changes, and that nothing else does.

use std::fs;

use evql_samples::evtx::{FileTime, Log, Value};
use evql_samples::sysmon::{Event, Generation, Host};
use sha2::{Digest, Sha256};

use crate::support::{ELASTIC, FILES, SPLUNK, hunt, input, run_in, samples, temp};

const FILTER: &str = "detect_regasm_with_network_connection_filter";

#[test]
fn the_splunk_table_has_exactly_its_columns() {
    let hunt = hunt(&[samples()], &[]).ended(1);
    let table = hunt.file(SPLUNK);
    let header = "dest,user,process_name,src_ip,dest_ip,count,firstTime,lastTime";
    assert_eq!(table.lines().next(), Some(header));
    let rows = hunt.table(SPLUNK);
    assert_eq!(rows.len(), 91);
    let four = rows
        .iter()
        .find(|row| row["count"] == "4")
        .expect("four times over");
    assert_eq!(four["dest"], "SRV02.corp.example");
    assert_eq!(four["firstTime"], "2026-03-02T09:40:17");
    assert_eq!(four["lastTime"], "2026-03-02T09:43:23");
}

#[test]
fn the_filter_macro_takes_rows_away() {
    let all = hunt(&[samples()], &[]).ended(1);
    let define = format!("{FILTER}=search NOT dest=\"srv02*\"");
    let some = hunt(&[samples()], &["--macro", &define]).ended(1);
    let mut kept = all.table(SPLUNK);
    kept.retain(|row| !row["dest"].starts_with("SRV02"));
    assert!(!kept.is_empty() && kept.len() < all.table(SPLUNK).len());
    assert_eq!(some.table(SPLUNK), kept);
    assert_eq!(some.file(ELASTIC), all.file(ELASTIC));
    assert_eq!(some.run()["options"]["macros"][0], define);
    let folder = temp();
    let conf = format!("# ours\n[{FILTER}]\ndefinition = search NOT dest=\"srv02*\"\n");
    fs::write(folder.path().join("macros.conf"), conf).expect("a file");
    let logs = samples();
    let logs = logs.to_str().expect("UTF-8");
    let ran = run_in(
        folder.path(),
        ["hunt", logs, "--macros", "macros.conf", "-o", "out"],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let table = fs::read_to_string(folder.path().join("out").join(SPLUNK)).expect("the table");
    assert_eq!(table, some.file(SPLUNK));
}

#[test]
fn dest_can_be_the_remote_host() {
    let hunt = hunt(&[samples()], &["--splunk-dest", "remote"]).ended(1);
    let rows = hunt.table(SPLUNK);
    assert!(!rows.is_empty());
    for row in rows {
        assert!(!row["dest"].ends_with("corp.example"), "{row:?}");
    }
    assert_eq!(hunt.run()["options"]["splunk_dest"], "remote");
}

#[test]
fn inputs_are_hashed_when_asked_to() {
    let log = samples().join("srv02-sysmon.evtx");
    let plain = hunt(&[&log], &[]).ended(0).run();
    assert!(input(&plain, "srv02-sysmon.evtx")["sha256"].is_null());
    let run = hunt(&[&log], &["--hash-inputs"]).ended(0).run();
    let digest = Sha256::digest(fs::read(&log).expect("a sample"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(input(&run, "srv02-sysmon.evtx")["sha256"], digest);
    assert_eq!(input(&run, "srv02-sysmon.evtx")["size"], 69_632);
}

#[test]
fn a_member_of_a_container_has_the_hash_of_its_container() {
    let folder = temp();
    let path = folder.path().join("case.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).expect("a file"));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("C/logs/sysmon.evtx", options)
        .expect("written");
    let log = fs::read(samples().join("srv02-sysmon.evtx")).expect("a sample");
    std::io::Write::write_all(&mut zip, &log).expect("written");
    zip.finish().expect("written");
    let run = hunt(&[&path], &["--hash-inputs"]).ended(0).run();
    let digest = Sha256::digest(fs::read(&path).expect("the container"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(run["inputs"][0]["sha256"], digest);
}

#[test]
fn rules_are_hashed_and_named() {
    let run = hunt(&[samples()], &[]).ended(1).run();
    let rules = run["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 2);
    for (rule, table) in rules.iter().zip([ELASTIC, SPLUNK]) {
        assert_eq!(rule["table"], table);
        assert_eq!(rule["sha256"].as_str().map(str::len), Some(64));
    }
    assert_eq!(run["program"], "evql");
    assert_eq!(run["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["profile"], "forensic");
}

#[test]
fn every_table_has_its_header_without_rows() {
    let hunt = hunt(&[samples().join("ws01-security.evtx")], &[]).ended(0);
    let files = hunt.all();
    assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(text.matches("\r\n").count(), 1, "{name}: {text}");
        assert!(text.contains(','), "{name}");
    }
    assert_eq!(hunt.run()["inputs"][0]["skipped"], 2);
}

#[test]
fn a_mark_for_excel_stands_before_every_table_and_nothing_else() {
    let plain = hunt(&[samples()], &[]).ended(1).all();
    let marked = hunt(&[samples()], &["--bom"]).ended(1).all();
    for (name, bytes) in plain.iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(
            marked[name].strip_prefix(b"\xEF\xBB\xBF") == Some(&bytes[..]),
            "{name}"
        );
    }
    assert!(marked["run.json"].starts_with(b"{"));
}

/// A log whose texts would do harm in a spreadsheet or on a terminal.
fn harmful() -> Vec<u8> {
    let host = Host::new("WS01.corp.example", 0x2f1c_8a40);
    let at: FileTime = "2026-03-02 08:15:04.120".parse().expect("a time");
    let guid = "{2f1c8a40-0001-69a5-0000-000000000001}";
    let start = Event::new(Generation::New, 1)
        .with("UtcTime", "2026-03-02 08:15:04.100")
        .with("ProcessGuid", guid)
        .with("ProcessId", Value::UInt32(77))
        .with("Image", "C:\\Windows\\System32\\regsvr32.exe")
        .with(
            "CommandLine",
            "=HYPERLINK(\"http://x\")\r\nsecond\tline\u{1b}[31m \"quoted\", comma",
        )
        .with("User", "@SUM(1)")
        .with("ParentImage", "C:\\Temp\\-x.exe")
        .with("ParentCommandLine", "+1")
        .filled();
    let connection = Event::new(Generation::New, 3)
        .with("UtcTime", "2026-03-02 08:15:05.100")
        .with("ProcessGuid", guid)
        .with("ProcessId", Value::UInt32(77))
        .with("Image", "C:\\Windows\\System32\\regsvr32.exe")
        .with("DestinationIp", "93.184.216.34")
        .with("DestinationHostname", "-1+cmd")
        .filled();
    let mut log = Log::in_memory();
    log.push(&host.record(1, at, &start)).expect("written");
    log.push(&host.record(2, at, &connection)).expect("written");
    log.into_bytes()
}

#[test]
fn cells_do_no_harm_unless_asked_for_raw() {
    let folder = temp();
    let path = folder.path().join("log");
    fs::write(&path, harmful()).expect("a log");
    let safe = hunt(&[&path], &[]).ended(0);
    let row = &safe.findings()[0];
    let line = "HYPERLINK(\"http://x\")\\r\\nsecond\\tline\\u{1b}[31m \"quoted\", comma";
    assert_eq!(row["user"], "'@SUM(1)");
    assert_eq!(row["parent_command_line"], "'+1");
    assert_eq!(row["destination_name"], "'-1+cmd");
    assert_eq!(row["command_line"], format!("'={line}"));
    for name in ["findings.csv", ELASTIC, "timeline.csv"] {
        for row in safe.table(name) {
            for (column, cell) in row {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{column}: {cell}"
                );
                assert!(!cell.chars().any(char::is_control), "{column}: {cell:?}");
            }
        }
    }
    let raw = hunt(&[&path], &["--raw-cells"]).ended(0);
    let row = &raw.findings()[0];
    assert_eq!(row["user"], "@SUM(1)");
    assert_eq!(row["parent_command_line"], "+1");
    assert_eq!(row["command_line"], format!("={line}"));
}
