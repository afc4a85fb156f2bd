//! The attacks among the samples are what Elastic's published rules look for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use evql::engine::predicate::Matcher;
use evql::input::{Ask, Buffers, discover};
use evql::lang::plan::{Body, Cond};
use evql::model::field::FieldTable;
use evql::model::record::{EventIds, Names};
use evql::model::rule::RuleOrigin;
use evql::rules::{Outcome, elastic};
use evql::schema::{Layout, Options, Schema};
use evql_samples::story;

/// The rule's event condition, or that of the event which completes its sequence.
fn last_condition(body: &Body) -> Option<&Cond> {
    match body {
        Body::Events(query) => Some(&query.filter),
        Body::Sequence(sequence) => sequence.stages.last().map(|stage| &stage.filter),
        _ => None,
    }
}

#[test]
fn published_rules_match_the_attacks_that_name_them() {
    let Some(folder) = evql_samples::shared("elastic-rules") else {
        return;
    };
    let mut fields = FieldTable::default();
    let mut rules = BTreeMap::new();
    for path in fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|entry| entry.ok())
        .map(|entry| entry.path())
    {
        let bytes = fs::read(&path).expect("a rule file");
        let outcome = elastic::load(RuleOrigin::File(path), &bytes, &Schema, &mut fields);
        if let Outcome::Loaded(rule) = outcome {
            rules.insert(rule.info.name.clone(), rule);
        }
    }
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs");
    let found = discover(&[logs]).expect("the samples are here");
    let ask = Ask {
        names: &names,
        events: &EventIds::ALL,
        generic: false,
    };
    let mut named = 0;
    let mut missed = Vec::new();
    for sample in story::samples() {
        let input = found
            .inputs
            .iter()
            .find(|input| input.path().ends_with(sample.name));
        let input = input.expect("every sample is found");
        for told in &sample.told {
            let Some((_, rule)) = told.what.split_once("(Elastic: ") else {
                continue;
            };
            let rule = rule
                .strip_suffix(')')
                .expect("the rule's name ends the text");
            let rule = rules
                .get(rule)
                .unwrap_or_else(|| panic!("{rule} is loaded"));
            let matcher = Matcher::new(last_condition(&rule.plan.body).expect("events"));
            let mut matched = false;
            let mut scratch = layout.scratch();
            for block in 0..input.blocks() {
                input.read(block, &ask, None, &mut Buffers::default(), &mut |record| {
                    if record.record_id() == told.id {
                        matched |= matcher.matches(&layout.event(record, &mut scratch));
                    }
                });
            }
            if !matched {
                missed.push(format!(
                    "{} on record {} of {}",
                    rule.info.name, told.id, sample.name
                ));
            }
            named += 1;
        }
    }
    assert_eq!(missed, Vec::<String>::new());
    assert!(named >= 18, "{named} attacks name a rule");
}
