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
