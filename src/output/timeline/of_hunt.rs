//! From a hunt's events to its timeline: what rows hold of them, and which findings they are part of.

use std::ops::Range;
use std::sync::OnceLock;

use super::super::csv::Rows;
use super::super::report::Report;
use super::super::row::Run;
use super::super::table::{Table, names};
use super::{Beside, COLUMNS, Origin};
use crate::model::decimal;

use Origin::Event;

/// `timeline.csv` of a hunt: the report's events of some numbers, in this order.
pub(in crate::output) struct OfHunt<'a> {
    report: &'a Report<'a>,
    order: &'a [usize],
    /// Found with the first row.
    named: OnceLock<Named>,
    cells: Vec<Cells>,
}

enum Cells {
    /// What rows hold.
    Event(Run),
    /// One that is filled from elsewhere.
    Beside(Origin),
}

impl<'a> OfHunt<'a> {
    pub fn new(report: &'a Report<'a>, order: &'a [usize]) -> OfHunt<'a> {
        let mut cells: Vec<Cells> = Vec::new();
        for column in COLUMNS {
            let run = match column.from {
                Event(cell) => report.run(cell),
                _ => None,
            };
            let Some(run) = run else {
                cells.push(Cells::Beside(column.from));
                continue;
            };
            if let Some(Cells::Event(before)) = cells.last_mut()
                && before.join(run)
            {
                continue;
            }
            cells.push(Cells::Event(run));
        }
        OfHunt {
            report,
            order,
            named: OnceLock::new(),
            cells,
        }
    }

    fn row(&self, number: usize, words: &mut Words<'a>, rows: &mut Rows) {
        let Some(event) = self.report.events.at(number) else {
            return;
        };
        let location = event.location;
        let named = self.named.get_or_init(|| Named::new(self.report));
        words.say(named.of(number), self.report);
        let beside = Beside {
            file: &self.report.path(location),
            chunk: location.block,
            damaged: event.damaged,
            rules: &words.rules,
            findings: &words.findings,
        };
        for cells in &self.cells {
            match cells {
                Cells::Event(run) => rows.of_event(event, *run),
                Cells::Beside(from) => beside.cell(*from, rows),
            }
        }
        rows.end_row();
    }
}

impl Table for OfHunt<'_> {
    fn header(&self) -> Vec<&str> {
        names(COLUMNS).collect()
    }

    fn len(&self) -> usize {
        self.order.len()
    }

    fn add(&self, events: Range<usize>, rows: &mut Rows) {
        let mut words = Words::default();
        for number in &self.order[events] {
            self.row(*number, &mut words, rows);
        }
    }
}

/// The places of each event's findings.
struct Named {
    findings: Vec<usize>,
    /// Where those of each event begin, by its number.
    from: Vec<usize>,
}

impl Named {
    fn new(report: &Report<'_>) -> Named {
        let findings = 0..report.findings.len();
        let named = findings.flat_map(|at| {
            let events = report.numbers_of(at).iter().flatten();
            events.map(move |event| (*event as usize, at))
        });
        let mut named: Vec<(usize, usize)> = named.collect();
        named.sort_unstable();
        named.dedup();
        let mut from = Vec::with_capacity(report.events.len() + 1);
        let mut at = 0;
        for event in 0..=report.events.len() {
            at += (named[at..].iter())
                .take_while(|(named, _)| *named < event)
                .count();
            from.push(at);
        }
        Named {
            findings: named.into_iter().map(|(_, finding)| finding).collect(),
            from,
        }
    }

    fn of(&self, event: usize) -> &[usize] {
        &self.findings[self.from[event]..self.from[event + 1]]
    }
}

/// What one event's findings are called.
#[derive(Default)]
struct Words<'a> {
    /// The names of their rules, each once.
    rules: String,
    /// Their numbers.
    findings: String,
    said: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn say(&mut self, findings: &[usize], report: &Report<'a>) {
        self.rules.clear();
        self.findings.clear();
        self.said.clear();
        for &at in findings {
            let first = self.findings.is_empty();
            self.findings.push_str(if first { "" } else { "; " });
            decimal::unsigned(at as u64 + 1, &mut self.findings);
            let rule = report.findings.get(at).map(|finding| finding.rule);
            let Some(rule) = rule.and_then(|rule| report.rules.get(rule)) else {
                continue;
            };
            let name = rule.info.name.as_str();
            if !self.said.contains(&name) {
                self.rules
                    .push_str(if self.said.is_empty() { "" } else { "; " });
                self.rules.push_str(name);
                self.said.push(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::csv::Style;
    use super::super::super::story::{Story, at, rows, written};
    use super::super::Timeline;
    use super::*;
    use crate::model::record::Location;

    fn numbers(story: &Story, order: &[Location]) -> Vec<usize> {
        let number = |location| story.events.number(location);
        order.iter().filter_map(number).collect()
    }

    #[test]
    fn rows_stand_in_the_order_given_with_what_named_them() {
        let story = Story::new();
        let rules = story.rules();
        let order = numbers(&story, &[at(0, 2), at(0, 1), at(0, 3), at(1, 9)]);
        let (csv, count) = written(&OfHunt::new(&story.report(&rules), &order));
        assert_eq!(count.rows, 4);
        let rows = rows(csv);
        let cells = |name: &str| -> Vec<&str> {
            rows.iter()
                .map(|row| row.get(name).map_or("", String::as_str))
                .collect()
        };
        assert_eq!(cells("record_id"), ["2", "1", "3", "9"]);
        assert_eq!(
            cells("rules"),
            ["Registration Utility", "Registration Utility", "", "Regasm"]
        );
        assert_eq!(cells("findings"), ["1", "1", "", "2"]);
        assert_eq!(cells("damaged"), ["", "", "", "yes"]);
        assert_eq!(cells("user"), ["CORP\\ann"; 4]);
        assert_eq!(cells("log_time_utc")[0], "2024-03-01 10:00:00.250");
        assert_eq!(cells("file")[3], "logs/b.xml");
    }

    #[test]
    fn a_row_made_of_a_kept_one_is_the_row_of_its_event() {
        let mut story = Story::new();
        story.findings.clear();
        let rules = story.rules();
        let order = [at(0, 4), at(1, 9)];
        let (report, of_hunt) = (story.report(&rules), numbers(&story, &order));
        let (of_hunt, _) = written(&OfHunt::new(&report, &of_hunt));
        let timeline = Timeline::new(&story.fields, Style::default());
        let (mut of_records, _) = timeline.sheet(Vec::new()).unwrap().finish().unwrap();
        for (location, file) in order.iter().zip(["logs/a.evtx", "logs/b.xml"]) {
            let beside = Beside {
                file,
                damaged: *location == at(1, 9),
                ..Beside::default()
            };
            let written = timeline.row(&story.values[location], beside, &mut of_records);
            assert_eq!(written.rows, 1);
        }
        assert_eq!(String::from_utf8(of_hunt), String::from_utf8(of_records));
    }
}
