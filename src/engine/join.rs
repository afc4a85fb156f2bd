//! Join keys: from the events that stages matched to the groups they form.
//!
//! Sequences and samples work on one join key at a time. A [`JoinKey`] is the values of an
//! event's key fields in a form that can be equal and be hashed, as Elasticsearch compares them:
//! an address equals the text of it, a whole number never equals a text or a fraction, and null
//! equals null. An event with several values in a key field belongs to the group of each.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::engine::compare;
use crate::lang::plan::Key;
use crate::model::time::Time;
use crate::model::value::Value;

/// An event that a stage matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<K = Box<[Value]>> {
    /// The event's place on the clock that `maxspan` is measured on.
    pub place: Time,
    /// Which stage; as many as there are stages stands for `until`.
    pub stage: u16,
    /// The caller's number for the event. The hits of one event stand side by side.
    pub event: u32,
    /// The values of the stage's key fields, lists as they are.
    pub keys: K,
}

/// A sequence or a sample that is complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The join keys, as the event that began it has them; none is a list.
    pub keys: Box<[Value]>,
    /// The event of each stage, none for a missing event.
    pub events: Vec<Option<u32>>,
}

/// The most groups one event can belong to: as a bound on what a log can cause, not a rule of
/// EQL's.
const MOST_KEYS_OF_AN_EVENT: usize = 1024;

/// The values of the key fields, one each.
#[derive(Clone, Debug)]
pub struct JoinKey(Box<[Value]>);

impl JoinKey {
    /// The groups that a hit of a stage belongs to: none where it lacks a key that is not
    /// optional, several where a key field holds a list. The first field's values vary fastest.
    pub fn of(keys: &[Key], values: &[Value]) -> Vec<JoinKey> {
        if values.iter().all(is_one) {
            let key = values.iter().flat_map(Value::items).cloned();
            return vec![JoinKey(key.collect())];
        }
        let mut found: Vec<Vec<Value>> = vec![Vec::with_capacity(values.len())];
        for (at, value) in values.iter().enumerate() {
            let optional = keys.get(at).is_some_and(|key| key.optional);
            let items = match value {
                Value::Null if optional => std::slice::from_ref(value),
                _ => value.items(),
            };
            if let [one] = items {
                found.iter_mut().for_each(|key| key.push(one.clone()));
                continue;
            }
            found = items
                .iter()
                .flat_map(|item| {
                    found
                        .iter()
                        .map(move |key| [&key[..], std::slice::from_ref(item)].concat())
                })
                .take(MOST_KEYS_OF_AN_EVENT)
                .collect();
        }
        found.into_iter().map(|key| JoinKey(key.into())).collect()
    }

    /// What equal join keys have in common, and others may.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        self.hash(&mut digest.0);
        digest.finish()
    }

    /// The values.
    pub fn into_values(self) -> Box<[Value]> {
        self.0
    }

    /// The order in which samples are told: field by field.
    pub fn order(&self, other: &JoinKey) -> std::cmp::Ordering {
        let parts = self.0.iter().zip(other.0.iter());
        parts
            .map(|(left, right)| compare::rows(left, right))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.0.len().cmp(&other.0.len()))
    }
}

impl PartialEq for JoinKey {
    fn eq(&self, other: &JoinKey) -> bool {
        self.0.len() == other.0.len()
            && (self.0.iter().zip(other.0.iter())).all(|(left, right)| same(left, right))
    }
}

impl Eq for JoinKey {}

impl Hash for JoinKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|value| hash(value, state));
    }
}

/// As nearly every value of a key field is.
fn is_one(value: &Value) -> bool {
    matches!(value.items(), [_])
}

fn hash(value: &Value, state: &mut impl Hasher) {
    match value {
        Value::Int(value) => value.hash(state),
        Value::Float(value) => value.to_bits().hash(state),
        Value::Time(value) => value.hash(state),
        Value::Bool(value) => value.hash(state),
        Value::Null => 0_u8.hash(state),
        other => hash_text(compare::text(other).as_bytes(), state),
    }
}

/// With a byte that no text has, so that of two texts it counts where the one ends.
fn hash_text(text: &[u8], state: &mut impl Hasher) {
    state.write(text);
    state.write_u8(0xff);
}

/// A [`JoinKey::digest`] in the making, from values that never become a key.
#[derive(Default)]
pub struct Digest(FxHasher);

impl Digest {
    /// Adds the next field's text.
    pub fn text(&mut self, text: &[u8]) {
        hash_text(text, &mut self.0);
    }

    /// Adds the next field's value. False, and nothing done, where it has none or several.
    pub fn value(&mut self, value: &Value) -> bool {
        let is_one = is_one(value);
        if is_one {
            (value.items().iter()).for_each(|item| hash(item, &mut self.0));
        }
        is_one
    }

    /// The digest of all fields.
    pub fn finish(&self) -> u64 {
        self.0.finish()
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => left.to_bits() == right.to_bits(),
        (Value::Ip(_), Value::Str(_)) | (Value::Str(_), Value::Ip(_)) => {
            compare::text(left) == compare::text(right)
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::FieldId;

    fn keys(optional: &[bool]) -> Vec<Key> {
        (optional.iter().zip(0..))
            .map(|(optional, field)| Key {
                field: FieldId(field),
                optional: *optional,
            })
            .collect()
    }

    fn shown(optional: &[bool], values: &[Value]) -> Vec<String> {
        let row = |key: JoinKey| Value::List(key.into_values()).to_string();
        JoinKey::of(&keys(optional), values)
            .into_iter()
            .map(row)
            .collect()
    }

    #[test]
    fn a_list_joins_by_each_of_its_values() {
        let list = |items: &[i64]| Value::List(items.iter().map(|n| Value::Int(*n)).collect());
        assert_eq!(shown(&[], &[]), [""]);
        assert_eq!(shown(&[false], &[Value::Int(1)]), ["1"]);
        assert_eq!(
            shown(&[false, false], &[list(&[1, 2]), list(&[3, 4])]),
            ["1, 3", "2, 3", "1, 4", "2, 4"]
        );
        assert_eq!(shown(&[false], &[list(&[])]), [""; 0]);
        let long = list(&(0..2000).collect::<Vec<_>>());
        assert_eq!(shown(&[false, false], &[long.clone(), long]).len(), 1024);
    }

    #[test]
    fn null_joins_only_where_the_key_is_optional() {
        assert_eq!(shown(&[false], &[Value::Null]), [""; 0]);
        assert_eq!(JoinKey::of(&keys(&[true]), &[Value::Null]).len(), 1);
    }

    #[test]
    fn an_address_joins_with_its_text() {
        let key = |value: Value| JoinKey(Box::new([value]));
        assert_eq!(
            key(Value::ip("10.0.0.1".parse().unwrap())),
            key(Value::str("10.0.0.1"))
        );
        assert_ne!(key(Value::Int(1)), key(Value::str("1")));
        assert_ne!(key(Value::str("A")), key(Value::str("a")));
        assert_eq!(key(Value::Null), key(Value::Null));
    }

    #[test]
    fn equal_keys_have_one_digest() {
        let digest = |values: &[Value]| JoinKey(values.into()).digest();
        let made = |values: &[Value]| {
            let mut digest = Digest::default();
            (values.iter().all(|value| digest.value(value))).then(|| digest.finish())
        };
        let (a, b) = (Value::str("a"), Value::str("b"));
        let pair = [a.clone(), Value::Int(7)];
        assert_eq!(made(&pair), Some(digest(&pair)));
        assert_eq!(made(&[]), Some(digest(&[])));
        assert_eq!(
            made(&[Value::List([a.clone()].into())]),
            made(std::slice::from_ref(&a))
        );
        assert_eq!(made(&[Value::List([a.clone(), b.clone()].into())]), None);
        assert_eq!(made(&[Value::Null]), None);
        let address = Value::ip("10.0.0.1".parse().unwrap());
        assert_eq!(digest(&[address]), digest(&[Value::str("10.0.0.1")]));
        assert_ne!(digest(std::slice::from_ref(&a)), digest(&[b]));
        let mut text = Digest::default();
        text.text(b"a");
        assert_eq!(text.finish(), digest(&[a]));
    }
}
