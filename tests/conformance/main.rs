//! Elasticsearch's own EQL tests, answered by this engine: every query that Elasticsearch answers
//! is answered alike. What is passed and what is skipped, and why, stands in
//! `docs/conformance.md`, which this test writes when `EVQL_BLESS` is set and else holds to.

mod data;
mod expression;
mod query;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use data::Data;
use query::Answer;

/// A query that is not asked, and why not.
const SKIPPED: &[(&str, &str)] = &[];

/// An expression of a group that is not asked, and why not.
const SKIPPED_EXPRESSIONS: &[(&str, &str, &str)] = &[
    ("complex", r#"(100 * 10) - ("hello":length())"#, METHOD_FORM),
    (
        "complex",
        r#"concat((100 * 10) - ("hello":length()) == 995, "...")"#,
        METHOD_FORM,
    ),
    (CASELESS, r#""Foo" == "foo""#, CASE_DROPPED),
    (CASELESS, r#""Foo" != "foo""#, CASE_DROPPED),
    (CASELESS, r#""Foo" < "foo""#, CASE_DROPPED),
    (CASELESS, r#""Foo" >= "foo""#, CASE_DROPPED),
    (CASELESS, r#""foo" <= "Foo""#, CASE_DROPPED),
    (CASELESS, r#""foo" > "Foo""#, CASE_DROPPED),
];

const METHOD_FORM: &str =
    "Elasticsearch's grammar has no `value:function()`; its `:` takes constants alone";
const CASELESS: &str = "string_case_insensitive_match_comparison";
const CASE_DROPPED: &str = "for a mode that ignores letter case everywhere, which Elasticsearch \
                            dropped: `==`, `!=` and order are exact, `:` ignores case";

fn suite() -> Option<PathBuf> {
    evql_samples::shared("eql-suite")
}

#[derive(serde::Deserialize)]
struct Queries {
    queries: Vec<Query>,
}

#[derive(serde::Deserialize)]
struct Query {
    name: String,
    query: String,
    #[serde(default)]
    expected_event_ids: Vec<i64>,
    #[serde(default)]
    join_keys: Vec<String>,
}

/// What became of a query.
enum Outcome {
    Passed,
    Skipped(&'static str),
    Failed(String),
}

fn judge(data: &Data, query: &Query) -> Outcome {
    if let Some((_, why)) = SKIPPED.iter().find(|(name, _)| *name == query.name) {
        return Outcome::Skipped(why);
    }
    match query::run(data, &query.query) {
        Err(wrong) => Outcome::Failed(wrong),
        Ok(Answer { ids, .. }) if ids != query.expected_event_ids => {
            let expected = &query.expected_event_ids;
            Outcome::Failed(format!("answered {ids:?}, expected {expected:?}"))
        }
        Ok(Answer { keys, .. }) if !query.join_keys.is_empty() && keys != query.join_keys => {
            Outcome::Failed(format!("keys {keys:?}, expected {:?}", query.join_keys))
        }
        Ok(_) => Outcome::Passed,
    }
}

#[test]
fn elasticsearch_s_queries_are_answered_alike() {
    let Some(suite) = suite() else { return };
    let read = |name: &str| std::fs::read_to_string(suite.join(name)).unwrap();
    let simple = Data::load(&read("test_data.json"), "timestamp", "serial_event_id");
    let missing = Data::load(&read("missing_events.jsonc"), "@timestamp", "sequence");
    let files = [
        ("test_queries.toml", &simple),
        ("additional_test_queries.toml", &simple),
        ("test_missing_events.toml", &missing),
    ];
    let mut doc = String::from(HEAD);
    let mut details = String::new();
    let mut failed = Vec::new();
    for (file, data) in files {
        let queries: Queries = toml::from_str(&read(file)).unwrap();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (query, at) in queries.queries.iter().zip(1..) {
            let name = &query.name;
            let outcome = judge(data, query);
            let word = match outcome {
                Outcome::Passed => "passed",
                Outcome::Skipped(why) => {
                    writeln!(details, "| {file} | {at} | {name} | {why} |").unwrap();
                    "skipped"
                }
                Outcome::Failed(how) => {
                    failed.push(format!("{file} {at} {name}: {how}\n{}", query.query));
                    "failed"
                }
            };
            *counts.entry(word).or_default() += 1;
        }
        let count = |word| counts.get(word).copied().unwrap_or(0);
        let all = queries.queries.len();
        writeln!(
            doc,
            "| {file} | {all} | {} | {} |",
            count("passed"),
            count("skipped")
        )
        .unwrap();
    }
    let one = Data::load(
        r#"[{"number": 1, "@timestamp": "1"}]"#,
        "@timestamp",
        "number",
    );
    for file in ["test_folding.toml", "test_string_functions.toml"] {
        let (mut passed, mut skipped) = (0, 0);
        let cases = expression::cases(&read(file));
        for (case, at) in cases.iter().zip(1..) {
            let text = &case.expression;
            let skip = |(group, one, _): &&(&str, &str, &str)| *group == case.group && one == text;
            if let Some((_, _, why)) = SKIPPED_EXPRESSIONS.iter().find(skip) {
                writeln!(details, "| {file} | {at} | `{text}` | {why} |").unwrap();
                skipped += 1;
            } else if let Err(wrong) = expression::ask(&one, case) {
                failed.push(format!("{file} {at} {}: {wrong}", case.group));
            } else {
                passed += 1;
            }
        }
        writeln!(doc, "| {file} | {} | {passed} | {skipped} |", cases.len()).unwrap();
    }
    assert!(
        failed.is_empty(),
        "{} fail:\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
    doc.push_str(if details.is_empty() {
        "\nNone is skipped.\n"
    } else {
        SKIPS
    });
    doc.push_str(&details);
    println!("{doc}");
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conformance.md"));
    if std::env::var_os("EVQL_BLESS").is_some() {
        std::fs::write(&path, &doc).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, doc, "write it anew with EVQL_BLESS=1");
}

const HEAD: &str = "\
# Conformance with Elasticsearch

Elasticsearch tests its EQL with queries over a fixed set of events. Each is compiled and run here
in the same way as a rule is (the parser, the plan, the index of conditions, the sequence engine),
and must name the same events in the same order. Category field `event_type`; events in order of
their time, ties by their number. `cargo test --test conformance` asks them all again and holds
this page to the outcome; `EVQL_BLESS=1` writes it anew.

| suite | queries | passed | skipped |
|---|---|---|---|
";

const SKIPS: &str = "
| suite | number | query | why it is skipped |
|---|---|---|---|
";
