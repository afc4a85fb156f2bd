//! What a scene is made of: a process to start, and a connection for it to make.

use super::words::{ALICE, EXPLORER};
use crate::evtx::FileTime;
use crate::sysmon::{Connection, Process, User};

/// A process to start.
#[derive(Clone)]
pub struct Start {
    pub image: &'static str,
    pub command_line: String,
    pub user: User,
    pub parent: &'static str,
    pub parent_command_line: String,
    pub pid: Option<u32>,
}

impl Start {
    /// A program started by alice from the desktop.
    pub fn of(image: &'static str) -> Start {
        Start {
            image,
            command_line: format!(
                "\"{image}\" /s C:\\Users\\alice\\AppData\\Local\\Temp\\form.dll"
            ),
            user: ALICE,
            parent: EXPLORER,
            parent_command_line: format!("\"{EXPLORER}\""),
            pid: None,
        }
    }

    pub fn user(mut self, user: User) -> Start {
        self.user = user;
        self
    }

    pub fn under(mut self, parent: &'static str) -> Start {
        self.parent = parent;
        self.parent_command_line = format!("\"{parent}\"");
        self
    }

    pub fn line(mut self, command_line: &str) -> Start {
        self.command_line = command_line.to_owned();
        self
    }

    pub fn pid(mut self, pid: u32) -> Start {
        self.pid = Some(pid);
        self
    }
}

/// A process that was started, with the record of its start.
#[derive(Clone)]
pub struct Started {
    pub process: Process,
    pub record: u64,
}

/// A connection to make.
#[derive(Clone)]
pub struct To {
    pub connection: Connection,
    /// When it is stamped, against the story's clock, in milliseconds.
    pub stamped: i64,
    /// How long after its stamp it is written, in milliseconds.
    pub late: u64,
    pub image: Option<&'static str>,
}

impl To {
    /// A connection to port 443 of this address.
    pub fn ip(destination: &str) -> To {
        let v6 = destination.contains(':');
        let connection = Connection {
            at: FileTime(0),
            transport: "tcp",
            initiated: true,
            source: if v6 {
                "fe80:0:0:0:1c2d:3e4f:5a6b:7c8d"
            } else {
                "10.20.0.51"
            }
            .to_owned(),
            source_port: 49_700,
            source_name: String::new(),
            destination: destination.to_owned(),
            hostname: String::new(),
            port: 443,
            port_name: "https".to_owned(),
        };
        To {
            connection,
            stamped: 0,
            late: 1_180,
            image: None,
        }
    }

    pub fn port(mut self, port: u16, name: &str) -> To {
        self.connection.port = port;
        self.connection.port_name = name.to_owned();
        self
    }

    pub fn source_name(mut self, name: &str) -> To {
        self.connection.source_name = name.to_owned();
        self
    }

    pub fn with(mut self, change: impl FnOnce(&mut Connection)) -> To {
        change(&mut self.connection);
        self
    }

    pub fn stamped(mut self, ms: i64) -> To {
        self.stamped = ms;
        self
    }

    pub fn late(mut self, ms: u64) -> To {
        self.late = ms;
        self
    }

    pub fn image(mut self, image: &'static str) -> To {
        self.image = Some(image);
        self
    }
}
