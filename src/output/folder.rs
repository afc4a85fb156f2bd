//! From tables to an output folder: every file appears whole or not at all, an earlier run is
//! replaced only when asked to, and nothing outside the folder is touched.
//!
//! Files are written under hidden names (`.findings.csv.partial`) and renamed when the whole run
//! is complete, `run.json` last: it is what marks a folder as holding a run of ours.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

/// The file that marks a folder as holding a run.
pub const RUN_FILE: &str = "run.json";
/// The value of `program` in [`RUN_FILE`].
pub const PROGRAM: &str = "evql";
const PARTIAL: &str = ".partial";
/// A `run.json` past this is not read: 1 GiB.
const LONGEST_RUN_FILE: u64 = 1 << 30;

/// Why an output cannot be written, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder holds an earlier run.
    #[error("{} holds an earlier run; name another folder with -o, or replace it with --force", .0.display())]
    EarlierRun(PathBuf),
    /// The folder holds what is not ours: no run at all, or a file of the name of one that this run
    /// writes.
    #[error("{} holds {name}, which evql did not write; name another folder with -o", .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// One of the names in it.
        name: String,
    },
    /// The path is not a folder.
    #[error("{} is not a folder; name another one with -o", .0.display())]
    NoFolder(PathBuf),
    /// The file is there already.
    #[error("{} is there already; name another file with -o, or replace it with --force", .0.display())]
    Exists(PathBuf),
    /// A name that could stand outside the folder.
    #[error("{0:?} is no plain file name")]
    Name(String),
    /// The system refuses.
    #[error("cannot {doing} {}: {source}", .path.display())]
    Io {
        /// `create`, `write`, ...
        doing: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl OutputError {
    pub(super) fn io<'p>(
        doing: &'static str,
        path: &'p Path,
    ) -> impl FnOnce(io::Error) -> OutputError + 'p {
        move |source| OutputError::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

/// What of an earlier run's `run.json` is read.
#[derive(serde::Deserialize)]
struct Earlier {
    program: String,
    #[serde(default)]
    files: Vec<String>,
}

/// An output folder while a run is being written. Dropped before [`Folder::commit`], it takes
/// away what it has written and leaves an earlier run as it was.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    created: bool,
    earlier: Vec<String>,
    files: Vec<String>,
    committed: bool,
}

impl Folder {
    /// Makes the folder ready. Call it before reading the logs: what is wrong shows at once.
    ///
    /// # Errors
    /// The folder holds an earlier run (and `force` is not set) or something else, or the system
    /// refuses.
    pub fn open(path: &Path, force: bool) -> Result<Folder, OutputError> {
        let mut folder = Folder {
            path: path.to_owned(),
            created: false,
            earlier: Vec::new(),
            files: Vec::new(),
            committed: false,
        };
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => folder.look(force)?,
            Ok(_) => return Err(OutputError::NoFolder(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(path).map_err(OutputError::io("create", path))?;
                folder.created = true;
            }
            Err(error) => return Err(OutputError::io("open", path)(error)),
        }
        Ok(folder)
    }

    /// Looks at what the folder holds: nothing, a run, what an unfinished run left, or else.
    fn look(&mut self, force: bool) -> Result<(), OutputError> {
        let reading = |error| OutputError::io("read", &self.path)(error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(reading)? {
            names.push(
                entry
                    .map_err(reading)?
                    .file_name()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
        names.sort();
        let earlier = earlier_run(&self.path.join(RUN_FILE));
        let foreign = names.iter().find(|name| !is_partial(name));
        match (earlier, foreign) {
            (None, Some(name)) => {
                return Err(OutputError::Foreign {
                    path: self.path.clone(),
                    name: name.clone(),
                });
            }
            (Some(_), _) if !force => return Err(OutputError::EarlierRun(self.path.clone())),
            (None, None) if !force && !names.is_empty() => {
                return Err(OutputError::EarlierRun(self.path.clone()));
            }
            (earlier, _) => {
                self.earlier = earlier.unwrap_or_default();
                self.earlier.retain(|name| is_plain(name));
            }
        }
        for name in names.iter().filter(|name| is_partial(name)) {
            let path = self.path.join(name);
            fs::remove_file(&path).map_err(OutputError::io("remove", &path))?;
        }
        Ok(())
    }

    /// A new file of this run.
    ///
    /// # Errors
    /// The name is not that of a file in this folder, or the system refuses.
    pub fn create(&mut self, name: &str) -> Result<BufWriter<File>, OutputError> {
        if !is_plain(name) {
            return Err(OutputError::Name(name.to_owned()));
        }
        let taken = fs::symlink_metadata(self.path.join(name)).is_ok();
        if taken && name != RUN_FILE && !self.earlier.iter().any(|earlier| earlier == name) {
            return Err(OutputError::Foreign {
                path: self.path.clone(),
                name: name.to_owned(),
            });
        }
        let path = self.partial(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(OutputError::io("create", &path))?;
        self.files.push(name.to_owned());
        Ok(BufWriter::new(file))
    }

    /// Writes a new file of this run from beginning to end.
    ///
    /// # Errors
    /// As [`Folder::create`], and what writing gives.
    pub fn write<T>(
        &mut self,
        name: &str,
        write: impl FnOnce(BufWriter<File>) -> io::Result<(BufWriter<File>, T)>,
    ) -> Result<T, OutputError> {
        let out = self.create(name)?;
        let path = self.path.join(name);
        let (mut out, what) = write(out).map_err(OutputError::io("write", &path))?;
        out.flush().map_err(OutputError::io("write", &path))?;
        Ok(what)
    }

    /// The names of this run's files so far, in order of writing.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The folder's path, as the user named it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run is complete: its files appear under their names, those of the earlier run that it
    /// does not replace are removed.
    ///
    /// # Errors
    /// The system refuses.
    pub fn commit(mut self) -> Result<(), OutputError> {
        let (run, tables): (Vec<&String>, Vec<&String>) =
            self.files.iter().partition(|name| *name == RUN_FILE);
        for name in tables {
            self.appear(name)?;
        }
        for name in &self.earlier {
            let path = self.path.join(name);
            if name != RUN_FILE && !self.files.contains(name) {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(OutputError::io("remove", &path)(error));
                    }
                    _ => {}
                }
            }
        }
        for name in run {
            self.appear(name)?;
        }
        self.committed = true;
        Ok(())
    }

    fn appear(&self, name: &str) -> Result<(), OutputError> {
        let path = self.path.join(name);
        fs::rename(self.partial(name), &path).map_err(OutputError::io("write", &path))
    }

    fn partial(&self, name: &str) -> PathBuf {
        self.path.join(format!(".{name}{PARTIAL}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        for name in &self.files {
            let _ = fs::remove_file(self.partial(name));
        }
        if self.created {
            // Only where nothing else has come into it.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// The files of the run that this `run.json` describes; none where it is not one of ours.
fn earlier_run(path: &Path) -> Option<Vec<String>> {
    let file = File::open(path).ok()?.take(LONGEST_RUN_FILE);
    let earlier: Earlier = serde_json::from_reader(BufReader::new(file)).ok()?;
    (earlier.program == PROGRAM).then_some(earlier.files)
}

/// Whether the name is that of a visible table in the folder itself: an earlier run's list may
/// have been tampered with.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let one = matches!(parts.next(), Some(Component::Normal(part)) if part == name);
    one && parts.next().is_none()
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':', '\0'])
        && [".csv", ".json", ".jsonl"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn is_partial(name: &str) -> bool {
    name.strip_prefix('.')
        .and_then(|name| name.strip_suffix(PARTIAL))
        .is_some_and(is_plain)
}

#[cfg(test)]
mod tests {
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
        folder.create("a.csv").unwrap();
        drop(folder);
        assert!(!path.exists());
        run(&path, false, &["a.csv"]).unwrap();
        let mut folder = Folder::open(&path, true).unwrap();
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
            "", ".", "..", "../a.csv", "a/b.csv", "/a.csv", "a\\b.csv", "C:a.csv", ".a.csv",
            "a.txt", "a.csv/",
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
