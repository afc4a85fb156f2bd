//! From logs to the events of some ids, in order of time.
//!
//! An event's place is known only when all process starts are, but its row is not: rows are made
//! where the records are read, in parallel, and wait for their order ([`super::spool`]). So the
//! logs are read once, in whatever order their events happened.

use rayon::prelude::*;

use crate::input::Discovery;
use crate::lang::pattern::Pattern;
use crate::lang::plan::{Body, Case, Cond, EventQuery, Plan};
use crate::model::field::{FieldTable, View};
use crate::schema::Event;

use super::causal::Order;
use super::spool::{Row, Spool};
use super::{Error, InputCount, Options, Reading, scan, watch};

/// Has `render` append a row for every event of the ids, and hands the rows to `emit` in the profile's
/// order, many at a time: their bytes, how many they are, and the sum of the numbers that `render`
/// returned for them. What `emit` returns first as an error ends it.
///
/// # Errors
/// The threads cannot be started, or the rows do not fit into memory nor the temporary folder.
pub fn timeline<E: Send>(
    discovery: &Discovery,
    event_ids: &[u16],
    fields: &mut FieldTable,
    options: &Options,
    render: impl Fn(&Event<'_>, &mut Vec<u8>) -> u32 + Sync,
    emit: impl FnMut(&[u8], u64, u64) -> Result<(), E> + Send,
) -> Result<Result<Vec<InputCount>, E>, Error> {
    let plan = Plan {
        view: View::Ecs,
        body: Body::Events(EventQuery {
            filter: Cond::Text {
                field: fields.intern(View::Ecs, "event.code"),
                patterns: event_ids
                    .iter()
                    .map(|id| Pattern::literal(&id.to_string()))
                    .collect(),
                case: Case::Sensitive,
            },
            pipes: Vec::new(),
        }),
    };
    let watches = watch::Watches::new(&[&plan], fields, options.profile);
    let reading = Reading::new(&discovery.inputs, fields, options);
    let spool = Spool::new(&render);
    // What keeps it from starting is to be known before the logs are read.
    let pool = options.threads.pool()?;
    let mut gathered = scan::scan(&reading, &watches, Some(&spool), &|_, _| {});
    pool.install(|| {
        gathered.settle();
        let kept = std::mem::take(&mut gathered.kept);
        let rows = std::mem::take(&mut gathered.rows);
        let order = |(kept, row): (super::gather::Kept, Row)| {
            let place = gathered.place(&kept.moment, kept.host, options.profile);
            (Order::new(place, &kept.moment, kept.location), row)
        };
        let events = kept.into_par_iter().zip(rows);
        let mut orders: Vec<(Order, Row)> = events.map(order).collect();
        orders.par_sort_unstable();
        let rows: Vec<Row> = orders.into_iter().map(|(_, row)| row).collect();
        let emitted = spool.emit(&rows, emit)?;
        Ok(emitted.map(|()| gathered.inputs))
    })
}
