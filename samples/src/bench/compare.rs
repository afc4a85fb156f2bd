//! Times whole processes side by side, in alternation, because a machine's speed drifts: each round
//! runs every command once, and medians are compared.
//!
//! Wall time is measured here; processor time and peak memory are what the kernel counted for the
//! process (`wait4`).

use std::cmp::Ordering;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// A command to time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// What the table calls it.
    pub name: String,
    /// Program and arguments. What it writes to standard output goes nowhere.
    pub command: Vec<String>,
    /// The argument that names the folder which it makes. Each run gets the number of its round
    /// behind the name, so that none pays for taking away what another wrote, nor for the file
    /// system's care of what was taken away a moment ago.
    pub folder: Option<String>,
}

/// What one run of a command took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// From start to end.
    pub wall: Duration,
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// Peak resident memory in bytes.
    pub peak: u64,
}

/// Runs every command `rounds` times in alternation and gives the runs by command.
///
/// # Errors
/// Where a folder is there already, where a program cannot be started, or ends with another status
/// than 0 or 1 (1 being "some input could not be read", which real logs bring about).
pub fn compare(timed: &[Timed], rounds: usize) -> io::Result<Vec<Vec<Run>>> {
    let mut runs = vec![Vec::new(); timed.len()];
    for round in 0..rounds {
        for (timed, runs) in timed.iter().zip(&mut runs) {
            let run = run(&in_round(timed, round + 1)?)?;
            eprintln!(
                "round {}: {} {:.2?} wall, {:.2?} cpu",
                round + 1,
                timed.name,
                run.wall,
                run.cpu
            );
            runs.push(run);
        }
    }
    Ok(runs)
}

/// The command of one round.
fn in_round(timed: &Timed, round: usize) -> io::Result<Vec<String>> {
    let Some(folder) = &timed.folder else {
        return Ok(timed.command.clone());
    };
    let own = format!("{folder}-{round}");
    if Path::new(&own).exists() {
        let what = format!("{own} is there already: compare in a new folder");
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, what));
    }
    let part = |part: &String| match part == folder {
        true => own.clone(),
        false => part.clone(),
    };
    Ok(timed.command.iter().map(part).collect())
}

fn run(command: &[String]) -> io::Result<Run> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{program}: {error}"));
    let begin = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(named)?;
    let used = child.wait4().map_err(named)?;
    let wall = begin.elapsed();
    if !matches!(used.status.code(), Some(0 | 1)) {
        return Err(io::Error::other(format!(
            "{program} ended with {}",
            used.status
        )));
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Run {
        wall,
        cpu,
        peak: used.rusage.maxrss,
    })
}

/// Medians as a Markdown table, with ratios to the last command.
pub fn table(timed: &[Timed], runs: &[Vec<Run>]) -> String {
    let medians: Vec<_> = runs.iter().map(|runs| median(runs)).collect();
    let mut table = "| command | wall s | CPU s | peak MB | wall ratio | CPU ratio |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    let Some(base) = medians.last() else {
        return table;
    };
    for (timed, run) in timed.iter().zip(&medians) {
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| {} | {:.3} | {:.3} | {:.0} | {:.3} | {:.3} |",
            timed.name,
            run.wall.as_secs_f64(),
            run.cpu.as_secs_f64(),
            run.peak as f64 / 1e6,
            ratio(run.wall, base.wall),
            ratio(run.cpu, base.cpu),
        );
    }
    table
}

/// How many times what another command took a command takes, by wall time and by processor time: the
/// medians of the ratios in each round, for what runs in one round has the machine at one speed.
pub fn against(runs: &[Run], others: &[Run]) -> [f64; 2] {
    let times: [fn(&Run) -> Duration; 2] = [|run| run.wall, |run| run.cpu];
    times.map(|of| {
        let rounds = runs.iter().zip(others);
        let ratios = rounds.map(|(run, other)| ratio(of(run), of(other)));
        middle(ratios, f64::total_cmp)
    })
}

fn ratio(one: Duration, base: Duration) -> f64 {
    one.as_secs_f64() / base.as_secs_f64().max(1e-9)
}

/// The median of each measure by itself.
fn median(runs: &[Run]) -> Run {
    Run {
        wall: middle(runs.iter().map(|run| run.wall), Ord::cmp),
        cpu: middle(runs.iter().map(|run| run.cpu), Ord::cmp),
        peak: middle(runs.iter().map(|run| run.peak), Ord::cmp),
    }
}

/// The median; the lower one of two in the middle.
fn middle<T: Copy + Default>(
    values: impl Iterator<Item = T>,
    order: impl FnMut(&T, &T) -> Ordering,
) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable_by(order);
    let middle = values.get(values.len().saturating_sub(1) / 2);
    middle.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ratios() {
        let run = |ms| Run {
            wall: Duration::from_millis(ms),
            cpu: Duration::from_millis(2 * ms),
            peak: ms * 1_000_000,
        };
        let timed = |name: &str| Timed {
            name: name.to_owned(),
            command: Vec::new(),
            folder: None,
        };
        let table = table(
            &[timed("one"), timed("base")],
            &[
                vec![run(30), run(10), run(20)],
                vec![run(80), run(100), run(90)],
            ],
        );
        assert_eq!(
            table.lines().nth(2),
            Some("| one | 0.020 | 0.040 | 20 | 0.222 | 0.222 |")
        );
        assert_eq!(
            table.lines().nth(3),
            Some("| base | 0.090 | 0.180 | 90 | 1.000 | 1.000 |")
        );
    }

    #[test]
    fn commands_are_held_against_each_other_round_by_round() {
        let runs = |times: [(u64, u64); 3]| {
            times.map(|(wall, cpu)| Run {
                wall: Duration::from_millis(wall),
                cpu: Duration::from_millis(cpu),
                peak: 0,
            })
        };
        let ours = runs([(20, 30), (90, 90), (40, 80)]);
        let others = runs([(10, 20), (30, 90), (40, 20)]);
        assert_eq!(against(&ours, &others), [2.0, 1.5]);
        assert_eq!(against(&[], &[]), [0.0, 0.0]);
    }

    #[test]
    fn a_process_is_measured() {
        let timed = Timed {
            name: "true".to_owned(),
            command: vec!["true".to_owned()],
            folder: None,
        };
        let runs = compare(&[timed], 2).unwrap();
        assert_eq!(runs[0].len(), 2);
        assert!(runs[0][0].peak > 0);
        let missing = Timed {
            name: "missing".to_owned(),
            command: vec!["/no/such/program".to_owned()],
            folder: None,
        };
        assert!(compare(&[missing], 1).is_err());
    }

    #[test]
    fn each_run_has_a_folder_of_its_own() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("made").to_string_lossy().into_owned();
        let timed = Timed {
            name: "mkdir".to_owned(),
            command: vec!["mkdir".to_owned(), folder.clone()],
            folder: Some(folder.clone()),
        };
        compare(std::slice::from_ref(&timed), 2).unwrap();
        let made = |round| Path::new(&format!("{folder}-{round}")).is_dir();
        assert_eq!([made(1), made(2), made(3)], [true, true, false]);
        let error = compare(&[timed], 1).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }
}
