//! The second pass: back to the blocks that hold something wanted, to see it in full.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::input::Buffers;
use crate::model::record::{EventIds, Location};
use crate::schema::Event;
use crate::schema::clock::Moment;

use super::Reading;

/// What is kept of an event seen in full, and its times.
pub(super) struct Recalled<R> {
    pub event: R,
    pub moment: Moment,
}

/// What `keep` makes of the events at these places.
pub(super) fn recall<R: Send>(
    reading: &Reading,
    locations: &BTreeSet<Location>,
    keep: impl Fn(&Event<'_>) -> R + Sync,
) -> BTreeMap<Location, Recalled<R>> {
    let mut blocks: Vec<((u32, u32), Vec<u64>)> = Vec::new();
    for location in locations {
        let at = (location.file, location.block);
        match blocks.last_mut() {
            Some((block, offsets)) if *block == at => offsets.push(location.offset),
            _ => blocks.push((at, vec![location.offset])),
        }
    }
    let ask = reading.ask(&EventIds::ALL);
    let rows: Vec<Vec<(Location, Recalled<R>)>> = blocks
        .par_iter()
        .map_init(
            || (Buffers::default(), reading.layout.scratch()),
            |(buffers, scratch), ((file, block), offsets)| {
                let mut rows = Vec::with_capacity(offsets.len());
                let input = &reading.inputs[*file as usize];
                input.read(*block, &ask, Some(offsets), buffers, &mut |record| {
                    let moment = reading.clock.moment(record);
                    let event = keep(&reading.layout.event(record, scratch));
                    rows.push((record.location(), Recalled { event, moment }));
                });
                rows
            },
        )
        .collect();
    // They come in order, so that the map is built in one go.
    rows.into_iter().flatten().collect()
}
