//! Searches that are refused, each drawn as a user sees it, in `errors.golden`.
//! `EVQL_BLESS=1 cargo test` writes the file anew.

use super::{Macros, compiled_with};

const WRONG: &[&str] = &[
    "",
    "user=a user=",
    "user=a | ",
    "user==a",
    "(user=a OR dest=b",
    "user=a)",
    "user=\"a",
    "user IN (a b)",
    "user IN ()",
    "user=a OR",
    "regasm.exe",
    "user=a and dest=b",
    "proces_name=regasm.exe",
    "process_nam=regasm.exe",
    "src_port>8*",
    "user=(a OR b)",
    "earliest=-24h user=a",
    "index=main user=a",
    "tag=process",
    "| tstats count where index=*",
    "user=a | eval x=1",
    "user=a [search dest=b]",
    "user=a | stats avg(dest_port) by user",
    "user=a | stats count(eval(user=1))",
    "user=a | stats min by user",
    "user=a | stats count by user, user",
    "user=a | stats count by",
    "user=a | stats delim=\":\" values(user)",
    "user=a | stats values(*)",
    "user=a | stats count by user | stats count",
    "user=a | stats count by user | search dest=b",
    "user=a | rename user dest",
    "user=a | rename user* as x*",
    "user=a | rename user as who | search user=a",
    "user=a | convert ctime(_time)",
    "* | stats min(_time) as t | convert ctime(t) | convert ctime(t)",
    "* | stats values(user) as t | convert ctime(t)",
    "* | stats min(_time) as t | convert timeformat=\"%Q\" ctime(t)",
    "* | stats min(_time) as t | convert mktime(t)",
    "* | where user",
    "* | where user=\"a\" dest=\"b\"",
    "* | where isnull(user)=1",
    "* | where match(user, dest)",
    "* | where match(user, \"(?!a)b\")",
    "* | where match(user, \"a(b\")",
    "* | where lower(user)=\"a\"",
    "* | where like(user, dest)",
    "* | where cidrmatch(\"10.0.0/8\", dest_ip)",
    "* | where isnull(user, dest)",
    "* | stats values(user) as users | where users=\"a\"",
    "* | where user.dest=\"ab\"",
    "* | where user = 99999999999999999999999999999e999",
    "* | where user = ~1",
    "`sysmon",
    "`nobody(1, 2)`",
    "user=a ```b",
    "`security_content_ctime(x)`",
    "\u{e4}\u{f6}=1 |\n  stats count by \u{1f600}",
];

#[test]
fn wrong_searches_are_drawn() {
    let mut drawn = String::new();
    for text in WRONG {
        match compiled_with(text, &Macros::default()) {
            Ok(_) => panic!("{text} compiles"),
            Err(error) => {
                drawn.push_str(&error.diagnostic.draw("search", text));
                drawn.push('\n');
            }
        }
    }
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/lang/spl/tests/errors.golden"
    );
    if std::env::var_os("EVQL_BLESS").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    for (drawn, golden) in drawn.split("\n\n").zip(golden.split("\n\n")) {
        assert_eq!(drawn, golden);
    }
    assert_eq!(drawn.len(), golden.len());
}
