//! What is said, and how it ends, when something is wrong or nothing is.

use std::fs;

use crate::support::{contents, program, root, run_in, samples, temp};

fn said(args: &[&str]) -> (Option<i32>, String) {
    let folder = temp();
    let ran = run_in(folder.path(), args);
    (ran.code, ran.err)
}

fn sample() -> String {
    samples()
        .join("ws01-sysmon.evtx")
        .to_str()
        .expect("UTF-8")
        .to_owned()
}

#[test]
fn wrong_arguments_end_it_with_2_and_a_clear_line() {
    let log = sample();
    let wrong: [(&[&str], &[&str]); 11] = [
        (&[], &["Usage: evql"]),
        (&["hunt"], &["<COLLECTION>", "Usage: evql hunt"]),
        (
            &["hunt", "--rules", "mine", &log],
            &["<COLLECTION>", "hint: --rules takes every path after it"],
        ),
        (&["frobnicate"], &["frobnicate", "Usage: evql"]),
        (
            &["hunt", "no/such/log"],
            &["error: no/such/log: no such file or folder", "hint: "],
        ),
        (
            &["timeline", "no/such/log"],
            &["no/such/log: no such file or folder", "hint: "],
        ),
        (
            &["hunt", &log, "--profile", "kibana"],
            &["kibana", "forensic, elastic"],
        ),
        (&["hunt", &log, "--splunk-dest", "x"], &["endpoint, remote"]),
        (&["hunt", &log, "--threads", "many"], &["--threads"]),
        (
            &["hunt", &log, "--threads", "1000000"],
            &["--threads", "0 to 256"],
        ),
        (&["hunt", &log, "-q", "-v"], &["cannot be used with"]),
    ];
    for (args, parts) in wrong {
        let (code, err) = said(args);
        assert_eq!(code, Some(2), "{args:?}: {err}");
        for part in parts {
            assert!(err.contains(part), "{args:?} says {part:?}: {err}");
        }
    }
}

#[test]
fn wrong_macros_end_it_with_2_and_are_drawn_once() {
    let log = sample();
    let filter = "detect_regasm_with_network_connection_filter";
    let wrong: [(&str, &[&str]); 4] = [
        (
            "nothing",
            &[
                "error: a macro without a definition",
                "--macro:1:1",
                "name=definition",
            ],
        ),
        ("=x", &["--macro:1:"]),
        (
            "FILTER=foo bar",
            &[
                "\"foo\" is not supported yet",
                filter,
                "the macro that it calls",
            ],
        ),
        (
            "FILTER=search NOT (dest=\"a\"",
            &["closing parenthesis", filter, "the macro that it calls"],
        ),
    ];
    for (text, parts) in wrong {
        let text = text.replace("FILTER", filter);
        let (code, err) = said(&["hunt", &log, "--macro", &text]);
        assert_eq!(code, Some(2), "{err}");
        for part in parts {
            assert!(err.contains(part), "{text} says {part:?}: {err}");
        }
        assert!(!err.contains("error: error"), "{err}");
    }
    let folder = temp();
    fs::write(folder.path().join("bad.conf"), "[x]\ngarbage here\n").expect("a file");
    let ran = run_in(folder.path(), ["hunt", &log, "--macros", "bad.conf"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("bad.conf:2:1"), "{}", ran.err);
    assert!(!ran.err.contains("error: error"), "{}", ran.err);
    assert_eq!(contents(folder.path()).len(), 1);
}

#[test]
fn where_no_log_is_the_user_is_told() {
    let folder = temp();
    let root = folder.path();
    fs::create_dir(root.join("empty")).expect("a folder");
    fs::write(root.join("zero"), "").expect("a file");
    fs::write(root.join("notes"), "nothing here").expect("a file");
    for (name, count) in [
        ("empty", "0 files"),
        ("zero", "1 file "),
        ("notes", "1 file "),
    ] {
        let ran = run_in(root, ["hunt", name, "-o", "out"]);
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.err);
        assert!(
            ran.err.contains("no log found") && ran.err.contains(count),
            "{}",
            ran.err
        );
        assert!(!root.join("out").exists());
    }
}

#[test]
fn quiet_says_nothing_and_no_colour_reaches_a_file() {
    let log = sample();
    assert_eq!(said(&["hunt", &log, "-q"]), (Some(0), String::new()));
    let (code, err) = said(&["hunt", &log, "--no-color"]);
    assert_eq!(code, Some(0));
    assert!(!err.contains('\x1b'));
    let (_, plain) = said(&["hunt", &log]);
    assert!(!plain.contains('\x1b'));
    assert!(
        plain.contains("1 log read") && plain.contains("112 records"),
        "{plain}"
    );
    let (code, err) = said(&["hunt", "no/such", "-q"]);
    assert_eq!(code, Some(2));
    assert!(
        err.starts_with("error: "),
        "errors are said all the same: {err}"
    );
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["hunt", "--help"],
        &["timeline", "-h"],
    ] {
        let output = program().args(args).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(
            output.stdout.starts_with(b"evql") || output.stdout.len() > 200,
            "{args:?}"
        );
        assert!(output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn the_summary_counts_what_was_read_and_what_was_not() {
    let folder = temp();
    let ran = run_in(folder.path(), ["hunt", samples().to_str().expect("UTF-8")]);
    assert_eq!(ran.code, Some(1));
    for part in [
        "Network Connection via Registration Utility (elastic)  94 ",
        "Detect Regasm with Network Connection (splunk)         91 ",
        "12 logs read",
        "27 duplicates",
        "problems while reading:",
        "Written to evql-out",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

#[test]
fn the_readme_shows_what_its_main_command_prints() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README");
    let shown = readme.split("```\n").nth(1).expect("what is printed");
    let folder = temp();
    let out = folder.path().join("evql-out");
    let out = out.to_str().expect("UTF-8");
    let ran = run_in(&root(), ["hunt", "samples", "-o", out]);
    assert_eq!(ran.code, Some(1));
    let printed = ran.err.replace(out, "evql-out");
    let mut printed = printed.lines().map(without_time);
    let mut left_out = false;
    for line in shown.lines().map(without_time) {
        if line == "  ..." {
            left_out = true;
            continue;
        }
        let found = match left_out {
            true => printed.find(|printed| *printed == line),
            false => printed.next(),
        };
        assert_eq!(found, Some(line));
        left_out = false;
    }
    assert_eq!(printed.next(), None);
}

/// A line of a summary without how long it took.
fn without_time(line: &str) -> &str {
    match line.rsplit_once("; ") {
        Some((before, time)) if time.ends_with(" s") => before,
        _ => line,
    }
}
