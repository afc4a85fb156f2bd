//! A third host, on which every event that Sysmon knows is written by an attack (or, where the event
//! speaks of Sysmon itself, by an attack on Sysmon).
//!
//! None of this concerns the two built-in rules. Where one of Elastic's published rules looks for the
//! attack, the event says which.

mod files;
mod processes;
mod registry;
mod service;

use super::Sample;
use super::teller::{Start, Started, Teller};
use super::words::*;
use crate::evtx::Value;
use crate::sysmon::{Event, Generation, Host, Process};

fn teller(from: &str, first: u64) -> Teller {
    let host = Host::new("WS03.corp.example", 0x51b6_e90d);
    Teller::new(host, Generation::New, from, first)
}

/// The logs of the attacks.
pub fn logs() -> Vec<Sample> {
    let mut t = teller("2026-03-04 10:00:00.000", 1);
    processes::tell(&mut t);
    let about =
        "WS03, Sysmon 15: attacks on processes (events 1, 3, 5, 6, 7, 8, 9, 10, 22, 24, 25)";
    let processes = sample("attacks-processes.evtx", about, t);
    let mut t = teller("2026-03-04 12:00:00.000", 1001);
    files::tell(&mut t);
    let about =
        "WS03: attacks through files and pipes (events 2, 11, 15, 17, 18, 23, 26, 27, 28, 29)";
    let files = sample("attacks-files.evtx", about, t);
    let mut t = teller("2026-03-04 14:00:00.000", 2001);
    registry::tell(&mut t);
    let about = "WS03: attacks through the registry and WMI (events 12, 13, 14, 19, 20, 21)";
    let registry = sample("attacks-registry.evtx", about, t);
    let mut t = teller("2026-03-04 16:00:00.000", 3001);
    service::tell(&mut t);
    let about = "WS03: an attack on Sysmon itself (events 4, 16, 255)";
    vec![
        processes,
        files,
        registry,
        sample("attacks-sysmon.evtx", about, t),
    ]
}

fn sample(name: &'static str, about: &'static str, t: Teller) -> Sample {
    Sample {
        name,
        about,
        bytes: t.log().into_bytes(),
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}

/// An event of now without a process: UtcTime and the data given.
fn event(t: &mut Teller, id: u16, data: &[(&str, &str)]) -> Event {
    t.clock = t.clock.plus_ms(1_310);
    let event = Event::new(Generation::New, id).with("UtcTime", t.clock.to_sysmon());
    data.iter()
        .fold(event, |event, (name, value)| event.with(name, *value))
}

/// An event of now that a process brings about.
fn of(t: &mut Teller, process: &Process, id: u16, data: &[(&str, &str)]) -> Event {
    let guid = Value::Guid(process.guid(&t.host));
    event(t, id, data)
        .with("ProcessGuid", guid)
        .with("ProcessId", Value::UInt32(process.pid))
        .with("Image", process.image.as_str())
        .with("User", process.user.name)
}

/// Writes an event of now.
fn write(t: &mut Teller, event: Event, what: &str) {
    let written = t.clock.plus_ms(9);
    t.event(written, &event.filled(), what);
}

/// Writes an event of now that a process brings about.
fn act(t: &mut Teller, process: &Started, id: u16, data: &[(&str, &str)], what: &str) {
    let event = of(t, &process.process, id, data);
    write(t, event, what);
}

/// A PowerShell that bob controls.
fn powershell(t: &mut Teller) -> Started {
    let line = "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoACcAaABpACcAKQA=";
    t.start(
        &Start::of(POWERSHELL).user(BOB).under(CMD).line(line),
        "the intruder's shell",
    )
}
