//! Macros: built in, set by the user, nested, and wrong.

use super::{compiled, compiled_with, shown};
use crate::lang::plan::RowStage;
use crate::lang::spl::{ErrorKind, Macros};
use crate::model::field::FieldId;

fn macros(definitions: &[&str]) -> Macros {
    let mut macros = Macros::default();
    for definition in definitions {
        macros.define(definition).unwrap();
    }
    macros
}

fn error(text: &str, macros: &Macros) -> String {
    match compiled_with(text, macros) {
        Ok(_) => panic!("{text} compiles"),
        Err(error) => error.diagnostic.draw("search", text),
    }
}

#[test]
fn sysmon_is_its_source() {
    assert_eq!(
        shown("`sysmon` EventID=3"),
        "(source~[XmlWinEventLog:Microsoft-Windows-Sysmon/Operational] & EventID Eq 3)"
    );
}

#[test]
fn ctime_prints_times_as_the_content_does() {
    let search = compiled(
        "* | stats max(_time) as lastTime | `security_content_ctime(lastTime)` | `any_filter`",
    )
    .search;
    assert_eq!(
        search.then,
        [RowStage::Ctime {
            column: FieldId(0),
            format: "%Y-%m-%dT%H:%M:%S".to_owned()
        }]
    );
}

#[test]
fn a_filter_is_what_the_user_says() {
    let macros = macros(&["my_filter=search NOT dest=\"BUILD01\""]);
    let search = compiled_with("* | stats count by dest | `my_filter`", &macros)
        .unwrap()
        .search;
    assert_eq!(search.then.len(), 1);
}

#[test]
fn macros_are_text_and_nest() {
    let macros = macros(&[
        "half=user=a OR",
        "field(name)=$name$=1",
        "both(a, b)=`field($a$)` `field(\"$b$\")`",
        "sysmon=source=other",
    ]);
    let shown = |text: &str| {
        let compiled = compiled_with(text, &macros).unwrap();
        super::show(&compiled.search.filter, &|id| {
            compiled.fields.name(id).1.to_owned()
        })
    };
    assert_eq!(shown("`half` dest=b"), "(user~[a] | dest~[b])");
    assert_eq!(
        shown("`both(src_port, dest_port)`"),
        "(src_port Eq 1 & dest_port Eq 1)"
    );
    assert_eq!(shown("`sysmon`"), "source~[other]");
    assert_eq!(shown("user=\"`half`\""), "user~[`half`]");
    assert_eq!(
        shown("user=a ```a comment | with a pipe``` dest=b"),
        "(user~[a] & dest~[b])"
    );
}

#[test]
fn what_is_wrong_in_a_macro_points_at_its_call() {
    let macros = macros(&["inner=process_=1", "outer=user=a `inner`", "loop=`loop`"]);
    assert_eq!(
        error("dest=b\n `outer` user=c", &macros),
        "error: in macro `outer`, `inner`: unknown field \"process_\"\n \
         --> search:2:2\n  |\n2 |  `outer` user=c\n  |  ^^^^^^^\n  \
         = did you mean \"process_name\"?\n"
    );
    assert!(error("`loop`", &macros).contains("more than 16 deep"));
    assert!(error("`security_content_ctime`", &macros).contains("takes 1 argument, not 0"));
    let kind = compiled_with("`nobody`", &macros)
        .err()
        .map(|error| error.kind);
    assert_eq!(kind, Some(ErrorKind::Unknown));
}

#[test]
fn expansion_is_bounded() {
    let mut definitions = vec!["m0=user=a user=a user=a user=a user=a".to_owned()];
    for level in 1..16 {
        let below = level - 1;
        definitions.push(format!(
            "m{level}=`m{below}` `m{below}` `m{below}` `m{below}`"
        ));
        definitions.push(format!("e{level}=`e{below}``e{below}``e{below}``e{below}`"));
    }
    definitions.push("e0=".to_owned());
    let definitions: Vec<_> = definitions.iter().map(String::as_str).collect();
    let macros = macros(&definitions);
    assert!(error("`m15`", &macros).contains("macros expand to more than 256 KiB"));
    assert!(error("`e15`", &macros).contains("macros expand to too much"));
}

#[test]
fn a_conf_file_sets_macros() {
    let mut macros = Macros::default();
    macros
        .read_conf(
            "\u{feff}# ours\r\n[default]\r\n\r\n[port(1)]\nargs = p\ndefinition = dest_port=$p$ \\\n  user=a\ndescription = x = y\n\n[computed]\ndefinition = \"x\"\niseval = 1\n",
        )
        .unwrap();
    let compiled = compiled_with("`port(80)`", &macros).unwrap();
    let shown = super::show(&compiled.search.filter, &|id| {
        compiled.fields.name(id).1.to_owned()
    });
    assert_eq!(shown, "(dest_port Eq 80 & user~[a])");
    assert!(error("`computed`", &macros).contains("not supported yet"));
}

#[test]
fn wrong_definitions_say_what_is_wrong() {
    let wrong = |text: &str| {
        Macros::default()
            .define(text)
            .unwrap_err()
            .draw("--macro", text)
    };
    assert!(wrong("name").contains("a macro without a definition"));
    assert!(wrong("a b=c").contains("\"a b\" is no macro name"));
    assert!(wrong("a(b,b)=c").contains("\"b\" is no name for an argument"));
    let conf = |text: &str| {
        Macros::default()
            .read_conf(text)
            .unwrap_err()
            .draw("macros.conf", text)
    };
    assert_eq!(
        conf("[a]\ndefinition = x\n[b(2)]\nargs = one\ndefinition = $one$\n"),
        "error: the macro \"b\" has 2 arguments by its name and 1 argument by its args\n \
         --> macros.conf:3:1\n  |\n3 | [b(2)]\n  | ^^^^^^\n"
    );
    assert!(conf("definition = x").contains("a setting before the first [stanza]"));
    assert!(conf("[a]\nnonsense").contains("neither [stanza] nor setting = value"));
    assert!(conf("[a]\n[b]").contains("the macro \"a\" has no definition"));
    assert!(conf("[a").contains("a stanza without its closing ]"));
}
