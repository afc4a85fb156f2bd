//! Which files are read, in which order, on how many threads: nothing of it changes an answer.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{anywhere, hunt, input, samples, temp, total};

fn logs() -> Vec<PathBuf> {
    let entries = fs::read_dir(samples()).expect("the samples");
    let mut logs: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    logs.sort();
    logs
}

#[test]
fn threads_change_nothing() {
    let one = hunt(&[samples()], &["--threads", "1"]).ended(1).all();
    for threads in ["2", "8"] {
        assert!(one == hunt(&[samples()], &["--threads", threads]).ended(1).all());
    }
}

#[test]
fn order_and_naming_twice_change_nothing() {
    let whole = hunt(&[samples()], &[]).ended(1).all();
    let mut files = logs();
    assert!(whole == hunt(&files, &[]).ended(1).all());
    files.reverse();
    assert!(whole == hunt(&files, &["--threads", "8"]).ended(1).all());
    files.push(samples());
    files.push(samples().join("../logs/ws01-sysmon.evtx"));
    files.rotate_left(5);
    assert!(whole == hunt(&files, &[]).ended(1).all());
}

#[test]
fn a_copy_of_a_log_counts_once() {
    let folder = temp();
    let log = samples().join("ws01-sysmon.evtx");
    let alone = hunt(&[&log], &[]).ended(0);
    fs::copy(&log, folder.path().join("a")).expect("a copy");
    fs::create_dir(folder.path().join("shadow")).expect("a folder");
    fs::copy(&log, folder.path().join("shadow/b.bak")).expect("a copy");
    let both = hunt(&[folder.path()], &[]).ended(0);
    assert_eq!(anywhere(both.findings()), anywhere(alone.findings()));
    assert_eq!(
        anywhere(both.table("timeline.csv")),
        anywhere(alone.table("timeline.csv"))
    );
    let (run, once) = (both.run(), alone.run());
    assert_eq!(total(&once, "duplicates"), 0);
    let asked = total(&once, "records") - total(&once, "skipped");
    assert_eq!(total(&run, "duplicates"), asked);
    assert_eq!(
        input(&run, "a")["duplicates"].as_u64(),
        Some(0),
        "the first path is the one"
    );
    assert!(
        both.ran.err.contains(&format!("{asked} duplicates")),
        "{}",
        both.ran.err
    );
}

#[test]
fn names_say_nothing_and_can_be_anything() {
    let log = samples().join("ws01-sysmon.evtx");
    let alone = anywhere(hunt(&[&log], &[]).ended(0).findings());
    let hostile: [&[u8]; 8] = [
        b"=cmd|' -C calc'!A1",
        b"line\nbreak",
        b"quote\",comma;",
        b"\x1b[31mred",
        b"not utf-8 \xff\xfe",
        b"..evtx",
        b"-q",
        "\u{202e}xtve.\u{1F5A5}".as_bytes(),
    ];
    for name in hostile {
        let folder = temp();
        let path = folder.path().join(os(name));
        fs::copy(&log, &path).expect("a copy");
        let hunt = hunt(&[folder.path()], &["--verbose"]).ended(0);
        assert!(!hunt.ran.err.contains('\x1b'), "{:?}", hunt.ran.err);
        assert_eq!(
            anywhere(hunt.findings()),
            alone,
            "{}",
            String::from_utf8_lossy(name)
        );
        for row in hunt.findings() {
            let shown = &row["files"];
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
        }
        assert_eq!(hunt.run()["inputs"].as_array().map(Vec::len), Some(1));
    }
}

fn os(name: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}

#[test]
fn links_that_lead_round_end() {
    let folder = temp();
    let root = folder.path();
    fs::copy(samples().join("ws01-sysmon.evtx"), root.join("log")).expect("a copy");
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(to, root.join(from)).expect("a link");
    };
    link(".", "round");
    link("log", "again");
    link("self", "self");
    link("nowhere", "gone");
    let hunt = hunt(&[root], &[]).ended(0);
    let run = hunt.run();
    assert_eq!(run["inputs"].as_array().map(Vec::len), Some(1));
    assert_eq!(total(&run, "duplicates"), 0);
}

#[test]
fn what_is_no_log_is_passed_over_and_said_so() {
    let folder = temp();
    let root = folder.path();
    fs::copy(samples().join("ws01-sysmon.evtx"), root.join("log")).expect("a copy");
    let noise: Vec<u8> = (0..9000_u32).map(|n| (n * n / 7) as u8 | 0x80).collect();
    let others: [(&str, &[u8]); 7] = [
        ("noise.evtx", &noise),
        ("empty.evtx", b""),
        ("notes.txt", b"regsvr32 was seen"),
        ("page.xml", b"<html><body/></html>"),
        ("settings.json", b"{\"editor.tabSize\": 4}"),
        ("list.json", b"[{\"name\": \"a\"}, {\"name\": \"b\"}]"),
        ("program.exe", b"MZ\x90\0"),
    ];
    for (name, bytes) in others {
        fs::write(root.join(name), bytes).expect("a file");
    }
    let hunt = hunt(&[root], &["--verbose"]).ended(0);
    let run = hunt.run();
    assert_eq!(run["inputs"].as_array().map(Vec::len), Some(1), "{run:#}");
    let passed: Vec<&str> = run["passed_over"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| file["path"].as_str().expect("a path"))
        .collect();
    for (name, _) in others {
        assert!(
            passed.iter().any(|path| Path::new(path).ends_with(name)),
            "{name}"
        );
        assert!(hunt.ran.err.contains(name), "{}", hunt.ran.err);
    }
    assert!(
        hunt.ran.err.contains("7 other files passed over"),
        "{}",
        hunt.ran.err
    );
}
