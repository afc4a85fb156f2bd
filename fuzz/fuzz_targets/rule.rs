//! Bytes as a rule file, Elastic's TOML and Splunk's YAML: every file gets an outcome, and one
//! that is broken a place in it.
#![no_main]

use evql::lang::spl::Macros;
use evql::model::field::FieldTable;
use evql::model::rule::RuleOrigin;
use evql::rules::{self, Outcome};
use evql::schema::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let macros = Macros::default();
    for name in ["rule.toml", "rule.yml"] {
        let origin = RuleOrigin::File(name.into());
        let mut fields = FieldTable::default();
        match rules::load(origin, bytes, &macros, &Schema, &mut fields) {
            Outcome::NotRun { reason, .. } => assert!(!reason.is_empty()),
            Outcome::Broken { diagnostic, text } => evql_fuzz::diagnostic(&diagnostic, &text),
            Outcome::Loaded(rule) => {
                for warning in &rule.warnings {
                    evql_fuzz::diagnostic(warning, &rule.text);
                }
                evql_fuzz::plan(&rule.plan, &fields);
            }
        }
    }
});
