//! Sysmon's event ids, a table each: Sysmon's names beside ECS's and Splunk's.
//!
//! Sources: Sysmon's own manifest (schema versions 3.0 to 4.90) for the data names; Elastic's
//! ingest pipeline for the Sysmon channel (integration `windows`, data stream
//! `sysmon_operational`) for the ECS side; Splunk's add-on for Sysmon and the Common Information
//! Model for the other, as far as public (see `docs/mapping.md` for how sure each is).

mod file;
mod module;
mod network;
mod other;
mod process;
mod registry;
mod shared;

use super::row::Kind;

/// Every event id that Sysmon has, ascending.
pub static KINDS: &[&Kind] = &[
    &process::CREATE,
    &file::TIME,
    &network::CONNECT,
    &other::STATE,
    &process::TERMINATE,
    &module::DRIVER,
    &module::IMAGE,
    &process::REMOTE_THREAD,
    &process::RAW_ACCESS,
    &process::ACCESS,
    &file::CREATE,
    &registry::OBJECT,
    &registry::VALUE,
    &registry::RENAME,
    &file::STREAM,
    &other::CONFIGURATION,
    &file::PIPE_CREATED,
    &file::PIPE_CONNECTED,
    &other::WMI_FILTER,
    &other::WMI_CONSUMER,
    &other::WMI_BINDING,
    &network::DNS,
    &file::DELETE,
    &other::CLIPBOARD,
    &process::TAMPERING,
    &file::DELETE_DETECTED,
    &file::BLOCK_EXECUTABLE,
    &file::BLOCK_SHREDDING,
    &file::EXECUTABLE_DETECTED,
    &other::ERROR,
];

/// An event id that no Sysmon known here writes: what its data names say by themselves.
pub static UNKNOWN: Kind = Kind {
    id: 0,
    tag: "",
    category: &[],
    types: &[],
    action: "",
    ecs: &[],
    cim: &[],
    tables: &[shared::ANY, shared::PROCESS, shared::USER],
};
