//! The second pass: back to the blocks that hold something wanted and not seen yet, to see it in
//! full.

use std::vec::IntoIter;

use crate::input::Buffers;
use crate::model::ascending::Ascending;
use crate::model::record::{EventIds, Location};
use crate::schema::Event;
use crate::schema::clock::Moment;

use super::threads::Threads;
use super::{InputCount, Reading};

/// What is kept of an event seen in full, where it stands, and its times.
pub(super) struct Recalled<R> {
    pub event: R,
    pub location: Location,
    pub moment: Moment,
}

impl<R> Recalled<R> {
    pub fn new(event: &Event<'_>, moment: Moment, keep: impl Fn(&Event<'_>) -> R) -> Recalled<R> {
        Recalled {
            event: keep(event),
            location: event.record().location(),
            moment,
        }
    }
}

/// Which of these places, which ascend, no event was seen at. What was seen comes in lists, each best in
/// the order of the places already, and in any case afterwards.
pub(super) fn unseen<R>(seen: &mut [Vec<Recalled<R>>], locations: &[Location]) -> Vec<Location> {
    for list in &mut *seen {
        list.sort_by_key(|row| row.location);
    }
    let mut lists: Vec<_> = seen.iter().map(|list| Ascending::new(list)).collect();
    let mut is_seen = |at: Location| {
        let mut lists = lists.iter_mut();
        lists.any(|list| list.find(at, |row| row.location).is_some())
    };
    let locations = locations.iter().copied();
    locations.filter(|at| !is_seen(*at)).collect()
}

/// What was seen of the events at these places: of lists in the order of the places one.
pub(super) fn in_turn<R>(
    seen: Vec<Vec<Recalled<R>>>,
    locations: &[Location],
) -> impl Iterator<Item = Recalled<R>> {
    let mut lists: Vec<_> = seen.into_iter().map(Vec::into_iter).collect();
    let row = move |at: &Location| {
        lists.iter_mut().find_map(|list| {
            // Rows are large, so each is looked at where it stands, and moved once.
            let next =
                |list: &IntoIter<Recalled<R>>| list.as_slice().first().map(|row| row.location);
            while next(list).is_some_and(|next| next < *at) {
                list.next();
            }
            (next(list) == Some(*at)).then(|| list.next()).flatten()
        })
    };
    locations.iter().filter_map(row)
}

/// What `keep` makes of the events at these places, which ascend, in their order. Of those that are not
/// there any more it tells the inputs' accounts.
pub(super) fn recall<R: Send>(
    reading: &Reading,
    threads: &Threads,
    locations: &[Location],
    keep: impl Fn(&Event<'_>) -> R + Sync,
    counts: &mut [InputCount],
) -> Vec<Recalled<R>> {
    let of_block =
        |one: &Location, next: &Location| (one.file, one.block) == (next.file, next.block);
    let blocks: Vec<&[Location]> = locations.chunk_by(of_block).collect();
    let ask = reading.ask(&EventIds::ALL);
    let with = || (Buffers::default(), reading.layout.scratch());
    let rows = threads.map_with(blocks.len(), with, |(buffers, scratch), at| {
        let Location { file, block, .. } = blocks[at][0];
        let offsets: Vec<u64> = blocks[at].iter().map(|at| at.offset).collect();
        let mut rows = Vec::with_capacity(offsets.len());
        let input = &reading.inputs[file as usize];
        input.read(block, &ask, Some(&offsets), buffers, &mut |record| {
            let moment = reading.clock.moment(record);
            let event = reading.layout.event(record, scratch);
            rows.push(Recalled::new(&event, moment, &keep));
        });
        rows
    });
    let mut rows: Vec<_> = rows.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.location);
    let mut there = Ascending::new(&rows);
    let is_gone = |at: &Location| there.find(*at, |row| row.location).is_none();
    let gone: Vec<Location> = locations.iter().copied().filter(is_gone).collect();
    for gone in gone.chunk_by(of_block) {
        let file = gone[0].file as usize;
        let problem = reading.inputs[file].gone(gone[0], gone.len());
        counts[file].problems.push(problem);
    }
    rows
}
