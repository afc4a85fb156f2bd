//! What a rule says of some events.

use super::record::Location;
use super::value::Value;

/// One thing that one rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's place in the list of loaded rules.
    pub rule: usize,
    /// The finding's number among that rule's, from 1.
    pub number: u64,
    /// The events behind it, in stage order for a sequence (none for a missing event), in the
    /// order of the log for a row of a search.
    pub events: Vec<Option<Location>>,
    /// A sequence's join keys, or a row of a search: its values in column order. Empty for an
    /// event query.
    pub values: Box<[Value]>,
    /// How many events it counts.
    pub count: u64,
    /// Where the profile finds what the vendor's live pipeline would not: why.
    pub remark: Option<Remark>,
}

/// Why Elastic's live pipeline would not have raised a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Remark {
    /// Ordered by UtcTime the events are not in sequence.
    pub order: bool,
    /// With `user.id` taken from the record, an event does not match.
    pub user: bool,
}
