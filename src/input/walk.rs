//! Named paths to the files that lie under them, each once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::discover::DiscoverError;

/// How many folders deep a path is followed.
const MAX_DEPTH: usize = 256;
/// How many files and folders are looked at in one run.
const MAX_ENTRIES: usize = 2_000_000;

/// What a walk comes by.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files by the path they are shown under.
    pub(super) files: BTreeMap<PathBuf, PathBuf>,
    /// What is no file: pipes, devices, sockets.
    pub(super) passed_over: Vec<(PathBuf, String)>,
    /// What could not be looked at.
    pub(super) unreadable: Vec<(PathBuf, String)>,
    seen: FxHashSet<PathBuf>,
    links: Vec<(PathBuf, usize)>,
    full: bool,
}

/// Walks files and folders. Whatever the order of the paths, the same files are shown under the
/// same paths: a file that can be reached in several ways is shown under the first way, by path,
/// that leads through no symbolic link.
pub(super) fn walk(paths: &[PathBuf]) -> Result<Walk, DiscoverError> {
    let mut walk = Walk::default();
    let mut paths: Vec<&PathBuf> = paths.iter().collect();
    paths.sort();
    for path in paths {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(DiscoverError::Missing(path.clone()));
            }
            _ if path.is_symlink() => walk.links.push((path.clone(), 0)),
            _ => walk.visit(path, 0),
        }
    }
    while !walk.links.is_empty() {
        let mut links = std::mem::take(&mut walk.links);
        links.sort();
        for (link, depth) in links {
            walk.visit(&link, depth);
        }
    }
    walk.passed_over.sort();
    walk.unreadable.sort();
    Ok(walk)
}

impl Walk {
    fn visit(&mut self, path: &Path, depth: usize) {
        let mut folders = vec![(path.to_owned(), depth)];
        while let Some((path, depth)) = folders.pop() {
            match self.look(&path, depth) {
                Ok(true) => match self.list(&path, depth) {
                    Ok(found) => folders.extend(found),
                    Err(error) => self.unreadable.push((path, error.to_string())),
                },
                Ok(false) => {}
                Err(error) => self.unreadable.push((path, error.to_string())),
            }
        }
    }

    /// Notes a file; true for a folder that is new.
    fn look(&mut self, path: &Path, depth: usize) -> io::Result<bool> {
        if self.full {
            return Ok(false);
        }
        let metadata = match fs::metadata(path) {
            Err(error) if path.is_symlink() && error.kind() != io::ErrorKind::PermissionDenied => {
                let why = "a symbolic link that leads nowhere".to_owned();
                self.passed_over.push((path.to_owned(), why));
                return Ok(false);
            }
            other => other?,
        };
        if !metadata.is_dir() && !metadata.is_file() {
            let why = "not a regular file".to_owned();
            self.passed_over.push((path.to_owned(), why));
            return Ok(false);
        }
        let real = fs::canonicalize(path)?;
        if self.seen.len() >= MAX_ENTRIES {
            self.full = true;
            let why = format!("more than {MAX_ENTRIES} files and folders; the rest is not read");
            return Err(io::Error::other(why));
        }
        if !self.seen.insert(real.clone()) {
            return Ok(false);
        }
        if metadata.is_file() {
            self.files.insert(path.to_owned(), real);
            return Ok(false);
        }
        match depth < MAX_DEPTH {
            true => Ok(true),
            false => Err(io::Error::other("too many folders deep")),
        }
    }

    /// What a folder holds, last name first, for a stack. Symbolic links are put off until all
    /// that can be reached without them is.
    fn list(&mut self, folder: &Path, depth: usize) -> io::Result<Vec<(PathBuf, usize)>> {
        let mut names: Vec<(OsString, bool)> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            names.push((entry.file_name(), entry.file_type()?.is_symlink()));
        }
        names.sort();
        let mut found = Vec::new();
        for (name, is_link) in names.into_iter().rev() {
            let path = folder.join(name);
            match is_link {
                true => self.links.push((path, depth + 1)),
                false => found.push((path, depth + 1)),
            }
        }
        Ok(found)
    }
}
