//! Splunk's rules against the mapping that the program has.

use evql::lang::plan::Body;
use evql::lang::spl::{self, Macros};
use evql::model::field::FieldTable;
use evql::model::rule::RuleOrigin;
use evql::rules::{Outcome, splunk};
use evql::schema::Schema;

#[test]
fn every_built_in_rule_loads() {
    for (name, text) in splunk::BUILT_IN {
        let mut fields = FieldTable::default();
        let origin = RuleOrigin::BuiltIn(name);
        let outcome = splunk::load(
            origin,
            text.as_bytes(),
            &Macros::default(),
            &Schema,
            &mut fields,
        );
        let Outcome::Loaded(rule) = outcome else {
            panic!("{name}: {outcome:?}");
        };
        let Body::Search(search) = rule.plan.body else {
            panic!("{name} is a search");
        };
        assert_eq!(
            search.columns,
            [
                "dest",
                "user",
                "process_name",
                "src_ip",
                "dest_ip",
                "count",
                "firstTime",
                "lastTime"
            ]
        );
    }
}

#[test]
fn both_names_of_the_event_id_are_numbers() {
    for name in ["EventCode", "EventID"] {
        let mut fields = FieldTable::default();
        let search = format!("`sysmon` {name}>=3 dest_port>80 | where _time > 0");
        spl::compile(&search, &Macros::default(), &Schema, &mut fields).unwrap();
    }
}

#[test]
fn a_misspelt_field_is_told_its_nearest_name() {
    let mut fields = FieldTable::default();
    let error =
        spl::compile("process_nam=a", &Macros::default(), &Schema, &mut fields).unwrap_err();
    assert_eq!(
        error.diagnostic.draw("search", "process_nam=a"),
        "error: unknown field \"process_nam\"\n --> search:1:1\n  |\n1 | process_nam=a\n  \
         | ^^^^^^^^^^^\n  = did you mean \"process_name\"?\n"
    );
}
