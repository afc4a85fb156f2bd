//! The people, programs and places that the story speaks of.

use crate::sysmon::User;

pub const ALICE: User = User {
    name: r"CORP\alice",
    logon: 0x5f3a1,
    integrity: "Medium",
};
pub const BOB: User = User {
    name: r"CORP\bob",
    logon: 0x1c44d0,
    integrity: "High",
};
pub const SYSTEM: User = User {
    name: r"NT AUTHORITY\SYSTEM",
    logon: 0x3e7,
    integrity: "System",
};
/// SYSTEM on a French Windows.
pub const SYSTEME: User = User {
    name: r"AUTORITE NT\Système",
    logon: 0x3e7,
    integrity: "System",
};
pub const LOCAL_SERVICE: User = User {
    name: r"NT AUTHORITY\LOCAL SERVICE",
    logon: 0x3e5,
    integrity: "System",
};

pub const REGSVR32: &str = r"C:\Windows\System32\regsvr32.exe";
pub const REGASM: &str = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\RegAsm.exe";
pub const REGSVCS: &str = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\RegSvcs.exe";
pub const EXPLORER: &str = r"C:\Windows\explorer.exe";
pub const MSIEXEC: &str = r"C:\Windows\System32\msiexec.exe";
pub const CMD: &str = r"C:\Windows\System32\cmd.exe";
pub const WORD: &str = r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE";
pub const UPDATER: &str = r"C:\Program Files (x86)\Contoso\Update\updater.exe";
pub const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";

/// Where the intruder's scriptlets come from.
pub const STAGER: &str = "93.184.216.34";
/// Where RegAsm reports to.
pub const BEACON: &str = "151.101.65.91";
pub const STAGER_V6: &str = "2606:2800:220:1:248:1893:25c8:1946";
