//! Elastic's published rules, against the product's own mapping.

use evql::model::field::FieldTable;
use evql::model::rule::RuleOrigin;
use evql::rules::{Outcome, elastic};
use evql::schema::Schema;

#[test]
fn every_shared_rule_loads() {
    let Some(folder) = evql_samples::shared("elastic-rules") else {
        return;
    };
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut fields = FieldTable::default();
    let (mut loaded, mut warned) = (0, Vec::new());
    for entry in entries {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        match elastic::load(RuleOrigin::File(path.clone()), &bytes, &Schema, &mut fields) {
            Outcome::Loaded(rule) => {
                loaded += 1;
                assert!(!rule.info.id.is_empty() && !rule.info.severity.is_empty());
                assert!(!rule.info.tactics.is_empty(), "{}", path.display());
                warned.extend(rule.warnings.iter().map(|warning| warning.message.clone()));
            }
            Outcome::NotRun { reason, .. } => panic!("{}: {reason}", path.display()),
            Outcome::Broken { diagnostic, text } => {
                panic!("{}", diagnostic.draw(&path.display().to_string(), &text))
            }
        }
    }
    warned.sort();
    warned.dedup();
    assert_eq!((loaded, warned), (247, Vec::<String>::new()));
}

#[test]
fn the_built_in_rules_load_without_a_warning() {
    for (name, text) in elastic::BUILT_IN {
        let (origin, mut fields) = (RuleOrigin::BuiltIn(name), FieldTable::default());
        match elastic::load(origin, text.as_bytes(), &Schema, &mut fields) {
            Outcome::Loaded(rule) => assert_eq!(rule.warnings, []),
            other => panic!("{other:?}"),
        }
    }
}
