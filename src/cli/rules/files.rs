//! From paths to rule files, each with what became of it, on as many threads as there are: reading
//! and compiling a pack of rules is most of what happens before the first record is read.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::hunt::Threads;
use crate::lang::spl::Macros;
use crate::model::field::{FieldId, FieldTable};
use crate::model::rule::RuleOrigin;
use crate::rules::{self, Outcome};
use crate::schema::Schema;

use super::super::Failure;

/// A rule file, and what became of it.
pub(super) struct RuleFile {
    /// As shown to people.
    pub path: String,
    pub outcome: Outcome,
}

/// A file of rules or macros past this is not one: 1 MiB.
const LONGEST_FILE: u64 = 1 << 20;
/// Most rule files are no longer.
const COMMON_FILE: usize = 1 << 15;

/// Loads the built-in rules, where they are wanted, and all rule files behind paths in the order of
/// their paths.
///
/// Each file is loaded with a table of fields of its own, whichever thread loads it; fields are then
/// numbered in the order of the files.
pub(super) fn load(
    built_in: bool,
    paths: &[PathBuf],
    macros: &Macros,
    fields: &mut FieldTable,
    threads: &Threads,
) -> Result<Vec<RuleFile>, Failure> {
    let built_in = rules::built_in().filter(|_| built_in);
    let mut sources: Vec<Source> = built_in
        .map(|(name, text)| Source::BuiltIn(name, text))
        .collect();
    sources.extend(find(paths)?.into_iter().map(Source::File));
    let buffer = || Vec::with_capacity(COMMON_FILE);
    let loaded = threads.map_with(sources.len(), buffer, |buffer, at| {
        let mut own = FieldTable::default();
        let file = sources[at].load(paths, macros, buffer, &mut own);
        (file, own)
    });
    let join = |(file, own): (Result<RuleFile, Failure>, FieldTable)| {
        let mut file = file?;
        let intern = |(_, view, name)| fields.intern(view, name);
        let numbers: Vec<FieldId> = own.iter().map(intern).collect();
        if let Outcome::Loaded(rule) = &mut file.outcome {
            rule.plan.rename(&|field| numbers[field.0 as usize]);
        }
        Ok(file)
    };
    loaded.into_iter().map(join).collect()
}

/// Where a rule file is.
enum Source {
    /// In the program: its name and text.
    BuiltIn(&'static str, &'static str),
    File(PathBuf),
}

impl Source {
    fn load(
        &self,
        paths: &[PathBuf],
        macros: &Macros,
        bytes: &mut Vec<u8>,
        fields: &mut FieldTable,
    ) -> Result<RuleFile, Failure> {
        let mut compile =
            |origin, bytes: &[u8]| rules::load(origin, bytes, macros, &Schema, fields);
        let (path, outcome) = match self {
            Source::BuiltIn(name, text) => {
                let outcome = compile(RuleOrigin::BuiltIn(name), text.as_bytes());
                ((*name).to_owned(), outcome)
            }
            Source::File(file) => {
                bytes.clear();
                read_into(bytes, file)?;
                let outcome = match too_long(file, bytes) {
                    None => compile(RuleOrigin::File(file.clone()), bytes),
                    Some(failure) if paths.contains(file) => return Err(failure),
                    // What a folder happens to hold beside its rules must not keep them from running.
                    Some(failure) => Outcome::NotRun {
                        id: String::new(),
                        name: String::new(),
                        reason: failure.message,
                    },
                };
                (file.to_string_lossy().into_owned(), outcome)
            }
        };
        Ok(RuleFile { path, outcome })
    }
}

/// The rule files behind paths, sorted: a file as it is, of a folder what looks like one.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, 0, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Folders nest to this depth in any pack of rules.
const DEEPEST: usize = 32;

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unread = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(unread)?;
    // Names are compared faster than whole paths, which then are in order already.
    entries.sort_by_cached_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let named = extension.is_some_and(is_rule_file);
        let kind = entry.file_type().map_err(unread)?;
        // A link to a folder could lead back to where it stands.
        if kind.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, found)?;
        } else if named && (kind.is_file() || (kind.is_symlink() && path.is_file())) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_rule_file(extension: &str) -> bool {
    let is = |known: &&str| extension.eq_ignore_ascii_case(known);
    ["toml", "yml", "yaml"].iter().any(is)
}

/// Reads a file of rules or macros, of one that is too long just the start.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    read_into(&mut bytes, path)?;
    Ok(bytes)
}

fn read_into(bytes: &mut Vec<u8>, path: &Path) -> Result<(), Failure> {
    let unread = |error| Failure::new(format!("cannot read {}: {error}", path.display()));
    let file = File::open(path).map_err(unread)?;
    let mut file = file.take(LONGEST_FILE + 1);
    file.read_to_end(bytes).map_err(unread)?;
    Ok(())
}

/// What is wrong with a file that is too long.
pub(super) fn too_long(path: &Path, bytes: &[u8]) -> Option<Failure> {
    let message = || {
        format!(
            "{} is no file of rules or macros: it is past 1 MiB",
            path.display()
        )
    };
    (bytes.len() as u64 > LONGEST_FILE).then(|| Failure::new(message()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::View;

    fn rule(folder: &Path, name: &str, query: &str) {
        let text = format!(
            "[rule]\nrule_id = '{name}'\nname = '{name}'\ntype = 'eql'\nquery = '''{query}'''\n"
        );
        fs::write(folder.join(name), text).unwrap();
    }

    #[test]
    fn fields_are_numbered_in_the_order_of_the_files_whoever_loads_them() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..40 {
            let known = ["process.name", "user.id", "file.path", "host.id"][number % 4];
            let unknown = number * 7 % 20;
            let query = format!("any where {known} == \"a\" and field{unknown} == \"b\"");
            rule(folder.path(), &format!("{number:02}.toml"), &query);
        }
        rule(folder.path(), "05.toml", "any where unread == \"a\" and");
        rule(
            folder.path(),
            "06.toml",
            "any where read == \"a\" and length(1)",
        );
        let paths = [folder.path().to_owned()];
        let macros = Macros::default();
        let mut in_order = FieldTable::default();
        let mut load_next =
            |origin, bytes: &[u8]| rules::load(origin, bytes, &macros, &Schema, &mut in_order);
        let mut expected = Vec::new();
        for (name, text) in rules::built_in() {
            expected.push(load_next(RuleOrigin::BuiltIn(name), text.as_bytes()));
        }
        for path in find(&paths).unwrap() {
            let bytes = fs::read(&path).unwrap();
            expected.push(load_next(RuleOrigin::File(path), &bytes));
        }
        assert!(in_order.get(View::Ecs, "unread").is_none());
        assert!(in_order.get(View::Ecs, "read").is_some());
        for threads in [1, 2, 5] {
            let mut fields = FieldTable::default();
            let threads = Threads::new(threads).unwrap();
            let files = load(true, &paths, &macros, &mut fields, &threads).unwrap();
            let outcomes: Vec<Outcome> = files.into_iter().map(|file| file.outcome).collect();
            assert_eq!(outcomes, expected);
            assert!(fields.iter().eq(in_order.iter()));
        }
    }

    #[test]
    fn the_first_file_that_cannot_be_read_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["b.toml", "a.toml"].map(|name| folder.path().join(name));
        for threads in [1, 3] {
            let threads = Threads::new(threads).unwrap();
            let mut fields = FieldTable::default();
            let loaded = load(true, &paths, &Macros::default(), &mut fields, &threads);
            let message = loaded.err().unwrap().message;
            let expected = format!("cannot read {}: ", paths[1].display());
            assert!(message.starts_with(&expected), "{message}");
        }
    }
}
