//! Paths as a user names them to the logs that lie there.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::container::{self, Bytes, Origin};
use super::evtx::Log;
use super::sniff::{HEAD, Kind, sniff};
use super::walk::walk;
use super::{Body, Input};

/// What lies under the named paths.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The logs, sorted by path, each once however many ways lead to it.
    pub inputs: Vec<Input>,
    /// Files that hold no log, and why they were taken for none.
    pub passed_over: Vec<(PathBuf, String)>,
    /// What could not be opened or listed, and why.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Why there is nothing to discover.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A path that the user named does not exist.
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
}

/// The logs under files and folders. Folders are followed to any reasonable depth and symbolic
/// links once each; a container's members count as files. The order of the paths, and naming one
/// twice, change nothing.
pub fn discover(paths: &[PathBuf]) -> Result<Discovery, DiscoverError> {
    let walk = walk(paths)?;
    let mut found = Discovery {
        inputs: Vec::new(),
        passed_over: walk.passed_over,
        unreadable: walk.unreadable,
    };
    for (shown, real) in walk.files {
        if let Err(error) = found.open(&shown, &real) {
            found.unreadable.push((shown, error.to_string()));
        }
    }
    found.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    for (file, input) in found.inputs.iter_mut().enumerate() {
        input.file = u32::try_from(file).unwrap_or(u32::MAX);
    }
    found.passed_over.sort();
    found.unreadable.sort();
    Ok(found)
}

impl Discovery {
    fn open(&mut self, shown: &Path, real: &Path) -> io::Result<()> {
        let mut head = Vec::with_capacity(HEAD);
        let file = File::open(real)?;
        let size = file.metadata()?.len();
        file.take(HEAD as u64).read_to_end(&mut head)?;
        let shown = shown.to_owned();
        let bytes = Bytes::File(real.to_owned());
        match sniff(&head) {
            Err(why) => self.passed_over.push((shown, why.to_owned())),
            Ok(Kind::Evtx) => self.inputs.push(Input::evtx(shown, Log::open(real)?)),
            Ok(Kind::Xml) => {
                let body = Body::Xml(Origin::plain(bytes));
                self.inputs.push(Input::text(shown, size, body));
            }
            Ok(Kind::Json) => {
                let body = Body::Json(Origin::plain(bytes));
                self.inputs.push(Input::text(shown, size, body));
            }
            Ok(kind @ (Kind::Gzip | Kind::Zip)) => {
                let _ = kind;
                container::open(self, shown, bytes);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::input::Format;

    fn shown(found: &Discovery, root: &Path) -> Vec<String> {
        let under = |input: &Input| input.path().strip_prefix(root).map(Path::to_path_buf);
        found
            .inputs
            .iter()
            .map(|input| under(input).unwrap().display().to_string())
            .collect()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/deep")).unwrap();
        fs::write(root.join("b/deep/events.txt"), "<Events></Events>").unwrap();
        fs::write(root.join("b/log"), b"ElfFile\0").unwrap();
        fs::write(root.join("a.log"), "{\"a\":1}\n").unwrap();
        fs::write(root.join("note.evtx"), "no log").unwrap();
        fs::write(root.join("empty"), "").unwrap();
        folder
    }

    #[test]
    fn logs_are_found_by_content_in_the_order_of_their_paths() {
        let folder = folder();
        let root = folder.path();
        let found = discover(&[root.to_owned()]).unwrap();
        assert_eq!(shown(&found, root), ["a.log", "b/deep/events.txt", "b/log"]);
        let formats: Vec<Format> = found.inputs.iter().map(Input::format).collect();
        assert_eq!(formats, [Format::JsonLines, Format::Xml, Format::Evtx]);
        let files: Vec<u32> = found.inputs.iter().map(Input::file).collect();
        assert_eq!(files, [0, 1, 2]);
        let why: Vec<&str> = found
            .passed_over
            .iter()
            .map(|(_, why)| why.as_str())
            .collect();
        assert_eq!(
            why,
            [
                "empty",
                "not a log: neither EVTX, XML, JSON lines, gzip nor zip"
            ]
        );
        assert_eq!(found.unreadable, []);
    }

    #[test]
    fn what_is_named_twice_is_read_once_and_order_changes_nothing() {
        let folder = folder();
        let root = folder.path();
        let log = root.join("b/log");
        let a = discover(&[root.to_owned(), log.clone(), root.join("b")]).unwrap();
        let b = discover(&[
            root.join("b"),
            log,
            root.join("b/../b/deep"),
            root.to_owned(),
        ])
        .unwrap();
        assert_eq!(shown(&a, root), ["a.log", "b/deep/events.txt", "b/log"]);
        assert_eq!(shown(&a, root), shown(&b, root));
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        let missing = PathBuf::from("no/such/path");
        let error = discover(&[missing]).unwrap_err();
        assert_eq!(error.to_string(), "no/such/path: no such file or folder");
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_links_end_and_lead_nowhere_twice() {
        use std::os::unix::fs::symlink;
        let folder = folder();
        let root = folder.path();
        symlink("..", root.join("b/loop")).unwrap();
        symlink("self", root.join("self")).unwrap();
        symlink("gone", root.join("dangling")).unwrap();
        symlink("b/log", root.join("a-link")).unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("x"), "<Event></Event>").unwrap();
        symlink(other.path(), root.join("outside")).unwrap();
        let found = discover(&[root.to_owned()]).unwrap();
        assert_eq!(
            shown(&found, root),
            ["a.log", "b/deep/events.txt", "b/log", "outside/x"]
        );
        let nowhere = found
            .passed_over
            .iter()
            .filter(|(_, why)| why.contains("nowhere"));
        assert_eq!(nowhere.count(), 2);
        assert_eq!(found.unreadable, []);
    }

    #[cfg(unix)]
    #[test]
    fn sockets_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let found = discover(&[folder.path().to_owned()]).unwrap();
        assert_eq!(found.passed_over, [(path, "not a regular file".to_owned())]);
    }
}
