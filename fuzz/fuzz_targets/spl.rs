//! A text as an SPL search: refused with a place in it, or compiled and run. What stands before a
//! line `----` is a file of macros.
#![no_main]

use evql::lang::spl::{self, Macros};
use evql::model::field::FieldTable;
use evql::schema::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut macros = Macros::default();
    let search = match text.split_once("\n----\n") {
        None => text,
        Some((conf, search)) => {
            if let Err(wrong) = macros.read_conf(conf) {
                evql_fuzz::diagnostic(&wrong, conf);
            }
            search
        }
    };
    let mut fields = FieldTable::default();
    match spl::compile(search, &macros, &Schema, &mut fields) {
        Err(wrong) => evql_fuzz::diagnostic(&wrong.diagnostic, search),
        Ok(plan) => evql_fuzz::plan(&plan, &fields),
    }
});
