//! Paths as a user names them to the logs that lie there.

use std::path::PathBuf;

use super::Input;

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

/// The logs under files and folders.
pub fn discover(paths: &[PathBuf]) -> Result<Discovery, DiscoverError> {
    match paths.iter().find(|path| path.symlink_metadata().is_err()) {
        Some(path) => Err(DiscoverError::Missing(path.clone())),
        None => Ok(Discovery::default()),
    }
}
