//! Texts that nobody means well with.

use proptest::prelude::*;

use super::*;

const WORDS: [&str; 48] = [
    "process",
    "any",
    "where",
    "sequence",
    "sample",
    "join",
    "by",
    "with",
    "maxspan",
    "=",
    "5m",
    "runs",
    "until",
    "[",
    "]",
    "![",
    "(",
    ")",
    ",",
    "|",
    "head",
    "tail",
    "and",
    "or",
    "not",
    "in",
    "in~",
    ":",
    "like~",
    "regex",
    "==",
    "!=",
    "<",
    "-",
    "*",
    "/",
    "null",
    "true",
    "1",
    "2.5",
    "\"a*\"",
    "\"\"\"r\"\"\"",
    "process.name",
    "?process.pid",
    "`a`",
    "length",
    "cidrMatch",
    "startsWith~",
];

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn any_tokens_are_read_or_refused(words in proptest::collection::vec(0..WORDS.len(), 0..24)) {
        let text: Vec<&str> = words.into_iter().map(|word| WORDS[word]).collect();
        check(&text.join(" "))?;
        check(&format!("any where {}", text.join(" ")))?;
        check(&format!("sequence [any where {}] [any where true]", text.join(" ")))?;
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    if let Err(wrong) = read_any_fields(text) {
        prop_assert!(text.get(wrong.span.clone()).is_some(), "{:?}", wrong);
        wrong.draw("query", text);
    }
    let _ = read(text);
    Ok(())
}

/// A stack as small as any thread of the program has, that of Windows' main thread. What is not
/// optimised takes four times as much of it for each call.
const SMALL_STACK: usize = if cfg!(debug_assertions) {
    4 << 20
} else {
    1 << 20
};

fn on_a_small_stack(text: String) -> Result<Compiled, Diagnostic> {
    let read = move || read_any_fields(&text);
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
    thread.spawn(read).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 50_000;
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("- ", ""),
        ("length(", ")"),
        ("a == (", ")"),
        ("a or (b and ", ")"),
        ("1 + (2 * ", ")"),
        ("a in (", ")"),
        ("1 + ", ""),
        ("1 in (1) == (", ")"),
    ] {
        let text = format!("any where {}a{}", open.repeat(deep), close.repeat(deep));
        let wrong = on_a_small_stack(text).unwrap_err();
        assert_eq!(
            wrong.message, "the expression is nested more than 100 deep",
            "{open}"
        );
    }
    let left = format!("any where 1{} == 1", " + 1".repeat(deep));
    assert!(on_a_small_stack(left).is_err());
}

#[test]
fn what_is_nested_less_is_read() {
    for (open, close) in [("(", ")"), ("not (", ")"), ("true and (false or ", ")")] {
        let text = format!("any where {}true{}", open.repeat(30), close.repeat(30));
        assert_eq!(on_a_small_stack(text).map(|_| ()), Ok(()), "{open}");
    }
}

#[test]
fn long_lists_are_read() {
    let items = vec!["\"abcdef\""; 20_000].join(", ");
    let text = format!("any where a : ({items}) or a in ({items})");
    assert!(on_a_small_stack(text).is_ok());
    let chain = format!("any where {}true", "a == 1 and ".repeat(20_000));
    assert!(on_a_small_stack(chain).is_ok());
    let long = format!("any where {}", " ".repeat(2 << 20));
    assert!(on_a_small_stack(long).is_err());
}

/// Counts how often it is asked what a name was meant to be.
#[derive(Default)]
struct Counting(std::cell::Cell<usize>);

impl FieldTypes for Counting {
    fn type_of(&self, _: View, _: &str) -> Option<FieldType> {
        None
    }

    fn nearest(&self, _: View, _: &str) -> Option<String> {
        self.0.set(self.0.get() + 1);
        Some("near".to_owned())
    }
}

#[test]
fn unknown_fields_are_compared_with_the_known_once_and_not_without_end() {
    let options = Options {
        unknown_fields: UnknownFields::Warn,
        ..Options::default()
    };
    let asked = |text: &str| {
        let types = Counting::default();
        let compiled = compile(text, &types, &mut FieldTable::default(), &options).unwrap();
        (types.0.get(), compiled.warnings.len())
    };
    let repeated = "f == 1 or ".repeat(1000);
    assert_eq!(asked(&format!("any where {repeated} f == 2")), (1, 1));
    let many: String = (0..20_000).map(|at| format!("f{at} == 1 or ")).collect();
    assert_eq!(asked(&format!("any where {many} true")), (100, 20_000));
}
