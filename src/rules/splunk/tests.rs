//! The built-in rule's plan, both forms of files, and what becomes of the rest.

use super::*;
use crate::lang::pattern::Pattern;
use crate::lang::plan::{
    Aggregate, AggregateFunction, Body, Case, Cond, Op, Plan, RowStage, Search, Stats,
};
use crate::model::field::{FieldId, FieldType, View};
use crate::model::value::Value;

struct Cim;

impl FieldTypes for Cim {
    fn type_of(&self, _: View, name: &str) -> Option<FieldType> {
        Some(match name {
            "EventID" => FieldType::Long,
            "dest_ip" | "src_ip" => FieldType::Ip,
            "_time" => FieldType::Date,
            "source" | "dest" | "user" | "process_name" => FieldType::Keyword,
            _ => return None,
        })
    }

    fn nearest(&self, _: View, _: &str) -> Option<String> {
        None
    }
}

fn load_file(text: &str, macros: &[&str]) -> (Outcome, FieldTable) {
    load_from(RuleOrigin::File("rule.yml".into()), text, macros)
}

fn load_from(origin: RuleOrigin, text: &str, definitions: &[&str]) -> (Outcome, FieldTable) {
    let mut fields = FieldTable::default();
    let mut macros = Macros::default();
    for definition in definitions {
        macros.define(definition).unwrap();
    }
    let outcome = load(origin, text.as_bytes(), &macros, &Cim, &mut fields);
    (outcome, fields)
}

fn loaded(text: &str) -> (Rule, FieldTable) {
    match load_file(text, &[]) {
        (Outcome::Loaded(rule), fields) => (*rule, fields),
        (other, _) => panic!("{other:?}"),
    }
}

fn drawn(text: &str) -> String {
    match load_file(text, &[]).0 {
        Outcome::Broken { diagnostic, text } => diagnostic.draw("rule.yml", &text),
        other => panic!("{other:?}"),
    }
}

fn not_run(text: &str) -> String {
    match load_file(text, &[]).0 {
        Outcome::NotRun { id, name, reason } => format!("{id}/{name}/{reason}"),
        other => panic!("{other:?}"),
    }
}

fn built_in() -> &'static str {
    BUILT_IN[0].1
}

#[test]
fn the_built_in_rule_says_what_it_is() {
    let (rule, _) = loaded(built_in());
    let info = rule.info;
    assert_eq!(info.name, "Detect Regasm with Network Connection");
    assert_eq!(info.id, "07921114-6db4-4e2e-ae58-3ea8a52ae93f");
    assert_eq!(
        (info.version.as_str(), info.severity.as_str()),
        ("4", "high")
    );
    assert_eq!(info.risk_score, Some(80));
    let techniques: Vec<_> = info.techniques.iter().map(|attack| &*attack.id).collect();
    assert_eq!(techniques, ["T1218", "T1218.009"]);
    assert_eq!(
        info.message,
        "An instance of $process_name$ contacting a remote destination was identified on endpoint \
         $dest$ by user $user$. This behavior is not normal for $process_name$."
    );
    assert_eq!(info.sha256.len(), 64);
}

#[test]
fn the_built_in_rule_has_its_plan() {
    let (rule, fields) = loaded(built_in());
    let id = |name: &str| fields.get(View::Cim, name).unwrap();
    let text = |name: &str, text: &str| Cond::Text {
        field: id(name),
        patterns: vec![Pattern::literal(text)],
        case: Case::Insensitive,
    };
    let nets = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    let ctime = |column| RowStage::Ctime {
        column: FieldId(column),
        format: "%Y-%m-%dT%H:%M:%S".to_owned(),
    };
    let aggregate = |function, field| Aggregate { function, field };
    let expected = Plan {
        view: View::Cim,
        body: Body::Search(Search {
            filter: Cond::All(vec![
                text(
                    "source",
                    "XmlWinEventLog:Microsoft-Windows-Sysmon/Operational",
                ),
                Cond::Compare {
                    field: id("EventID"),
                    op: Op::Eq,
                    value: Value::Int(3),
                },
                text("process_name", "regasm.exe"),
                Cond::Not(Box::new(Cond::Cidr {
                    field: id("dest_ip"),
                    nets: nets.map(|net| net.parse().unwrap()).to_vec(),
                })),
            ]),
            stats: Some(Stats {
                by: ["dest", "user", "process_name", "src_ip", "dest_ip"]
                    .map(id)
                    .to_vec(),
                aggregates: vec![
                    aggregate(AggregateFunction::Count, None),
                    aggregate(AggregateFunction::Min, Some(id("_time"))),
                    aggregate(AggregateFunction::Max, Some(id("_time"))),
                ],
            }),
            then: vec![ctime(6), ctime(7)],
            columns: [
                "dest",
                "user",
                "process_name",
                "src_ip",
                "dest_ip",
                "count",
                "firstTime",
                "lastTime",
            ]
            .map(str::to_owned)
            .to_vec(),
        }),
    };
    assert_eq!(rule.plan, expected);
}

#[test]
fn a_users_filter_is_part_of_the_built_in_rule() {
    let origin = || RuleOrigin::BuiltIn(BUILT_IN[0].0);
    let filter = |definition: &str| {
        let macros = format!("detect_regasm_with_network_connection_filter={definition}");
        load_from(origin(), built_in(), &[&macros]).0
    };
    let Outcome::Loaded(rule) = filter("search NOT dest=\"BUILD01\"") else {
        panic!("a filter by a column loads");
    };
    let Body::Search(search) = &rule.plan.body else {
        panic!("a search");
    };
    assert_eq!(search.then.len(), 3);
    let Outcome::Broken { diagnostic, text } = filter("search NOT host=\"BUILD01\"") else {
        panic!("a filter by no column is the user's to mend");
    };
    assert_eq!(
        diagnostic.draw("built-in rule", &text),
        "error: in macro `detect_regasm_with_network_connection_filter`: no column \"host\" here\n  \
         --> built-in rule:19:5\n   |\n\
         19 |   | `detect_regasm_with_network_connection_filter`\n   |     \
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n   \
         = after stats there are: dest, user, process_name, src_ip, dest_ip, count, firstTime, \
         lastTime\n"
    );
}

const OLDER: &str = "\
name: Older
id: 11111111-2222-3333-4444-555555555555
version: '2'
type: Anomaly
datamodel: []
search: '`sysmon` EventID=3 process_name=\"it''s\"
  | stats count by user'
tags:
  message: $user$ did it
  impact: 50
  confidence: 70
  mitre_attack_id: [T1059]
";

#[test]
fn older_files_have_it_all_in_tags() {
    let (rule, _) = loaded(OLDER);
    assert_eq!(rule.info.version, "2");
    assert_eq!(rule.info.message, "$user$ did it");
    assert_eq!(
        (rule.info.risk_score, rule.info.severity.as_str()),
        (Some(35), "low")
    );
    assert_eq!(rule.info.techniques, [technique("T1059")]);
    assert_eq!(
        rule.text,
        "`sysmon` EventID=3 process_name=\"it's\" | stats count by user"
    );
}

#[test]
fn bands_of_the_score() {
    let of = |score| severity(Some(score));
    assert_eq!(
        [0, 40, 41, 60, 61, 80, 81, 100].map(of),
        [
            "low", "low", "medium", "medium", "high", "high", "critical", "critical"
        ]
    );
}

#[test]
fn what_is_not_meant_or_not_able_to_run_says_why() {
    let rule = |rest: &str| format!("name: N\nid: I\n{rest}");
    assert_eq!(
        not_run(&rule("status: deprecated\nsearch: user=a")),
        "I/N/its status is deprecated"
    );
    assert_eq!(
        not_run(&rule("type: Baseline\nsearch: user=a")),
        "I/N/its type is Baseline, which is no detection"
    );
    assert_eq!(
        not_run("name: N\ndefinition: x"),
        "/N/no Splunk rule: it has no search"
    );
    for other in [
        "",
        "- a\n- b\n",
        "just text\n",
        "a: 1\n---\nb: [2, {search: 3}]\n",
        "name: {a: b}\n1: x\n",
    ] {
        assert_eq!(
            not_run(other),
            "//no Splunk rule: it has no search",
            "{other}"
        );
    }
    assert_eq!(
        not_run(&rule("search: |\n  user=a\n  | eval x=1")),
        "I/N/the command \"eval\" is not supported yet (line 5)"
    );
    assert_eq!(
        not_run(&rule("search: \"`nobody`\"")),
        "I/N/the macro `nobody` is not defined (line 3; define it: --macro 'nobody=...' or \
         --macros FILE)"
    );
    assert_eq!(
        not_run(&rule("search: parent=a")),
        "I/N/unknown field \"parent\" (line 3)"
    );
}

#[test]
fn what_is_wrong_is_drawn_on_the_file() {
    let wrong = |search: &str| drawn(&format!("name: N\nid: I\nsearch: {search}\ntags: {{}}\n"));
    let forms = [
        "user=a | stats min by user",
        "'user=a | stats min by user'",
        "'user=\"it''s\" | stats min by user'",
        "\"user=\\\"a\\\" |\\n stats min by user\"",
        "\"user=\\\"C:\\\\\\\\a\\\" | stats min by user\"",
    ];
    for form in forms {
        let drawn = wrong(form);
        let (line, carets) = (drawn.lines().nth(3).unwrap(), drawn.lines().nth(4).unwrap());
        let at = carets.find('^').unwrap();
        assert_eq!(&line[at..at + 3], "min", "{drawn}");
        assert_eq!(carets.trim_end().len(), at + 3, "{drawn}");
    }
    assert_eq!(
        wrong(">-\n  user=a\n  | stats\n    min by user"),
        "error: min needs a field\n --> rule.yml:6:5\n  |\n6 |     min by user\n  |     ^^^\n"
    );
    assert_eq!(
        wrong("|\n  user=a |\n"),
        "error: expected a command, and the search ends\n --> rule.yml:4:11\n  |\n4 |   user=a |\n  \
         |           ^\n"
    );
}

#[test]
fn what_is_no_rule_file_is_broken() {
    assert!(drawn("search: user=a").contains("a rule without id"));
    assert!(drawn("id: I\nsearch: user=a").contains("a rule without name"));
    let yaml = drawn("name: N\nid: I\nsearch: [\n");
    assert!(yaml.contains(" --> rule.yml:"), "{yaml}");
    let kind = drawn("name: N\nid: I\nsearch: user=a\ntags: 7\n");
    assert!(kind.contains("rule.yml:4:"), "{kind}");
    let mut fields = FieldTable::default();
    let origin = RuleOrigin::File("rule.yml".into());
    let outcome = load(origin, b"name: \xff", &Macros::default(), &Cim, &mut fields);
    assert!(matches!(outcome, Outcome::Broken { .. }));
}

#[test]
fn what_is_not_utf8_is_shown_where_it_stands() {
    let (macros, mut fields) = (Macros::default(), FieldTable::default());
    let outcome = load(
        RuleOrigin::Query,
        b"name: \xff\xfe",
        &macros,
        &Cim,
        &mut fields,
    );
    let Outcome::Broken { diagnostic, text } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(diagnostic.message, "the file is not UTF-8");
    assert_eq!(text.get(diagnostic.span), Some("\u{fffd}"));
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    text.push_str("name: N\nid: I\nsearch: user=a\n");
    assert!(matches!(
        load_file(&text, &[]).0,
        Outcome::Broken { .. } | Outcome::Loaded(_)
    ));
}
