use super::*;
use crate::lang::pattern::Pattern;
use crate::lang::plan::{Aggregate, Case, Cond, Op};
use crate::model::field::FieldId;
use crate::model::time::Time;

fn search(by: u32, aggregates: &[AggregateFunction]) -> Search {
    Search {
        filter: Cond::Const(true),
        stats: Some(Stats {
            by: (0..by).map(FieldId).collect(),
            aggregates: (aggregates.iter().zip(by..))
                .map(|(function, field)| Aggregate {
                    function: *function,
                    field: Some(FieldId(field)),
                })
                .collect(),
        }),
        then: Vec::new(),
        columns: Vec::new(),
    }
}

fn rows(search: &Search, hits: &[(u32, &[Value])]) -> Vec<(String, Vec<u32>)> {
    let hits: Vec<(u32, Box<[Value]>)> = hits
        .iter()
        .map(|(event, values)| (*event, (*values).into()))
        .collect();
    run(search, &hits)
        .into_iter()
        .map(|row| {
            let cells: Vec<String> = row.values.iter().map(Value::to_string).collect();
            (cells.join("|"), row.events)
        })
        .collect()
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::str(*item)).collect())
}

#[test]
fn rows_stand_in_order_of_their_keys_and_need_all_of_them() {
    let a = Value::str("a");
    let hits: [(u32, &[Value]); 6] = [
        (1, &[a.clone(), Value::Int(10), Value::Null]),
        (2, &[Value::str("B"), Value::Int(9), Value::Null]),
        (3, &[a.clone(), Value::Int(9), Value::Null]),
        (4, &[a.clone(), Value::Int(10), Value::Null]),
        (5, &[Value::Null, Value::Int(10), Value::Null]),
        (6, &[Value::str("A"), Value::Int(10), Value::Null]),
    ];
    let mut plan = search(2, &[AggregateFunction::Count]);
    plan.stats.as_mut().unwrap().aggregates[0].field = None;
    assert_eq!(
        rows(&plan, &hits),
        [
            ("A|10|1".into(), vec![6]),
            ("B|9|1".into(), vec![2]),
            ("a|9|1".into(), vec![3]),
            ("a|10|2".into(), vec![1, 4]),
        ]
    );
}

#[test]
fn an_event_is_in_the_row_of_each_of_its_values() {
    let hits: [(u32, &[Value]); 2] = [
        (1, &[list(&["b", "a", "b"]), Value::Int(1)]),
        (2, &[Value::str("b"), Value::Int(1)]),
    ];
    let plan = search(1, &[AggregateFunction::Count]);
    assert_eq!(
        rows(&plan, &hits),
        [("a|1".into(), vec![1]), ("b|2".into(), vec![1, 2])]
    );
}

#[test]
fn aggregates() {
    use AggregateFunction::{Count, DistinctCount, Max, Min, Values};
    let of = |value: Value| -> Box<[Value]> { vec![value; 5].into() };
    let plan = search(0, &[Count, Min, Max, Values, DistinctCount]);
    let told = |values: &[Value]| {
        let hits: Vec<_> = values.iter().cloned().map(of).collect();
        let hits: Vec<(u32, &[Value])> = hits.iter().map(|hit| (0, &**hit)).collect();
        rows(&plan, &hits)[0].0.clone()
    };
    assert_eq!(told(&[]), "0||||0");
    assert_eq!(told(&[Value::Null]), "0||||0");
    assert_eq!(
        told(&[Value::str("10"), Value::str("9"), Value::str("9")]),
        "3|9|10|10, 9|2"
    );
    assert_eq!(
        told(&[Value::str("10"), Value::str("9"), Value::str("x")]),
        "3|10|x|10, 9, x|3"
    );
    assert_eq!(told(&[list(&["b", "a"]), Value::str("a")]), "3|a|b|a, b|2");
    assert_eq!(
        told(&[Value::Int(10), Value::Float(9.5)]),
        "2|9.5|10|10, 9.5|2"
    );
}

#[test]
fn rows_are_filtered_and_times_told() {
    let time = |seconds: i64| Value::Time(Time::from_millis(seconds * 1000));
    let hits: [(u32, &[Value]); 3] = [
        (1, &[Value::str("KEEP"), time(0)]),
        (2, &[Value::str("drop"), time(1)]),
        (3, &[Value::str("keep"), time(2)]),
    ];
    let mut plan = search(1, &[AggregateFunction::Min]);
    plan.then = vec![
        RowStage::Search(Cond::Text {
            field: FieldId(0),
            patterns: vec![Pattern::literal("keep")],
            case: Case::Insensitive,
        }),
        RowStage::Search(Cond::Compare {
            field: FieldId(1),
            op: Op::Gt,
            value: time(1),
        }),
        RowStage::Ctime {
            column: FieldId(1),
            format: "%Y-%m-%dT%H:%M:%S".into(),
        },
    ];
    assert_eq!(
        rows(&plan, &hits),
        [("keep|1970-01-01T00:00:02".into(), vec![3])]
    );
}

#[test]
fn without_stats_every_event_is_a_row() {
    let mut plan = search(0, &[]);
    plan.stats = None;
    let hits: [(u32, &[Value]); 2] = [(7, &[Value::str("b")]), (8, &[Value::str("a")])];
    assert_eq!(
        rows(&plan, &hits),
        [("b".into(), vec![7]), ("a".into(), vec![8])]
    );
}
