//! From the story to the files of the `samples` folder, and the comparison of both.

use crate::{readme, story};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Every file that the program writes, by its path below `samples`.
pub fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let samples = story::samples();
    let mut files = vec![
        (
            PathBuf::from("README.md"),
            readme::readme(&samples).into_bytes(),
        ),
        (
            PathBuf::from("expected.csv"),
            readme::expected(&samples).into_bytes(),
        ),
    ];
    let log = |sample: story::Sample| (Path::new("logs").join(sample.name), sample.bytes);
    files.extend(samples.into_iter().map(log));
    files
}

/// Writes them below `folder`.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("logs"))?;
    for (path, bytes) in files() {
        fs::write(folder.join(path), bytes)?;
    }
    Ok(())
}

/// The files below `folder` that are not what the program writes.
pub fn differing(folder: &Path) -> Vec<PathBuf> {
    let differs = |(path, bytes): &(PathBuf, Vec<u8>)| {
        fs::read(folder.join(path)).ok().as_ref() != Some(bytes)
    };
    files()
        .into_iter()
        .filter(differs)
        .map(|(path, _)| path)
        .collect()
}
