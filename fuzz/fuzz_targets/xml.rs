//! A text as an XML export: read or refused, recalled as it was read, and normalised.
#![no_main]

use evql::input::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| evql_fuzz::text(Format::Xml, bytes));
