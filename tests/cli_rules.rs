//! `evql rules` and the rules of `evql hunt`, from outside.

mod program;

use std::fs;
use std::path::Path;

use evql_samples::shared;
use program::{narrow, run};

const WRONG: &str = "[rule]\nname = \"Wrong\"\nrule_id = \"w\"\ntype = \"eql\"\nquery = '''\n\
    process where lenght(process.name) > 3\n'''\n";
const THRESHOLD: &str = "[rule]\nname = \"Other\"\nrule_id = \"o\"\ntype = \"threshold\"\n";
const ENDPOINT: &str = "[rule]\nname = \"Endpoint\"\nrule_id = \"e\"\ntype = \"eql\"\n\
    index = [\"logs-endpoint.events.process-*\"]\nquery = \"process where true\"\n";
const LOGON: &str = "[rule]\nname = \"Logon\"\nrule_id = \"l\"\ntype = \"eql\"\nseverity = \"high\"\n\
    query = 'authentication where winlog.event_data.LogonType == \"3\" and event.code == \"4624\"'\n";
const JOIN: &str = "[rule]\nname = \"Join\"\nrule_id = \"j\"\ntype = \"eql\"\n\
    query = 'sequence by winlog.logon.id [process where true] [network where true]'\n";
const MISSING: &str = "[rule]\nname = \"Missing\"\nrule_id = \"m\"\ntype = \"eql\"\nseverity = \"medium\"\n\
    query = 'sequence by host.id with maxspan=1m [process where true] ![authentication where true]'\n\
    [[rule.threat]]\nframework = \"x\"\n[[rule.threat.technique]]\nid = \"T1218\"\nname = \"Proxy\"\n\
    [[rule.threat.technique.subtechnique]]\nid = \"T1218.005\"\nname = \"Mshta\"\n";

/// A folder of rule files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn every_file_is_said_to_load_or_not() {
    let rules = folder(&[
        ("endpoint.toml", ENDPOINT),
        ("join.toml", JOIN),
        ("logon.toml", LOGON),
        ("missing.TOML", MISSING),
        ("other.toml", THRESHOLD),
        ("wrong.toml", WRONG),
        ("notes.txt", "no rule"),
    ]);
    let at = path(rules.path());
    let ran = run(&["rules", "check", at]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let rows = narrow(&ran.out.replace(&format!("{at}/"), ""));
    assert_eq!(
        rows,
        [
            "file outcome name reason",
            "endpoint.toml not run Endpoint over indices that hold no Sysmon data \
             (logs-endpoint.events.process-*)",
            "join.toml loaded Join Sysmon data can never answer it: it lacks join key \
             winlog.logon.id",
            "logon.toml loaded Logon Sysmon data can never answer it: it lacks category \
             \"authentication\"; winlog.event_data.LogonType; event.code \"4624\"",
            "missing.TOML loaded Missing",
            "other.toml not run Other a rule of type \"threshold\"",
            "wrong.toml broken unknown function `lenght`",
        ]
    );
    assert_eq!(
        ran.err.replace(&format!("{at}/"), ""),
        "error: unknown function `lenght`\n --> wrong.toml:6:15\n  |\n\
         6 | process where lenght(process.name) > 3\n  |               ^^^^^^\n  \
         = did you mean `length`?\n\
         6 rule files: 3 loaded (2 that Sysmon data can never answer), 2 not run, 1 broken\n"
    );
    let ran = run(&["rules", "check", path(&rules.path().join("missing.TOML"))]);
    assert_eq!(ran.code, 0);
    let empty = folder(&[]);
    let ran = run(&["rules", "check", path(empty.path())]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.starts_with("error: no rule file found\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_clone_of_a_repository_is_a_folder_of_rules() {
    let long = "a: b\n".repeat(1 << 19);
    let rules = folder(&[
        ("README.md", "# Rules"),
        (".DS_Store", "\u{0}\u{0}"),
        ("a.json", "{\"rule\": 1}"),
        ("ci.yml", "name: ci\non: push\n"),
        ("hunt.toml", "[hunt]\nname = \"By hand\"\nuuid = \"u\"\n"),
        ("list.yaml", "- a\n"),
        ("long.yml", &long),
        ("missing.toml", MISSING),
        ("pyproject.toml", "[project]\nname = \"x\"\n"),
    ]);
    let at = path(rules.path());
    let ran = run(&["rules", "check", at]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        narrow(&ran.out.replace(&format!("{at}/"), "")),
        [
            "file outcome name reason",
            "ci.yml not run ci no Splunk rule: it has no search",
            "hunt.toml not run By hand a query for hunting by hand, no rule",
            "list.yaml not run no Splunk rule: it has no search",
            "long.yml not run long.yml is no file of rules or macros: it is past 1 MiB",
            "missing.toml loaded Missing",
            "pyproject.toml not run no rule: it has no table [rule]",
        ]
    );
    let long = rules.path().join("long.yml");
    for args in [
        &["rules", "check", path(&long)][..],
        &["rules", "check", at, "--macros", path(&long)],
    ] {
        let named = run(args);
        assert_eq!((named.code, named.out.as_str()), (2, ""));
        assert!(named.err.contains("past 1 MiB"), "{}", named.err);
    }
}

#[test]
fn a_field_that_no_mapping_knows_is_told_with_the_nearest_one() {
    let rule = |query: &str| {
        format!("[rule]\nname = \"R\"\nrule_id = \"r\"\ntype = \"eql\"\nquery = '{query}'\n")
    };
    let rules = folder(&[
        ("a.toml", &rule("process where not proces.name : \"a\"")),
        (
            "b.toml",
            &rule("process where proces.name : \"a\" and qqqqqqqqqqqq == \"b\""),
        ),
    ]);
    let at = path(rules.path());
    let near = "unknown field `proces.name` (did you mean `process.name`?)";
    let lacks =
        format!("Sysmon data can never answer it: it lacks proces.name; qqqqqqqqqqqq; {near}");
    let ran = run(&["rules", "check", at]);
    assert_eq!(
        narrow(&ran.out.replace(&format!("{at}/"), ""))[1..],
        [
            format!("a.toml loaded R {near}"),
            format!("b.toml loaded R {lacks}"),
        ]
    );
    assert_eq!(
        ran.err,
        "2 rule files: 2 loaded (1 that Sysmon data can never answer), 0 not run, 0 broken\n"
    );
    let a = rules.path().join("a.toml");
    let ran = run(&["rules", "check", path(&a)]);
    assert_eq!(ran.err, "1 rule file: 1 loaded, 0 not run, 0 broken\n");
    let ran = run(&["rules", "show", "r", "--rules", path(&a)]);
    assert!(
        ran.out.contains(&format!("\nwarning     {near}\n")),
        "{}",
        ran.out
    );
    let to = rules.path().join("out");
    let log = "samples/logs/attacks-processes.evtx";
    let ran = run(&["hunt", log, "-v", "--rules", at, "-o", path(&to)]);
    assert!(
        ran.err.contains(&format!("\nwarning: R: {near}\n")),
        "{}",
        ran.err
    );
    let json = fs::read_to_string(to.join("run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["warnings"][0], format!("R: {near}"));
    assert_eq!(json["rules_not_run"][0]["reason"], lacks);
}

#[test]
fn what_an_event_id_lacks_is_told_of_it() {
    let rules = folder(&[(
        "hash.toml",
        "[rule]\nname = \"H\"\nrule_id = \"h\"\ntype = \"eql\"\n\
         query = 'file where file.hash.md5 : \"?*\" and event.code == \"11\"'\n",
    )]);
    let ran = run(&["rules", "check", path(rules.path())]);
    let lacks = "Sysmon data can never answer it: it lacks file.hash.md5 in event 11\n";
    assert!(ran.out.ends_with(lacks), "{}", ran.out);
}

#[test]
fn every_published_rule_loads() {
    let Some(rules) = shared("elastic-rules") else {
        return;
    };
    let ran = run(&["rules", "check", path(&rules)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.err,
        "247 rule files: 247 loaded (37 that Sysmon data can never answer), 0 not run, 0 broken\n"
    );
    let rows = narrow(&ran.out);
    for (file, lacks) in [
        (
            "credential_access_adidns_wildcard",
            "event.code \"5137\"; winlog.event_data.ObjectDN",
        ),
        (
            "persistence_group_modification_by_system",
            "category \"iam\"; event.code \"4728\"; winlog.event_data.SubjectUserSid",
        ),
        (
            "credential_access_credential_dumping_msbuild",
            "category \"library\"",
        ),
        (
            "credential_access_forced_authentication_pipes",
            "host.os.type \"linux\"; event.action \"connection_attempted\"; event.code \"5145\"",
        ),
    ] {
        let row = rows
            .iter()
            .find(|row| row.contains(&format!("{file}.toml")));
        let row = row.unwrap_or_else(|| panic!("{file} has a row"));
        assert!(row.contains(" loaded "), "{row}");
        let reason = format!(" Sysmon data can never answer it: it lacks {lacks}");
        assert!(row.ends_with(&reason), "{row}");
    }
    let mshta = rows
        .iter()
        .find(|row| row.contains("Mshta Making Network Connections"));
    assert!(!mshta.unwrap().contains("never"), "{mshta:?}");
}

#[test]
fn rules_are_listed_and_selected() {
    let ran = run(&["rules", "list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "2 rules\n"));
    assert_eq!(
        ran.out,
        "severity  risk  source   name                                         techniques                 id\n\
         low       21    elastic  Network Connection via Registration Utility  T1218 T1218.009 T1218.010  fb02b8d3-71ee-4af1-bacd-215d23f17efa\n\
         high      80    splunk   Detect Regasm with Network Connection        T1218 T1218.009            07921114-6db4-4e2e-ae58-3ea8a52ae93f\n"
    );
    let rules = folder(&[("missing.toml", MISSING), ("logon.toml", LOGON)]);
    let at = path(rules.path());
    let listed = |more: &[&str]| {
        let mut args = vec!["rules", "list", "--rules", at];
        args.extend(more);
        let ran = run(&args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let name = |row: &str| {
            row.split("  ")
                .filter(|cell| !cell.is_empty())
                .nth(2)
                .unwrap()
                .trim()
                .to_owned()
        };
        ran.out.lines().skip(1).map(name).collect::<Vec<_>>()
    };
    assert_eq!(listed(&[]).len(), 4);
    assert_eq!(listed(&["--no-builtin"]).len(), 2);
    let names = |rules: &[&str]| -> usize { listed(rules).len() };
    assert_eq!(names(&["--severity", "high"]), 2);
    assert_eq!(names(&["--severity", "high,medium"]), 3);
    assert_eq!(names(&["--severity", "critical"]), 0);
    assert_eq!(names(&["--technique", "T1218"]), 3);
    assert_eq!(names(&["--technique", "t1218.005"]), 1);
    assert_eq!(names(&["--technique", "T1218.005,T1218.010"]), 2);
    assert_eq!(names(&["--technique", "T1218", "--severity", "medium"]), 1);
    assert_eq!(names(&["--rule", "*REGASM*"]), 1);
    assert_eq!(names(&["--rule", "m", "--rule", "l"]), 2);
    let ran = run(&["rules", "list", "--rule", "nothing"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .starts_with("error: no rule is called \"nothing\"\n"),
        "{}",
        ran.err
    );
    assert_eq!(run(&["rules", "list", "--technique", "1218"]).code, 2);
    assert_eq!(run(&["rules", "list", "--severity", "grave"]).code, 2);
}

#[test]
fn a_rule_is_shown() {
    for name in [
        "fb02b8d3-71ee-4af1-bacd-215d23f17efa",
        "*registration utility",
    ] {
        let ran = run(&["rules", "show", name]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let head: Vec<&str> = ran.out.lines().take(10).collect();
        assert_eq!(
            head[0],
            "name        Network Connection via Registration Utility"
        );
        assert_eq!(head[1], "id          fb02b8d3-71ee-4af1-bacd-215d23f17efa");
        assert_eq!(head[2], "source      elastic, version 9");
        assert_eq!(
            head[3],
            "origin      built in: network_connection_via_registration_utility.toml"
        );
        assert_eq!(
            head[5..],
            [
                "severity    low, risk score 21",
                "tactics     TA0002 Execution",
                "techniques  T1218 System Binary Proxy Execution, T1218.009 Regsvcs/Regasm, \
                 T1218.010 Regsvr32",
                "event ids   1 Process creation, 3 Network connection",
                "fields      destination.ip, event.category, event.type, network.protocol, \
                 process.entity_id, process.name, process.parent.executable, \
                 process.parent.name, user.id",
            ]
        );
        assert!(
            ran.out.contains("\n\n  sequence by process.entity_id\n"),
            "{}",
            ran.out
        );
    }
    let ran = run(&["rules", "show", "07921114-6db4-4e2e-ae58-3ea8a52ae93f"]);
    assert!(
        ran.out.contains("\nevent ids   3 Network connection\n"),
        "{}",
        ran.out
    );
    let ran = run(&["rules", "show", "nothing"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn a_hunt_says_what_did_not_run() {
    let rules = folder(&[
        ("logon.toml", LOGON),
        ("missing.TOML", MISSING),
        ("other.toml", THRESHOLD),
        ("wrong.toml", WRONG),
    ]);
    let out = tempfile::tempdir().unwrap();
    let to = out.path().join("run");
    let log = "samples/logs/attacks-processes.evtx";
    let args = ["hunt", log, "--rules", path(rules.path()), "-o", path(&to)];
    let ran = run(&args);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("unknown function `lenght`"), "{}", ran.err);
    assert!(
        ran.err.contains("error: 1 rule file is broken\n"),
        "{}",
        ran.err
    );
    assert!(!to.exists());
    let ran = run(&[&args[..], &["--skip-broken", "--no-builtin"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = "3 rules not run: 1 that Sysmon data can never answer, 1 broken, 1 for other \
                reasons; run.json says why\n";
    assert!(ran.err.contains(said), "{}", ran.err);
    let json = fs::read_to_string(to.join("run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["rules"].as_array().unwrap().len(), 1);
    let reasons: Vec<&str> = (json["rules_not_run"].as_array().unwrap().iter())
        .map(|rule| rule["reason"].as_str().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "Sysmon data can never answer it: it lacks category \"authentication\"; \
             winlog.event_data.LogonType; event.code \"4624\"",
            "a rule of type \"threshold\"",
            "broken: unknown function `lenght`",
        ]
    );
}

#[test]
fn documents_may_answer_what_sysmon_cannot() {
    let rules = folder(&[("logon.toml", LOGON)]);
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("beat.jsonl");
    let document = r#"{"@timestamp":"2024-03-01T10:00:00Z","event":{"code":"4624","category":["authentication"]},"winlog":{"provider_name":"Microsoft-Windows-Sysmon","event_id":99,"record_id":1,"computer_name":"A","channel":"x","event_data":{"LogonType":"3"}}}"#;
    fs::write(&log, format!("{document}\n")).unwrap();
    let to = logs.path().join("run");
    let ran = run(&[
        "hunt",
        path(&log),
        "--rules",
        path(rules.path()),
        "--no-builtin",
        "-o",
        path(&to),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let findings = fs::read_to_string(to.join("findings.csv")).unwrap();
    assert_eq!(findings.lines().count(), 2, "{findings}");
}
