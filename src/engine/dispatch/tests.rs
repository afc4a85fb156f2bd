use std::cell::RefCell;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::file::Draft;
use super::simplify::Left;
use super::terms::Term;
use super::*;
use crate::engine::predicate::tests::{conds, naive, rows};
use crate::lang::pattern::Pattern;
use crate::lang::plan::Case;
use crate::model::field::Known;
use crate::model::value::Value;

const CATEGORY: FieldId = FieldId(0);
const NAME: FieldId = FieldId(1);
const COMMAND: FieldId = FieldId(2);

fn is(field: FieldId, texts: &[&str]) -> Cond {
    Cond::Text {
        field,
        patterns: texts.iter().map(|text| Pattern::literal(text)).collect(),
        case: Case::Insensitive,
    }
}

fn not(cond: Cond) -> Cond {
    Cond::Not(Box::new(cond))
}

/// Event 1 is a process with a command, event 3 is of the network and has none.
struct Two;

impl Kinds for Two {
    fn known(&self, kind: u16, field: FieldId) -> Known<'_> {
        static CATEGORIES: LazyLock<[Value; 2]> =
            LazyLock::new(|| ["process", "network"].map(Value::str));
        match (kind, field) {
            (1, CATEGORY) => Known::Always(&CATEGORIES[0]),
            (3, CATEGORY) => Known::Always(&CATEGORIES[1]),
            (3, COMMAND) => Known::Absent,
            _ => Known::Varies,
        }
    }
}

fn dispatch(conds: &[Cond]) -> Dispatch<'_> {
    Dispatch::new(conds, [1, 3], &Two)
}

/// One kind: by field, 0 is never there, 1 always has this value.
struct One<'v>(&'v [u8], &'v [Value]);

impl Kinds for One<'_> {
    fn known(&self, _: u16, FieldId(field): FieldId) -> Known<'_> {
        match self.0[field as usize] {
            0 => Known::Absent,
            1 => Known::Always(&self.1[field as usize]),
            _ => Known::Varies,
        }
    }
}

/// Kinds numbered from 0.
struct Each<'k>(&'k [One<'k>]);

impl Kinds for Each<'_> {
    fn known(&self, id: u16, field: FieldId) -> Known<'_> {
        self.0[usize::from(id)].known(id, field)
    }
}

/// An event that notes which fields it was asked for.
struct Noting {
    row: [Value; 3],
    asked: RefCell<Vec<u32>>,
}

impl Fields for Noting {
    fn get(&self, field: FieldId) -> &Value {
        self.asked.borrow_mut().push(field.0);
        &self.row[field.0 as usize]
    }
}

fn event(row: [&str; 3]) -> Noting {
    Noting {
        row: row.map(|text| match text {
            "" => Value::Null,
            text => Value::str(text),
        }),
        asked: RefCell::default(),
    }
}

fn matching(dispatch: &Dispatch, kind: Option<u16>, event: &Noting) -> Vec<u32> {
    let mut out = vec![99];
    dispatch.matching(kind, event, &mut out);
    out
}

#[test]
fn kinds_that_no_condition_can_meet_are_not_asked_for() {
    let process = Cond::All(vec![is(CATEGORY, &["process"]), is(NAME, &["a.exe"])]);
    let command = Cond::All(vec![is(CATEGORY, &["network"]), is(COMMAND, &["x"])]);
    let without = Cond::All(vec![is(CATEGORY, &["network"]), not(is(COMMAND, &["x"]))]);
    assert_eq!(
        dispatch(std::slice::from_ref(&process)).event_ids(),
        EventIds::of([1])
    );
    assert_eq!(
        dispatch(std::slice::from_ref(&command)).event_ids(),
        EventIds::NONE
    );
    assert_eq!(
        dispatch(std::slice::from_ref(&without)).event_ids(),
        EventIds::of([3])
    );
    let conds = [process, command, without];
    let all = dispatch(&conds);
    assert_eq!(matching(&all, Some(3), &event(["network", "b", ""])), [2]);
    assert_eq!(
        matching(&all, Some(1), &event(["process", "A.EXE", ""])),
        [0]
    );
    assert_eq!(
        matching(&all, Some(7), &event(["process", "A.EXE", ""])),
        [0; 0]
    );
    assert_eq!(matching(&all, None, &event(["network", "", "X"])), [1]);
}

#[test]
fn an_event_without_the_names_is_asked_for_the_names_alone() {
    let rules: Vec<Cond> = (0..50)
        .map(|at| {
            let name = format!("tool{at}.exe");
            let shared = format!("shared{}.exe", at % 2);
            let names = is(NAME, &[&name, &shared]);
            Cond::All(vec![
                is(CATEGORY, &["process"]),
                is(COMMAND, &["x"]),
                Cond::Any(vec![
                    names.clone(),
                    Cond::All(vec![names, is(COMMAND, &["y"])]),
                ]),
            ])
        })
        .collect();
    let all = dispatch(&rules);
    let other = event(["process", "other.exe", "x"]);
    assert_eq!(matching(&all, Some(1), &other), [0; 0]);
    assert!(other.asked.borrow().len() == 1);
    let one = event(["process", "Tool7.exe", "X"]);
    assert_eq!(matching(&all, Some(1), &one), [7]);
    let shared = event(["process", "shared1.exe", "X"]);
    assert_eq!(matching(&all, Some(1), &shared).len(), 25);
}

#[test]
fn a_value_is_filed_under_all_of_it_and_under_its_parts() {
    let mut draft = Draft::new(NAME);
    let terms = [
        Term::Whole("Cmd.exe"),
        Term::Whole("a much longer text, cmd.exe"),
        Term::Part("CMD"),
        Term::Part(".exe"),
        Term::Part("exe"),
        Term::Part("md.ex"),
        Term::Part("exé"),
        Term::Whole(""),
    ];
    for (term, cond) in terms.into_iter().zip(0..) {
        draft.add(term, cond);
    }
    let file = draft.finish();
    let found = |text| {
        let mut out = Vec::new();
        file.look_up(text, &mut out);
        out.sort_unstable();
        out.dedup();
        out
    };
    assert_eq!(found("cmd.EXE"), [0, 2, 3, 4, 5]);
    assert_eq!(found("A much longer text, cmd.exe"), [1, 2, 3, 4, 5]);
    assert_eq!(found("cmd"), [2]);
    assert_eq!(found("xeexé"), [6]);
    assert_eq!(found("ex"), [0; 0]);
    assert_eq!(found(""), [7]);
}

#[test]
fn of_a_long_part_a_few_bytes_are_compared() {
    let part = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789";
    let mut draft = Draft::new(NAME);
    draft.add(Term::Part(part), 7);
    let file = draft.finish();
    let found = |text: &str| {
        let mut out = Vec::new();
        file.look_up(text, &mut out);
        out
    };
    assert_eq!(found(&format!("x{part}x")), [7]);
    assert_eq!(found(&format!("{}!", &part[..32])), [7]);
    assert_eq!(found(&format!("{}!{}", &part[..31], &part[32..])), [0; 0]);
}

fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let chars = prop::sample::select(vec!['a', 'A', 'b', '\\', '\0', 'é']);
    prop::collection::vec(chars, length).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn a_file_finds_each_part_and_nothing_else(
        parts in prop::collection::vec(text(1..7), 1..40),
        text in text(0..40),
    ) {
        let mut draft = Draft::new(NAME);
        for (part, cond) in parts.iter().zip(0..) {
            draft.add(Term::Part(part), cond);
        }
        let mut out = Vec::new();
        draft.finish().look_up(&text, &mut out);
        out.sort_unstable();
        out.dedup();
        let text = text.to_ascii_lowercase();
        let has = |cond: &u32| text.contains(&parts[*cond as usize].to_ascii_lowercase());
        let expected: Vec<u32> = (0..parts.len() as u32).filter(has).collect();
        prop_assert_eq!(out, expected);
    }

    #[test]
    fn what_is_settled_is_what_nothing_is_left_of(
        cond in conds(4),
        rows in prop::collection::vec(rows(4), 3),
        known in prop::collection::vec(prop::collection::vec(0..4u8, 4), 3),
    ) {
        let kinds: Vec<One> = known.iter().zip(&rows).map(|(known, row)| One(known, row)).collect();
        let known = Beforehand::new(&Each(&kinds), &[0, 1, 2], (0..4).map(FieldId));
        let settled = known.settle(&cond, EventIds::of([0, 1, 2]));
        for (id, One(what, row)) in (0..).zip(&kinds) {
            let as_known: Vec<Value> = row.iter().zip(*what).map(|(value, known)| match known {
                0 => Value::Null,
                _ => value.clone(),
            }).collect();
            let left = Left::new(&cond, &known, Some(id));
            prop_assert_eq!(naive(&left.to_cond(), &as_known), naive(&cond, &as_known));
            prop_assert_eq!(settled.met.contains(id), left == Left::Const(true));
            prop_assert_eq!(settled.unmet.contains(id), left == Left::Const(false));
        }
    }

    #[test]
    fn agrees_with_asking_each(
        rules in prop::collection::vec(conds(4), 1..12),
        rows in prop::collection::vec(rows(4), 12),
        known in prop::collection::vec(0..4u8, 4),
    ) {
        let constant = Value::List(Box::new([Value::str("a"), Value::str("B")]));
        let constants = [const { Value::Null }; 4].map(|_| constant.clone());
        let kind = One(&known, &constants);
        let dispatch = Dispatch::new(&rules, [1], &kind);
        for row in rows {
            let expected = |row: &[Value]| -> Vec<u32> {
                let meets = |at: &u32| naive(&rules[*at as usize], row);
                (0..rules.len() as u32).filter(meets).collect()
            };
            let mut out = Vec::new();
            dispatch.matching(None, &row[..], &mut out);
            prop_assert_eq!(&out, &expected(&row));
            let as_known: Vec<Value> = row.into_iter().zip(&known).map(|(value, known)| match known {
                0 => Value::Null,
                1 => constant.clone(),
                _ => value,
            }).collect();
            dispatch.matching(Some(1), &as_known[..], &mut out);
            prop_assert_eq!(&out, &expected(&as_known));
            prop_assert!(out.is_empty() || dispatch.event_ids().contains(1));
        }
    }
}
