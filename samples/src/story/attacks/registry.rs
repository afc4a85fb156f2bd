//! Attacks through the registry and WMI.

use super::super::teller::{Started, Teller};
use super::super::words::BOB;
use super::{act, event, powershell, write};

pub(super) fn tell(t: &mut Teller) {
    let shell = powershell(t);
    let set =
        |t: &mut Teller, key: &str, value: &str, what: &str| value_set(t, &shell, key, value, what);
    let key = r"HKLM\System\CurrentControlSet\Control\SecurityProviders\WDigest\UseLogonCredential";
    set(
        t,
        key,
        "DWORD (0x00000001)",
        "passwords in memory again (Elastic: Modification of WDigest Security Provider)",
    );
    let key = r"HKLM\System\CurrentControlSet\Control\Lsa\RunAsPPL";
    set(
        t,
        key,
        "DWORD (0x00000000)",
        "lsass loses its protection (Elastic: Disabling Lsa Protection via Registry Modification)",
    );
    let key = r"HKLM\System\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/8443";
    set(
        t,
        key,
        "10.20.0.12/3389",
        "a port is forwarded (Elastic: Port Forwarding Rule Addition)",
    );
    let key = r"HKU\S-1-5-21-1004336348-1177238915-682003330-1105\Software\Microsoft\Windows\CurrentVersion\Run\";
    set(
        t,
        key,
        r"mshta.exe C:\Users\Public\a.hta",
        "a run key whose name is hidden (Elastic: Persistence via Hidden Run Key Detected)",
    );
    let key = r"HKLM\System\CurrentControlSet\Services\WinDefend\Start";
    set(
        t,
        key,
        "QWORD (0x00000001-0x00000004)",
        "a service is disabled, with a value of 64 bits",
    );
    let key =
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe";
    act(
        t,
        &shell,
        12,
        &[("EventType", "CreateKey"), ("TargetObject", key)],
        "a debugger for the sticky keys",
    );
    let key = r"HKU\S-1-5-21-1004336348-1177238915-682003330-1105\Software\Microsoft\Windows\CurrentVersion\Explorer\RunMRU";
    act(
        t,
        &shell,
        12,
        &[("EventType", "DeleteKey"), ("TargetObject", key)],
        "traces are deleted",
    );
    let data = [
        ("EventType", "RenameKey"),
        ("TargetObject", r"HKLM\SOFTWARE\Contoso\Agent"),
        ("NewName", r"HKLM\SOFTWARE\Contoso\Agent.off"),
    ];
    act(t, &shell, 14, &data, "an agent's settings are renamed away");
    subscription(t);
}

fn value_set(t: &mut Teller, process: &Started, key: &str, value: &str, what: &str) {
    let data = [
        ("EventType", "SetValue"),
        ("TargetObject", key),
        ("Details", value),
    ];
    act(t, process, 13, &data, what);
}

fn subscription(t: &mut Teller) {
    let user = ("User", BOB.name);
    let data = [
        ("EventType", "WmiFilterEvent"),
        ("Operation", "Created"),
        user,
        ("EventNamespace", "\"root\\\\cimv2\""),
        ("Name", "\"Updater\""),
        (
            "Query",
            "\"SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System'\"",
        ),
    ];
    let filter = event(t, 19, &data);
    write(t, filter, "a WMI filter that fires every minute");
    let data = [
        ("EventType", "WmiConsumerEvent"),
        ("Operation", "Created"),
        user,
        ("Name", "\"Updater\""),
        ("Type", "Command Line"),
        (
            "Destination",
            "\"C:\\\\Windows\\\\System32\\\\mshta.exe C:\\\\Users\\\\Public\\\\a.hta\"",
        ),
    ];
    let consumer = event(t, 20, &data);
    write(t, consumer, "a WMI consumer that starts mshta");
    let data = [
        ("EventType", "WmiBindingEvent"),
        ("Operation", "Created"),
        user,
        (
            "Consumer",
            "\"\\\\\\\\.\\\\ROOT\\\\subscription:CommandLineEventConsumer.Name=\\\"Updater\\\"\"",
        ),
        (
            "Filter",
            "\"\\\\\\\\.\\\\ROOT\\\\subscription:__EventFilter.Name=\\\"Updater\\\"\"",
        ),
    ];
    let binding = event(t, 21, &data);
    write(
        t,
        binding,
        "and both are bound (Elastic: Suspicious WMI Event Subscription Created)",
    );
}
