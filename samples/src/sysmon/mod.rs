//! From what happened on a host to the record that Sysmon writes of it.

mod host;
mod process;
mod schema;

pub use host::{Event, Host, PROVIDER, Source};
pub use process::{
    Connection, Process, User, network_connection, process_create, process_terminate,
};
pub use schema::{Generation, Schema, kind, schema};
