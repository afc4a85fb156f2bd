//! The plan of the house: which room may know which. Read off the paths that `src` names.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may name, besides itself. Everyone may name `model` and `diag`.
const MAY: [(&str, &[&str]); 11] = [
    ("main", &["cli"]),
    (
        "cli",
        &["hunt", "rules", "output", "input", "schema", "lang"],
    ),
    ("hunt", &["input", "schema", "engine", "lang"]),
    ("input", &[]),
    ("schema", &[]),
    ("engine", &["lang"]),
    ("rules", &["lang"]),
    ("lang", &[]),
    ("output", &[]),
    ("model", &[]),
    ("diag", &[]),
];

/// The homes of each dependency: a path that a file naming it must begin with.
const HOMES: [(&str, &[&str]); 10] = [
    ("evtx", &["input/evtx"]),
    ("quick_xml", &["input/xml"]),
    ("csv", &["output/csv"]),
    ("clap", &["cli"]),
    ("foldhash", &["model/seeded"]),
    ("rayon", &["hunt"]),
    ("chrono", &["model/time"]),
    ("regex_automata", &["lang/pattern"]),
    ("toml", &["rules/"]),
    ("serde_saphyr", &["rules/"]),
];

#[test]
fn rooms_know_only_what_stands_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let shown = file.strip_prefix(&src).unwrap();
        let shown = shown.to_string_lossy().replace('\\', "/");
        let room = shown.split(['/', '.']).next().unwrap();
        if room == "lib" {
            continue;
        }
        let (_, may) = MAY
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{shown} is in no room"));
        for (number, line) in code_lines(&file) {
            for named in named_rooms(&line) {
                let shared = ["model", "diag"].contains(&named.as_str());
                if named != room && !shared && !may.contains(&named.as_str()) {
                    wrong.push(format!("{shown}:{number} names {named}"));
                }
            }
            for (dependency, homes) in HOMES {
                let at_home = homes.iter().any(|home| shown.starts_with(home));
                if !at_home && names_crate(&line, dependency) && !declares(&file, dependency) {
                    wrong.push(format!("{shown}:{number} uses {dependency}"));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that the plan does not draw:\n{}",
        wrong.join("\n")
    );
}

/// Lines outside comments, up to the file's unit tests: those may call across rooms.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}

/// The rooms behind `crate::` and `evql::` in a line, one level of braces included.
fn named_rooms(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for prefix in ["crate::", "evql::"] {
        for (at, _) in line.match_indices(prefix) {
            let rest = &line[at + prefix.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or("").split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(is_word).collect();
                if MAY.iter().any(|(room, _)| *room == name) {
                    rooms.push(name);
                }
            }
        }
    }
    rooms
}

/// Whether the line has a path that begins with the crate's name.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !is_word(&c) && c != ':' && c != '"')
    })
}

/// Whether a module of the file's own has the crate's name, and is what it means.
fn declares(file: &Path, name: &str) -> bool {
    let declaration = format!("mod {name};");
    let lines = code_lines(file);
    lines.iter().any(|(_, line)| line.ends_with(&declaration))
}

fn is_word(c: &char) -> bool {
    c.is_alphanumeric() || *c == '_'
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let tests = path.file_stem().is_some_and(|stem| stem == "tests");
        if tests {
            continue; // They may call across rooms.
        }
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
