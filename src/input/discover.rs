//! Paths as a user names them to the logs that lie there.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::container::{self, Limits, MAX_DEPTH, Member, Origin, Packing, Spool, Spooled};
use super::evtx::Log;
use super::sniff::{HEAD, Kind, sniff};
use super::source::Source;
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

/// How many logs are kept open; the others are opened for each reading.
const KEPT_OPEN: usize = 200;

/// The logs under files and folders. Folders are followed to any reasonable depth and symbolic
/// links once each; a container's members count as files. The order of the paths, and naming one
/// twice, change nothing.
pub fn discover(paths: &[PathBuf]) -> Result<Discovery, DiscoverError> {
    discover_within(paths, Limits::default())
}

pub(super) fn discover_within(
    paths: &[PathBuf],
    limits: Limits,
) -> Result<Discovery, DiscoverError> {
    let walk = walk(paths)?;
    let mut finder = Finder {
        found: Discovery {
            inputs: Vec::new(),
            passed_over: walk.passed_over,
            unreadable: walk.unreadable,
        },
        spool: Spool::default(),
    };
    for (shown, real) in walk.files {
        let before = finder.found.inputs.len();
        let on_disk = shown.clone();
        match Origin::plain(Source::Path(real), limits) {
            Ok(origin) => finder.file(shown, origin, 0),
            Err(error) => finder.unreadable(shown, &error),
        }
        for input in finder.found.inputs.iter_mut().skip(before) {
            input.on_disk.clone_from(&on_disk);
        }
    }
    let mut found = finder.found;
    found.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    found.passed_over.sort();
    found.unreadable.sort();
    found.number();
    Ok(found)
}

impl Discovery {
    /// Without JSON that holds no Windows events. Whoever asks for any JSON's events keeps it.
    #[must_use]
    pub fn of_windows(mut self) -> Discovery {
        let (kept, other): (Vec<Input>, Vec<Input>) =
            self.inputs.into_iter().partition(Input::has_events);
        let why = "JSON without Windows events";
        let other = other.into_iter().map(|input| (input.path, why.to_owned()));
        self.passed_over.extend(other);
        self.passed_over.sort();
        self.inputs = kept;
        self.number();
        self
    }

    fn number(&mut self) {
        for (file, input) in self.inputs.iter_mut().enumerate() {
            input.file = u32::try_from(file).unwrap_or(u32::MAX);
        }
    }
}

/// What is found so far, and where containers are unpacked to.
struct Finder {
    found: Discovery,
    spool: Spool,
}

impl Finder {
    /// Takes a file, or a member of a container, for what it holds. `depth` is how many containers
    /// it is in.
    fn file(&mut self, shown: PathBuf, origin: Origin, depth: u32) {
        let mut head = Vec::with_capacity(HEAD);
        let read = match origin.open() {
            Ok(bytes) => bytes.take(HEAD as u64).read_to_end(&mut head),
            Err(error) => Err(error),
        };
        // Of a member that is damaged further on, the start may still say what it is.
        if let Err(error) = read
            && head.is_empty()
        {
            return self.unreadable(shown, &error);
        }
        match sniff(&head) {
            Err(why) => self.passed_over(shown, why),
            Ok(Kind::Evtx) => self.evtx(shown, &origin),
            Ok(Kind::Xml) => self.text(shown, origin, Body::Xml),
            Ok(Kind::Json) => self.text(shown, origin, Body::Json),
            Ok(_) if depth >= MAX_DEPTH => {
                self.passed_over(shown, "a container too many containers deep");
            }
            Ok(Kind::Gzip) => self.gzip(shown, &origin, depth),
            Ok(Kind::Zip) => self.zip(shown, &origin, depth),
        }
    }

    fn evtx(&mut self, shown: PathBuf, origin: &Origin) {
        let opened = self.unpacked(origin).and_then(|unpacked| {
            let source = match self.found.inputs.len() < KEPT_OPEN {
                true => unpacked.source.opened()?,
                false => unpacked.source,
            };
            Ok(Input::evtx(shown.clone(), Log::of(source)?, unpacked.fault))
        });
        match opened {
            Ok(input) => self.found.inputs.push(input),
            Err(error) => self.unreadable(shown, &error),
        }
    }

    fn text(&mut self, shown: PathBuf, origin: Origin, body: fn(Origin) -> Body) {
        let size = origin.length;
        let input = Input::text(shown, size, body(origin));
        self.found.inputs.push(input);
    }

    fn gzip(&mut self, shown: PathBuf, origin: &Origin, depth: u32) {
        match self.unpacked(origin) {
            Err(error) => self.unreadable(shown, &error),
            Ok(unpacked) => match Origin::plain(unpacked.source, origin.limits) {
                Err(error) => self.unreadable(shown, &error),
                Ok(mut content) => {
                    content.packing = Packing::Gzip;
                    self.file(shown, content, depth + 1);
                }
            },
        }
    }

    fn zip(&mut self, shown: PathBuf, origin: &Origin, depth: u32) {
        let members = self.unpacked(origin).and_then(|unpacked| {
            let archive = Origin::plain(unpacked.source, origin.limits)?;
            container::members(&archive)
        });
        let members = match members {
            Ok(members) => members,
            Err(error) => return self.unreadable(shown, &error),
        };
        let before = self.found.passed_over.len();
        let (inputs, unreadable) = (self.found.inputs.len(), self.found.unreadable.len());
        for Member { name, origin } in members {
            let member = within(&shown, &name);
            match origin {
                Ok(origin) => self.file(member, origin, depth + 1),
                Err(why) => self.found.unreadable.push((member, why)),
            }
        }
        // Documents and programs are zip archives as well: not worth a line for each member.
        if self.found.inputs.len() == inputs && self.found.unreadable.len() == unreadable {
            self.found.passed_over.truncate(before);
            self.passed_over(shown, "a zip archive without logs");
        }
    }

    /// The bytes of a file where they can be read from any place: unpacked, if they are packed.
    fn unpacked(&mut self, origin: &Origin) -> io::Result<Spooled> {
        if !origin.is_plain() {
            return self.spool.unpack(origin);
        }
        Ok(Spooled {
            source: origin.source.clone(),
            fault: None,
        })
    }

    fn passed_over(&mut self, shown: PathBuf, why: &str) {
        self.found.passed_over.push((shown, why.to_owned()));
    }

    fn unreadable(&mut self, shown: PathBuf, error: &io::Error) {
        self.found.unreadable.push((shown, error.to_string()));
    }
}

/// How a member of a container is shown: `a.zip!/dir/x.evtx`. Never the name of a file.
fn within(container: &Path, member: &str) -> PathBuf {
    let mut shown = container.as_os_str().to_owned();
    shown.push("!/");
    shown.push(member.trim_start_matches('/'));
    PathBuf::from(shown)
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
