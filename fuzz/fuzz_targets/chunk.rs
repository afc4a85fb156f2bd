//! One EVTX chunk: of every record that the `evtx` crate reads, the projecting reader must tell
//! the same, field by field.
//!
//! An input is a chunk without the zeros at its end, so that small inputs stay small.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|chunk: &[u8]| evql_fuzz::chunk(chunk));
