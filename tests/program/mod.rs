//! The program as a user runs it: arguments in, exit code and texts out.

use std::process::{Command, Stdio};

/// How a run ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The program's command, in the project's folder.
pub fn command<A: AsRef<std::ffi::OsStr>>(args: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evql"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .args(args);
    command
}

/// Runs the program to its end.
pub fn run<A: AsRef<std::ffi::OsStr>>(args: &[A]) -> Ran {
    let output = command(args).output().expect("the program starts");
    Ran {
        code: output.status.code().expect("no signal ends it"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A text with runs of blanks as one, as tables have them between their columns.
#[allow(dead_code)]
pub fn narrow(text: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).collect()
}
