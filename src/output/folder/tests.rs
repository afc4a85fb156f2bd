use super::*;

fn run(path: &Path, force: bool, files: &[&str]) -> Result<(), OutputError> {
    let mut folder = Folder::open(path, force)?;
    for name in files {
        folder.write(name, |mut out| {
            out.write_all(name.as_bytes())?;
            Ok((out, ()))
        })?;
    }
    let list = serde_json::json!({ "program": PROGRAM, "files": folder.files() });
    folder.write(RUN_FILE, |mut out| {
        out.write_all(list.to_string().as_bytes())?;
        Ok((out, ()))
    })?;
    folder.commit()
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_is_replaced_only_when_asked_to() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("deep/out");
    run(&path, false, &["a.csv", "b.csv"]).unwrap();
    assert_eq!(names(&path), ["a.csv", "b.csv", "run.json"]);
    let error = run(&path, false, &["a.csv"]).unwrap_err();
    assert!(matches!(error, OutputError::EarlierRun(_)), "{error}");
    fs::write(path.join("notes.txt"), "mine").unwrap();
    fs::write(path.join("mine.csv"), "mine").unwrap();
    assert!(matches!(
        run(&path, true, &["mine.csv"]),
        Err(OutputError::Foreign { .. })
    ));
    run(&path, true, &["a.csv", "c.csv"]).unwrap();
    assert_eq!(
        names(&path),
        ["a.csv", "c.csv", "mine.csv", "notes.txt", "run.json"]
    );
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("thesis.txt"), "x").unwrap();
    for force in [false, true] {
        let error = run(temp.path(), force, &[]).unwrap_err();
        assert!(matches!(&error, OutputError::Foreign { name, .. } if name == "thesis.txt"));
    }
    fs::write(temp.path().join(RUN_FILE), r#"{"program":"other"}"#).unwrap();
    assert!(matches!(
        run(temp.path(), true, &[]),
        Err(OutputError::Foreign { .. })
    ));
    assert_eq!(names(temp.path()), ["run.json", "thesis.txt"]);
    let file = temp.path().join("thesis.txt");
    assert!(matches!(
        run(&file, true, &[]),
        Err(OutputError::NoFolder(_))
    ));
}

#[test]
fn a_run_that_fails_leaves_the_earlier_one() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("out");
    let mut folder = Folder::open(&path, false).unwrap();
    folder.take("a.csv").unwrap();
    folder.take("b.csv").unwrap();
    folder.create("a.csv").unwrap();
    drop(folder);
    assert!(!path.exists());
    run(&path, false, &["a.csv"]).unwrap();
    let mut folder = Folder::open(&path, true).unwrap();
    folder.take("a.csv").unwrap();
    folder.create("a.csv").unwrap().write_all(b"new").unwrap();
    assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"a.csv");
    drop(folder);
    assert_eq!(names(&path), ["a.csv", "run.json"]);
}

#[test]
fn what_a_killed_run_left_is_cleared_when_asked_to() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join(".a.csv.partial"), "x").unwrap();
    assert!(matches!(
        run(temp.path(), false, &[]),
        Err(OutputError::EarlierRun(_))
    ));
    run(temp.path(), true, &["a.csv"]).unwrap();
    assert_eq!(names(temp.path()), ["a.csv", "run.json"]);
    assert_eq!(fs::read(temp.path().join("a.csv")).unwrap(), b"a.csv");
}

#[test]
fn an_earlier_list_cannot_reach_outside() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("out");
    fs::create_dir(&path).unwrap();
    fs::write(temp.path().join("victim.csv"), "x").unwrap();
    fs::write(path.join("notes.txt"), "x").unwrap();
    let absolute = temp.path().join("victim.csv");
    let list = serde_json::json!({
        "program": PROGRAM,
        "files": ["../victim.csv", "notes.txt", "..", ".", "", "/", absolute],
    });
    fs::write(path.join(RUN_FILE), list.to_string()).unwrap();
    run(&path, true, &[]).unwrap();
    assert!(absolute.exists());
    assert_eq!(names(&path), ["notes.txt", "run.json"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_replaced_not_followed() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("out");
    let victim = temp.path().join("victim");
    fs::write(&victim, "x").unwrap();
    run(&path, false, &["a.csv"]).unwrap();
    fs::remove_file(path.join("a.csv")).unwrap();
    std::os::unix::fs::symlink(&victim, path.join("a.csv")).unwrap();
    std::os::unix::fs::symlink(&victim, path.join(".b.csv.partial")).unwrap();
    run(&path, true, &["a.csv", "b.csv"]).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"x");
    assert_eq!(fs::read(path.join("a.csv")).unwrap(), b"a.csv");
    assert_eq!(fs::read(path.join("b.csv")).unwrap(), b"b.csv");
}

#[test]
fn names_are_plain() {
    for name in ["a.csv", "run.json", "x y.jsonl"] {
        assert!(is_plain(name), "{name}");
    }
    for name in [
        "", ".", "..", "../a.csv", "a/b.csv", "/a.csv", "a\\b.csv", "C:a.csv", ".a.csv", "a.txt",
        "a.csv/",
    ] {
        assert!(!is_plain(name), "{name}");
    }
}
