//! The schema on real records and on the fields that published rules name.

use std::collections::BTreeMap;

use evql::input::{Ask, Buffers, Discovery, discover};
use evql::model::field::{FieldTable, FieldTypes, Fields, View};
use evql::model::record::{EventIds, Names};
use evql::model::value::Value;
use evql::schema::clock::Clock;
use evql::schema::{Layout, Options, Schema};
use evql_samples::shared;

/// Names of fields in a query: dotted words outside of strings and comments.
fn fields_of(query: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut rest = query;
    while !rest.is_empty() {
        let skip = if let Some(raw) = rest.strip_prefix("\"\"\"") {
            raw.find("\"\"\"").map_or(rest.len(), |at| at + 6)
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(text) = rest.strip_prefix('"') {
            let mut escaped = false;
            let end = text.find(|c| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            end.map_or(rest.len(), |at| at + 2)
        } else {
            let next = rest.chars().next().map_or(1, char::len_utf8);
            bare.push_str(&rest[..next]);
            rest = &rest[next..];
            continue;
        };
        bare.push(' ');
        rest = &rest[skip..];
    }
    bare.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '@')))
        .filter(|word| word.contains('.') && !word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_field_that_elastics_rules_name_is_known() {
    let Some(folder) = shared("elastic-rules") else {
        return;
    };
    let mut rules = 0;
    let mut unknown = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let query = file["rule"]["query"].as_str().unwrap();
        rules += 1;
        for field in fields_of(query) {
            if Schema.type_of(View::Ecs, &field).is_none() {
                unknown.insert(field, path.clone());
            }
        }
    }
    assert_eq!(rules, 247);
    assert_eq!(unknown, BTreeMap::new());
}

/// The start comes after its own connection by UtcTime.
#[test]
fn real_records_become_events() {
    let Some(file) = shared("corpus/sysmon/exec_sysmon_lobin_regsvr32_sct.evtx") else {
        return;
    };
    let Discovery { inputs, .. } = discover(&[file]).unwrap();
    let mut fields = FieldTable::default();
    let asked = [
        (View::Ecs, "event.category"),
        (View::Ecs, "process.name"),
        (View::Ecs, "process.parent.name"),
        (View::Ecs, "destination.ip"),
        (View::Ecs, "destination.port"),
        (View::Ecs, "network.direction"),
        (View::Ecs, "network.protocol"),
        (View::Ecs, "user.name"),
        (View::Ecs, "winlog.user.identifier"),
        (View::Ecs, "@timestamp"),
        (View::Cim, "dest"),
        (View::Cim, "user"),
        (View::Ecs, "process.entity_id"),
    ]
    .map(|(view, name)| fields.intern(view, name));
    let mut names = Names::default();
    let layout = Layout::new(&fields, &mut names, &Options::default());
    let clock = Clock::new(&mut names);
    let mut scratch = layout.scratch();
    let mut rows = Vec::new();
    let ask = Ask {
        names: &names,
        events: &EventIds::of([1, 3]),
        generic: false,
    };
    for input in &inputs {
        for block in 0..input.blocks() {
            input.read(block, &ask, None, &mut Buffers::default(), &mut |record| {
                let moment = clock.moment(record);
                let event = layout.event(record, &mut scratch);
                let row: Vec<String> = asked
                    .iter()
                    .map(|field| event.get(*field).to_string())
                    .collect();
                assert_eq!(
                    event.get(asked[9]),
                    &moment.utc.map_or(Value::Null, Value::Time)
                );
                assert!(moment.own.is_some());
                rows.push(row.join("|"));
            });
        }
    }
    assert_eq!(
        rows,
        [
            r"process|regsvr32.exe|cmd.exe|||||IEUser|S-1-5-18|2019-05-12 18:35:05.140|IEWIN7|IEWIN7\IEUser|{365abb72-6759-5cd8-0000-0010e2d50f00}",
            r"process|cmd.exe|regsvr32.exe|||||IEUser|S-1-5-18|2019-05-12 18:35:05.765|IEWIN7|IEWIN7\IEUser|{365abb72-6759-5cd8-0000-001085031000}",
            r"network|regsvr32.exe||104.20.208.21|80|egress|http|IEUser|S-1-5-18|2019-05-12 18:35:04.463|IEWIN7|IEWIN7\IEUser|{365abb72-6759-5cd8-0000-0010e2d50f00}",
        ]
    );
}
