//! The suite's expressions without events: each is asked of one empty event as `expression ==
//! value`, so that it goes the whole way through the language and the engine.

use toml::{Table, Value};

use super::data::Data;
use super::query;

/// One expression and the value it must have.
pub struct Case {
    /// The group it stands in.
    pub group: String,
    /// Its text.
    pub expression: String,
    /// What it must be: none is null.
    pub expected: Option<Value>,
    /// Refused instead.
    pub refused: bool,
}

/// Every case of a file, in order.
pub fn cases(text: &str) -> Vec<Case> {
    let groups: Table = toml::from_str(text).unwrap();
    let mut cases = Vec::new();
    for (name, group) in &groups {
        let fold = group.get("fold").unwrap_or(group);
        cases.extend(tests(name, fold.get("tests"), false));
        let failures = group.get("verifier").and_then(|part| part.get("failures"));
        cases.extend(tests(name, failures, true));
        for part in list(group.get("loop")) {
            for kind in list(part.get("param").and_then(|param| param.get("type"))) {
                let value = match kind.as_str().unwrap() {
                    "null" => "null",
                    "bool" => "true",
                    "int" => "1",
                    "float" => "1.5",
                    "string" => "\"text\"",
                    other => panic!("{other} is no type"),
                };
                let fold = part.get("fold").unwrap();
                cases.extend(
                    tests(name, fold.get("tests"), false)
                        .into_iter()
                        .map(|mut case| {
                            case.expression = case.expression.replace("$value", value);
                            case
                        }),
                );
            }
        }
    }
    cases
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], |list| list)
}

fn tests(group: &str, tests: Option<&Value>, refused: bool) -> Vec<Case> {
    let case = |test: &Value| Case {
        group: group.to_owned(),
        expression: test.get("expression").unwrap().as_str().unwrap().to_owned(),
        expected: test.get("expected").cloned(),
        refused,
    };
    list(tests).iter().map(case).collect()
}

/// Whether the expression has its value.
pub fn ask(data: &Data, case: &Case) -> Result<(), String> {
    let value = match &case.expected {
        None => "null".to_owned(),
        Some(Value::String(text)) => format!("\"\"\"{text}\"\"\""),
        Some(Value::Float(number)) => format!("{number:?}"),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(other) => panic!("{other:?} is no value"),
    };
    let query = format!("any where ({}) == {value}", case.expression);
    match query::run(data, &query) {
        Ok(answer) if !case.refused && answer.ids.len() == 1 => Ok(()),
        Err(_) if case.refused => Ok(()),
        Ok(_) => Err(format!("answered otherwise: {query}")),
        Err(wrong) => Err(wrong),
    }
}
