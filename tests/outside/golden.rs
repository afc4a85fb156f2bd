//! Every byte of a hunt over the samples, kept in `tests/golden`; `EVQL_BLESS=1` writes them anew.

use std::fs;

use crate::support::{FILES, contents, root, run_in, temp};

#[test]
fn a_hunt_over_the_samples_is_what_was_kept() {
    let folder = temp();
    let out = folder.path().join("out");
    let args = [
        "hunt",
        "samples/logs",
        "-q",
        "-o",
        out.to_str().expect("a path"),
    ];
    assert_eq!(run_in(&root(), args).code, Some(1));
    let written = contents(&out);
    assert_eq!(
        written.keys().map(String::as_str).collect::<Vec<_>>(),
        FILES
    );
    let golden = root().join("tests/golden/samples");
    for (name, bytes) in written {
        let path = golden.join(&name);
        if std::env::var_os("EVQL_BLESS").is_some() {
            fs::create_dir_all(&golden).expect("the folder");
            fs::write(&path, &bytes).expect("the golden file");
        }
        let kept = fs::read(&path).expect("a golden file: write it with EVQL_BLESS=1");
        let (kept, now) = (
            String::from_utf8_lossy(&kept),
            String::from_utf8_lossy(&bytes),
        );
        for (number, (kept, now)) in kept.lines().zip(now.lines()).enumerate() {
            assert_eq!(now, kept, "{name}, line {}", number + 1);
        }
        assert_eq!(now.len(), kept.len(), "{name}");
    }
}
