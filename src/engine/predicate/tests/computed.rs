//! Computed expressions and regular expressions word for word, for the naive evaluator: every
//! choice of one value a field is tried, and a regular expression is read letter by letter.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{FieldId, Glyph, glob, glyphs, one_value, order};
use crate::lang::functions;
use crate::lang::pattern::{Pattern, RegexPattern};
use crate::lang::plan::{Arithmetic, Case, Expr, Op};
use crate::model::value::Value;

/// Whether the expression is true: of some choice of values, or where it is negated of none, if
/// it is false of some.
pub(super) fn naive(expr: &Expr, row: &[Value]) -> bool {
    match expr {
        Expr::Not(inner) => naive_not(inner, row),
        Expr::Compare { op: Op::Ne, sides } => naive_not(&equal(sides), row),
        expr => truths(expr, row).contains(&Some(true)),
    }
}

fn naive_not(expr: &Expr, row: &[Value]) -> bool {
    match expr {
        Expr::Not(inner) => naive(inner, row),
        Expr::Compare { op: Op::Ne, sides } => naive(&equal(sides), row),
        expr => {
            let truths = truths(expr, row);
            truths.contains(&Some(false)) && !truths.contains(&Some(true))
        }
    }
}

fn equal(sides: &[Expr; 2]) -> Expr {
    let sides = Box::new(sides.clone());
    Expr::Compare { op: Op::Eq, sides }
}

/// What the expression is of every row that has one value a field.
fn truths(expr: &Expr, row: &[Value]) -> Vec<Option<bool>> {
    let mut rows = vec![Vec::new()];
    for value in row {
        let choices = match value {
            Value::List(items) if items.is_empty() => vec![Value::Null],
            Value::List(items) => items.to_vec(),
            one => vec![one.clone()],
        };
        let extend = |row: &Vec<Value>| {
            let row = row.clone();
            let choices = choices.iter().cloned();
            choices.map(move |choice| [&row[..], &[choice]].concat())
        };
        rows = rows.iter().flat_map(extend).collect();
    }
    rows.iter().map(|row| truth(expr, row)).collect()
}

fn truth(expr: &Expr, row: &[Value]) -> Option<bool> {
    match worth(expr, row) {
        Value::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// The expression's value; null for what cannot be computed.
fn worth(expr: &Expr, row: &[Value]) -> Value {
    let said = |truth: Option<bool>| truth.map_or(Value::Null, Value::Bool);
    match expr {
        Expr::Const(value) => value.clone(),
        Expr::Field(field) => row[field.0 as usize].clone(),
        Expr::Not(inner) => said(truth(inner, row).map(|truth| !truth)),
        Expr::And(parts) => {
            let truths: Vec<_> = parts.iter().map(|part| truth(part, row)).collect();
            said(
                match (truths.contains(&Some(false)), truths.contains(&None)) {
                    (true, _) => Some(false),
                    (false, true) => None,
                    (false, false) => Some(true),
                },
            )
        }
        Expr::Or(parts) => {
            let truths: Vec<_> = parts.iter().map(|part| truth(part, row)).collect();
            said(
                match (truths.contains(&Some(true)), truths.contains(&None)) {
                    (true, _) => Some(true),
                    (false, true) => None,
                    (false, false) => Some(false),
                },
            )
        }
        Expr::Compare { op, sides } => {
            said(order(*op, &worth(&sides[0], row), &worth(&sides[1], row)))
        }
        Expr::Text {
            value,
            patterns,
            case,
        } => said(written(&worth(value, row)).map(|text| {
            let text: Vec<char> = text.chars().map(|c| folded(c, *case)).collect();
            patterns
                .iter()
                .any(|pattern| glob(&glyphs(pattern, *case), &text))
        })),
        Expr::Regex { value, patterns } => said(
            written(&worth(value, row))
                .map(|text| patterns.iter().any(|pattern| regex(pattern, &text))),
        ),
        Expr::Arithmetic { op, sides } => match (worth(&sides[0], row), worth(&sides[1], row)) {
            (Value::Int(_), Value::Int(0)) if *op == Arithmetic::Divide => Value::Null,
            (Value::Int(_), Value::Int(0)) if *op == Arithmetic::Modulo => Value::Null,
            (Value::Int(left), Value::Int(right)) => Value::Int(match op {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
                Arithmetic::Modulo => left - left / right * right,
            }),
            _ => Value::Null,
        },
        Expr::Negate(inner) => match worth(inner, row) {
            Value::Int(number) => Value::Int(-number),
            _ => Value::Null,
        },
        Expr::IsNull(inner) => Value::Bool(worth(inner, row) == Value::Null),
        Expr::Call {
            function,
            args,
            case,
        } => {
            let args: Vec<Value> = args.iter().map(|arg| worth(arg, row)).collect();
            call(function.name, &args, *case)
        }
    }
}

fn call(name: &str, args: &[Value], case: Case) -> Value {
    let letters = |at: usize| match &args[at] {
        Value::Str(text) => Some(text.chars().map(|c| folded(c, case)).collect::<Vec<_>>()),
        _ => None,
    };
    let both = |test: &dyn Fn(&[char], &[char]) -> bool| match (letters(0), letters(1)) {
        (Some(text), Some(part)) => Value::Bool(test(&text, &part)),
        _ => Value::Null,
    };
    let all = |part: &[char]| part.iter().map(|c| Glyph::Char(*c)).collect::<Vec<_>>();
    match name {
        "length" => letters(0).map_or(Value::Null, |text| Value::Int(text.len() as i64)),
        "concat" => match args.iter().map(written).collect::<Option<Vec<_>>>() {
            Some(texts) => Value::str(texts.concat()),
            None => Value::Null,
        },
        "startsWith" => both(&|text, part| {
            let pattern = [all(part), vec![Glyph::Any]];
            glob(&pattern.into_iter().flatten().collect::<Vec<_>>(), text)
        }),
        "endsWith" => both(&|text, part| {
            let pattern = [vec![Glyph::Any], all(part)];
            glob(&pattern.into_iter().flatten().collect::<Vec<_>>(), text)
        }),
        "stringContains" => both(&|text, part| {
            let pattern = [vec![Glyph::Any], all(part), vec![Glyph::Any]];
            glob(&pattern.into_iter().flatten().collect::<Vec<_>>(), text)
        }),
        name => unreachable!("{name} is not generated"),
    }
}

fn folded(c: char, case: Case) -> char {
    match case {
        Case::Sensitive => c,
        Case::Insensitive => c.to_ascii_lowercase(),
    }
}

/// A value's text, as `string` writes it.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Time(time) => time.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
        value => Some(value.to_string()),
    }
}

/// Whether the whole text matches, by the places that each part of the expression can end at.
pub(super) fn regex(pattern: &RegexPattern, text: &str) -> bool {
    let fold = |text: &str| text.chars().map(|c| folded(c, pattern.case())).collect();
    let (source, text): (Vec<char>, Vec<char>) = (fold(pattern.source()), fold(text));
    let mut at = 0;
    let ends = either(&source, &mut at, &text, &BTreeSet::from([0]));
    assert_eq!(at, source.len(), "all of the expression is read");
    ends.contains(&text.len())
}

type Places = BTreeSet<usize>;

fn either(source: &[char], at: &mut usize, text: &[char], from: &Places) -> Places {
    let mut ends = chain(source, at, text, from);
    while source.get(*at) == Some(&'|') {
        *at += 1;
        ends.extend(chain(source, at, text, from));
    }
    ends
}

fn chain(source: &[char], at: &mut usize, text: &[char], from: &Places) -> Places {
    let mut places = from.clone();
    while source.get(*at).is_some_and(|c| !"|)".contains(*c)) {
        let start = *at;
        let once = atom(source, at, text, &places);
        let repeat = source.get(*at).copied().filter(|c| "*+?".contains(*c));
        *at += usize::from(repeat.is_some());
        let mut ends = once;
        if matches!(repeat, Some('*' | '+')) {
            loop {
                let more = atom(source, &mut start.clone(), text, &ends);
                if more.is_subset(&ends) {
                    break;
                }
                ends.extend(more);
            }
        }
        if matches!(repeat, Some('*' | '?')) {
            ends.extend(&places);
        }
        places = ends;
    }
    places
}

fn atom(source: &[char], at: &mut usize, text: &[char], from: &Places) -> Places {
    let first = source[*at];
    *at += 1;
    let one = |test: &dyn Fn(char) -> bool| {
        let next = from
            .iter()
            .filter(|place| text.get(**place).is_some_and(|c| test(*c)));
        next.map(|place| place + 1).collect()
    };
    match first {
        '(' => {
            let ends = either(source, at, text, from);
            *at += 1;
            ends
        }
        '[' => {
            let mut inside = Vec::new();
            while source[*at] != ']' {
                inside.push(source[*at]);
                *at += 1;
            }
            *at += 1;
            match inside.split_first() {
                Some(('^', others)) => one(&|c| !others.contains(&c)),
                _ => one(&|c| inside.contains(&c)),
            }
        }
        '.' => one(&|_| true),
        letter => one(&|c| c == letter),
    }
}

/// Lists of regular expressions that the matcher above can read.
pub(super) fn regexes() -> impl Strategy<Value = Vec<RegexPattern>> {
    let leaf = prop_oneof!["[abAB01]", Just(".".to_owned()), "\\[\\^?[abAB]{1,2}\\]"];
    let source = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            1 => (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l}|{r})")),
            2 => (inner, "[*+?]").prop_map(|(inner, repeat)| format!("({inner}){repeat}")),
        ]
    });
    let pattern = (source, case())
        .prop_map(|(source, case)| RegexPattern::new(&source, case).expect(&source));
    prop::collection::vec(pattern, 1..3)
}

fn case() -> impl Strategy<Value = Case> {
    prop::sample::select(vec![Case::Sensitive, Case::Insensitive])
}

/// Expressions over `fields` fields that are true, false or null.
pub(super) fn exprs(fields: u32) -> impl Strategy<Value = Expr> {
    let op = prop::sample::select(vec![Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
    let patterns = prop::collection::vec("[abAB*?]{0,3}", 1..3).prop_map(|texts| {
        let texts = texts.iter();
        texts
            .map(|text| Pattern::wildcard(text))
            .collect::<Vec<_>>()
    });
    let test = prop::sample::select(vec!["startsWith", "endsWith", "stringContains"]);
    let of = move || values(fields).prop_map(Box::new);
    let leaf = prop_oneof![
        4 => (op, values(fields), values(fields)).prop_map(|(op, left, right)| {
            let sides = Box::new([left, right]);
            Expr::Compare { op, sides }
        }),
        2 => (of(), patterns, case()).prop_map(|(value, patterns, case)| {
            Expr::Text { value, patterns, case }
        }),
        2 => (of(), regexes()).prop_map(|(value, patterns)| Expr::Regex { value, patterns }),
        3 => (test, values(fields), values(fields), case()).prop_map(|(name, text, part, case)| {
            let function = functions::named(name).unwrap();
            Expr::Call { function, args: vec![text, part], case }
        }),
        1 => of().prop_map(Expr::IsNull),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Expr::And),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Expr::Or),
            2 => inner.prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

fn values(fields: u32) -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        3 => (0..fields).prop_map(|field| Expr::Field(FieldId(field))),
        1 => one_value().prop_map(Expr::Const),
        1 => Just(Expr::Const(Value::Null)),
    ];
    let op = prop::sample::select(vec![
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Modulo,
    ]);
    let call = |name, args| {
        let function = functions::named(name).unwrap();
        let case = Case::Sensitive;
        Expr::Call {
            function,
            args,
            case,
        }
    };
    leaf.prop_recursive(2, 4, 2, move |inner| {
        prop_oneof![
            2 => inner.clone().prop_map(move |text| call("length", vec![text])),
            1 => prop::collection::vec(inner.clone(), 1..3)
                .prop_map(move |args| call("concat", args)),
            1 => (op.clone(), inner.clone(), inner.clone()).prop_map(|(op, left, right)| {
                let sides = Box::new([left, right]);
                Expr::Arithmetic { op, sides }
            }),
            1 => inner.prop_map(|inner| Expr::Negate(Box::new(inner))),
        ]
    })
}
