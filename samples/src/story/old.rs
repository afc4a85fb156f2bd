//! The server before its Sysmon was renewed: a log of an old Sysmon, exported with Event Viewer.

use super::teller::{Answer, Start, Teller, To};
use super::words::*;
use super::{Sample, srv02};
use crate::sysmon::Generation;

/// The log.
pub fn log() -> Sample {
    let mut t = Teller::new(
        srv02::host(),
        Generation::Old,
        "2026-02-11 22:03:00.000",
        900,
    );
    t.start(
        &Start::of(POWERSHELL).user(BOB),
        "an old Sysmon has no RuleName, no OriginalFileName, no ParentUser",
    );
    let to = To::ip(STAGER);
    t.case(
        "its hashes are called Hash",
        &Start::of(REGSVR32).user(BOB),
        &to,
        Answer::Both,
    );
    t.case(
        "parent msiexec, as SYSTEM: excluded",
        &Start::of(REGSVR32).user(SYSTEM).under(MSIEXEC),
        &to,
        Answer::No,
    );
    t.case(
        "parent msiexec, as a user",
        &Start::of(REGSVR32).user(BOB).under(MSIEXEC),
        &to,
        Answer::Forensic,
    );
    let regasm = t.case(
        "RegAsm",
        &Start::of(REGASM).user(BOB),
        &To::ip(BEACON),
        Answer::Both,
    );
    t.splunk(regasm);
    t.case(
        "no protocol: it leaves the port's name empty",
        &Start::of(REGSVR32).user(BOB),
        &to.clone().port(4444, ""),
        Answer::Both,
    );
    t.case(
        "to a private address",
        &Start::of(REGASM).user(BOB),
        &To::ip("172.20.1.1"),
        Answer::No,
    );
    // An export numbers the headers of its records from 1; the value EventRecordID stays.
    for (number, record) in (1..).zip(&mut t.records) {
        record.id = number;
    }
    Sample {
        name: "srv02-old-exported.evtx",
        about: "SRV02 in February, an old Sysmon; exported, so that record headers count from 1 while EventRecordID does not",
        bytes: t.log().into_bytes(),
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}
