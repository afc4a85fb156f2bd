//! A small report that the outputs' tests write: on WS01 Word starts regsvr32, which connects
//! twice, and RegAsm connects from a process whose start no stage matched.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::behind::Behind;
use super::csv::{Rows, Sheet, Style, Written};
use super::held::Held;
use super::report::{InputRead, Report, RuleUsed, Shape};
use super::row::EventRow;
use super::table::Table;
use crate::model::field::{FieldId, FieldTable, Fields, Show, View};
use crate::model::finding::{Finding, Remark};
use crate::model::located::Located;
use crate::model::problem::{Lost, Problem};
use crate::model::record::Location;
use crate::model::rule::{Attack, RuleInfo, RuleOrigin, Vendor};
use crate::model::text::Text;
use crate::model::time::Time;
use crate::model::value::Value;

/// An event of these values, by field.
#[derive(Clone)]
pub(super) struct Values(pub Vec<Value>);

impl Fields for Values {
    fn get(&self, field: FieldId) -> &Value {
        &self.0[field.0 as usize]
    }
}

impl Show for Values {
    fn show(&self, field: FieldId, out: &mut impl Text) -> bool {
        self.get(field).show(out);
        !self.get(field).is_null()
    }
}

pub(super) struct Story {
    pub(super) fields: FieldTable,
    pub(super) infos: Vec<RuleInfo>,
    pub(super) columns: Vec<String>,
    pub(super) findings: Vec<Finding>,
    pub(super) held: Held,
    pub(super) events: Located<EventRow>,
    pub(super) behind: Behind,
    /// What the events hold.
    pub(super) values: BTreeMap<Location, Values>,
    pub(super) inputs: Vec<InputRead>,
}

pub(super) fn rule(vendor: Vendor, name: &str) -> RuleInfo {
    RuleInfo {
        vendor,
        id: "00000000-0000-0000-0000-000000000001".into(),
        name: name.into(),
        version: "9".into(),
        description: String::new(),
        severity: "low".into(),
        risk_score: Some(21),
        tactics: vec![Attack {
            id: "TA0002".into(),
            name: "Execution".into(),
        }],
        techniques: vec![
            Attack {
                id: "T1218".into(),
                name: "System Binary Proxy Execution".into(),
            },
            Attack {
                id: "T1218.009".into(),
                name: String::new(),
            },
        ],
        message: String::new(),
        origin: RuleOrigin::BuiltIn("rule.toml"),
        sha256: "ab".repeat(32),
    }
}

pub(super) fn at(file: u32, offset: u64) -> Location {
    Location {
        file,
        block: 0,
        offset,
    }
}

impl Story {
    pub(super) fn new() -> Story {
        let elastic = rule(Vendor::Elastic, "Registration Utility");
        let mut splunk = rule(Vendor::Splunk, "Regasm");
        splunk.message = "$process_name$ on $dest$ by $user$ costs $5, $nothing$".into();
        let infos = vec![elastic, splunk];
        let mut fields = FieldTable::default();
        let held = Held::new(&mut fields, &infos, Style::default());
        let mut story = Story {
            fields,
            infos,
            columns: ["dest", "process_name", "count"].map(str::to_owned).into(),
            findings: Vec::new(),
            held,
            events: Located::default(),
            behind: Behind::default(),
            values: BTreeMap::new(),
            inputs: vec![
                InputRead {
                    path: PathBuf::from("logs/a.evtx"),
                    format: "evtx",
                    size: 69_632,
                    records: 10,
                    skipped: 4,
                    duplicates: 1,
                    unreadable: 1,
                    sysmon: BTreeMap::from([(1, 3), (3, 3)]),
                    problems: vec![Problem {
                        chunk: Some(0),
                        offset: Some(4608),
                        record_id: None,
                        lost: Lost::Record,
                        what: "record runs past its chunk".into(),
                    }],
                    ..InputRead::default()
                },
                InputRead {
                    path: PathBuf::from("logs/b.xml"),
                    format: "xml",
                    size: 100,
                    records: 1,
                    ..InputRead::default()
                },
            ],
        };
        story.tell();
        story
    }

    fn tell(&mut self) {
        let regsvr = [
            ("process.entity_id", "{r}"),
            ("process.name", "regsvr32.exe"),
            ("process.pid", "100"),
        ];
        let start = [
            ("event.category", "process"),
            ("event.type", "start"),
            ("event.code", "1"),
        ];
        self.event(
            at(0, 1),
            "2024-03-01 10:00:00.5",
            &[
                &regsvr,
                &start,
                &[
                    ("process.command_line", "regsvr32 /i:http://x"),
                    ("process.parent.name", "WINWORD.EXE"),
                    ("process.hash.sha256", "aa"),
                ],
            ],
        );
        let connection = [("event.category", "network"), ("event.code", "3")];
        let public = [
            ("destination.ip", "2001:db8::1"),
            ("destination.port", "443"),
        ];
        self.event(
            at(0, 2),
            "2024-03-01 10:00:00.25",
            &[&regsvr, &connection, &public],
        );
        self.event(
            at(0, 3),
            "2024-03-01 10:00:02",
            &[&regsvr, &connection, &public],
        );
        let regasm = [("process.entity_id", "{g}"), ("process.name", "RegAsm.exe")];
        self.event(
            at(0, 4),
            "2024-03-01 11:00:00",
            &[&regasm, &start, &[("process.command_line", "-regasm")]],
        );
        let private = [("destination.ip", "192.0.2.7")];
        self.event(
            at(0, 5),
            "2024-03-01 11:00:01",
            &[&regasm, &connection, &private],
        );
        self.event(
            at(1, 9),
            "2024-03-01 11:00:03",
            &[&regasm, &connection, &private],
        );
        let row = |(place, values): (&Location, &Values)| {
            (*place, self.held.row(values, *place, *place == at(1, 9)))
        };
        self.events = self.values.iter().map(row).collect();
        self.findings = vec![
            Finding {
                rule: 0,
                number: 1,
                events: vec![Some(at(0, 1)), None, Some(at(0, 2))],
                values: [Value::str("{r}")].into(),
                count: 2,
                remark: Some(Remark {
                    order: true,
                    user: false,
                }),
            },
            Finding {
                rule: 1,
                number: 1,
                events: vec![Some(at(0, 5)), Some(at(1, 9))],
                values: [Value::str("WS01"), Value::str("RegAsm.exe"), Value::Int(2)].into(),
                count: 2,
                remark: None,
            },
        ];
    }

    fn event(&mut self, location: Location, time: &str, parts: &[&[(&str, &str)]]) {
        let mut values = vec![Value::Null; self.fields.len()];
        let mut set = |view, name: &str, value| {
            let id = self.fields.get(view, name).expect("a field that is needed");
            values[id.0 as usize] = value;
        };
        let moment = Value::Time(Time::parse(time).expect("a time"));
        set(View::Ecs, "@timestamp", moment.clone());
        set(View::Ecs, "event.created", moment);
        set(View::Ecs, "host.name", Value::str("WS01"));
        set(View::Cim, "user", Value::str("CORP\\ann"));
        set(
            View::Ecs,
            "winlog.record_id",
            Value::Int(location.offset as i64),
        );
        for (name, text) in parts.iter().copied().flatten() {
            set(View::Ecs, name, Value::str(*text));
        }
        let values = Values(values);
        self.values.insert(location, values);
    }

    pub(super) fn rules(&self) -> Vec<RuleUsed<'_>> {
        vec![
            RuleUsed {
                info: &self.infos[0],
                shape: Shape::Events,
            },
            RuleUsed {
                info: &self.infos[1],
                shape: Shape::Rows(&self.columns),
            },
        ]
    }

    pub(super) fn report<'a>(&'a self, rules: &'a [RuleUsed<'a>]) -> Report<'a> {
        Report {
            profile: "forensic",
            rules,
            findings: &self.findings,
            events: &self.events,
            behind: &self.behind,
            held: &self.held,
            fields: &self.fields,
            inputs: &self.inputs,
        }
    }
}

/// The table, made in parts of one thing each.
pub(super) fn written(table: &dyn Table) -> (Vec<u8>, Written) {
    let mut sheet = Sheet::new(Vec::new(), Style::default(), table.header()).expect("a header");
    for at in 0..table.len() {
        let mut rows = Rows::default();
        table.add(at..at + 1, &mut rows);
        let (text, count) = rows.finish();
        sheet.append(&text, count).expect("rows");
    }
    sheet.finish().expect("a table")
}

/// The table's rows as maps from column to cell, empty cells left out.
pub(super) fn rows(csv: Vec<u8>) -> Vec<BTreeMap<String, String>> {
    let mut reader = ::csv::Reader::from_reader(&csv[..]);
    let header = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            header
                .iter()
                .zip(row.iter())
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}
