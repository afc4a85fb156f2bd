//! The second pass: back to the blocks that hold something wanted, to see it in full.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::input::Buffers;
use crate::model::field::{FieldId, Fields};
use crate::model::finding::EventRow;
use crate::model::record::{EventIds, Location};
use crate::schema::clock::Moment;

use super::Reading;

/// An event seen in full, and its times.
pub(super) struct Recalled {
    pub event: EventRow,
    pub moment: Moment,
}

/// The events at these places. Every field of the field table has its value.
pub(super) fn recall(
    reading: &Reading,
    locations: &BTreeSet<Location>,
) -> BTreeMap<Location, Recalled> {
    let mut blocks: BTreeMap<(u32, u32), Vec<u64>> = BTreeMap::new();
    for location in locations {
        blocks
            .entry((location.file, location.block))
            .or_default()
            .push(location.offset);
    }
    let blocks: Vec<((u32, u32), Vec<u64>)> = blocks.into_iter().collect();
    let ask = reading.ask(&EventIds::ALL);
    blocks
        .par_iter()
        .map_init(
            || (Buffers::default(), reading.layout.scratch()),
            |(buffers, scratch), ((file, block), offsets)| {
                let mut rows = Vec::with_capacity(offsets.len());
                let input = &reading.inputs[*file as usize];
                input.read(*block, &ask, Some(offsets), buffers, &mut |record| {
                    let location = record.location();
                    let moment = reading.clock.moment(record);
                    let event = reading.layout.event(record, scratch);
                    let values = (0..reading.fields)
                        .map(|field| event.get(FieldId(field)).clone())
                        .collect();
                    let event = EventRow {
                        location,
                        values,
                        damaged: record.damaged(),
                    };
                    rows.push((location, Recalled { event, moment }));
                });
                rows
            },
        )
        .flatten_iter()
        .collect()
}
