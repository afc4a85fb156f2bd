//! The fields of the Elastic Common Schema, of Winlogbeat's `winlog.*`, and of Elastic Defend's
//! extensions, with their types.
//!
//! ECS is made of field sets, and some sets stand in others (`hash` in `file`, `process`, `dll`):
//! so do the tables here. Source: the flat list of fields that Elastic publishes with ECS 9.4
//! (npm's `@elastic/ecs`), every leaf of it that is not flattened or nested.

use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use super::super::layout::EVENT_DATA;
use super::reused::REUSED;
use super::sets::SETS;
use crate::model::field::FieldType;

/// Fields that stand together, and where. Names are parted by blanks.
pub(super) struct Set {
    at: &'static [&'static str],
    keyword: &'static str,
    long: &'static str,
    double: &'static str,
    boolean: &'static str,
    date: &'static str,
    ip: &'static str,
}

impl Set {
    pub(super) const fn of(at: &'static [&'static str], keyword: &'static str) -> Set {
        Set {
            at,
            keyword,
            long: "",
            double: "",
            boolean: "",
            date: "",
            ip: "",
        }
    }

    pub(super) const fn long(mut self, names: &'static str) -> Set {
        self.long = names;
        self
    }

    pub(super) const fn double(mut self, names: &'static str) -> Set {
        self.double = names;
        self
    }

    pub(super) const fn boolean(mut self, names: &'static str) -> Set {
        self.boolean = names;
        self
    }

    pub(super) const fn date(mut self, names: &'static str) -> Set {
        self.date = names;
        self
    }

    pub(super) const fn ip(mut self, names: &'static str) -> Set {
        self.ip = names;
        self
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, FieldType)> {
        [
            (self.keyword, FieldType::Keyword),
            (self.long, FieldType::Long),
            (self.double, FieldType::Double),
            (self.boolean, FieldType::Boolean),
            (self.date, FieldType::Date),
            (self.ip, FieldType::Ip),
        ]
        .into_iter()
        .flat_map(|(names, kind)| names.split_ascii_whitespace().map(move |name| (name, kind)))
    }
}

fn sets() -> impl Iterator<Item = &'static Set> {
    SETS.iter().chain(REUSED)
}

/// The type of a field.
pub fn type_of(name: &str) -> Option<FieldType> {
    if OPEN.iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty())
    }) {
        return Some(FieldType::Keyword);
    }
    let at = |place, field| PLACES.get(place)?.types().get(field).copied();
    let mut dots = name.match_indices('.').map(|(dot, _)| dot);
    let fixed = at("", name).or_else(|| dots.find_map(|dot| at(&name[..dot], &name[dot + 1..])));
    let extension = || (name.contains(".Ext.")).then_some(FieldType::Keyword);
    fixed.or_else(extension)
}

/// Every name.
pub fn names() -> impl Iterator<Item = String> {
    fixed().map(|((at, field), _)| match at {
        "" => field.to_owned(),
        at => [at, field].join("."),
    })
}

/// Where sets stand, and which.
static PLACES: LazyLock<FxHashMap<&str, Place>> = LazyLock::new(|| {
    let mut places: FxHashMap<&str, Place> = FxHashMap::default();
    for set in sets() {
        for at in set.at {
            places.entry(at).or_default().sets.push(set);
        }
    }
    places
});

/// The sets that stand in one place.
#[derive(Default)]
struct Place {
    sets: Vec<&'static Set>,
    /// Made for the first field that is looked for there: there are thousands, most of them in
    /// places that no rule names.
    types: OnceLock<FxHashMap<&'static str, FieldType>>,
}

impl Place {
    fn types(&self) -> &FxHashMap<&'static str, FieldType> {
        self.types.get_or_init(|| {
            let mut types = FxHashMap::default();
            for (field, kind) in self.sets.iter().flat_map(|set| set.fields()) {
                types.entry(field).or_insert(kind);
            }
            types
        })
    }
}

fn fixed() -> impl Iterator<Item = ((&'static str, &'static str), FieldType)> {
    sets().flat_map(|set| {
        let places = set.at.iter();
        places.flat_map(|at| set.fields().map(move |(field, kind)| ((*at, field), kind)))
    })
}

/// Where any name may stand: data under the names of the log, and the own fields of the other
/// sensors whose events Elastic's rules for Windows also read.
const OPEN: [&str; 9] = [
    EVENT_DATA,
    "winlog.user_data.",
    "labels.",
    "crowdstrike.",
    "endgame.",
    "m365_defender.",
    "microsoft_defender_endpoint.",
    "sentinel_one.",
    "sentinel_one_cloud_funnel.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_type_of_the_first_set_that_has_it() {
        let mut seen = FxHashMap::default();
        for (name, (_, kind)) in names().zip(fixed()) {
            let first = *seen.entry(name.clone()).or_insert(kind);
            assert_eq!(type_of(&name), Some(first), "{name}");
        }
        assert!(seen.len() > 1000, "{}", seen.len());
        assert_eq!(type_of("process"), None);
        assert_eq!(type_of("process."), None);
        assert_eq!(type_of(".process.name"), None);
    }
}
