//! Keeps `docs/output.md` in step with the columns: `EVQL_BLESS=1 cargo test` rewrites its tables.

use std::collections::BTreeSet;

use super::table::{Column, markdown};
use super::{findings, rule_tables, timeline};

const MANUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md");

fn tables() -> [(&'static str, String); 3] {
    let elastic = [
        markdown(rule_tables::SEQUENCE_COLUMNS),
        without_head(rule_tables::EVENT_COLUMNS),
        without_head(rule_tables::PLACE_COLUMNS),
    ];
    [
        ("findings", markdown(findings::COLUMNS)),
        ("elastic", elastic.concat()),
        ("timeline", markdown(timeline::COLUMNS)),
    ]
}

fn without_head<S>(columns: &[Column<S>]) -> String {
    markdown(columns).split_inclusive('\n').skip(2).collect()
}

/// The manual with the text between each pair of marks replaced by the table it is for.
fn with_tables(manual: &str) -> String {
    let mut out = manual.to_owned();
    for (name, table) in tables() {
        let mark = format!("<!-- columns: {name} -->\n");
        let start = out.find(&mark).expect("the table's mark") + mark.len();
        let end = start + out[start..].find("<!-- end -->").expect("the table's end");
        out.replace_range(start..end, &table);
    }
    out
}

#[test]
fn the_manual_lists_every_column() {
    let manual = std::fs::read_to_string(MANUAL).expect("docs/output.md");
    let expected = with_tables(&manual);
    if std::env::var_os("EVQL_BLESS").is_some() {
        std::fs::write(MANUAL, expected).expect("docs/output.md can be written");
    } else {
        assert!(
            manual == expected,
            "docs/output.md is behind the column tables: EVQL_BLESS=1 cargo test --lib manual"
        );
    }
}

#[test]
fn columns_have_names_of_their_own_and_say_what_they_hold() {
    fn check<S>(tables: &[&[Column<S>]]) {
        let mut names = BTreeSet::new();
        for column in tables.iter().copied().flatten() {
            assert!(names.insert(column.name), "{} twice", column.name);
            assert!(column.doc.ends_with('.'), "{}: {}", column.name, column.doc);
            assert!(!column.doc.contains(['|', '\n']), "{}", column.name);
        }
    }
    check(&[findings::COLUMNS]);
    check(&[timeline::COLUMNS]);
    check(&[rule_tables::SEQUENCE_COLUMNS, rule_tables::PLACE_COLUMNS]);
    check(&[rule_tables::EVENT_COLUMNS]);
}
