//! Each construct with the plan that it becomes.

use super::*;
use crate::lang::pattern::{Pattern, Piece};
use crate::lang::plan::*;
use crate::model::field::FieldId;
use crate::model::time::Span;
use crate::model::time::Time;
use crate::model::value::Value;

/// The condition of `any where ...`, and the fields that it asks for.
fn lowered(condition: &str) -> (Cond, FieldTable) {
    let mut fields = FieldTable::default();
    let text = format!("any where {condition}");
    match compile(&text, &Mapping, &mut fields, &Options::default()) {
        Ok(compiled) => match compiled.plan.body {
            Body::Events(query) => (query.filter, fields),
            other => panic!("{other:?}"),
        },
        Err(wrong) => panic!("{}", wrong.draw("query", &text)),
    }
}

fn cond(condition: &str) -> Cond {
    lowered(condition).0
}

/// Field 0, the first that a condition names.
const F: FieldId = FieldId(0);

fn text(patterns: &[&str], case: Case) -> Cond {
    Cond::Text {
        field: F,
        patterns: patterns
            .iter()
            .map(|text| Pattern::wildcard(text))
            .collect(),
        case,
    }
}

fn not(cond: Cond) -> Cond {
    Cond::Not(Box::new(cond))
}

fn compare(op: Op, value: Value) -> Cond {
    Cond::Compare {
        field: F,
        op,
        value,
    }
}

#[test]
fn texts() {
    use Case::{Insensitive, Sensitive};
    assert_eq!(cond("process.name : \"a*\""), text(&["a*"], Insensitive));
    assert_eq!(
        cond("process.name : (\"a\", \"b?\")"),
        text(&["a", "b?"], Insensitive)
    );
    assert_eq!(cond("process.name like \"a*\""), text(&["a*"], Sensitive));
    assert_eq!(
        cond("process.name like~ (\"a*\")"),
        text(&["a*"], Insensitive)
    );
    assert_eq!(cond("process.name == \"a\""), text(&["a"], Sensitive));
    assert_eq!(cond("\"a\" == process.name"), text(&["a"], Sensitive));
    assert_eq!(
        cond("process.name in (\"a\", \"b\", null)"),
        text(&["a", "b"], Sensitive)
    );
    assert_eq!(cond("process.name in~ (\"a\")"), text(&["a"], Insensitive));
    assert_eq!(
        cond("process.name not in (\"a\")"),
        not(text(&["a"], Sensitive))
    );
    assert_eq!(
        cond("process.name == \"a*\""),
        Cond::Text {
            field: F,
            patterns: vec![Pattern::literal("a*")],
            case: Sensitive,
        }
    );
    assert_eq!(cond("process.name == 7"), text(&["7"], Sensitive));
    assert_eq!(
        cond("process.name >= \"a\""),
        compare(Op::Ge, Value::str("a"))
    );
}

#[test]
fn a_negated_test_matches_a_missing_field() {
    let a = || text(&["a"], Case::Sensitive);
    assert_eq!(cond("process.name != \"a\""), not(a()));
    assert_eq!(cond("not process.name == \"a\""), not(a()));
    assert_eq!(cond("not process.name != \"a\""), a());
    assert_eq!(cond("not not process.name == \"a\""), a());
    assert_eq!(cond("process.name == null"), not(Cond::Exists(F)));
    assert_eq!(cond("null != process.name"), Cond::Exists(F));
    assert_eq!(cond("not process.name == null"), Cond::Exists(F));
    assert_eq!(cond("not process.pid > 5"), compare(Op::Le, Value::Int(5)));
    assert_eq!(cond("5 < process.pid"), compare(Op::Gt, Value::Int(5)));
    assert_eq!(
        cond("process.pid != 5"),
        not(compare(Op::Eq, Value::Int(5)))
    );
    assert_eq!(
        cond("not (process.name == \"a\" and not process.name == \"b\")"),
        Cond::Any(vec![not(a()), text(&["b"], Case::Sensitive)])
    );
}

#[test]
fn functions_of_a_field_and_constants_are_tests() {
    let piece = || Piece::Text("a*".to_owned());
    for (call, pieces) in [
        ("startsWith", vec![piece(), Piece::Any]),
        ("ENDSWITH", vec![Piece::Any, piece()]),
        ("stringcontains", vec![Piece::Any, piece(), Piece::Any]),
    ] {
        for (tilde, case) in [("", Case::Sensitive), ("~", Case::Insensitive)] {
            let test = Cond::Text {
                field: F,
                patterns: vec![Pattern::of(pieces.clone())],
                case,
            };
            let call = format!("{call}{tilde}(process.name, \"a*\")");
            assert_eq!(cond(&call), test, "{call}");
            assert_eq!(cond(&format!("not {call}")), not(test.clone()));
            assert_eq!(cond(&format!("{call} == false")), not(test));
        }
    }
    let nets = Cond::Cidr {
        field: F,
        nets: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
    };
    assert_eq!(cond("cidrmatch(source.ip, \"10.1.2.3/8\", \"::1\")"), nets);
    assert_eq!(
        cond("source.ip != \"10.0.0.0/8\""),
        not(Cond::Cidr {
            field: F,
            nets: vec!["10.0.0.0/8".parse().unwrap()],
        })
    );
}

#[test]
fn what_is_computed_is_negated_inside() {
    let computed = |condition: &str| match cond(condition) {
        Cond::Computed(expr) => expr,
        other => panic!("{condition}: {other:?}"),
    };
    let op = |condition: &str| match computed(condition) {
        Expr::Compare { op, .. } => op,
        other => panic!("{other:?}"),
    };
    assert_eq!(op("length(process.name) > 1"), Op::Gt);
    assert_eq!(op("not length(process.name) > 1"), Op::Le);
    assert_eq!(op("not length(process.name) == 1"), Op::Ne);
    assert_eq!(op("process.pid + 1 != 2"), Op::Ne);
    let fields = "startsWith(process.name, process.entity_id)";
    assert!(matches!(computed(fields), Expr::Call { .. }));
    assert!(matches!(computed(&format!("not {fields}")), Expr::Not(_)));
    assert!(matches!(
        computed("string(process.pid) : \"1*\""),
        Expr::Text { .. }
    ));
    assert!(matches!(
        computed("not string(process.pid) : \"1*\""),
        Expr::Not(_)
    ));
    assert!(matches!(
        computed("(process.pid > 1) == null"),
        Expr::IsNull(_)
    ));
}

#[test]
fn constants_fold() {
    assert_eq!(cond("1 == 1"), Cond::Const(true));
    assert_eq!(cond("not null"), Cond::Const(false));
    assert_eq!(cond("process.name : null"), Cond::Const(false));
    assert_eq!(cond("not process.name : null"), Cond::Const(false));
    assert_eq!(cond("process.pid < null"), Cond::Const(false));
    assert_eq!(cond("false and process.pid == 1"), Cond::Const(false));
    assert_eq!(cond("process.pid == 1 or 2 > 1"), Cond::Const(true));
    assert_eq!(
        cond("process.pid == 2 * 3 + length(\"ab\")"),
        compare(Op::Eq, Value::Int(8))
    );
    assert_eq!(
        cond("concat(process.name, null) == \"a\""),
        Cond::Const(false)
    );
    assert_eq!(
        cond("true == (process.pid == 1)"),
        compare(Op::Eq, Value::Int(1))
    );
}

#[test]
fn types_decide_what_a_constant_is() {
    let noon = Value::Time(Time::parse("2020-02-03T12:00:00Z").unwrap());
    assert_eq!(
        cond("@timestamp < \"2020-02-03T12:00:00Z\""),
        compare(Op::Lt, noon)
    );
    let day = Value::Time(Time::parse("2020-02-03T00:00:00Z").unwrap());
    assert_eq!(cond("@timestamp >= \"2020-02-03\""), compare(Op::Ge, day));
    let last = |text| Value::Time(Time::parse(text).unwrap());
    for (query, op, value) in [
        (">= \"2020-02-03T12\"", Op::Ge, "2020-02-03 12:00:00"),
        ("<= \"2020-02-03\"", Op::Le, "2020-02-03 23:59:59.9999999"),
        (
            "> \"2020-02-03T12:30\"",
            Op::Gt,
            "2020-02-03 12:30:59.9999999",
        ),
        (
            "<= \"2020-02-03T12:00:05Z\"",
            Op::Le,
            "2020-02-03 12:00:05.9999999",
        ),
        (
            "<= \"2020-02-03T12:00:05+01:00\"",
            Op::Le,
            "2020-02-03 11:00:05.9999999",
        ),
        (
            "> \"2020-02-03T12:00:05.250Z\"",
            Op::Gt,
            "2020-02-03 12:00:05.2509999",
        ),
        (
            "> \"2020-02-03T12:00:05.2501\"",
            Op::Gt,
            "2020-02-03 12:00:05.2501",
        ),
        ("== 1580731205250", Op::Eq, "2020-02-03 12:00:05.250"),
        ("== \"1580731205250\"", Op::Eq, "2020-02-03 12:00:05.250"),
        ("<= \"1580731205\"", Op::Le, "1970-01-19 07:05:31.2059999"),
        ("<= 1580731205250", Op::Le, "2020-02-03 12:00:05.2509999"),
    ] {
        let expected = compare(op, last(value));
        assert_eq!(cond(&format!("@timestamp {query}")), expected, "{query}");
    }
    let address = Value::ip([127, 0, 0, 1].into());
    assert_eq!(
        cond("source.ip == \"::ffff:127.0.0.1\""),
        compare(Op::Eq, address.clone())
    );
    assert_eq!(
        cond("source.ip in (\"127.0.0.1\")"),
        compare(Op::Eq, address)
    );
    let trusted = "process.code_signature.trusted";
    assert_eq!(cond(trusted), compare(Op::Eq, Value::Bool(true)));
    assert_eq!(
        cond(&format!("{trusted} == \"false\"")),
        compare(Op::Eq, Value::Bool(false))
    );
    assert_eq!(
        cond(&format!("not {trusted}")),
        not(compare(Op::Eq, Value::Bool(true)))
    );
    assert_eq!(cond("file.entropy > 7"), compare(Op::Gt, Value::Int(7)));
    assert_eq!(
        cond("process.pid in (1, 2.5)"),
        Cond::Any(vec![
            compare(Op::Eq, Value::Int(1)),
            compare(Op::Eq, Value::Float(2.5)),
        ])
    );
}

#[test]
fn precedence_is_elastics() {
    let numbered = |text: &str| cond(text);
    let pid = |number| compare(Op::Eq, Value::Int(number));
    let parts = vec![pid(1), Cond::All(vec![not(pid(2)), pid(3)])];
    assert_eq!(
        numbered("process.pid == 1 or not process.pid == 2 and process.pid == 3"),
        Cond::Any(parts)
    );
    assert_eq!(numbered("process.pid == 2 + 3 * 4 - -1"), pid(15));
    assert_eq!(numbered("process.pid == (2 + 3) * 4 % 6 / 1"), pid(2));
}

#[test]
fn names_and_categories() {
    let (_, fields) = lowered(
        "?`odd name`.x == 1 and `process.name` : \"a\" and process . // here\n args : \"b\" \
         and ?a.`b`.c.d == 1 and process.pid == 1",
    );
    let names: Vec<_> = fields.iter().map(|(_, _, name)| name).collect();
    let odd = ["odd name.x", "process.name", "process.args", "a.b.c.d"];
    assert_eq!(names[..4], odd);
    assert_eq!(names[4..], ["process.pid"]);
    for query in [
        "process where true",
        "\"process\" where true",
        "\"\"\"process\"\"\" where true",
    ] {
        let Body::Events(found) = read(query).unwrap().plan.body else {
            panic!("{query}");
        };
        assert_eq!(found.filter, text(&["process"], Case::Sensitive), "{query}");
    }
}

fn sequence(query: &str) -> Sequence {
    match read(query) {
        Ok(compiled) => match compiled.plan.body {
            Body::Sequence(sequence) => sequence,
            other => panic!("{other:?}"),
        },
        Err(wrong) => panic!("{}", wrong.draw("query", query)),
    }
}

#[test]
fn sequences() {
    let found = sequence(
        "sequence by process.entity_id, ?process.pid with maxspan=2h
           [process where true] by process.name
           ![any where false] by process.args
           [process where true] by process.name with runs=3
         until [any where process.pid == 1] by process.name
         | head 5 | tail 1 + 1",
    );
    assert_eq!(found.stages.len(), 5);
    let missing: Vec<bool> = found.stages.iter().map(|stage| stage.missing).collect();
    assert_eq!(missing, [false, true, false, false, false]);
    let optional: Vec<bool> = found.stages[1]
        .keys
        .iter()
        .map(|key| key.optional)
        .collect();
    assert_eq!(optional, [false, true, false]);
    assert_eq!(found.maxspan, Some(Span::millis(7_200_000)));
    assert_eq!(found.until.unwrap().keys.len(), 3);
    assert_eq!(found.pipes, [Pipe::Head(5), Pipe::Tail(2)]);
}

#[test]
fn every_unit_of_maxspan() {
    for (unit, millis) in [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ] {
        let query = format!("sequence with maxspan = 3{unit} [any where true] [any where true]");
        assert_eq!(sequence(&query).maxspan, Some(Span::millis(3 * millis)));
    }
    let query = "sequence with maxspan = 9223372036854775807 d [any where true] [any where true]";
    assert_eq!(sequence(query).maxspan, Some(Span(i64::MAX)));
}

#[test]
fn a_stage_that_runs_is_a_sequence() {
    assert_eq!(
        sequence("sequence [any where true] with runs=2")
            .stages
            .len(),
        2
    );
}

#[test]
fn samples() {
    let query = "sample by process.pid [any where true] by process.name [process where true] by ?process.args";
    let Body::Sample(sample) = read(query).unwrap().plan.body else {
        panic!();
    };
    assert_eq!(sample.stages.len(), 2);
    assert_eq!(
        sample.stages[0].keys[0].field,
        sample.stages[1].keys[0].field
    );
    assert!(sample.stages[1].keys[1].optional);
}

#[test]
fn unknown_fields_can_be_warnings() {
    let options = Options {
        unknown_fields: UnknownFields::Warn,
        ..Options::default()
    };
    let text = "any where process.nam : \"a\" and process.nam == 1 and ?nothing == 1";
    let compiled = compile(text, &Mapping, &mut FieldTable::default(), &options).unwrap();
    let warnings: Vec<_> = compiled
        .warnings
        .iter()
        .map(|warning| &warning.message)
        .collect();
    assert_eq!(warnings, ["unknown field `process.nam`"]);
    assert_eq!(compiled.warnings[0].span, 10..21);
}
