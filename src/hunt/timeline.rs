//! From logs to the events of some ids, in order of time: places first, then the events
//! themselves, a window at a time, so that a log far larger than memory still comes out sorted.

use std::collections::BTreeSet;

use crate::input::Discovery;
use crate::lang::pattern::Pattern;
use crate::lang::plan::{Body, Case, Cond, EventQuery, Plan};
use crate::model::field::{FieldTable, View};
use crate::model::finding::EventRow;

use super::causal::Order;
use super::{Error, InputCount, Options, Reading, pool, recall, scan, watch};

/// Events that are held in full at one time.
const WINDOW: usize = 16_384;

/// Hands every event of the ids to `emit`, in the profile's order, each with a value for every
/// field of `fields`. What `emit` returns first as an error ends it.
pub fn timeline<E>(
    discovery: &Discovery,
    event_ids: &[u16],
    fields: &mut FieldTable,
    options: &Options,
    mut emit: impl FnMut(&EventRow) -> Result<(), E> + Send,
) -> Result<Result<Vec<InputCount>, E>, Error>
where
    E: Send,
{
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
    let watches = watch::Watches::new(&[plan], fields, options.profile);
    let reading = Reading::new(&discovery.inputs, fields, options);
    let pool = pool(options.threads)?;
    Ok(pool.install(|| {
        let mut gathered = scan::scan(&reading, &watches);
        let mut orders: Vec<Order> = std::mem::take(&mut gathered.kept)
            .iter()
            .map(|kept| {
                let place = gathered.place(&kept.moment, kept.host, options.profile);
                Order::new(place, &kept.moment, kept.location)
            })
            .collect();
        orders.sort_unstable();
        for window in orders.chunks(WINDOW) {
            let locations: BTreeSet<_> = window.iter().map(Order::location).collect();
            let rows = recall::recall(&reading, &locations);
            for order in window {
                if let Some(row) = rows.get(&order.location())
                    && let Err(error) = emit(&row.event)
                {
                    return Err(error);
                }
            }
        }
        Ok(gathered.inputs)
    }))
}
