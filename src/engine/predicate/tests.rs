mod computed;

use proptest::prelude::*;

use super::*;
use crate::lang::pattern::Piece;
use crate::lang::plan::Expr;
use crate::model::time::Time;

const FIELD: FieldId = FieldId(0);

fn text(patterns: &[&str], case: Case) -> Cond {
    Cond::Text {
        field: FIELD,
        patterns: patterns
            .iter()
            .map(|pattern| Pattern::wildcard(pattern))
            .collect(),
        case,
    }
}

fn meets(cond: &Cond, value: Value) -> bool {
    Matcher::new(cond).matches(&[value][..])
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| Value::str(*item)).collect())
}

fn ip(text: &str) -> Value {
    Value::ip(text.parse().unwrap())
}

#[test]
fn texts_match_by_case_and_wildcard() {
    use Case::{Insensitive, Sensitive};
    let cases = [
        (text(&["cmd.exe"], Insensitive), Value::str("CMD.EXE"), true),
        (text(&["cmd.exe"], Sensitive), Value::str("CMD.EXE"), false),
        (text(&["CMD.exe"], Insensitive), Value::str("cmd.EXE"), true),
        (
            text(&["cmd.exe"], Insensitive),
            Value::str("cmd.exe "),
            false,
        ),
        (text(&["ä"], Insensitive), Value::str("Ä"), false),
        (
            text(&["x", "c*.exe"], Insensitive),
            Value::str("CMD.exe"),
            true,
        ),
        (text(&[""], Sensitive), Value::str(""), true),
        (text(&["", "*"], Sensitive), Value::Null, false),
        (text(&["443"], Sensitive), Value::Int(443), true),
        (text(&["4*"], Sensitive), Value::Int(443), true),
        (text(&["10.0.0.*"], Sensitive), ip("10.0.0.9"), true),
        (text(&["FE80::1"], Insensitive), ip("fe80::1"), true),
        (text(&["true"], Insensitive), Value::Bool(true), true),
        (text(&["b"], Sensitive), list(&["a", "b"]), true),
        (text(&["a, b"], Sensitive), list(&["a", "b"]), false),
        (text(&[], Sensitive), Value::str(""), false),
    ];
    for (cond, value, expected) in cases {
        assert_eq!(meets(&cond, value.clone()), expected, "{cond:?} {value}");
    }
    let long = "x".repeat(200);
    assert!(meets(
        &text(&[&long], Insensitive),
        Value::str(long.to_uppercase())
    ));
    assert!(!meets(
        &text(&[&long], Insensitive),
        Value::str("x".repeat(201))
    ));
}

#[test]
fn addresses_lie_in_nets() {
    let within = |nets: &[&str], value| {
        let nets = nets.iter().map(|net| net.parse().unwrap()).collect();
        meets(&Cond::Cidr { field: FIELD, nets }, value)
    };
    assert!(within(&["10.0.0.0/8"], ip("10.1.2.3")));
    assert!(within(&["10.0.0.0/8"], Value::str("10.1.2.3")));
    assert!(within(&["10.0.0.0/8"], Value::str("::ffff:10.1.2.3")));
    assert!(within(&["::1/128", "fe80::/10"], ip("FE80::9")));
    assert!(!within(&["::/0"], ip("10.1.2.3")));
    assert!(!within(&["0.0.0.0/0"], ip("::1")));
    assert!(!within(&["0.0.0.0/0"], Value::str("10.1.2")));
    assert!(!within(&["0.0.0.0/0"], Value::Int(1)));
    assert!(!within(&["0.0.0.0/0"], Value::Null));
    assert!(within(&["10.0.0.0/8"], list(&["x", "10.0.0.1"])));
}

#[test]
fn what_is_computed_is_asked_of_each_value() {
    let length = |op, number| {
        let function = crate::lang::functions::named("length").unwrap();
        let (args, case) = (vec![Expr::Field(FIELD)], Case::Sensitive);
        let call = Expr::Call {
            function,
            args,
            case,
        };
        let sides = Box::new([call, Expr::Const(Value::Int(number))]);
        Expr::Compare { op, sides }
    };
    let meets = |expr: Expr, value: Value| meets(&Cond::Computed(expr), value);
    let not = |expr| Expr::Not(Box::new(expr));
    let two = || list(&["a", "bcd"]);
    for number in [1, 3] {
        assert!(meets(length(Op::Eq, number), two()));
        assert!(!meets(length(Op::Ne, number), two()));
        assert!(!meets(not(length(Op::Eq, number)), two()));
        assert!(meets(not(length(Op::Ne, number)), two()));
    }
    assert!(!meets(length(Op::Eq, 2), two()));
    assert!(meets(length(Op::Ne, 2), two()));
    assert!(meets(length(Op::Gt, 2), two()));
    assert!(meets(length(Op::Eq, 1), list(&["a"])));
    for value in [Value::Null, Value::List(Box::new([])), Value::Int(1)] {
        for expr in [length(Op::Eq, 1), length(Op::Ne, 1)] {
            assert!(!meets(expr.clone(), value.clone()), "{expr:?} {value}");
            assert!(!meets(not(expr), value.clone()));
        }
    }
    let odd = Value::List(Box::new([Value::Int(1), Value::Int(2)]));
    assert!(!meets(length(Op::Ne, 1), odd), "nothing is false of it");
    let many = Value::List(vec![Value::str("a"); 1 << 17].into());
    assert!(!meets(length(Op::Eq, 2), many), "and ends");
}

#[test]
fn two_fields_are_asked_of_each_pair() {
    let cond = Cond::Computed(Expr::Call {
        function: crate::lang::functions::named("endsWith").unwrap(),
        args: vec![Expr::Field(FIELD), Expr::Field(FieldId(1))],
        case: Case::Insensitive,
    });
    let row = [list(&["a.exe", "b.dll"]), list(&[".txt", ".DLL"])];
    assert!(Matcher::new(&cond).matches(&row[..]));
    let row = [list(&["a.exe", "b.dll"]), list(&[".txt", ".sys"])];
    assert!(!Matcher::new(&cond).matches(&row[..]));
}

#[test]
fn a_missing_field_meets_only_negations() {
    let compare = Cond::Compare {
        field: FIELD,
        op: Op::Ne,
        value: Value::Int(1),
    };
    for cond in [compare, Cond::Exists(FIELD), text(&["*"], Case::Sensitive)] {
        assert!(!meets(&cond, Value::Null));
        assert!(!meets(&cond, Value::List(Box::new([]))));
        assert!(meets(&Cond::Not(Box::new(cond)), Value::Null));
    }
    assert!(meets(&Cond::Exists(FIELD), Value::str("")));
}

#[test]
fn cheap_tests_come_first() {
    struct Cheap;
    impl Fields for Cheap {
        fn get(&self, field: FieldId) -> &Value {
            assert_eq!(field, FIELD, "the costly field is not asked for");
            &Value::Bool(false)
        }
    }
    let costly = Cond::Text {
        field: FieldId(1),
        patterns: vec![Pattern::wildcard("*a*"), Pattern::wildcard("*b*")],
        case: Case::Insensitive,
    };
    let cond = Cond::All(vec![costly, text(&["x"], Case::Insensitive)]);
    assert!(!Matcher::new(&cond).matches(&Cheap));
}

/// The meaning of a condition, word for word.
pub(in crate::engine) fn naive(cond: &Cond, row: &[Value]) -> bool {
    let items = |field: &FieldId| match &row[field.0 as usize] {
        Value::Null => Vec::new(),
        Value::List(items) => items.to_vec(),
        one => vec![one.clone()],
    };
    match cond {
        Cond::Const(value) => *value,
        Cond::All(conds) => conds.iter().fold(true, |all, cond| naive(cond, row) & all),
        Cond::Any(conds) => conds.iter().fold(false, |any, cond| naive(cond, row) | any),
        Cond::Not(inner) => !naive(inner, row),
        Cond::Exists(field) => !items(field).is_empty(),
        Cond::Text {
            field,
            patterns,
            case,
        } => items(field).iter().any(|item| {
            let text = folded(&item.to_string(), *case);
            patterns
                .iter()
                .any(|pattern| glob(&glyphs(pattern, *case), &text))
        }),
        Cond::Compare { field, op, value } => items(field)
            .iter()
            .any(|item| order(*op, item, value) == Some(true)),
        Cond::Regex { field, patterns } => items(field).iter().any(|item| {
            let text = item.to_string();
            patterns
                .iter()
                .any(|pattern| computed::regex(pattern, &text))
        }),
        Cond::Computed(expr) => computed::naive(expr, row),
        Cond::Cidr { field, nets } => items(field).iter().any(|item| {
            let IpNet::V4(net) = nets[0] else {
                return false;
            };
            let bits = u32::MAX
                .checked_shl(32 - u32::from(net.prefix_len()))
                .unwrap_or(0);
            let Ok(IpAddr::V4(ip)) = item.to_string().parse() else {
                return false;
            };
            u32::from(ip) & bits == u32::from(net.network())
        }),
    }
}

/// Whether two values of one kind stand so to each other; none for any others.
fn order(op: Op, left: &Value, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Str(left), Value::Str(right)) => left.chars().cmp(right.chars()),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Time(left), Value::Time(right)) => left.cmp(right),
        (Value::Ip(IpAddr::V4(left)), Value::Ip(IpAddr::V4(right))) => left.cmp(right),
        _ => return None,
    };
    Some(match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
    })
}

fn folded(text: &str, case: Case) -> Vec<char> {
    let fold = |c: char| match case {
        Case::Sensitive => c,
        Case::Insensitive => c.to_ascii_lowercase(),
    };
    text.chars().map(fold).collect()
}

fn glyphs(pattern: &Pattern, case: Case) -> Vec<Glyph> {
    let of = |piece: &Piece| match piece {
        Piece::Any => vec![Glyph::Any],
        Piece::One => vec![Glyph::One],
        Piece::Text(text) => folded(text, case).into_iter().map(Glyph::Char).collect(),
    };
    pattern.pieces().iter().flat_map(of).collect()
}

enum Glyph {
    Any,
    One,
    Char(char),
}

fn glob(pattern: &[Glyph], text: &[char]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        ([Glyph::Any, rest @ ..], _) => (0..=text.len()).any(|skip| glob(rest, &text[skip..])),
        ([Glyph::One, rest @ ..], [_, text @ ..]) => glob(rest, text),
        ([Glyph::Char(c), rest @ ..], [first, text @ ..]) => c == first && glob(rest, text),
        _ => false,
    }
}

/// Values that conditions are likely to meet, for `fields` fields.
pub(in crate::engine) fn rows(fields: usize) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(
        prop_oneof![
            1 => Just(Value::Null),
            4 => one_value(),
            1 => prop::collection::vec(one_value(), 0..3).prop_map(|items| Value::List(items.into())),
        ],
        fields,
    )
}

fn one_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => "[abAB]{0,3}".prop_map(Value::str),
        1 => (0..3i64).prop_map(Value::Int),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => (0..3i64).prop_map(|ticks| Value::Time(Time::from_ticks(ticks))),
        1 => "1[01]\\.0\\.0\\.[12]".prop_map(|text| Value::ip(text.parse().unwrap())),
    ]
}

/// Conditions over `fields` fields.
pub(in crate::engine) fn conds(fields: u32) -> impl Strategy<Value = Cond> {
    let field = move || (0..fields).prop_map(FieldId);
    let case = prop::sample::select(vec![Case::Sensitive, Case::Insensitive]);
    let op = prop::sample::select(vec![Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
    let literals = prop::collection::vec("[abAB]{0,2}|[01]|true", 1..3);
    let patterns = prop::collection::vec("[abAB*?]{0,3}|[01]|1*\\.1", 0..3);
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Cond::Const),
        1 => field().prop_map(Cond::Exists),
        6 => (field(), prop_oneof![literals, patterns], case).prop_map(|(field, texts, case)| {
            let patterns = texts.iter().map(|text| Pattern::wildcard(text)).collect();
            Cond::Text { field, patterns, case }
        }),
        3 => (field(), op, one_value())
            .prop_map(|(field, op, value)| Cond::Compare { field, op, value }),
        1 => (field(), prop::sample::select(vec!["10.0.0.0/8", "0.0.0.0/0", "11.0.0.1/32"]))
            .prop_map(|(field, net)| Cond::Cidr { field, nets: vec![net.parse().unwrap()] }),
        1 => (field(), computed::regexes())
            .prop_map(|(field, patterns)| Cond::Regex { field, patterns }),
        3 => computed::exprs(fields).prop_map(Cond::Computed),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Cond::All),
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Cond::Any),
            1 => inner.prop_map(|inner| Cond::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_the_naive_evaluator(cond in conds(3), rows in prop::collection::vec(rows(3), 8)) {
        let matcher = Matcher::new(&cond);
        for row in rows {
            prop_assert_eq!(matcher.matches(&row[..]), naive(&cond, &row), "{:?}", row);
        }
    }
}
