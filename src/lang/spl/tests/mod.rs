//! What each construct of SPL compiles to, what is refused, and what hostile text does: nothing.

mod errors;
mod hostile;
mod macros;
mod pipeline;
mod search;
mod where_;

use super::{Error, Macros, compile};
use crate::lang::plan::{Body, Cond, Search};
use crate::model::field::{FieldId, FieldTable, FieldType, FieldTypes, View};

/// A mapping of a few fields, enough for the tests.
struct Cim;

impl FieldTypes for Cim {
    fn type_of(&self, view: View, name: &str) -> Option<FieldType> {
        assert_eq!(view, View::Cim);
        Some(match name {
            "EventCode" | "EventID" | "src_port" | "dest_port" => FieldType::Long,
            "src_ip" | "dest_ip" => FieldType::Ip,
            "_time" => FieldType::Date,
            "source" | "sourcetype" | "user" | "User" | "dest" | "dvc" | "src" | "Computer"
            | "process" | "process_name" | "process_path" | "my field" => FieldType::Keyword,
            _ => return None,
        })
    }

    fn nearest(&self, _: View, name: &str) -> Option<String> {
        name.starts_with("process")
            .then(|| "process_name".to_owned())
    }
}

/// A compiled search, with the names behind its numbers.
struct Compiled {
    search: Search,
    fields: FieldTable,
}

impl Compiled {
    fn id(&self, name: &str) -> FieldId {
        self.fields.get(View::Cim, name).expect(name)
    }
}

fn compiled(text: &str) -> Compiled {
    compiled_with(text, &Macros::default()).unwrap_or_else(|error| {
        panic!("{}", error.diagnostic.draw("search", text));
    })
}

fn compiled_with(text: &str, macros: &Macros) -> Result<Compiled, Error> {
    let mut fields = FieldTable::default();
    let plan = compile(text, macros, &Cim, &mut fields)?;
    assert_eq!(plan.view, View::Cim);
    let Body::Search(search) = plan.body else {
        panic!("a search compiles to a search");
    };
    Ok(Compiled { search, fields })
}

/// The condition of a search, as short text: `EventID == 3`, `dest_ip in 10.0.0.0/8`.
fn shown(text: &str) -> String {
    let compiled = compiled(text);
    show(&compiled.search.filter, &|id| {
        compiled.fields.name(id).1.to_owned()
    })
}

fn show(cond: &Cond, name: &dyn Fn(FieldId) -> String) -> String {
    let join = |conds: &[Cond], with: &str| {
        let parts: Vec<_> = conds.iter().map(|cond| show(cond, name)).collect();
        format!("({})", parts.join(with))
    };
    match cond {
        Cond::Const(value) => value.to_string(),
        Cond::All(conds) => join(conds, " & "),
        Cond::Any(conds) => join(conds, " | "),
        Cond::Not(inner) => format!("!{}", show(inner, name)),
        Cond::Exists(field) => format!("{}?", name(*field)),
        Cond::Text {
            field,
            patterns,
            case,
        } => {
            let patterns: Vec<_> = patterns.iter().map(pattern).collect();
            assert_eq!(*case, crate::lang::plan::Case::Insensitive);
            format!("{}~{}", name(*field), patterns.join(","))
        }
        Cond::Compare { field, op, value } => format!("{} {op:?} {value}", name(*field)),
        Cond::Cidr { field, nets } => {
            let nets: Vec<_> = nets.iter().map(ToString::to_string).collect();
            format!("{} in {}", name(*field), nets.join(","))
        }
        Cond::Computed(expr) => format!("computed {}", expression(expr, name)),
        Cond::Regex { .. } => "regex".to_owned(),
    }
}

fn pattern(pattern: &crate::lang::pattern::Pattern) -> String {
    use crate::lang::pattern::Piece;
    let pieces = pattern
        .pieces()
        .into_owned()
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("[{text}]"),
            Piece::Any => "*".to_owned(),
            Piece::One => "?".to_owned(),
        });
    pieces.collect()
}

fn expression(expr: &crate::lang::plan::Expr, name: &dyn Fn(FieldId) -> String) -> String {
    use crate::lang::plan::Expr;
    let join = |exprs: &[Expr], with: &str| {
        let parts: Vec<_> = exprs.iter().map(|expr| expression(expr, name)).collect();
        format!("({})", parts.join(with))
    };
    match expr {
        Expr::Const(value) => format!("{value:?}"),
        Expr::Field(field) => name(*field),
        Expr::Call { function, args, .. } => format!("{}{}", function.name, join(args, " ")),
        Expr::Not(inner) => format!("!{}", expression(inner, name)),
        Expr::And(parts) => join(parts, " & "),
        Expr::Or(parts) => join(parts, " | "),
        Expr::IsNull(inner) => format!("null({})", expression(inner, name)),
        Expr::Text {
            value, patterns, ..
        } => {
            format!("{}~{}", expression(value, name), pattern(&patterns[0]))
        }
        other => format!("{other:?}"),
    }
}
