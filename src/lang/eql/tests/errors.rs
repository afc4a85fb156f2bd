//! Every message once, as a golden file: `tests/eql_errors.txt`. To write it anew from its
//! queries, run this test with `EVQL_BLESS` set, and read what changed.

use super::*;

#[test]
fn wrong_queries_are_shown_so() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/eql_errors.txt");
    let golden = std::fs::read_to_string(path).unwrap();
    let queries: Vec<&str> = golden
        .split("=====\n")
        .skip(1)
        .map(|case| case.split_once("-----\n").map_or(case, |(query, _)| query))
        .collect();
    assert!(queries.len() >= 60, "{}", queries.len());
    let mut now = golden.split("=====\n").next().unwrap().to_owned();
    for query in queries {
        let query = query.trim_end_matches('\n');
        let wrong = match read(query) {
            Err(wrong) => wrong,
            Ok(compiled) => panic!("{query} is read as {compiled:?}"),
        };
        now += &format!("=====\n{query}\n-----\n{}", wrong.draw("query", query));
    }
    if std::env::var_os("EVQL_BLESS").is_some() {
        std::fs::write(path, now).unwrap();
    } else {
        assert_eq!(now, golden);
    }
}
