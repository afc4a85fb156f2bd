//! Processes and their connections, the two kinds of event that the rules read.

use super::host::{Event, Host};
use super::schema::Generation;
use crate::evtx::{FileTime, Guid, Value};

/// An account and its logon session.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// `DOMAIN\name`, in the language of the host.
    pub name: &'static str,
    /// The logon session: 0x3e7 is SYSTEM's, whatever its name.
    pub logon: u64,
    /// The integrity level of its processes.
    pub integrity: &'static str,
}

/// A process that starts.
#[derive(Clone, Debug)]
pub struct Process {
    /// Which Sysmon sees it.
    pub generation: Generation,
    /// UtcTime of its start.
    pub start: FileTime,
    /// What tells it apart from others of the same second.
    pub token: u64,
    /// The process id.
    pub pid: u32,
    /// The path of its program.
    pub image: String,
    /// As it was started.
    pub command_line: String,
    /// Whose it is.
    pub user: User,
    /// The path of its parent's program.
    pub parent_image: String,
    /// How its parent was started.
    pub parent_command_line: String,
}

impl Process {
    /// Sysmon's identity of it on a host.
    pub fn guid(&self, host: &Host) -> Guid {
        host.process_guid(self.start, self.token)
    }
}

/// A connection of a process.
#[derive(Clone, Debug)]
pub struct Connection {
    /// UtcTime.
    pub at: FileTime,
    /// `tcp` or `udp`.
    pub transport: &'static str,
    /// Whether the process opened it.
    pub initiated: bool,
    /// The local address, empty for none.
    pub source: String,
    /// The local port.
    pub source_port: u16,
    /// The service name of the local port, empty for none.
    pub source_name: String,
    /// The remote address, empty for none.
    pub destination: String,
    /// The remote host, empty for none.
    pub hostname: String,
    /// The remote port.
    pub port: u16,
    /// The service name of the remote port, empty for none.
    pub port_name: String,
}

/// Hashes that a program's path decides, in the order that Sysmon lists them.
fn hashes(image: &str, generation: Generation) -> String {
    let digits = |salt: u64, count: usize| -> String {
        let mut state = image
            .bytes()
            .map(|b| b.to_ascii_lowercase())
            .fold(salt, |h, b| {
                (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        let digit = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b"0123456789ABCDEF"[(state >> 60) as usize])
        };
        (0..count).map(digit).collect()
    };
    let sha1 = digits(0xcbf2_9ce4_8422_2325, 40);
    if generation == Generation::Old {
        return format!("SHA1={sha1}");
    }
    format!(
        "SHA1={sha1},MD5={},SHA256={},IMPHASH={}",
        digits(0x9e37_79b9_7f4a_7c15, 32),
        digits(0x2545_f491_4f6c_dd1d, 64),
        digits(0xd6e8_feb8_6659_fd93, 32)
    )
}

/// Event 1.
pub fn process_create(host: &Host, process: &Process) -> Event {
    let name = process.image.rsplit('\\').next().unwrap_or_default();
    let hashes = hashes(&process.image, process.generation);
    let logon = host.process_guid(
        process.start.minus_ms(3_600_000),
        process.user.logon.swap_bytes(),
    );
    let (company, product, version) = if process
        .image
        .to_ascii_lowercase()
        .starts_with(r"c:\windows\")
    {
        (
            "Microsoft Corporation",
            "Microsoft® Windows® Operating System",
            "10.0.19041.1",
        )
    } else {
        ("-", "-", "-")
    };
    Event::new(process.generation, 1)
        .with("UtcTime", process.start.to_sysmon())
        .with("ProcessGuid", Value::Guid(process.guid(host)))
        .with("ProcessId", Value::UInt32(process.pid))
        .with("Image", process.image.as_str())
        .with("FileVersion", version)
        .with("Product", product)
        .with("Company", company)
        .with("OriginalFileName", name.to_uppercase())
        .with("CommandLine", process.command_line.as_str())
        .with("CurrentDirectory", r"C:\Windows\system32\")
        .with("User", process.user.name)
        .with("LogonGuid", Value::Guid(logon))
        .with("LogonId", Value::Hex64(process.user.logon))
        .with(
            "TerminalSessionId",
            Value::UInt32(u32::from(process.user.logon > 0x3e7)),
        )
        .with("IntegrityLevel", process.user.integrity)
        .with("Hashes", hashes.as_str())
        .with("Hash", hashes.as_str())
        .with(
            "ParentProcessGuid",
            Value::Guid(host.process_guid(process.start.minus_ms(60_000), process.token ^ 1)),
        )
        .with("ParentProcessId", Value::UInt32((process.pid / 2) & !3))
        .with("ParentImage", process.parent_image.as_str())
        .with("ParentCommandLine", process.parent_command_line.as_str())
        .with("ParentUser", process.user.name)
        .filled()
}

/// Event 3.
pub fn network_connection(host: &Host, process: &Process, connection: &Connection) -> Event {
    let dash = |text: &str| {
        if text.is_empty() {
            process.generation.none().to_owned()
        } else {
            text.to_owned()
        }
    };
    let address = |text: &str| {
        if text.is_empty() {
            Value::Null
        } else {
            Value::from(text)
        }
    };
    Event::new(process.generation, 3)
        .with("UtcTime", connection.at.to_sysmon())
        .with("ProcessGuid", Value::Guid(process.guid(host)))
        .with("ProcessId", Value::UInt32(process.pid))
        .with("Image", process.image.as_str())
        .with("User", process.user.name)
        .with("Protocol", connection.transport)
        .with("Initiated", Value::Bool(connection.initiated))
        .with("SourceIsIpv6", Value::Bool(connection.source.contains(':')))
        .with("SourceHostname", host.computer.as_str())
        .with("SourcePort", Value::UInt16(connection.source_port))
        .with("SourcePortName", dash(&connection.source_name))
        .with(
            "DestinationIsIpv6",
            Value::Bool(connection.destination.contains(':')),
        )
        .with("DestinationHostname", dash(&connection.hostname))
        .with("DestinationPort", Value::UInt16(connection.port))
        .with("DestinationPortName", dash(&connection.port_name))
        .filled()
        .with("SourceIp", address(&connection.source))
        .with("DestinationIp", address(&connection.destination))
}

/// Event 5.
pub fn process_terminate(host: &Host, process: &Process, at: FileTime) -> Event {
    Event::new(process.generation, 5)
        .with("UtcTime", at.to_sysmon())
        .with("ProcessGuid", Value::Guid(process.guid(host)))
        .with("ProcessId", Value::UInt32(process.pid))
        .with("Image", process.image.as_str())
        .with("User", process.user.name)
        .filled()
}
