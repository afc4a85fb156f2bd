//! One output file that appears whole or not at all (`-o FILE`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::folder::OutputError;

/// A file that stands under a hidden name beside its own until it is complete. Dropped before
/// [`WholeFile::commit`], it takes itself away. Devices and pipes are written to as they are.
#[derive(Debug)]
pub struct WholeFile {
    file: File,
    path: PathBuf,
    partial: Option<PathBuf>,
}

impl WholeFile {
    /// A file that is not there yet, or with `force` one that is.
    ///
    /// # Errors
    /// The file is there (and `force` is not set), or the system refuses.
    pub fn create(path: &Path, force: bool) -> Result<WholeFile, OutputError> {
        if let Ok(found) = fs::metadata(path) {
            if !found.is_file() && !found.is_dir() {
                let file = OpenOptions::new()
                    .write(true)
                    .open(path)
                    .map_err(OutputError::io("open", path))?;
                return Ok(WholeFile {
                    file,
                    path: path.to_owned(),
                    partial: None,
                });
            }
            if found.is_dir() || !force {
                return Err(OutputError::Exists(path.to_owned()));
            }
        }
        let Some(name) = path.file_name() else {
            return Err(OutputError::Name(path.to_string_lossy().into_owned()));
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".partial");
        let partial = path.with_file_name(hidden);
        if force {
            match fs::remove_file(&partial) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(OutputError::io("remove", &partial)(error));
                }
                _ => {}
            }
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&partial)
            .map_err(OutputError::io("create", &partial))?;
        Ok(WholeFile {
            file,
            path: path.to_owned(),
            partial: Some(partial),
        })
    }

    /// The file is complete and appears under its name.
    ///
    /// # Errors
    /// The system refuses.
    pub fn commit(mut self) -> Result<(), OutputError> {
        self.file
            .flush()
            .map_err(OutputError::io("write", &self.path))?;
        if let Some(partial) = &self.partial {
            fs::rename(partial, &self.path).map_err(OutputError::io("write", &self.path))?;
        }
        self.partial = None;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            let _ = fs::remove_file(partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appears_whole_or_not_at_all() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("t.csv");
        let mut file = WholeFile::create(&path, false).unwrap();
        file.write_all(b"one").unwrap();
        assert!(!path.exists());
        drop(file);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
        let mut file = WholeFile::create(&path, false).unwrap();
        file.write_all(b"two").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(matches!(
            WholeFile::create(&path, false),
            Err(OutputError::Exists(_))
        ));
        assert!(matches!(
            WholeFile::create(temp.path(), true),
            Err(OutputError::Exists(_))
        ));
        let mut file = WholeFile::create(&path, true).unwrap();
        file.write_all(b"three").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to() {
        let mut file = WholeFile::create(Path::new("/dev/null"), false).unwrap();
        file.write_all(b"x").unwrap();
        file.commit().unwrap();
    }
}
