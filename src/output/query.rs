//! From the answer of an ad hoc query to rows on a terminal, CSV or JSON lines, each written as it
//! comes.

use std::io::{self, Write};

use super::csv::{Sheet, Style};
use super::jsonl;
use super::text::TextTable;
use crate::model::field::{FieldId, FieldTable, Fields, View};
use crate::model::value::Value;

/// ECS's name for the log that an event stands in: no record holds it, the reader knows it.
const LOG_PATH: &str = "log.file.path";
/// Rows that a table on a terminal waits for before it fixes its widths.
const LOOK_AHEAD: usize = 20;

/// The forms that an answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// CSV, written as every table is.
    Csv,
    /// An object a line.
    JsonLines,
}

/// The fields to show where the user names none: those that tell most of events of these
/// categories (`event.category`), in a useful order; without categories, of any.
pub fn default_fields(categories: &[&str]) -> Vec<&'static str> {
    const LEAD: &[&str] = &["@timestamp", "host.name", "event.code", "user.name"];
    const PROCESS: &[&str] = &["process.name", "process.pid"];
    const DETAILS: [(&str, &[&str]); 6] = [
        (
            "process",
            &[
                "process.executable",
                "process.command_line",
                "process.parent.name",
                "process.parent.command_line",
            ],
        ),
        (
            "network",
            &[
                "network.direction",
                "source.ip",
                "source.port",
                "destination.ip",
                "destination.port",
                "destination.domain",
                "dns.question.name",
            ],
        ),
        ("file", &["event.action", "file.path"]),
        ("registry", &["registry.path", "registry.data.strings"]),
        ("library", &["dll.path", "dll.code_signature.subject_name"]),
        ("driver", &["file.path", "file.code_signature.subject_name"]),
    ];
    let known = categories
        .iter()
        .all(|category| DETAILS.iter().any(|(name, _)| name == category));
    let all = categories.is_empty() || !known;
    let details = DETAILS
        .iter()
        .filter(|(name, _)| all || categories.contains(name))
        .flat_map(|(_, fields)| *fields);
    let mut fields = Vec::new();
    for field in LEAD
        .iter()
        .chain(PROCESS)
        .chain(details)
        .chain(&["winlog.record_id", LOG_PATH])
    {
        if !fields.contains(field) {
            fields.push(*field);
        }
    }
    fields
}

/// The columns of an answer.
#[derive(Clone, Debug)]
pub struct Columns {
    columns: Vec<(String, Option<FieldId>)>,
}

impl Columns {
    /// Columns of these fields of ECS, numbered in the table. `log.file.path` is the path of an
    /// event's log.
    pub fn new<S: AsRef<str>>(
        names: impl IntoIterator<Item = S>,
        fields: &mut FieldTable,
    ) -> Columns {
        let columns = names
            .into_iter()
            .map(|name| match name.as_ref() {
                LOG_PATH => (LOG_PATH.to_owned(), None),
                name => (name.to_owned(), Some(fields.intern(View::Ecs, name))),
            })
            .collect();
        Columns { columns }
    }

    /// What they hold of an event: a value for each, null for the path of its log.
    pub fn values<F: Fields + ?Sized>(&self, event: &F) -> Box<[Value]> {
        let value = |field: &Option<FieldId>| match field {
            Some(field) => event.get(*field).clone(),
            None => Value::Null,
        };
        self.columns.iter().map(|(_, field)| value(field)).collect()
    }

    /// A leading `@`, which a spreadsheet takes for a formula, is no part of a column's name.
    fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| match name.as_str() {
            "@timestamp" => "time_utc",
            name => name,
        })
    }
}

/// An event of an answer, as [`Columns::values`] gives it, and the path of its log.
pub type Found<'a> = (&'a [Value], &'a str);

/// Writes an answer. In a table and in CSV, events of sequences and samples have two more columns
/// in front, `sequence` and `stage`.
pub struct Answer<W: Write> {
    columns: Columns,
    grouped: bool,
    out: Out<W>,
}

enum Out<W: Write> {
    Table(TextTable<W>),
    Csv(Box<Sheet<W>>),
    JsonLines(W),
}

impl<W: Write> Answer<W> {
    /// An answer of events, or with `grouped` of sequences or samples.
    ///
    /// # Errors
    /// What writing gives.
    pub fn new(
        format: Format,
        columns: Columns,
        grouped: bool,
        style: Style,
        out: W,
    ) -> io::Result<Answer<W>> {
        let lead: &[&str] = if grouped { &["sequence", "stage"] } else { &[] };
        let header: Vec<&str> = lead.iter().copied().chain(columns.header()).collect();
        let out = match format {
            Format::Table => Out::Table(TextTable::new(out, header, LOOK_AHEAD)),
            Format::Csv => Out::Csv(Box::new(Sheet::new(out, style, header)?)),
            Format::JsonLines => Out::JsonLines(out),
        };
        Ok(Answer {
            columns,
            grouped,
            out,
        })
    }

    /// One event of an event query.
    ///
    /// # Errors
    /// What writing gives.
    pub fn event(&mut self, found: Found<'_>) -> io::Result<()> {
        if let Out::JsonLines(out) = &mut self.out {
            return jsonl::line(&self.columns.object(found), out);
        }
        let lead = if self.grouped {
            vec![String::new(); 2]
        } else {
            Vec::new()
        };
        self.row(lead, found)
    }

    /// One sequence or sample: its number from 1, its join keys, its events (none for a missing
    /// one).
    ///
    /// # Errors
    /// What writing gives.
    pub fn group(
        &mut self,
        number: u64,
        keys: &[Value],
        events: &[Option<Found<'_>>],
    ) -> io::Result<()> {
        if let Out::JsonLines(out) = &mut self.out {
            let events = events.iter().map(|event| match event {
                Some(found) => self.columns.object(*found),
                None => serde_json::Value::Null,
            });
            return jsonl::line(&jsonl::sequence(number, keys, events.collect()), out);
        }
        for (at, found) in events.iter().enumerate() {
            if let Some(found) = found {
                self.row(vec![number.to_string(), (at + 1).to_string()], *found)?;
            }
        }
        Ok(())
    }

    /// Hands what is written so far to the reader.
    ///
    /// # Errors
    /// What writing gives.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Table(table) => table.flush(),
            Out::Csv(sheet) => sheet.flush(),
            Out::JsonLines(out) => out.flush(),
        }
    }

    /// The answer is complete: gives the writer back, flushed.
    ///
    /// # Errors
    /// What writing gives.
    pub fn finish(self) -> io::Result<W> {
        match self.out {
            Out::Table(table) => table.finish(),
            Out::Csv(sheet) => Ok(sheet.finish()?.0),
            Out::JsonLines(mut out) => {
                out.flush()?;
                Ok(out)
            }
        }
    }

    fn row(&mut self, mut cells: Vec<String>, (values, path): Found<'_>) -> io::Result<()> {
        for ((_, field), value) in self.columns.columns.iter().zip(values) {
            let mut cell = String::new();
            match field {
                Some(_) => value.show(&mut cell),
                None => cell.push_str(path),
            }
            cells.push(cell);
        }
        match &mut self.out {
            Out::Table(table) => table.row(cells),
            Out::Csv(sheet) => {
                for cell in &cells {
                    sheet.text(cell);
                }
                sheet.end_row()
            }
            Out::JsonLines(_) => Ok(()),
        }
    }
}

impl Columns {
    fn object(&self, (values, path): Found<'_>) -> serde_json::Value {
        let log = Value::str(path);
        let columns = self.columns.iter().zip(values);
        jsonl::event(columns.map(|((name, field), value)| {
            let value = field.map_or(&log, |_| value);
            (name.as_str(), value)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Time;

    fn answer(format: Format, grouped: bool) -> String {
        let mut fields = FieldTable::default();
        let names = ["@timestamp", "process.name", "destination.ip", LOG_PATH];
        let columns = Columns::new(names, &mut fields);
        let time = |text| Value::Time(Time::parse(text).unwrap());
        let name = || Value::str("regsvr32.exe");
        let start = [time("2024-03-01 10:00:00.5"), name(), Value::Null];
        let address = Value::str("2001:db8::1");
        let connection = [time("2024-03-01 10:00:00.25"), name(), address];
        let [start, connection] = [start, connection].map(|values| columns.values(&values[..]));
        let mut answer =
            Answer::new(format, columns, grouped, Style::default(), Vec::new()).unwrap();
        if grouped {
            let events = [
                Some((&*start, "a.evtx")),
                None,
                Some((&*connection, "a.evtx")),
            ];
            answer.group(7, &[Value::str("{r}")], &events).unwrap();
        } else {
            answer.event((&connection, "a.evtx")).unwrap();
        }
        String::from_utf8(answer.finish().unwrap()).unwrap()
    }

    #[test]
    fn events_are_rows() {
        assert_eq!(
            answer(Format::Csv, false),
            "time_utc,process.name,destination.ip,log.file.path\r\n\
             2024-03-01 10:00:00.250,regsvr32.exe,2001:db8::1,a.evtx\r\n"
        );
        assert_eq!(
            answer(Format::Table, false),
            "time_utc                 process.name  destination.ip  log.file.path\n\
             2024-03-01 10:00:00.250  regsvr32.exe  2001:db8::1     a.evtx\n"
        );
        assert_eq!(
            answer(Format::JsonLines, false),
            concat!(
                r#"{"@timestamp":"2024-03-01T10:00:00.250Z","process.name":"regsvr32.exe","#,
                r#""destination.ip":"2001:db8::1","log.file.path":"a.evtx"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn sequences_keep_together() {
        assert_eq!(
            answer(Format::Csv, true),
            "sequence,stage,time_utc,process.name,destination.ip,log.file.path\r\n\
             7,1,2024-03-01 10:00:00.500,regsvr32.exe,,a.evtx\r\n\
             7,3,2024-03-01 10:00:00.250,regsvr32.exe,2001:db8::1,a.evtx\r\n"
        );
        let text = answer(Format::JsonLines, true);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["sequence"], 7);
        assert_eq!(read["join_keys"], serde_json::json!(["{r}"]));
        assert_eq!(read["events"][0]["process.name"], "regsvr32.exe");
        assert_eq!(read["events"][1], serde_json::Value::Null);
        assert_eq!(read["events"][2]["destination.ip"], "2001:db8::1");
    }

    #[test]
    fn default_fields_follow_the_categories() {
        assert_eq!(
            default_fields(&["file"]),
            [
                "@timestamp",
                "host.name",
                "event.code",
                "user.name",
                "process.name",
                "process.pid",
                "event.action",
                "file.path",
                "winlog.record_id",
                "log.file.path",
            ]
        );
        let any = default_fields(&[]);
        assert_eq!(any, default_fields(&["configuration"]));
        for field in ["process.command_line", "destination.ip", "registry.path"] {
            assert!(any.contains(&field), "{field}");
        }
        assert_eq!(any.iter().filter(|field| **field == "file.path").count(), 1);
    }
}
