//! From a plan to the same plan over other fields: a rule that was loaded with a table of fields of
//! its own takes the numbers of the table of all, and one rule can be read in two ways, for a profile
//! that takes a fact from elsewhere names another field, and nothing else changes.

use super::plan::{Body, Cond, Expr, Plan, Stage};
use crate::model::field::FieldId;

impl Plan {
    /// Replaces each field of an event by what `to` makes of it. What becomes of the rows of `stats`
    /// is about their columns, and stays.
    pub fn rename(&mut self, to: &dyn Fn(FieldId) -> FieldId) {
        let rename = &mut |field: &mut FieldId| *field = to(*field);
        match &mut self.body {
            Body::Events(query) => query.filter.each_field_mut(rename),
            Body::Sequence(sequence) => {
                let stages = sequence.stages.iter_mut().chain(&mut sequence.until);
                stages.for_each(|stage| stage.each_field_mut(rename));
            }
            Body::Sample(sample) => {
                let stages = sample.stages.iter_mut();
                stages.for_each(|stage| stage.each_field_mut(rename));
            }
            Body::Search(search) => {
                search.filter.each_field_mut(rename);
                if let Some(stats) = &mut search.stats {
                    let aggregates = stats.aggregates.iter_mut();
                    let asked = aggregates.filter_map(|aggregate| aggregate.field.as_mut());
                    stats.by.iter_mut().chain(asked).for_each(rename);
                }
            }
        }
    }
}

impl Stage {
    fn each_field_mut(&mut self, visit: &mut dyn FnMut(&mut FieldId)) {
        self.filter.each_field_mut(visit);
        self.keys.iter_mut().for_each(|key| visit(&mut key.field));
    }
}

impl Cond {
    /// Visits each field that the condition reads, as often as it reads it.
    pub fn each_field(&self, visit: &mut dyn FnMut(FieldId)) {
        match self {
            Cond::Const(_) => {}
            Cond::All(conds) | Cond::Any(conds) => {
                conds.iter().for_each(|cond| cond.each_field(visit));
            }
            Cond::Not(cond) => cond.each_field(visit),
            Cond::Exists(field)
            | Cond::Text { field, .. }
            | Cond::Regex { field, .. }
            | Cond::Compare { field, .. }
            | Cond::Cidr { field, .. } => visit(*field),
            Cond::Computed(expr) => expr.each_field(visit),
        }
    }

    /// The same condition with each field replaced by what `to` makes of it.
    pub fn map_fields(&self, to: &dyn Fn(FieldId) -> FieldId) -> Cond {
        let mut renamed = self.clone();
        renamed.each_field_mut(&mut |field| *field = to(*field));
        renamed
    }

    fn each_field_mut(&mut self, visit: &mut dyn FnMut(&mut FieldId)) {
        match self {
            Cond::Const(_) => {}
            Cond::All(conds) | Cond::Any(conds) => {
                conds.iter_mut().for_each(|cond| cond.each_field_mut(visit));
            }
            Cond::Not(cond) => cond.each_field_mut(visit),
            Cond::Exists(field)
            | Cond::Text { field, .. }
            | Cond::Regex { field, .. }
            | Cond::Compare { field, .. }
            | Cond::Cidr { field, .. } => visit(field),
            Cond::Computed(expr) => expr.each_field_mut(visit),
        }
    }
}

impl Expr {
    fn each_field(&self, visit: &mut dyn FnMut(FieldId)) {
        match self {
            Expr::Const(_) => {}
            Expr::Field(field) => visit(*field),
            Expr::Call { args: exprs, .. } | Expr::And(exprs) | Expr::Or(exprs) => {
                exprs.iter().for_each(|expr| expr.each_field(visit));
            }
            Expr::Compare { sides, .. } | Expr::Arithmetic { sides, .. } => {
                sides.iter().for_each(|side| side.each_field(visit));
            }
            Expr::Text { value: expr, .. }
            | Expr::Regex { value: expr, .. }
            | Expr::Not(expr)
            | Expr::Negate(expr)
            | Expr::IsNull(expr) => expr.each_field(visit),
        }
    }

    fn each_field_mut(&mut self, visit: &mut dyn FnMut(&mut FieldId)) {
        match self {
            Expr::Const(_) => {}
            Expr::Field(field) => visit(field),
            Expr::Call { args: exprs, .. } | Expr::And(exprs) | Expr::Or(exprs) => {
                exprs.iter_mut().for_each(|expr| expr.each_field_mut(visit));
            }
            Expr::Compare { sides, .. } | Expr::Arithmetic { sides, .. } => {
                sides.iter_mut().for_each(|side| side.each_field_mut(visit));
            }
            Expr::Text { value: expr, .. }
            | Expr::Regex { value: expr, .. }
            | Expr::Not(expr)
            | Expr::Negate(expr)
            | Expr::IsNull(expr) => expr.each_field_mut(visit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::eql;
    use crate::lang::functions;
    use crate::lang::pattern::{Pattern, RegexPattern};
    use crate::lang::plan::{
        Aggregate, AggregateFunction, Arithmetic, Case, Op, RowStage, Search, Stats,
    };
    use crate::model::field::{FieldTable, FieldType, FieldTypes, View};
    use crate::model::value::Value;

    /// One condition of each form, over the fields 0 to 13 in order.
    fn every_form() -> Cond {
        let expr = |field| Expr::Field(FieldId(field));
        let patterns = || vec![Pattern::wildcard("a*")];
        let regexes = || vec![RegexPattern::new("a+", Case::Sensitive).unwrap()];
        let exprs = vec![
            expr(5),
            Expr::Const(Value::Int(1)),
            Expr::Call {
                function: functions::named("length").unwrap(),
                args: vec![expr(6)],
                case: Case::Sensitive,
            },
            Expr::Or(vec![
                Expr::Not(Box::new(expr(7))),
                Expr::IsNull(Box::new(expr(8))),
            ]),
            Expr::Compare {
                op: Op::Eq,
                sides: Box::new([expr(9), expr(10)]),
            },
            Expr::Text {
                value: Box::new(expr(11)),
                patterns: patterns(),
                case: Case::Insensitive,
            },
            Expr::Regex {
                value: Box::new(Expr::Negate(Box::new(expr(12)))),
                patterns: regexes(),
            },
            Expr::Arithmetic {
                op: Arithmetic::Add,
                sides: Box::new([expr(13), Expr::Const(Value::Null)]),
            },
        ];
        Cond::All(vec![
            Cond::Const(true),
            Cond::Any(vec![Cond::Not(Box::new(Cond::Exists(FieldId(0))))]),
            Cond::Text {
                field: FieldId(1),
                patterns: patterns(),
                case: Case::Sensitive,
            },
            Cond::Regex {
                field: FieldId(2),
                patterns: regexes(),
            },
            Cond::Compare {
                field: FieldId(3),
                op: Op::Lt,
                value: Value::Int(1),
            },
            Cond::Cidr {
                field: FieldId(4),
                nets: Vec::new(),
            },
            Cond::Computed(Expr::And(exprs)),
        ])
    }

    fn fields(cond: &Cond) -> Vec<u32> {
        let mut fields = Vec::new();
        cond.each_field(&mut |field| fields.push(field.0));
        fields
    }

    fn up(field: FieldId) -> FieldId {
        FieldId(field.0 + 100)
    }

    #[test]
    fn every_field_of_a_condition() {
        let cond = every_form();
        assert_eq!(fields(&cond), (0..14).collect::<Vec<_>>());
        let renamed = cond.map_fields(&up);
        assert_eq!(fields(&renamed), (100..114).collect::<Vec<_>>());
        assert_eq!(renamed.map_fields(&|field| FieldId(field.0 - 100)), cond);
    }

    #[test]
    fn rows_keep_their_columns() {
        let search = |base: u32| {
            let field = |number| FieldId(base + number);
            let aggregate = |field| Aggregate {
                function: AggregateFunction::Count,
                field,
            };
            Plan {
                view: View::Cim,
                body: Body::Search(Search {
                    filter: Cond::Exists(field(0)),
                    stats: Some(Stats {
                        by: vec![field(1)],
                        aggregates: vec![aggregate(None), aggregate(Some(field(2)))],
                    }),
                    then: vec![RowStage::Search(Cond::Exists(FieldId(0)))],
                    columns: vec!["a".to_owned()],
                }),
            }
        };
        let mut plan = search(0);
        plan.rename(&up);
        assert_eq!(plan, search(100));
    }

    struct Anything;

    impl FieldTypes for Anything {
        fn type_of(&self, _: View, _: &str) -> Option<FieldType> {
            Some(FieldType::Keyword)
        }

        fn nearest(&self, _: View, _: &str) -> Option<String> {
            None
        }
    }

    #[test]
    fn a_plan_takes_the_numbers_of_another_table() {
        for query in [
            r#"any where a == "1" and b == "2""#,
            r#"sequence by a [any where b == "1"] by c [process where d == "2"] by e
               until [any where z == "3"] by b"#,
            r#"sample by a [any where b == "1"] [any where c == "2"]"#,
        ] {
            let compile = |fields: &mut FieldTable| {
                let options = eql::Options::default();
                let compiled = eql::compile(query, &Anything, fields, &options);
                compiled.unwrap().plan
            };
            let (mut own, mut all) = (FieldTable::default(), FieldTable::default());
            for name in ["z", "event.category", "e", "d", "c", "b", "a"] {
                all.intern(View::Ecs, name);
            }
            let mut plan = compile(&mut own);
            plan.rename(&|field| {
                let (view, name) = own.name(field);
                all.get(view, name).unwrap()
            });
            assert_eq!(plan, compile(&mut all), "{query}");
        }
    }
}
