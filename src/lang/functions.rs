//! The functions that expressions call.

use super::plan::Case;
use crate::model::value::Value;

/// One function: its name, what it takes, what it gives.
#[derive(Debug)]
pub struct Function {
    /// Its name as documented.
    pub name: &'static str,
    /// From values to a value; null where a needed argument is null.
    pub evaluate: fn(&[Value], Case) -> Value,
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}
