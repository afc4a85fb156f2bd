//! Run published EQL and SPL detections on collected Windows event logs, offline.
pub mod cli;
pub mod diag;
pub mod engine;
pub mod hunt;
pub mod input;
pub mod lang;
pub mod model;
pub mod output;
pub mod rules;
pub mod schema;
