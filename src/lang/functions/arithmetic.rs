//! `add`, `subtract`, `multiply`, `divide`, `modulo`, and the operators of the same meaning.

use super::{Function, Kind, needed};
use crate::lang::plan::Arithmetic;
use crate::model::value::Value;

macro_rules! function {
    ($constant:ident, $name:literal, $op:ident) => {
        pub(super) static $constant: Function = Function {
            name: $name,
            params: &[needed("left", Kind::Number), needed("right", Kind::Number)],
            variadic: false,
            folds_case: false,
            gives: Kind::Number,
            evaluate: |args, _| match args {
                [left, right, ..] => compute(Arithmetic::$op, left, right),
                _ => Value::Null,
            },
        };
    };
}

function!(ADD, "add", Add);
function!(SUBTRACT, "subtract", Subtract);
function!(MULTIPLY, "multiply", Multiply);
function!(DIVIDE, "divide", Divide);
function!(MODULO, "modulo", Modulo);

/// Two numbers computed. Whole numbers stay whole and division truncates; what is not a number,
/// division by zero and what 64 bits cannot hold are null.
pub fn compute(op: Arithmetic, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => {
            let result = match op {
                Arithmetic::Add => left.checked_add(*right),
                Arithmetic::Subtract => left.checked_sub(*right),
                Arithmetic::Multiply => left.checked_mul(*right),
                Arithmetic::Divide => left.checked_div(*right),
                Arithmetic::Modulo => left.checked_rem(*right),
            };
            result.map_or(Value::Null, Value::Int)
        }
        _ => match (float(left), float(right)) {
            (Some(_), Some(0.0)) if matches!(op, Arithmetic::Divide | Arithmetic::Modulo) => {
                Value::Null
            }
            (Some(left), Some(right)) => Value::Float(match op {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
                Arithmetic::Modulo => left % right,
            }),
            _ => Value::Null,
        },
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::*;

    #[test]
    fn whole_numbers_stay_whole() {
        let (seven, three) = (Value::Int(7), Value::Int(3));
        let pair = [seven.clone(), three];
        assert_eq!(call("add", &pair), Value::Int(10));
        assert_eq!(call("subtract", &pair), Value::Int(4));
        assert_eq!(call("multiply", &pair), Value::Int(21));
        assert_eq!(call("divide", &pair), Value::Int(2));
        assert_eq!(call("modulo", &pair), Value::Int(1));
        assert_eq!(
            call("divide", &[seven.clone(), Value::Float(2.0)]),
            Value::Float(3.5)
        );
    }

    #[test]
    fn what_cannot_be_computed_is_null() {
        for (op, right) in [("divide", Value::Int(0)), ("modulo", Value::Float(0.0))] {
            assert_eq!(call(op, &[Value::Int(1), right]), Value::Null, "{op}");
        }
        let most = Value::Int(i64::MAX);
        assert_eq!(call("add", &[most.clone(), Value::Int(1)]), Value::Null);
        assert_eq!(call("multiply", &[most.clone(), most]), Value::Null);
        assert_eq!(
            call("modulo", &[Value::Int(i64::MIN), Value::Int(-1)]),
            Value::Null
        );
        assert_eq!(call("add", &[Value::Int(1), Value::Null]), Value::Null);
        assert_eq!(call("add", &[Value::Int(1), Value::str("1")]), Value::Null);
    }
}
