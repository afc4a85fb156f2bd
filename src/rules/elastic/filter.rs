//! Filters that a rule has beside its query (`[[rule.filters]]`), as conditions.
//!
//! The form is Kibana's: `meta` says whether the filter is negated or disabled, `query` holds one
//! clause of Elasticsearch's query language. The clauses that rules use are known here; a rule
//! with any other is not run, for it would find too much.

use toml::{Table, Value as Toml};

use crate::lang::pattern::Pattern;
use crate::lang::plan::{Case, Cond};
use crate::model::field::{FieldTable, View};

/// The condition that a filter is; else the clause that is not known.
pub fn condition(filter: &Table, fields: &mut FieldTable) -> Result<Cond, String> {
    let meta = filter.get("meta").and_then(Toml::as_table);
    let flag = |name: &str| {
        let value = meta.and_then(|meta| meta.get(name));
        value.and_then(Toml::as_bool) == Some(true)
    };
    if flag("disabled") {
        return Ok(Cond::Const(true));
    }
    let query = filter.get("query").and_then(Toml::as_table);
    let clause = clause(query.ok_or("no query")?, fields)?;
    Ok(match flag("negate") {
        true => Cond::Not(Box::new(clause)),
        false => clause,
    })
}

fn clause(query: &Table, fields: &mut FieldTable) -> Result<Cond, String> {
    let Some((kind, body)) = query.iter().next().filter(|_| query.len() == 1) else {
        return Err("more than one clause".to_owned());
    };
    let body = body.as_table().ok_or_else(|| kind.clone())?;
    if kind == "exists" {
        let name = body.get("field").and_then(Toml::as_str);
        let name = name.ok_or_else(|| kind.clone())?;
        return Ok(Cond::Exists(fields.intern(View::Ecs, name)));
    }
    let Some((name, value)) = body.iter().next().filter(|_| body.len() == 1) else {
        return Err(kind.clone());
    };
    let options = value.as_table();
    let value = options.map_or(Some(value), |options| {
        options.get("value").or_else(|| options.get("query"))
    });
    let folds = options
        .and_then(|options| options.get("case_insensitive"))
        .and_then(Toml::as_bool)
        == Some(true);
    let text = value.and_then(Toml::as_str).ok_or_else(|| kind.clone())?;
    let pattern = match kind.as_str() {
        "wildcard" => wildcard(text),
        "match_phrase" | "term" => Pattern::literal(text),
        _ => return Err(kind.clone()),
    };
    Ok(Cond::Text {
        field: fields.intern(View::Ecs, name),
        patterns: vec![pattern],
        case: if folds {
            Case::Insensitive
        } else {
            Case::Sensitive
        },
    })
}

/// A wildcard clause knows escapes, as EQL's wildcards do not: `\\` is a backslash.
fn wildcard(text: &str) -> Pattern {
    use crate::lang::pattern::Piece;
    let mut pieces = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Text(chars.next().unwrap_or('\\').to_string()),
            c => Piece::Text(c.to_string()),
        });
    }
    Pattern::of(pieces)
}
