//! What may be written where: whole or not at all, nothing replaced unasked, nothing outside.

use std::fs;

use crate::support::{FILES, contents, run_in, samples, temp};

#[test]
fn an_earlier_run_is_replaced_only_when_asked_to() {
    let folder = temp();
    let log = samples().join("ws01-sysmon.evtx");
    let other = samples().join("ws01-security.evtx");
    let (log, other) = (log.to_str().expect("UTF-8"), other.to_str().expect("UTF-8"));
    let first = run_in(folder.path(), ["hunt", log]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.err.contains("evql-out"), "where it is: {}", first.err);
    let out = folder.path().join("evql-out");
    let before = contents(&out);
    assert_eq!(before.keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    let second = run_in(folder.path(), ["hunt", other]);
    assert_eq!(second.code, Some(2));
    assert!(second.err.contains("--force"), "{}", second.err);
    assert!(contents(&out) == before);
    let third = run_in(folder.path(), ["hunt", other, "--force"]);
    assert_eq!(third.code, Some(0), "{}", third.err);
    let after = contents(&out);
    assert_eq!(after.keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    assert!(after != before);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn a_folder_of_others_is_left_alone() {
    let folder = temp();
    let out = folder.path().join("thesis");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("chapter1.csv"), "mine").expect("a file");
    let log = samples().join("ws01-sysmon.evtx");
    let log = log.to_str().expect("UTF-8");
    for force in [
        &["hunt", log, "-o", "thesis"][..],
        &["hunt", log, "-o", "thesis", "--force"],
    ] {
        let ran = run_in(folder.path(), force);
        assert_eq!(ran.code, Some(2));
        assert!(
            ran.err.contains("chapter1.csv") && ran.err.contains("-o"),
            "{}",
            ran.err
        );
    }
    assert_eq!(contents(&out).len(), 1);
}

#[test]
fn what_stands_in_the_way_is_named() {
    let folder = temp();
    fs::write(folder.path().join("file"), "x").expect("a file");
    let log = samples().join("ws01-sysmon.evtx");
    let log = log.to_str().expect("UTF-8");
    for out in ["file", "file/out"] {
        let ran = run_in(folder.path(), ["hunt", log, "-o", out]);
        assert_eq!(ran.code, Some(2));
        assert!(
            ran.err.contains("error: ") && ran.err.contains("file"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("-o"), "what to do: {}", ran.err);
    }
    assert_eq!(contents(folder.path()).len(), 1);
    assert_eq!(
        fs::read(folder.path().join("file")).expect("the file"),
        b"x"
    );
}

#[test]
fn a_run_that_cannot_start_leaves_nothing() {
    let log = samples().join("ws01-sysmon.evtx");
    let log = log.to_str().expect("UTF-8");
    let wrong: [&[&str]; 6] = [
        &["hunt", "missing"],
        &["hunt", log, "missing"],
        &["hunt", log, "--macro", "nothing"],
        &["hunt", log, "--macros", "missing.conf"],
        &["hunt", log, "--rules", "missing.toml"],
        &["timeline", "missing", "-o", "t.csv"],
    ];
    for args in wrong {
        let folder = temp();
        let ran = run_in(folder.path(), args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.out.is_empty());
        assert_eq!(contents(folder.path()).len(), 0, "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_no_part() {
    let folder = temp();
    let log = samples().join("ws01-sysmon.evtx");
    let log = log.to_str().expect("UTF-8");
    let ran = run_in(folder.path(), ["timeline", log, "-o", "/dev/full"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("error: "), "{}", ran.err);
    assert_eq!(contents(folder.path()).len(), 0);
}
