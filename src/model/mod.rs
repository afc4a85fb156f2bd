//! The nouns that every room shares: values, times, fields, records, events, rules and findings.
//!
//! Nothing here reads a file, knows a language or knows an event id. Whatever two rooms
//! must agree on stands here, so that the rooms need not know each other.

pub mod ascending;
pub mod calendar;
pub mod decimal;
pub mod field;
pub mod finding;
pub mod fingerprint;
pub mod guid;
pub mod hex;
pub mod located;
pub mod problem;
pub mod record;
pub mod rule;
pub mod seeded;
pub mod text;
pub mod time;
pub mod value;
