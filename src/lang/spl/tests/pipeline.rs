//! `stats`, `rename`, `convert`, and what follows them.

use super::{compiled, expression, show, shown};
use crate::lang::plan::{Aggregate, AggregateFunction, RowStage};
use crate::model::field::FieldId;

#[test]
fn stats_makes_columns_in_order() {
    let compiled = compiled(
        "* | stats count min(_time) as firstTime, max(_time) AS lastTime \
         values(src_ip) dc(user) as users BY dest, process_name user",
    );
    let search = &compiled.search;
    assert_eq!(
        search.columns,
        [
            "dest",
            "process_name",
            "user",
            "count",
            "firstTime",
            "lastTime",
            "values(src_ip)",
            "users"
        ]
    );
    let stats = search.stats.as_ref().unwrap();
    let by = ["dest", "process_name", "user"].map(|name| compiled.id(name));
    assert_eq!(stats.by, by);
    let aggregate = |function, name: Option<&str>| Aggregate {
        function,
        field: name.map(|name| compiled.id(name)),
    };
    assert_eq!(
        stats.aggregates,
        [
            aggregate(AggregateFunction::Count, None),
            aggregate(AggregateFunction::Min, Some("_time")),
            aggregate(AggregateFunction::Max, Some("_time")),
            aggregate(AggregateFunction::Values, Some("src_ip")),
            aggregate(AggregateFunction::DistinctCount, Some("user")),
        ]
    );
}

#[test]
fn stats_without_by_is_one_row() {
    let search = compiled("* | stats count(user) c").search;
    assert_eq!(search.columns, ["count(user)", "count"]);
    assert!(search.stats.unwrap().by.is_empty());
}

#[test]
fn without_stats_every_event_is_its_own_answer() {
    let search = compiled("user=a | search dest=b | where src=\"c\"").search;
    assert_eq!(search.stats, None);
    assert!(search.columns.is_empty() && search.then.is_empty());
    assert_eq!(
        shown("user=a | search dest=b OR dest=c | where src=\"c\""),
        "(user~[a] & (dest~[b] | dest~[c]) & computed =(src Str(\"c\")))"
    );
}

#[test]
fn a_field_renamed_before_stats_keeps_its_values() {
    let compiled = compiled(
        "* | rename Computer AS dest, User as \"the user\" | stats count by dest \"the user\" | search dest=x",
    );
    let stats = compiled.search.stats.as_ref().unwrap();
    assert_eq!(stats.by, [compiled.id("Computer"), compiled.id("User")]);
    assert_eq!(compiled.search.columns, ["dest", "the user", "count"]);
}

#[test]
fn a_column_renamed_after_stats_keeps_its_place() {
    let search =
        compiled("* | stats count by user | rename count as \"how many\" user AS who").search;
    assert_eq!(search.columns, ["who", "how many"]);
}

#[test]
fn rows_are_filtered_by_column_number() {
    let search = compiled("* | stats count dc(dest_ip) as ips by user | where count > 2 * ips | search user!=a count<9").search;
    let names = |id: FieldId| search.columns[id.0 as usize].clone();
    let [RowStage::Where(expr), RowStage::Search(cond)] = search.then.as_slice() else {
        panic!("{:?}", search.then);
    };
    assert_eq!(expression(expr, &names), ">(count *(Int(2) ips))");
    assert_eq!(show(cond, &names), "((user? & !user~[a]) & count Lt 9)");
}

#[test]
fn times_become_text_in_place() {
    let search = compiled("* | stats min(_time) as first by user | convert ctime(first)").search;
    assert_eq!(
        search.then,
        [RowStage::Ctime {
            column: FieldId(1),
            format: "%m/%d/%Y %H:%M:%S".to_owned()
        }]
    );
}

#[test]
fn times_become_text_in_a_column_of_their_own() {
    let search = compiled("* | stats min(_time) as first count by _time user | convert timeformat=\"%Y\" ctime(first) AS year, ctime(_time) as shown").search;
    assert_eq!(
        search.columns,
        ["_time", "user", "first", "count", "year", "shown"]
    );
    let stats = search.stats.unwrap();
    assert_eq!(stats.aggregates[2], stats.aggregates[0]);
    assert_eq!(stats.aggregates[3].function, AggregateFunction::Min);
    assert_eq!(stats.aggregates[3].field, Some(stats.by[0]));
    let year = |column| RowStage::Ctime {
        column: FieldId(column),
        format: "%Y".to_owned(),
    };
    assert_eq!(search.then, [year(4), year(5)]);
}
