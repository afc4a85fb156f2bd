//! The `where` command.

use super::shown;
use crate::lang::plan::{Cond, Expr};
use crate::model::field::{FieldId, Fields};
use crate::model::value::Value;

fn condition(text: &str) -> String {
    shown(&format!("* | where {text}"))
        .trim_start_matches("computed ")
        .to_owned()
}

#[test]
fn and_binds_tighter_than_or() {
    assert_eq!(
        condition("user=\"a\" OR dest=\"b\" AND NOT src=\"c\""),
        r#"(=(user Str("a")) | (=(dest Str("b")) & !=(src Str("c"))))"#
    );
    assert_eq!(
        condition("(user=\"a\" or dest=\"b\") and src=\"c\""),
        r#"((=(user Str("a")) | =(dest Str("b"))) & =(src Str("c")))"#
    );
}

#[test]
fn arithmetic_has_its_ranks() {
    assert_eq!(
        condition("src_port + 2 * 3 - 1 == -dest_port % 2"),
        "=(-(+(src_port *(Int(2) Int(3))) Int(1)) %(-(Int(0) dest_port) Int(2)))"
    );
}

#[test]
fn functions_become_their_nodes() {
    assert_eq!(condition("isnull(user)"), "null(user)");
    assert_eq!(condition("isnotnull('my field')"), "!null(my field)");
    assert_eq!(
        condition("like(process, \"%\\\\a_c%\")"),
        "process~*[\\a]?[c]*"
    );
    assert_eq!(condition("process LIKE \"100\\%\""), "process~[100%]");
    assert_eq!(
        condition("cidrmatch(\"10.0.0.0/8\", dest_ip)"),
        r#"cidrmatch(Str("10.0.0.0/8") dest_ip)"#
    );
    assert_eq!(
        condition("user IN (\"a\", \"b\")"),
        r#"(=(user Str("a")) | =(user Str("b")))"#
    );
    assert_eq!(
        condition("in(user, \"a\", \"b\")"),
        condition("user in (\"a\",\"b\")")
    );
}

struct Event(Vec<Value>);

impl Fields for Event {
    fn get(&self, field: FieldId) -> &Value {
        self.0.get(field.0 as usize).unwrap_or(&Value::Null)
    }
}

/// The value of an expression over the values of its fields, in order of their appearance.
fn value(text: &str, values: &[Value]) -> Value {
    let compiled = super::compiled(&format!("* | where {text}"));
    let Cond::Computed(expr) = compiled.search.filter else {
        panic!("where is computed");
    };
    evaluate(&expr, &Event(values.to_vec()))
}

fn evaluate(expr: &Expr, event: &Event) -> Value {
    expr.evaluate(event).into_owned()
}

#[test]
fn comparisons_are_of_numbers_where_both_are() {
    let text = |text: &str| Value::str(text);
    assert_eq!(value("user > 9", &[text("10")]), Value::Bool(true));
    assert_eq!(value("user > \"9a\"", &[text("10")]), Value::Bool(false));
    assert_eq!(value("user = \"ABC\"", &[text("abc")]), Value::Bool(false));
    assert_eq!(value("user = 1", &[text("1.0")]), Value::Bool(true));
    assert_eq!(value("user = 1", &[Value::Null]), Value::Null);
    assert_eq!(value("NOT user = 1", &[Value::Null]), Value::Null);
}

#[test]
fn arithmetic_is_of_whole_numbers_where_exact() {
    let at = |number| [Value::Int(number)];
    assert_eq!(value("src_port / 2 = 2.5", &at(5)), Value::Bool(true));
    assert_eq!(value("src_port / 2 = 3", &at(6)), Value::Bool(true));
    assert_eq!(value("src_port % 2 = 1", &at(5)), Value::Bool(true));
    assert_eq!(value("src_port / 0 = 1", &at(5)), Value::Null);
    assert_eq!(
        value("src_port * src_port > 1", &at(i64::MAX)),
        Value::Bool(true)
    );
    assert_eq!(value("-src_port < 0", &at(i64::MIN)), Value::Bool(false));
}

#[test]
fn nets_hold_addresses_and_their_texts() {
    let inside = |address: Value| value("cidrmatch(\"10.0.0.0/8\", dest_ip)", &[address]);
    assert_eq!(inside(Value::str("10.1.2.3")), Value::Bool(true));
    assert_eq!(inside(Value::str("::ffff:10.1.2.3")), Value::Bool(true));
    assert_eq!(inside(Value::str("11.1.2.3")), Value::Bool(false));
    assert_eq!(inside(Value::str("host")), Value::Bool(false));
    assert_eq!(inside(Value::Null), Value::Null);
}

#[test]
fn match_looks_anywhere_and_sees_letter_case() {
    let found = |text: &str| value(r#"match(process, "\\\\a\d+\.EXE$")"#, &[Value::str(text)]);
    assert_eq!(found(r"C:\a12.EXE"), Value::Bool(true));
    assert_eq!(found(r"C:\a12.exe"), Value::Bool(false));
    assert_eq!(found(r"C:\a.EXE"), Value::Bool(false));
    assert_eq!(value("match(process, \"a\")", &[Value::Null]), Value::Null);
}
