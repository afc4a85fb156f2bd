//! A text as an EQL query: refused with a place in it, or compiled and run.
#![no_main]

use evql::lang::eql::{self, Options, UnknownFields};
use evql::model::field::FieldTable;
use evql::schema::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    for unknown_fields in [UnknownFields::Deny, UnknownFields::Warn] {
        let options = Options {
            unknown_fields,
            ..Options::default()
        };
        let mut fields = FieldTable::default();
        match eql::compile(query, &Schema, &mut fields, &options) {
            Err(wrong) => evql_fuzz::diagnostic(&wrong, query),
            Ok(compiled) => {
                for warning in &compiled.warnings {
                    evql_fuzz::diagnostic(warning, query);
                }
                evql_fuzz::plan(&compiled.plan, &fields);
            }
        }
    }
});
