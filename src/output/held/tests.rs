use super::super::cells::Cell;
use super::super::sketch::{Remembered, Sketch};
use super::super::story::{Values, rule};
use super::*;
use crate::model::rule::Vendor;
use crate::model::time::Time;

const LOCATION: Location = Location {
    file: 1,
    block: 2,
    offset: 3,
};

struct Sample {
    fields: FieldTable,
    held: Held,
    values: Values,
    remembered: Remembered,
}

impl Sample {
    fn new(values: &[(View, &str, Value)]) -> Sample {
        let mut fields = FieldTable::default();
        let mut rule = rule(Vendor::Splunk, "a rule");
        rule.message = "$process_name$ of $empty$".to_owned();
        let held = Held::new(&mut fields, [&rule], Style::default());
        let mut of_fields = vec![Value::Null; fields.len()];
        for (view, name, value) in values {
            of_fields[fields.get(*view, name).unwrap().0 as usize] = value.clone();
        }
        Sample {
            fields,
            held,
            values: Values(of_fields),
            remembered: Remembered::default(),
        }
    }

    fn row(&self, kind: Option<u16>) -> EventRow {
        let event = Sketch {
            kind,
            values: &self.values,
            remembered: &self.remembered,
            never: self.fields.get(View::Ecs, "dll.path").unwrap(),
            always: self.fields.get(View::Ecs, "event.category").unwrap(),
        };
        self.held.row(&event, LOCATION, true)
    }

    fn cell<'r>(&self, row: &'r EventRow, name: &'static str) -> &'r str {
        let run = self.held.run(Cell::Ecs(name).resolve(&self.fields));
        std::str::from_utf8(row.cells(run.unwrap())).unwrap()
    }

    fn text<'r>(&self, row: &'r EventRow, view: View, name: &str) -> Option<&'r str> {
        let field = Resolved::Field(self.fields.get(view, name));
        let text = row.text(self.held.text(field))?;
        Some(std::str::from_utf8(text).unwrap())
    }

    fn single<'r>(&self, row: &'r EventRow, name: &str) -> Option<&'r [u8]> {
        let field = Resolved::Field(self.fields.get(View::Ecs, name));
        row.text(self.held.single(field))
    }
}

#[test]
fn a_row_has_finished_cells_and_texts_as_they_are_whatever_is_known_of_its_kind() {
    let time = Value::Time(Time::parse("2024-03-01 10:00:00").unwrap());
    let sample = Sample::new(&[
        (View::Ecs, "@timestamp", time),
        (View::Ecs, "host.name", Value::str("WS01")),
        (View::Ecs, "process.name", Value::str("-a,b\".exe")),
        (View::Ecs, "process.entity_id", Value::str("{a}")),
        (View::Ecs, "process.pid", Value::Int(7)),
        (View::Ecs, "event.category", Value::str("process")),
        (View::Ecs, "event.type", Value::str("start")),
        (View::Cim, "process_name", Value::str("c,d")),
        (View::Cim, "empty", Value::str("")),
    ]);
    for kind in [None, Some(1), Some(1), Some(9999)] {
        let row = sample.row(kind);
        assert_eq!(sample.cell(&row, "host.name"), "WS01");
        assert_eq!(sample.cell(&row, "process.name"), "\"'-a,b\"\".exe\"");
        assert_eq!(sample.cell(&row, "process.pid"), "7");
        assert_eq!(sample.cell(&row, "dll.path"), "");
        let text = |view, name| sample.text(&row, view, name);
        assert_eq!(text(View::Ecs, "process.name"), Some("-a,b\".exe"));
        assert_eq!(text(View::Ecs, "host.name"), Some("WS01"));
        assert_eq!(text(View::Ecs, "destination.ip"), None);
        assert_eq!(text(View::Cim, "process_name"), Some("c,d"));
        assert_eq!(text(View::Cim, "empty"), Some(""));
        assert_eq!(sample.single(&row, "process.entity_id"), Some(&b"{a}"[..]));
        assert_eq!((row.location, row.damaged), (LOCATION, true));
        assert_eq!(row.time, Time::parse("2024-03-01 10:00:00"));
        assert_eq!(row.of_kind.category, Value::str("process"));
        assert!(row.of_kind.is_start);
    }
    assert!(sample.remembered.borrow().len() > 3);
}

#[test]
fn cells_that_lie_side_by_side_are_copied_in_one_piece() {
    let long = "x".repeat(40_000);
    let sample = Sample::new(&[
        (View::Ecs, "process.name", Value::str("a.exe")),
        (View::Ecs, "process.executable", Value::str(long.as_str())),
    ]);
    let run = |name| {
        sample
            .held
            .run(Cell::Ecs(name).resolve(&sample.fields))
            .unwrap()
    };
    let (name, path, pid) = (
        run("process.name"),
        run("process.executable"),
        run("process.pid"),
    );
    let and = |mut one: Run, next| one.join(next).then_some(one);
    assert_eq!(and(path, name), None);
    let (two, all) = (
        and(name, path).unwrap(),
        and(and(name, path).unwrap(), pid).unwrap(),
    );
    let row = sample.row(Some(1));
    assert_eq!(row.cells(all), format!("a.exe,{long},").as_bytes());
    assert_eq!((all.len(), row.long(all), row.long(name)), (3, 1, 0));
    assert_eq!((row.has_all(two), row.has_all(all)), (true, false));
}

#[test]
fn only_one_text_tells_hosts_and_processes_apart() {
    let two = Value::List([Value::str("{a}"), Value::str("{b}")].into());
    let sample = Sample::new(&[
        (View::Ecs, "process.entity_id", two),
        (View::Ecs, "destination.ip", Value::str("")),
    ]);
    let row = sample.row(None);
    assert_eq!(sample.cell(&row, "process.entity_id"), "\"{a}, {b}\"");
    assert_eq!(sample.single(&row, "process.entity_id"), None);
    assert_eq!(sample.text(&row, View::Ecs, "destination.ip"), Some(""));
}
