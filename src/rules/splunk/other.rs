//! YAML files that are no rules: from a text that is no rule file to whether that is a mistake.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Whether the file is YAML, be it of several documents, and none of it has a search.
pub(super) fn has_no_search(text: &str) -> bool {
    serde_saphyr::from_multiple(text)
        .is_ok_and(|documents: Vec<Top>| !documents.iter().any(|document| document.has_search))
}

/// The outermost of a document, of whatever kind.
struct Top {
    has_search: bool,
}

impl<'de> Deserialize<'de> for Top {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Top, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

/// A kind of value without keys.
macro_rules! plain {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method<E>(self, _: $kind) -> Result<Top, E> {
            Ok(Top { has_search: false })
        })*
    };
}

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    plain!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Top, E> {
        Ok(Top { has_search: false })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Top, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Top { has_search: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        let mut has_search = false;
        while let Some(key) = map.next_key::<String>()? {
            has_search |= key == "search";
            map.next_value::<IgnoredAny>()?;
        }
        Ok(Top { has_search })
    }
}
