//! Parse, run, turn the outcome into an exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    evql::cli::run(std::env::args_os()).into()
}
