//! From tables to an output folder: every file appears whole or not at all, an earlier run is
//! replaced only when asked to, and nothing outside the folder is touched.
//!
//! Files are written under hidden names (`.findings.csv.partial`) and renamed when the whole run
//! is complete, `run.json` last: it is what marks a folder as holding a run of ours.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

#[cfg(test)]
mod tests;

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
    /// Whether nothing was there when the first name was taken: one look at the folder costs less
    /// than one at each of hundreds of names.
    bare: Option<bool>,
    files: Vec<String>,
    /// Of these, the ones that are there under their hidden names.
    begun: Mutex<Vec<String>>,
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
            bare: None,
            files: Vec::new(),
            begun: Mutex::default(),
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

    /// Takes a name for a new file of this run, which is begun later.
    ///
    /// # Errors
    /// The name is not that of a file in this folder.
    pub(super) fn take(&mut self, name: &str) -> Result<(), OutputError> {
        if !is_plain(name) {
            return Err(OutputError::Name(name.to_owned()));
        }
        let bare = *self.bare.get_or_insert_with(|| {
            fs::read_dir(&self.path).is_ok_and(|mut entries| entries.next().is_none())
        });
        let taken = !bare && fs::symlink_metadata(self.path.join(name)).is_ok();
        if taken && name != RUN_FILE && !self.earlier.iter().any(|earlier| earlier == name) {
            return Err(OutputError::Foreign {
                path: self.path.clone(),
                name: name.to_owned(),
            });
        }
        self.files.push(name.to_owned());
        Ok(())
    }

    /// Begins a file whose name was taken; several may be written at a time.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn create(&self, name: &str) -> Result<File, OutputError> {
        let path = self.partial(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(OutputError::io("create", &path))?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.push(name.to_owned());
        Ok(file)
    }

    /// Writes a new file of this run from beginning to end.
    ///
    /// # Errors
    /// The name is not that of a file in this folder, the system refuses, and what writing gives.
    pub fn write<T>(
        &mut self,
        name: &str,
        write: impl FnOnce(BufWriter<File>) -> io::Result<(BufWriter<File>, T)>,
    ) -> Result<T, OutputError> {
        self.take(name)?;
        let out = BufWriter::new(self.create(name)?);
        let path = self.path.join(name);
        let (mut out, what) = write(out).map_err(OutputError::io("write", &path))?;
        out.flush().map_err(OutputError::io("write", &path))?;
        Ok(what)
    }

    /// The names of this run's files so far, in the order in which they were taken.
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
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        for name in begun.iter() {
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
