//! The material that developers have beside the project and that is no part of it: real logs,
//! published rules, Elasticsearch's own test queries. Who has the project alone skips what needs it,
//! and is told.

use std::env;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};

/// A file or folder of it, found beside the project or in the folder that `EVQL_SHARED` names. None
/// where it is not, after a line on standard error that says so.
pub fn shared(part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = env::var_os("EVQL_SHARED").map_or_else(beside, PathBuf::from);
    let found = shared.join(part).canonicalize().ok();
    if found.is_none() {
        // What is printed by macro, a test that passes keeps to itself.
        let _ = writeln!(stderr(), "skipped: ../shared/{part} is not here");
    }
    found
}
