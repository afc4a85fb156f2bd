//! Text that nobody would write: no panic, no deep stack, and spans inside the text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Macros, compiled_with};

const SOUP: &[&str] = &[
    "user",
    "dest_ip",
    "EventID",
    "_time",
    "count",
    "nobody",
    "=",
    "!=",
    "<",
    ">=",
    "==",
    "(",
    ")",
    ",",
    "|",
    "\"",
    "'",
    "\\",
    "*",
    "`",
    "```",
    "[",
    "]",
    " ",
    "\n",
    "AND",
    "OR",
    "NOT",
    "IN",
    "in",
    "LIKE",
    "where",
    "stats",
    "search",
    "rename",
    "convert",
    "ctime",
    "timeformat",
    "by",
    "as",
    "min",
    "values",
    "dc",
    "10.0.0.0/8",
    "::1",
    "3",
    "1e9",
    "-",
    "+",
    "/",
    "%",
    ".",
    "like",
    "cidrmatch",
    "isnull",
    "sysmon",
    "security_content_ctime",
    "x_filter",
    "$",
    "\u{e4}",
    "\u{1f600}",
    "\0",
    "!",
];

fn check(text: &str) {
    if let Err(error) = compiled_with(text, &Macros::default()) {
        let span = error.diagnostic.span.clone();
        assert!(
            span.start <= span.end && span.end <= text.len(),
            "{span:?} of {text:?}"
        );
        error.diagnostic.draw("search", text);
    }
}

proptest! {
    #[test]
    fn no_text_panics(parts in prop::collection::vec(prop::sample::select(SOUP), 0..40)) {
        check(&parts.concat());
        check(&parts.join(" "));
    }

    #[test]
    fn no_macros_panic(text in "[a-c(),=\\[\\]\\\\\"$` \n]{0,60}") {
        let mut macros = Macros::default();
        let _ = macros.define(&text);
        let _ = macros.read_conf(&text);
        let _ = compiled_with("`a` `b(c)` `c(a,b)`", &macros);
        check(&text);
    }
}

#[test]
fn deep_nesting_is_refused_on_a_small_stack() {
    let deep = [
        format!("{}user=a{}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("{}user=a", "NOT ".repeat(16_000)),
        format!("* | where {}user=1", "NOT ".repeat(16_000)),
        format!("* | where {}user=1", "-".repeat(60_000)),
        format!("* | where {}user=1", "(".repeat(60_000)),
        format!("* | where {}user", "isnull(".repeat(9_000)),
        format!("* | where user{}=1", "+1".repeat(30_000)),
        format!("* | where user in {}", "(user in ".repeat(7_000)),
    ];
    let run = move || {
        for text in &deep {
            let error = compiled_with(text, &Macros::default()).err().unwrap();
            assert!(error.to_string().contains("more than"), "{error}");
        }
        // The deepest that is taken.
        let open = "(".repeat(60);
        let most = format!(
            "{open}user=a{close} | where {open}user{ones}=1{close}",
            close = ")".repeat(60),
            ones = "+1".repeat(256)
        );
        assert!(compiled_with(&most, &Macros::default()).is_ok());
    };
    // What is not optimised takes four times as much of a stack for each call.
    let small = if cfg!(debug_assertions) {
        2 << 20
    } else {
        512 << 10
    };
    let thread = std::thread::Builder::new().stack_size(small);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn long_searches_take_linear_time() {
    let start = Instant::now();
    let long = [
        "user=a ".repeat(9_000),
        "user=a OR ".repeat(6_000) + "user=a",
        format!("user IN (a{})", ",b".repeat(30_000)),
        format!("* | where user in (1{})", ",2".repeat(30_000)),
        "\"".repeat(60_000),
        "`".repeat(60_000),
        "`a(".repeat(20_000),
        "\\".repeat(60_000),
        format!("* | stats {}", "count(user) ".repeat(5_000)),
        format!("* | rename {}", "user as user, ".repeat(4_000)),
    ];
    for text in &long {
        check(text);
    }
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(compiled_with(&"a".repeat(70_000), &Macros::default()).is_err());
}
