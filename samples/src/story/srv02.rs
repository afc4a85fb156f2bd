//! The server: the intruder's way out through RegAsm, and both sides of the Splunk rule's clauses.

use super::Sample;
use super::teller::{Answer, Start, Teller, To};
use super::words::*;
use crate::sysmon::{Connection, Generation, Host};

/// The host.
pub fn host() -> Host {
    Host::new("SRV02.corp.example", 0x83d1_07ee)
}

/// The log of Sysmon 10.
pub fn story() -> Sample {
    let mut t = Teller::new(
        host(),
        Generation::Middle,
        "2026-03-02 09:40:00.000",
        20_301,
    );
    tell(&mut t);
    Sample {
        name: "srv02-sysmon.evtx",
        about: "SRV02, Sysmon 10: RegAsm reports out, and the clauses of the Splunk rule",
        bytes: t.log().into_bytes(),
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}

fn tell(t: &mut Teller) {
    use Answer::{Both, No};
    let local = |c: &mut Connection| c.source = "10.20.0.12".to_owned();
    let to = |address: &str| To::ip(address).with(local);

    t.start(
        &Start::of(CMD)
            .user(BOB)
            .under(r"C:\Windows\System32\services.exe"),
        "the intruder arrives as bob",
    );
    let regasm = t.start(&Start::of(REGASM).user(BOB).under(CMD), "and starts RegAsm");
    let beacon = to(BEACON);
    let first = t.connect(&regasm, &beacon, Both, "RegAsm reports out, once");
    t.splunk(first);
    for time in ["a second time", "a third time", "a fourth time"] {
        t.clock = t.clock.plus_ms(60_000);
        let record = t.connect(
            &regasm,
            &beacon,
            No,
            &format!("the same, {time}: one row that counts four"),
        );
        t.splunk(record);
    }
    let other = t.connect(
        &regasm,
        &to(STAGER),
        No,
        "the same process to another address: another row",
    );
    t.splunk(other);

    let small = r"C:\Windows\Microsoft.NET\Framework\v4.0.30319\regasm.exe";
    let record = t.case(
        "in small letters: the rule's name matches, and its rows are told apart by letter case",
        &Start::of(small).user(BOB).under(CMD),
        &beacon,
        Both,
    );
    t.splunk(record);
    let record = t.case(
        "by another user: another row",
        &Start::of(REGASM).user(ALICE).under(CMD),
        &beacon,
        Both,
    );
    t.splunk(record);
    let from = To::ip(BEACON).with(|c| c.source = "10.20.1.12".to_owned());
    let record = t.case(
        "from another local address: another row",
        &Start::of(REGASM).user(BOB).under(CMD),
        &from,
        Both,
    );
    t.splunk(record);
    let from = To::ip(BEACON).with(|c| c.source = String::new());
    t.case(
        "no local address: stats has no group for it",
        &Start::of(REGASM).user(BOB).under(CMD),
        &from,
        Both,
    );

    for address in ["10.20.0.51", "172.16.9.9", "192.168.1.1"] {
        t.case(
            &format!("{address} is private to both rules"),
            &Start::of(REGASM).user(BOB).under(CMD),
            &to(address),
            No,
        );
    }
    let record = t.case(
        "a link-local address is private to the Elastic rule only",
        &Start::of(REGASM).user(BOB).under(CMD),
        &to("169.254.169.254"),
        No,
    );
    t.splunk(record);
    let dns = to("151.101.193.91").port(53, "dns");
    let record = t.case(
        "protocol dns matters to the Elastic rule only",
        &Start::of(REGASM).user(BOB).under(CMD),
        &dns,
        No,
    );
    t.splunk(record);
    let record = t.case(
        "as SYSTEM under msiexec: excluded by the Elastic rule only",
        &Start::of(REGASM).user(SYSTEM).under(MSIEXEC),
        &beacon,
        No,
    );
    t.splunk(record);
    let ghost = t.process(&Start::of(REGASM).user(BOB));
    let record = t.connection(
        &ghost,
        &to("151.101.129.91"),
        "a start that is in no log matters to the Elastic rule only",
    );
    t.splunk(record);
    t.case(
        "RegSvcs is not the Splunk rule's",
        &Start::of(REGSVCS).user(BOB).under(CMD),
        &beacon,
        Both,
    );
    t.case(
        "nor is a name that only begins like it",
        &Start::of(r"C:\Windows\Temp\regasm.exe.exe").user(BOB),
        &beacon,
        No,
    );
    t.case(
        "nor is another program",
        &Start::of(POWERSHELL).user(BOB),
        &beacon,
        No,
    );
}
