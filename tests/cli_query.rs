//! `evql query`, from outside.

mod program;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use evql_samples::shared;
use program::{command, run};

const ATTACKS: &str = "samples/logs/attacks-processes.evtx";

/// What a query that must succeed writes.
fn answer(args: &[&str]) -> String {
    let ran = run(&[&["query"], args].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn events_are_rows() {
    let query = r#"process where event.type == "start" and process.parent.name : "explorer.exe""#;
    let fields = "@timestamp,process.name, process.pid";
    assert_eq!(
        answer(&[ATTACKS, query, "--fields", fields]),
        "time_utc                 process.name  process.pid\n\
         2026-03-04 10:00:07.130  mshta.exe     4004\n\
         2026-03-04 10:00:17.470  mmc.exe       4016\n\
         2026-03-04 10:00:40.760  WINWORD.EXE   4032\n\
         2026-03-04 10:01:12.630  rdpclip.exe   4076\n"
    );
    assert_eq!(
        answer(&[
            ATTACKS,
            query,
            "--fields",
            "process.name",
            "--format",
            "csv",
            "--limit",
            "2"
        ]),
        "process.name\r\nmshta.exe\r\nmmc.exe\r\n"
    );
    let fields = "@timestamp,process.pid,event.type,dns.question.name,log.file.path";
    assert_eq!(
        answer(&[
            ATTACKS, query, "--fields", fields, "--format", "jsonl", "--limit", "1"
        ]),
        concat!(
            r#"{"@timestamp":"2026-03-04T10:00:07.130Z","process.pid":4004,"event.type":"start","#,
            r#""log.file.path":"samples/logs/attacks-processes.evtx"}"#,
            "\n"
        )
    );
}

#[test]
fn each_category_has_its_columns() {
    let header = |query: &str| {
        let out = answer(&[ATTACKS, query, "--format", "csv"]);
        out.lines().next().unwrap().to_owned()
    };
    assert_eq!(
        header("process where true"),
        "time_utc,host.name,event.code,user.name,process.name,process.pid,process.executable,\
         process.command_line,process.parent.name,process.parent.command_line,winlog.record_id,\
         log.file.path"
    );
    let network = header("network where true");
    assert!(network.contains(",destination.ip,"), "{network}");
    assert!(!network.contains("registry"), "{network}");
    assert!(header("any where true").contains(",registry.path,"));
}

#[test]
fn sequences_are_grouped() {
    let query = r#"sequence by process.entity_id
        [process where process.name : "mshta.exe"] [network where destination.ip != null]"#;
    let fields = "@timestamp,event.code,destination.ip";
    assert_eq!(
        answer(&[ATTACKS, query, "--fields", fields, "--format", "csv"]),
        "sequence,stage,time_utc,event.code,destination.ip\r\n\
         1,1,2026-03-04 10:00:07.130,1,\r\n\
         1,2,2026-03-04 10:00:10.340,3,93.184.216.34\r\n"
    );
    let out = answer(&[
        ATTACKS,
        query,
        "--fields",
        "event.code",
        "--format",
        "jsonl",
    ]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["sequence"], 1);
    assert_eq!(json["events"][0]["event.code"], "1");
    assert_eq!(json["events"][1]["event.code"], "3");
}

#[test]
fn pipes_put_events_in_order_of_time() {
    let args = ["--fields", "@timestamp,event.code", "--format", "csv"];
    let out = answer(&[&[ATTACKS, "any where true | tail 2"], &args[..]].concat());
    assert_eq!(
        out,
        "time_utc,event.code\r\n2026-03-04 10:01:22.380,25\r\n2026-03-04 10:01:23.280,5\r\n"
    );
}

#[test]
fn events_are_narrowed_by_time_and_host() {
    let fields = ["--fields", "@timestamp,process.name", "--format", "csv"];
    let times = |more: &[&str]| {
        let out = answer(&[&[ATTACKS, "network where true"], &fields[..], more].concat());
        out.lines()
            .skip(1)
            .map(|row| row[11..23].to_owned())
            .collect::<Vec<_>>()
    };
    let all = times(&[]);
    assert_eq!(all, ["10:00:08.440", "10:00:10.340", "10:00:19.370"]);
    assert_eq!(times(&["--from", "2026-03-04 10:00:10"]), all[1..]);
    assert_eq!(times(&["--from", "2026-03-04 10:00:10.340"]), all[1..]);
    assert_eq!(times(&["--from", "2026-03-04 10:00:10.341"]), all[2..]);
    assert_eq!(times(&["--to", "2026-03-04T10:00:10Z"]), all[..2]);
    assert_eq!(times(&["--to", "2026-03-04 10:00:10.339"]), all[..1]);
    assert_eq!(times(&["--to", "2026-03-04"]), all);
    assert!(times(&["--to", "2026-03-03"]).is_empty());
    let spanning = [
        "--from",
        "2026-03-04T12:00:09+02:00",
        "--to",
        "2026-03-04 10:00",
    ];
    assert_eq!(times(&spanning), all[1..]);
    let host = answer(&[
        ATTACKS,
        "process where true | head 1",
        "--fields",
        "host.name",
        "--format",
        "csv",
    ]);
    let host = host.lines().nth(1).unwrap();
    let (short, _) = host.split_once('.').expect("a name with its domain");
    for name in [host, short, &short.to_lowercase(), "*"] {
        assert_eq!(times(&["--host", name]), all, "{name}");
    }
    assert!(times(&["--host", &short[..2]]).is_empty());
    let ran = run(&["query", ATTACKS, "any where true", "--from", "noon"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn the_query_comes_last_wherever_options_stand() {
    let query = r#"process where process.pid == 4004"#;
    let shown = "process.name\r\nmshta.exe\r\n";
    let options = ["--format", "csv", "--fields", "process.name"];
    let (format, fields) = options.split_at(2);
    for args in [
        [&[ATTACKS, query], format, fields].concat(),
        [format, fields, &[ATTACKS, query]].concat(),
        [&[ATTACKS], format, fields, &[query]].concat(),
        [format, &[ATTACKS], fields, &[query]].concat(),
        [&[ATTACKS, ATTACKS], format, &[query], fields].concat(),
    ] {
        assert_eq!(answer(&args), shown, "{args:?}");
    }
    let ran = run(&["query", ATTACKS, "--format", "csv"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: a collection and a query are wanted\n \
         hint: the query comes last: evql query COLLECTION... 'EQL'\n"
    );
}

#[test]
fn what_is_wrong_is_drawn() {
    let ran = run(&["query", ATTACKS, "process where process.nam == \"x\""]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: unknown field `process.nam`\n --> query:1:15\n  |\n\
         1 | process where process.nam == \"x\"\n  |               ^^^^^^^^^^^\n  \
         = did you mean `process.name`?\n"
    );
    let fields = "@timestamp, process.nam";
    let ran = run(&["query", ATTACKS, "process where true", "--fields", fields]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: unknown field `process.nam`\n --> --fields:1:13\n  |\n\
         1 | @timestamp, process.nam\n  |             ^^^^^^^^^^^\n  \
         = did you mean `process.name`?\n"
    );
    let ran = run(&["query", "process where true", ATTACKS]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is a path, not a query"), "{}", ran.err);
    assert_eq!(run(&["query", ATTACKS]).code, 2);
    assert_eq!(run(&["query", "no/such/log", "process where true"]).code, 2);
}

#[test]
fn a_file_appears_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let path = path.to_str().unwrap();
    let args = [
        ATTACKS,
        "network where true",
        "--fields",
        "event.code",
        "-o",
        path,
    ];
    assert_eq!(answer(&args), "");
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "event.code\r\n22\r\n3\r\n3\r\n"
    );
    assert_eq!(run(&[&["query"], &args[..]].concat()).code, 2);
    assert_eq!(
        answer(&[&args[..], &["--force", "--format", "jsonl"]].concat()),
        ""
    );
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(text.lines().next(), Some(r#"{"event.code":"22"}"#));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let mut child = command(&["query", "samples/logs", "any where true", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.starts_with("time_utc,"), "{line}");
    drop(out);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("error"), "{err}");
    assert!(output.status.code().unwrap() <= 1, "{err}");
}

#[test]
fn the_answer_does_not_depend_on_threads() {
    for query in [
        "any where true",
        "sequence by process.entity_id [any where true] [any where true]",
    ] {
        let ran = |threads| {
            run(&[
                "query",
                "samples/logs",
                query,
                "--format",
                "jsonl",
                "--threads",
                threads,
            ])
            .out
        };
        let one = ran("1");
        assert!(one.lines().count() > 10);
        assert_eq!(one, ran("4"));
    }
}

#[test]
fn any_json_is_events_where_its_fields_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.jsonl");
    let events = [
        r#"{"kind":"login","at":"2024-03-01T10:00:02Z","n":1,"user":{"name":"bob"}}"#,
        r#"{"kind":"login","at":"2024-03-01T10:00:01Z","n":9,"user":{"name":"eve"}}"#,
        r#"{"kind":"pay","at":"2024-03-01T10:00:02Z","n":-3,"user":{"name":"bob"}}"#,
    ];
    fs::write(&path, events.join("\n")).unwrap();
    let fields = [
        "--category-field",
        "kind",
        "--time-field",
        "at",
        "--tiebreaker-field",
        "n",
    ];
    let ask = |query: &str, more: &[&str]| {
        let args = [
            &[path.to_str().unwrap(), query, "--format", "csv"],
            &fields[..],
            more,
        ];
        answer(&args.concat())
    };
    let shown = ["--fields", "n,user.name"];
    assert_eq!(
        ask("login where true", &shown),
        "n,user.name\r\n1,bob\r\n9,eve\r\n"
    );
    // A spreadsheet would take a leading minus for a formula.
    assert_eq!(
        ask("any where true | head 3", &shown),
        "n,user.name\r\n9,eve\r\n'-3,bob\r\n1,bob\r\n"
    );
    assert_eq!(
        ask(
            "sequence by user.name [pay where true] [login where n > 0]",
            &shown
        ),
        "sequence,stage,n,user.name\r\n1,1,'-3,bob\r\n1,2,1,bob\r\n"
    );
    assert_eq!(
        ask(
            "any where true",
            &["--fields", "n", "--to", "2024-03-01 10:00:01"]
        ),
        "n\r\n9\r\n"
    );
    let default = ask(r#"login where user.name == "eve""#, &[]);
    let path = path.to_str().unwrap();
    assert_eq!(
        default,
        format!("at,kind,n,user.name,log.file.path\r\n2024-03-01T10:00:01Z,login,9,eve,{path}\r\n")
    );
}

#[derive(serde::Deserialize)]
struct Suite {
    queries: Vec<Asked>,
}

#[derive(serde::Deserialize)]
struct Asked {
    query: String,
    #[serde(default)]
    expected_event_ids: Vec<i64>,
}

#[test]
fn elasticsearch_s_queries_are_answered_alike_through_the_program() {
    let Some(suite) = shared("eql-suite") else {
        return;
    };
    let data = suite.join("test_data.json");
    let text = fs::read_to_string(suite.join("test_queries.toml")).unwrap();
    let suite: Suite = toml::from_str(&text).unwrap();
    assert!(suite.queries.len() > 100);
    for Asked {
        query,
        expected_event_ids,
    } in suite.queries
    {
        let out = answer(&[
            data.to_str().unwrap(),
            &query,
            "--category-field=event_type",
            "--time-field=timestamp",
            "--tiebreaker-field=serial_event_id",
            "--fields=serial_event_id",
            "--format=jsonl",
        ]);
        let ids: Vec<i64> = (out.lines())
            .flat_map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                match line["events"].as_array() {
                    Some(events) => events.clone(),
                    None => vec![line],
                }
            })
            .map(|event| event["serial_event_id"].as_i64().unwrap())
            .collect();
        assert_eq!(ids, expected_event_ids, "{query}");
    }
}
