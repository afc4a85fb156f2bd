use std::fs;

use proptest::prelude::*;

use super::*;

fn toml(text: &str) -> Result<File<'_>, toml::de::Error> {
    toml::from_str(text)
}

/// Whether the file is in the plain form; then both readers read the same.
fn plain(text: &str) -> bool {
    let Some(plain) = read(text) else {
        return false;
    };
    let toml = toml(text).unwrap_or_else(|error| panic!("{text:?} is broken: {error}"));
    assert_eq!(format!("{plain:?}"), format!("{toml:?}"), "{text:?}");
    true
}

#[test]
fn published_rules_are_plain() {
    let Some(folder) = evql_samples::shared("elastic-rules") else {
        return;
    };
    let files = fs::read_dir(folder).expect("a folder");
    let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    let (plain, other): (Vec<bool>, Vec<bool>) =
        texts.map(|text| plain(&text)).partition(|plain| *plain);
    assert!(plain.len() > 20 * other.len(), "{} are not", other.len());
}

#[test]
fn the_built_in_rules_are_plain() {
    for (name, text) in crate::rules::elastic::BUILT_IN {
        assert!(plain(text), "{name}");
    }
}

#[test]
fn values_of_every_plain_kind() {
    for value in [
        r#""""#,
        r#""a\\b\"c\n\\\\""#,
        r#"'a\b"'"#,
        "\"\"\"\na\n\"b\" \\\\ \\\" é\"\"\"",
        "'''\na'b''\\n\n'''",
        "''''''",
        "'' # a comment",
    ] {
        assert!(plain(&format!("[rule]\nquery = {value}")), "{value}");
    }
    for value in ["0", "21", "999999999"] {
        assert!(plain(&format!("[rule]\nrisk_score = {value}")), "{value}");
    }
    assert!(plain(
        "[rule]\nindex = [ 'a', # b\n\n\"c\"\n,]\nx = [[1], [{ y = [] }]]"
    ));
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    for text in [
        "",
        "rule = 1",
        "[rule]\nname = 1",
        "[rule]\nrisk_score = 1.5",
        "[rule]\nrisk_score = 9999999999",
        "[rule]\nname = \"a\\u00e9\"",
        "[rule]\nname = \"\"\"a\\\n b\"\"\"",
        "[rule]\nname = \"\"\"a\"\"\"\"",
        "[rule]\nname = \"a\r\n\"",
        "[rule]\nname = 'a'\nname = 'b'",
        "[rule]\nname = 'a' x = 1",
        "[rule]\n[rule]",
        "[rule]\nfilters = []",
        "[[rule.filters]]",
        "[[rule.threat]]\n[rule]",
        "[rule]\n[[transform.osquery]]\n[transform]",
        "[rule]\n[rule.threat.tactic]",
        "[rule]\n[[rule.threat]]\n[rule.threat.tactic]\n[rule.threat.tactic]",
        "[rule]\nx = 2024-01-01",
        "[rule]\nx = {a = 1, a = 2}",
        "[rule]\na.b = 1",
    ] {
        assert!(read(text).is_none(), "{text:?}");
    }
}

const LINES: &[&str] = &[
    "[metadata]",
    "[rule]",
    "[rule.investigation_fields]",
    "[transform]",
    "[[transform.investigate]]",
    "[[rule.threat]]",
    "[[rule.threat]]",
    "[rule.threat.tactic]",
    "[[rule.threat.technique]]",
    "[[rule.threat.technique.subtechnique]]",
    "[[rule.filters]]",
    "[[ rule.threat ]]",
    "maturity = 'beta'",
    "id = \"T1\"  ",
    "name = \"\"\"\n a \"b\" \\n\\\\x\"\"\"",
    "name = ''",
    "  type = 'eql' # why",
    "query = '''\nany where \"''\" true'''",
    "query = \"\"\"\"a\"\"\"",
    "query = '\\'",
    "risk_score = 21",
    "risk_score = 021",
    "version = true",
    "enabled = false",
    "enabled = falsey",
    "index = ['a', \"b\",]",
    "index = ['a' 'b']",
    "index = [\n # c ]\n]",
    "note = [{ a = 1, b = [2] }, true]",
    "note = {}",
    "note = { a = 1, }",
    "tactic = 1",
    "threat = []",
    "filters = []",
    "\"name\" = 1",
    "é = 1",
    "x = \"\\q\"",
    "x = 'a",
    "x =",
    "= 1",
    "]",
    "# only a comment",
    "",
];

proptest! {
    #[test]
    fn reads_what_the_parser_reads(
        lines in prop::collection::vec(prop::sample::select(LINES), 0..8),
    ) {
        let text = lines.join("\n");
        plain(&text);
        plain(&format!("[rule]\n{text}\n"));
        plain(&format!("[rule]\n[[rule.threat]]\n{text}\n"));
    }

    #[test]
    fn strings_are_what_the_parser_makes_of_them(
        quote in prop::sample::select(&["\"", "'", "\"\"\"", "'''"][..]),
        inner in "[ab\"'\\\\\nnté# ]{0,8}",
    ) {
        plain(&format!("[rule]\nquery = {quote}{inner}{quote}\n"));
    }
}
