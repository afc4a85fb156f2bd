//! Attacks through files and pipes.

use super::super::teller::{Start, Started, Teller};
use super::super::words::*;
use super::{act, of, powershell, write};
use crate::evtx::Value;

const HASHES: &str = "MD5=0B1C2D3E4F5061728394A5B6C7D8E9FA,SHA256=5E884898DA28047151D0E56F8DC6292773603D0D6AABBDD62A11EF721D1542D8,IMPHASH=00000000000000000000000000000000";

pub(super) fn tell(t: &mut Teller) {
    let shell = powershell(t);
    created(
        t,
        &shell,
        r"C:\Users\bob\Documents\ticket.kirbi",
        "a Kerberos ticket as a file (Elastic: Kirbi File Creation)",
    );
    created(
        t,
        &shell,
        r"C:\Users\bob\Documents\ntds_capi_0_5f2e.pvk",
        "the domain's backup key (Elastic: Creation or Modification of Domain Backup DPAPI private key)",
    );
    let lsass = t.start(
        &Start::of(r"C:\Windows\System32\lsass.exe")
            .user(SYSTEM)
            .under(r"C:\Windows\System32\wininit.exe"),
        "lsass",
    );
    created(
        t,
        &lsass,
        r"C:\Windows\System32\mimilsa.log",
        "lsass writes down passwords (Elastic: Mimikatz Memssp Log File Detected)",
    );
    let then = "2019-12-07 09:08:17.412";
    let now = t.clock.to_sysmon();
    let data = [
        ("TargetFilename", r"C:\Windows\Temp\svch0st.exe"),
        ("CreationUtcTime", then),
        ("PreviousCreationUtcTime", now.as_str()),
    ];
    act(t, &shell, 2, &data, "a file is made to look old");
    let data = [
        (
            "TargetFilename",
            r"C:\Users\bob\Downloads\readme.txt:payload.exe",
        ),
        ("CreationUtcTime", now.as_str()),
        ("Hash", HASHES),
        ("Contents", "-"),
    ];
    act(t, &shell, 15, &data, "a program in a stream of a text file");
    pipes(t, &shell);
    deleted(t, &shell);
}

fn created(t: &mut Teller, process: &Started, path: &str, what: &str) {
    let now = t.clock.to_sysmon();
    act(
        t,
        process,
        11,
        &[("TargetFilename", path), ("CreationUtcTime", now.as_str())],
        what,
    );
}

fn pipes(t: &mut Teller, shell: &Started) {
    let pipe = ("PipeName", r"\WS03\pipe\spoolss");
    act(
        t,
        shell,
        17,
        &[("EventType", "CreatePipe"), pipe],
        "a pipe that poses as the print spooler's (Elastic: Privilege Escalation via Rogue Named Pipe Impersonation)",
    );
    let spooler = t.start(
        &Start::of(r"C:\Windows\System32\spoolsv.exe")
            .user(SYSTEM)
            .under(r"C:\Windows\System32\services.exe"),
        "the print spooler",
    );
    act(
        t,
        &spooler,
        18,
        &[("EventType", "ConnectPipe"), pipe],
        "and the print spooler connects to it",
    );
}

fn deleted(t: &mut Teller, shell: &Started) {
    let log = [
        (
            "TargetFilename",
            r"C:\inetpub\logs\LogFiles\W3SVC1\u_ex260304.log",
        ),
        ("Hashes", HASHES),
        ("Archived", "true"),
    ];
    let event = of(t, &shell.process, 23, &log).with("IsExecutable", Value::Bool(false));
    write(
        t,
        event,
        "a web server's log is deleted (Elastic: WebServer Access Logs Deleted)",
    );
    let remcos = t.start(
        &Start::of(r"C:\Users\bob\AppData\Roaming\rem\rem.exe").user(BOB),
        "a remote-control program",
    );
    let data = [
        (
            "TargetFilename",
            r"C:\Users\bob\AppData\Local\Temp\TH4F2A.tmp",
        ),
        ("Hashes", HASHES),
    ];
    let event = of(t, &remcos.process, 26, &data).with("IsExecutable", Value::Bool(true));
    write(
        t,
        event,
        "it deletes its traces (Elastic: Potential REMCOS Trojan Execution)",
    );
    let data = [
        ("TargetFilename", r"C:\Users\Public\beacon.exe"),
        ("Hashes", HASHES),
    ];
    act(
        t,
        shell,
        27,
        &data,
        "Sysmon blocks a program from being written",
    );
    let shred = t.start(
        &Start::of(r"C:\Users\Public\sdelete64.exe")
            .user(BOB)
            .under(POWERSHELL),
        "a shredder",
    );
    let data = [
        ("TargetFilename", r"C:\Users\bob\Documents\plan.docx"),
        ("Hashes", HASHES),
    ];
    let event = of(t, &shred.process, 28, &data).with("IsExecutable", Value::Bool(false));
    write(t, event, "Sysmon blocks a file from being shredded");
    let data = [
        (
            "TargetFilename",
            r"C:\Program Files\Contoso\app.exe.local\comctl32.dll",
        ),
        ("Hashes", HASHES),
    ];
    act(
        t,
        shell,
        29,
        &data,
        "a library where a program looks for its own (Elastic: Execution via local SxS Shared Module)",
    );
}
