//! The story that the sample logs tell, and what each rule must say of it.
//!
//! A phishing document on the workstation WS01 makes Word start regsvr32, which fetches a scriptlet;
//! the intruder goes on to the server SRV02 and keeps RegAsm as his way out. Around it stands, for
//! every clause of both rules, one process and connection on each side of it. Answers are written
//! beside each event by hand, not computed.

mod addresses;
mod attacks;
mod broken;
mod old;
mod scene;
mod security;
mod srv02;
mod teller;
mod words;
mod ws01;

use crate::evtx::Record;
pub use teller::{Answer, Finding, Rule, Told};

/// One sample log.
pub struct Sample {
    /// Its file name under `samples/logs`.
    pub name: &'static str,
    /// What it is, for the README.
    pub about: &'static str,
    /// Its records, in order.
    pub told: Vec<Told>,
    /// The records as they were written, in the order of `told`.
    pub records: Vec<Record>,
    /// What the rules must find in it.
    pub findings: Vec<Finding>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All sample logs.
pub fn samples() -> Vec<Sample> {
    let mut samples = vec![
        ws01::story(),
        ws01::shadow_copy(),
        addresses::log(),
        srv02::story(),
        old::log(),
        broken::damaged(),
        broken::cut(),
        security::log(),
    ];
    samples.extend(attacks::logs());
    samples
}
