//! What rules do: from events and plans to what matched.
//!
//! A [`dispatch::Dispatch`] says which conditions an event meets, looking at few of its fields;
//! a [`predicate::Matcher`] is one condition, made fast. What the conditions let through becomes
//! [`join::Hit`]s, and [`sequence`], [`sample`], [`stats`] and [`pipe`] make answers of those.
//! All are pure functions of plans and values: nothing here reads a log, knows a language, a
//! schema or a thread.

pub mod compare;
pub mod dispatch;
pub mod join;
pub mod pipe;
pub mod predicate;
pub mod sample;
pub mod sequence;
pub mod stats;
