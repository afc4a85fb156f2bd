//! Both sides of the clauses on parents, names and protocols.

use super::super::teller::{Answer, Start, Teller, To};
use super::super::words::*;
use crate::evtx::Sid;

pub(super) fn parents(t: &mut Teller) {
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

pub(super) fn names(t: &mut Teller) {
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

pub(super) fn protocols(t: &mut Teller) {
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
