//! From a story told in Rust to EVTX bytes, so that anyone can see what is in the sample logs.
//!
//! ```
//! use evql_samples::evtx::Log;
//! use evql_samples::sysmon::{Event, Generation, Host};
//!
//! let host = Host::new("WS01.corp.example", 0x2f1c_8a40);
//! let at = "2026-03-02 08:15:04.120".parse().unwrap();
//! let event = Event::new(Generation::New, 22).with("QueryName", "cdn.example").filled();
//! let mut log = Log::in_memory();
//! log.push(&host.record(1, at, &event)).unwrap();
//! assert_eq!(log.into_bytes().len(), 4096 + 65_536);
//! ```
mod beside;

pub mod bench;
pub mod evtx;
pub mod files;
pub mod readme;
pub mod story;
pub mod sysmon;
pub mod types;

pub use beside::shared;
