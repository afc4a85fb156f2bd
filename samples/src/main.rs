//! Writes the sample logs.

use evql_samples::{files, readme, story};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: evql-samples            write the sample logs, their README and the expected findings
       evql-samples --check    say which of them are not what this program writes
       evql-samples --values   print every value that they hold, one a line
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outcome = match arguments[..] {
        [] => files::write(folder).map_err(|error| format!("{}: {error}", folder.display())),
        ["--check"] => match files::differing(folder)[..] {
            [] => Ok(()),
            ref paths => Err(paths
                .iter()
                .map(|path| format!("{} differs\n", path.display()))
                .collect()),
        },
        ["--values"] => {
            print!("{}", readme::values(&story::samples()));
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprint!("{message}");
            ExitCode::from(2)
        }
    }
}
