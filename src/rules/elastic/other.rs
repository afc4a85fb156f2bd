//! TOML files that are no rules, of which a clone of the rules' repository is full: from a text
//! that is no rule file to why that is no mistake.

use toml::{Table, Value};

use crate::rules::Outcome;

/// What becomes of a TOML file that has nothing of a rule; none where it has, or has nothing at
/// all, for then something of it is lost.
pub(super) fn outcome(text: &str) -> Option<Outcome> {
    let table: Table = toml::from_str(text).ok()?;
    if table.is_empty() || table.contains_key("rule") || table.contains_key("metadata") {
        return None;
    }
    let hunt = table.get("hunt").and_then(Value::as_table);
    let said = |key: &str| {
        let text = hunt.and_then(|hunt| hunt.get(key)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Some(Outcome::NotRun {
        id: said("uuid"),
        name: said("name"),
        reason: match hunt {
            Some(_) => "a query for hunting by hand, no rule".to_owned(),
            None => "no rule: it has no table [rule]".to_owned(),
        },
    })
}
