//! Rule files, right and wrong.

use super::*;
use crate::lang::plan::{Body, Cond};
use crate::model::field::{FieldType, View};
use crate::model::rule::Attack;

struct Anything;

impl FieldTypes for Anything {
    fn type_of(&self, _: View, name: &str) -> Option<FieldType> {
        (!name.contains("unknown")).then_some(match name {
            "destination.ip" => FieldType::Ip,
            _ => FieldType::Keyword,
        })
    }

    fn nearest(&self, _: View, _: &str) -> Option<String> {
        None
    }
}

fn load_text(text: &str) -> Outcome {
    let (origin, mut fields) = (RuleOrigin::BuiltIn("test"), FieldTable::default());
    load(origin, text.as_bytes(), &Anything, &mut fields)
}

fn loaded(text: &str) -> Rule {
    match load_text(text) {
        Outcome::Loaded(rule) => *rule,
        other => panic!("{other:?}"),
    }
}

/// A rule with this at the end of its table.
fn rule(more: &str) -> String {
    format!("[rule]\nname = \"n\"\nrule_id = \"i\"\ntype = \"eql\"\n{more}")
}

const QUERY: &str = "query = '''\nany where true\n'''\n";

#[test]
fn the_built_in_rule() {
    let (_, text) = BUILT_IN[0];
    let rule = loaded(text);
    assert_eq!(
        rule.info.name,
        "Network Connection via Registration Utility"
    );
    assert_eq!(rule.info.id, "fb02b8d3-71ee-4af1-bacd-215d23f17efa");
    assert_eq!(
        (rule.info.version.as_str(), rule.info.severity.as_str()),
        ("9", "low")
    );
    assert_eq!(rule.info.risk_score, Some(21));
    let named = |id: &str, name: &str| Attack {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    assert_eq!(rule.info.tactics, [named("TA0002", "Execution")]);
    assert_eq!(
        rule.info.techniques,
        [
            named("T1218", "System Binary Proxy Execution"),
            named("T1218.009", "Regsvcs/Regasm"),
            named("T1218.010", "Regsvr32"),
        ]
    );
    assert_eq!(rule.warnings, []);
    let Body::Sequence(sequence) = &rule.plan.body else {
        panic!("{:?}", rule.plan);
    };
    assert_eq!((sequence.stages.len(), sequence.maxspan), (2, None));
    let Cond::All(parts) = &sequence.stages[1].filter else {
        panic!("{:?}", sequence.stages[1].filter);
    };
    let nets = parts.iter().find_map(|part| match part {
        Cond::Not(inner) => match &**inner {
            Cond::Cidr { nets, .. } => Some(nets.len()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(nets, Some(26));
}

#[test]
fn what_does_not_run() {
    for (more, reason) in [
        ("", "a rule of type \"query\""),
        ("type = \"threshold\"\n", "a rule of type \"threshold\""),
        ("type = \"eql\"\nlanguage = \"kuery\"\n", "written in kuery"),
        ("type = \"eql\"\nenabled = false\n", "disabled"),
        (
            "type = \"eql\"\n[metadata]\nmaturity = \"deprecated\"\n",
            "of maturity \"deprecated\"",
        ),
        (
            "type = \"eql\"\n[metadata]\nmaturity = \"development\"\n",
            "of maturity \"development\"",
        ),
    ] {
        let kind = if more.contains("type") {
            ""
        } else {
            "type = \"query\"\n"
        };
        let text = format!("[rule]\nname = \"n\"\nrule_id = \"i\"\n{kind}{more}");
        let expected = Outcome::NotRun {
            id: "i".to_owned(),
            name: "n".to_owned(),
            reason: reason.to_owned(),
        };
        assert_eq!(load_text(&text), expected, "{text}");
    }
}

#[test]
fn what_is_no_rule_is_no_mistake() {
    let not_run = |id: &str, name: &str, reason: &str| Outcome::NotRun {
        id: id.to_owned(),
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    assert_eq!(
        load_text("[hunt]\nname = \"N\"\nuuid = \"u\"\nquery = ['from x']\n"),
        not_run("u", "N", "a query for hunting by hand, no rule")
    );
    assert_eq!(
        load_text("[project]\nname = \"x\"\n"),
        not_run("", "", "no rule: it has no table [rule]")
    );
    for lost in [
        "# only a comment\n",
        "[metadata]\nmaturity = \"production\"\n",
    ] {
        assert!(matches!(load_text(lost), Outcome::Broken { .. }), "{lost}");
    }
}

#[test]
fn what_is_broken_is_shown_on_the_file() {
    let text = rule("query = '''\nprocess where\n  lenght(process.name) > 1\n'''\n");
    let Outcome::Broken { diagnostic, text } = load_text(&text) else {
        panic!("not broken");
    };
    assert_eq!(
        diagnostic.draw("a.toml", &text),
        "error: unknown function `lenght`\n --> a.toml:7:3\n  |\n\
         7 |   lenght(process.name) > 1\n  |   ^^^^^^\n  = did you mean `length`?\n"
    );
    for (text, message) in [
        ("[rule", "unclosed table, expected `]`"),
        ("", "missing field `rule`"),
        ("[rule]\ntype = \"eql\"", "a rule without `query`"),
        (
            "[rule]\nname = 1\ntype = \"eql\"",
            "invalid type: integer `1`, expected a string",
        ),
    ] {
        match load_text(text) {
            Outcome::Broken { diagnostic, .. } => assert_eq!(diagnostic.message, message),
            other => panic!("{text}: {other:?}"),
        }
    }
    let (origin, mut fields) = (RuleOrigin::Query, FieldTable::default());
    let outcome = load(origin, b"[rule]\n\xff", &Anything, &mut fields);
    let Outcome::Broken { diagnostic, text } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(text.get(diagnostic.span), Some("\u{fffd}"));
}

#[test]
fn unknown_fields_are_warnings() {
    let query = "query = 'any where unknown.a == 1 and unknown.a == 2 and ?unknown.b == 1'\n";
    let rule = loaded(&rule(query));
    let warnings: Vec<_> = rule
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(warnings, ["unknown field `unknown.a`"]);
    assert_eq!(&rule.text[rule.warnings[0].span.clone()], "unknown.a");
}

#[test]
fn a_category_of_its_own() {
    let text = rule("event_category_override = \"kind\"\nquery = 'process where true'\n");
    let mut fields = FieldTable::default();
    load(RuleOrigin::Query, text.as_bytes(), &Anything, &mut fields);
    assert!(fields.get(View::Ecs, "kind").is_some());
    assert!(fields.get(View::Ecs, "event.category").is_none());
}

#[test]
fn filters_beside_the_query() {
    let filter = |clause: &str| {
        rule(&format!(
            "{QUERY}[[rule.filters]]\n[rule.filters.meta]\nnegate = true\n[rule.filters.query.{clause}\n"
        ))
    };
    let wildcard = "wildcard.\"file.path\"]\ncase_insensitive = true\nvalue = 'C:\\\\a\\\\*'";
    let Body::Events(query) = loaded(&filter(wildcard)).plan.body else {
        panic!();
    };
    let Cond::All(parts) = query.filter else {
        panic!("{:?}", query.filter);
    };
    let Cond::Not(inner) = &parts[1] else {
        panic!("{parts:?}");
    };
    let Cond::Text { patterns, .. } = &**inner else {
        panic!("{inner:?}");
    };
    assert_eq!(
        patterns,
        &[crate::lang::pattern::Pattern::wildcard("C:\\a\\*")]
    );
    match load_text(&filter("range.\"a\"]\ngt = 1")) {
        Outcome::NotRun { reason, .. } => assert_eq!(
            reason,
            "it has a filter beside its query that is not supported (range)"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_index_must_hold_sysmon_data() {
    let outcome = |index: &str| load_text(&rule(&format!("index = [{index}]\n{QUERY}")));
    for index in [
        "",
        r#""winlogbeat-*""#,
        r#""logs-endpoint.events.process-*", "logs-windows.sysmon_operational-*""#,
        r#""logs-windows.*""#,
        r#""logs-windows.forwarded*""#,
        r#""*:logs-*""#,
    ] {
        assert!(matches!(outcome(index), Outcome::Loaded(_)), "{index}");
    }
    let Outcome::NotRun { reason, .. } = outcome(r#""logs-endpoint.events.*", "logs-system.*""#)
    else {
        panic!("not run");
    };
    assert_eq!(
        reason,
        "over indices that hold no Sysmon data (logs-endpoint.events.*, logs-system.*)"
    );
}
