//! From a whole run to the few lines that end it on the terminal.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use super::cells::Cell;
use super::report::Report;
use super::row::{EventRow, TextAt};
use super::show::visible;
use super::text::TextTable;
use crate::model::problem::Lost;
use crate::model::time::Time;

/// Rules without findings are listed one by one up to so many.
const QUIET_RULES: usize = 10;
/// Problems that are listed one by one.
const PROBLEMS: usize = 5;

/// What the summary says beside the report.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    /// The hunt.
    pub report: Report<'a>,
    /// What each rule found: [`found`].
    pub found: &'a [Found<'a>],
    /// Files that are no logs.
    pub passed_over: usize,
    /// Files that could not be opened, and why.
    pub unreadable: &'a [(PathBuf, String)],
    /// How long it took.
    pub elapsed: Option<Duration>,
    /// Lists every problem, and says how many records the projecting reader left to the `evtx`
    /// crate.
    pub verbose: bool,
    /// Marks with colour.
    pub color: bool,
}

/// What one rule found, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found<'a> {
    count: u64,
    hosts: BTreeSet<&'a [u8]>,
    /// Most often that of the next event too.
    last_host: Option<&'a [u8]>,
    /// The first and the last.
    times: Option<(Time, Time)>,
}

impl<'a> Found<'a> {
    fn add(&mut self, events: impl Iterator<Item = &'a EventRow>, host: Option<TextAt>) {
        self.count += 1;
        for event in events {
            let host = event.text(host);
            if host != self.last_host {
                self.hosts.extend(host);
                self.last_host = host;
            }
            if let Some(time) = event.time {
                let (first, last) = self.times.unwrap_or((time, time));
                self.times = Some((first.min(time), last.max(time)));
            }
        }
    }
}

/// What each of the report's rules found, in their order.
pub fn found<'a>(report: &Report<'a>) -> Vec<Found<'a>> {
    let mut by_rule = vec![Found::default(); report.rules.len()];
    let host = report.single(Cell::Ecs("host.name"));
    for (at, finding) in report.findings.iter().enumerate() {
        if let Some(found) = by_rule.get_mut(finding.rule) {
            found.add(report.events_of(at).flatten(), host);
        }
    }
    by_rule
}

impl Summary<'_> {
    /// The summary as text, each line ended.
    pub fn render(&self) -> String {
        let mut out = String::new();
        if !self.report.rules.is_empty() {
            out = self.rules();
            out.push('\n');
        }
        self.totals(&mut out);
        self.problems(&mut out);
        out
    }

    fn rules(&self) -> String {
        let report = &self.report;
        let header = ["rule", "findings", "hosts", "first (UTC)", "last (UTC)"];
        let mut table = TextTable::new(Vec::new(), header, usize::MAX);
        let mut quiet = 0;
        let list_quiet = report.rules.len() <= QUIET_RULES;
        for (rule, found) in report.rules.iter().zip(self.found) {
            let Found {
                count,
                hosts,
                times,
                ..
            } = found;
            if *count == 0 && !list_quiet {
                quiet += 1;
                continue;
            }
            let name = format!("{} ({})", rule.info.name, rule.info.vendor.as_str());
            let (first, last) = match times {
                Some((first, last)) => (first.to_string(), last.to_string()),
                None => Default::default(),
            };
            let cells = [
                name,
                thousands(*count),
                hosts.len().to_string(),
                first,
                last,
            ];
            let _ = table.row(cells);
        }
        let bytes = table.finish().unwrap_or_default();
        let mut text = String::from_utf8(bytes).unwrap_or_default();
        if self.color
            && let Some(end) = text.find('\n')
        {
            text.insert_str(end, "\x1b[0m");
            text.insert_str(0, "\x1b[1m");
        }
        if quiet > 0 {
            let _ = writeln!(text, "{quiet} more rules found nothing");
        }
        text
    }

    fn totals(&self, out: &mut String) {
        let inputs = self.report.inputs;
        let sum = |count: fn(&super::report::InputRead) -> u64| -> u64 {
            inputs.iter().map(count).fold(0, u64::saturating_add)
        };
        let _ = write!(
            out,
            "{} read ({}), {} passed over",
            counted(inputs.len() as u64, "log"),
            bytes(sum(|input| input.size)),
            counted(self.passed_over as u64, "other file"),
        );
        if !self.unreadable.is_empty() {
            let _ = write!(
                out,
                ", {} could not be opened",
                counted(self.unreadable.len() as u64, "file")
            );
        }
        let _ = writeln!(out);
        let _ = write!(
            out,
            "{}: {} skipped, {}, {} unreadable",
            counted(sum(|input| input.records), "record"),
            thousands(sum(|input| input.skipped)),
            counted(sum(|input| input.duplicates), "duplicate"),
            thousands(sum(|input| input.unreadable)),
        );
        if self.verbose {
            let fallback = sum(|input| input.fallback);
            let _ = write!(out, ", {} read by the evtx crate", thousands(fallback));
        }
        if let Some(elapsed) = self.elapsed {
            let _ = write!(out, "; {:.1} s", elapsed.as_secs_f64());
        }
        let _ = writeln!(out);
    }

    fn problems(&self, out: &mut String) {
        let opened = self.report.inputs.iter().flat_map(|input| {
            let path = input.path.to_string_lossy();
            input.problems.iter().map(move |problem| {
                let mut line = visible(&path).into_owned();
                if let Some(chunk) = problem.chunk {
                    let _ = write!(line, ", chunk {chunk}");
                }
                if let Some(offset) = problem.offset {
                    let _ = write!(line, ", offset {offset}");
                }
                if let Some(id) = problem.record_id {
                    let _ = write!(line, ", record {id}");
                }
                let _ = write!(line, ": {}", visible(&problem.what));
                line.push_str(match problem.lost {
                    Lost::Nothing => " (read all the same)",
                    Lost::Record => " (one record is lost)",
                    Lost::Chunk => " (the rest of the chunk is lost)",
                    Lost::File => " (the rest of the file is lost)",
                });
                line
            })
        });
        let closed = self
            .unreadable
            .iter()
            .map(|(path, why)| format!("{}: {}", visible(&path.to_string_lossy()), visible(why)));
        let listed = if self.verbose { usize::MAX } else { PROBLEMS };
        let mut lines = closed.chain(opened);
        let first: Vec<String> = lines.by_ref().take(listed).collect();
        let total = first.len() + lines.count();
        if total == 0 {
            return;
        }
        let (on, off) = match self.color {
            true => ("\x1b[33m", "\x1b[0m"),
            false => ("", ""),
        };
        let _ = writeln!(
            out,
            "{on}{} while reading:{off}",
            counted(total as u64, "problem")
        );
        for line in &first {
            let _ = writeln!(out, "  {line}");
        }
        if total > first.len() {
            let _ = writeln!(
                out,
                "  and {} more (--verbose lists them all)",
                thousands((total - first.len()) as u64)
            );
        }
    }
}

/// `1 record`, `2,000 records`.
pub fn counted(count: u64, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{} {what}{end}", thousands(count))
}

/// `1,234,567`.
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `512 B`, `1.5 MB` (of 1,000,000 bytes).
fn bytes(count: u64) -> String {
    let mut size = count as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if size < 1000.0 {
            return match unit {
                "B" => format!("{count} B"),
                _ => format!("{size:.1} {unit}"),
            };
        }
        size /= 1000.0;
    }
    format!("{size:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::super::story::Story;
    use super::*;

    #[test]
    fn says_what_was_found_and_what_was_not_read() {
        let story = Story::new();
        let rules = story.rules();
        let report = story.report(&rules);
        let summary = Summary {
            found: &found(&report),
            report,
            passed_over: 3,
            unreadable: &[(PathBuf::from("locked.evtx"), "permission denied".into())],
            elapsed: Some(Duration::from_millis(1250)),
            verbose: true,
            color: false,
        };
        assert_eq!(
            summary.render(),
            "\
rule                            findings  hosts  first (UTC)              last (UTC)
Registration Utility (elastic)  1         1      2024-03-01 10:00:00.250  2024-03-01 10:00:00.500
Regasm (splunk)                 1         1      2024-03-01 11:00:01.000  2024-03-01 11:00:03.000

2 logs read (69.7 kB), 3 other files passed over, 1 file could not be opened
11 records: 4 skipped, 1 duplicate, 1 unreadable, 0 read by the evtx crate; 1.2 s
2 problems while reading:
  locked.evtx: permission denied
  logs/a.evtx, chunk 0, offset 4608: record runs past its chunk (one record is lost)
"
        );
    }

    #[test]
    fn a_pack_of_rules_lists_those_that_found_something() {
        let story = Story::new();
        let two = story.rules();
        let mut rules = two.clone();
        rules.extend(std::iter::repeat_n(two[0], 245));
        let report = story.report(&rules);
        let summary = Summary {
            found: &found(&report),
            report,
            passed_over: 0,
            unreadable: &[],
            elapsed: None,
            verbose: false,
            color: true,
        };
        let text = summary.render();
        assert!(text.starts_with("\x1b[1mrule "), "{text}");
        assert!(text.contains("245 more rules found nothing\n"), "{text}");
        assert_eq!(text.matches("(elastic)").count(), 1);
    }

    #[test]
    fn a_run_without_rules_has_no_table_of_them() {
        let story = Story::new();
        let summary = Summary {
            report: story.report(&[]),
            found: &[],
            passed_over: 0,
            unreadable: &[],
            elapsed: None,
            verbose: false,
            color: false,
        };
        let text = summary.render();
        assert!(text.starts_with("2 logs read (69.7 kB), 0 other files passed over\n"));
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(thousands),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 999, 1500, 4_000_000_000].map(bytes),
            ["0 B", "999 B", "1.5 kB", "4.0 GB"]
        );
    }
}
