//! Elasticsearch's own cases: what parses, what is refused, what constants fold to.

use evql_samples::shared;

use super::*;
use crate::lang::eql::lower::constant;
use crate::lang::eql::parse;
use crate::model::value::Value;

/// The queries of a file of the suite: each ends with a line's last semicolon, but for the last
/// block, which has one or two lines a query.
fn queries(file: &str) -> Vec<String> {
    let Some(suite) = shared("eql-suite") else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(suite.join(file)).unwrap();
    let (mut queries, mut query) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim_end) {
        if line.trim_start().starts_with("//") || line.is_empty() {
            continue;
        }
        query.push_str(line);
        query.push('\n');
        let loose = ["sequence by", "sample", "any where `", "any where ?`"];
        if let Some(whole) = query.trim_end().strip_suffix(';') {
            queries.push(whole.to_owned());
            query.clear();
        } else if loose.iter().any(|start| line.starts_with(start)) && line.ends_with([']', '`'])
            || line.ends_with(" by t")
            || line.ends_with("by ?a, ?b")
            || line.ends_with("== null")
            || line.ends_with("by x") && line.starts_with("sample")
            || line.ends_with("by z") && line.starts_with("sample")
        {
            queries.push(std::mem::take(&mut query));
        }
    }
    assert_eq!(query, "", "the last query is whole");
    queries
}

#[test]
fn what_is_supported_parses() {
    let queries = queries("queries-supported.eql");
    for query in &queries {
        if let Err(error) = parse::statement(query) {
            panic!("{}", error.draw("query", query));
        }
    }
    assert!(
        queries.is_empty() || queries.len() == 219,
        "{}",
        queries.len()
    );
}

#[test]
fn what_is_unsupported_is_refused() {
    for query in queries("queries-unsupported.eql") {
        assert!(read_any_fields(&query).is_err(), "{query}");
    }
}

#[test]
fn elastics_rules_compile() {
    let Some(rules) = shared("elastic-rules") else {
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(rules).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let rule: toml::Table = text.parse().unwrap();
        let query = rule["rule"]["query"].as_str().unwrap();
        if let Err(error) = read_any_fields(query) {
            panic!("{}", error.draw(&path.display().to_string(), query));
        }
        count += 1;
    }
    assert_eq!(count, 247);
}

/// The expressions of a file of the suite with what they fold to.
fn folds(file: &str) -> Vec<(String, String, Option<toml::Value>)> {
    let Some(suite) = shared("eql-suite") else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(suite.join(file)).unwrap();
    let suite: toml::Table = text.parse().unwrap();
    let mut cases = Vec::new();
    for (name, group) in &suite {
        let group = group.as_table().unwrap();
        if group.contains_key("case_insensitive") {
            eprintln!("skipped {name}: `==` minds letter case today");
            continue;
        }
        let mut add = |table: &toml::Table, values: &[&str]| {
            let inner = table.get("fold").and_then(toml::Value::as_table);
            let tests = inner.unwrap_or(table).get("tests");
            for test in tests.and_then(toml::Value::as_array).unwrap() {
                let expression = test["expression"].as_str().unwrap();
                for value in values {
                    let expression = expression.replace("$value", value);
                    cases.push((name.clone(), expression, test.get("expected").cloned()));
                }
            }
        };
        if group.contains_key("fold") || group.contains_key("tests") {
            add(group, &[""]);
        }
        for looped in group
            .get("loop")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let values: Vec<&str> = looped["param"]["type"]
                .as_array()
                .unwrap()
                .iter()
                .map(|ty| match ty.as_str().unwrap() {
                    "bool" => "true",
                    "int" => "7",
                    "string" => "\"text\"",
                    "float" => "1.5",
                    _ => "null",
                })
                .collect();
            add(looped.as_table().unwrap(), &values);
        }
    }
    cases
}

fn agree(file: &str, expected_count: usize) {
    let mut count = 0;
    for (name, expression, expected) in folds(file) {
        // `"hello":length()` calls a function as a method, which today's EQL cannot.
        if expression.contains(":length()") {
            eprintln!("skipped {name}: {expression} calls a method");
            continue;
        }
        let expected = match expected {
            None => Value::Null,
            Some(toml::Value::Boolean(truth)) => Value::Bool(truth),
            Some(toml::Value::Integer(number)) => Value::Int(number),
            Some(toml::Value::Float(number)) => Value::Float(number),
            Some(toml::Value::String(text)) => Value::str(text),
            Some(other) => panic!("{other:?}"),
        };
        assert_eq!(constant(&expression), Ok(expected), "{name}: {expression}");
        count += 1;
    }
    assert!(count == 0 || count == expected_count, "{count}");
}

#[test]
fn string_functions_fold() {
    agree("test_string_functions.toml", 85);
}

#[test]
fn expressions_fold() {
    agree("test_folding.toml", 136);
}

#[test]
fn wrong_calls_are_refused() {
    for expression in [
        "number()",
        "number(1)",
        "number(true)",
        "startsWith()",
        "startsWith(1, \"FOO\")",
        "startsWith(\"FOO\", 123)",
    ] {
        assert!(constant(expression).is_err(), "{expression}");
    }
}
