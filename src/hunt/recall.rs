//! The second pass: back to the blocks that hold something wanted, to see it in full.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::input::Buffers;
use crate::model::field::Fields;
use crate::model::finding::EventRow;
use crate::model::record::{EventIds, Location};
use crate::schema::clock::Moment;

use super::Reading;

/// An event seen in full, and its times.
pub(super) struct Recalled {
    pub event: EventRow,
    pub moment: Moment,
}

/// The events at these places, with the reading's fields.
pub(super) fn recall(
    reading: &Reading,
    locations: &BTreeSet<Location>,
) -> BTreeMap<Location, Recalled> {
    let mut blocks: Vec<((u32, u32), Vec<u64>)> = Vec::new();
    for location in locations {
        let at = (location.file, location.block);
        match blocks.last_mut() {
            Some((block, offsets)) if *block == at => offsets.push(location.offset),
            _ => blocks.push((at, vec![location.offset])),
        }
    }
    let ask = reading.ask(&EventIds::ALL);
    let rows: Vec<Vec<Recalled>> = blocks
        .par_iter()
        .map_init(
            || (Buffers::default(), reading.layout.scratch()),
            |(buffers, scratch), ((file, block), offsets)| {
                let mut rows = Vec::with_capacity(offsets.len());
                let input = &reading.inputs[*file as usize];
                input.read(*block, &ask, Some(offsets), buffers, &mut |record| {
                    let moment = reading.clock.moment(record);
                    let event = reading.layout.event(record, scratch);
                    let fields = reading.held.fields().iter();
                    let event = EventRow {
                        location: record.location(),
                        held: Arc::clone(&reading.held),
                        values: fields.map(|field| event.get(*field).clone()).collect(),
                        damaged: record.damaged(),
                    };
                    rows.push(Recalled { event, moment });
                });
                rows
            },
        )
        .collect();
    // They come in order, so that the map is built in one go.
    let rows = rows.into_iter().flatten();
    rows.map(|row| (row.event.location, row)).collect()
}
