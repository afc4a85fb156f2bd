//! From the conditions that events met to findings: each plan's engine over its own hits, in the
//! profile's order.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::join::{Found, Hit as StageHit};
use crate::engine::{pipe, sample, sequence, stats};
use crate::lang::plan::{Body, Plan};
use crate::model::finding::{Finding, Remark};

use super::Profile;
use super::causal::Order;
use super::gather::{Gathered, Hit};
use super::watch::{Reading, Watches};

/// The findings of all plans, by rule, then in order.
pub(super) fn conclude(
    plans: &[Plan],
    watches: &Watches,
    gathered: &Gathered,
    profile: Profile,
) -> Vec<Finding> {
    let mut by_rule: Vec<Vec<&Hit>> = vec![Vec::new(); plans.len()];
    for hit in &gathered.hits {
        by_rule[watches.list[hit.watch as usize].rule as usize].push(hit);
    }
    plans
        .par_iter()
        .zip(by_rule)
        .enumerate()
        .flat_map_iter(|(rule, (plan, hits))| {
            let rule_hits = RuleHits {
                watches,
                gathered,
                hits,
            };
            rule_hits.findings(rule, plan, profile)
        })
        .collect()
}

struct RuleHits<'a> {
    watches: &'a Watches,
    gathered: &'a Gathered,
    hits: Vec<&'a Hit>,
}

impl RuleHits<'_> {
    fn findings(&self, rule: usize, plan: &Plan, profile: Profile) -> Vec<Finding> {
        let finding = |events: Vec<Option<u32>>, values, count| Finding {
            rule,
            number: 0,
            events: events
                .into_iter()
                .map(|event| Some(self.kept(event?).location))
                .collect(),
            values,
            count,
            remark: None,
        };
        let own = Senses {
            order: profile,
            live_user: false,
        };
        let mut findings: Vec<Finding> = match &plan.body {
            Body::Search(search) => {
                let hits: Vec<_> = self
                    .sorted(own)
                    .into_iter()
                    .map(|(_, hit)| (hit.event, hit.values.clone()))
                    .collect();
                let rows = stats::run(search, &hits).into_iter();
                rows.map(|row| {
                    let count = row.events.len() as u64;
                    finding(
                        row.events.into_iter().map(Some).collect(),
                        row.values,
                        count,
                    )
                })
                .collect()
            }
            _ => {
                let found = self.found(plan, own);
                let remarks = self.remarks(plan, &found, profile);
                let found = found.into_iter().zip(remarks);
                found
                    .map(|(found, remark)| {
                        let count = found.events.iter().flatten().count() as u64;
                        Finding {
                            remark,
                            ..finding(found.events, found.keys, count)
                        }
                    })
                    .collect()
            }
        };
        for (finding, number) in findings.iter_mut().zip(1..) {
            finding.number = number;
        }
        findings
    }

    /// What an EQL plan finds under one reading of order and user.
    fn found(&self, plan: &Plan, senses: Senses) -> Vec<Found> {
        let hits: Vec<StageHit> = self
            .sorted(senses)
            .into_iter()
            .map(|(order, hit)| StageHit {
                place: order.place(),
                stage: self.watches.list[hit.watch as usize].stage,
                event: hit.event,
                keys: hit.values.clone(),
            })
            .collect();
        match &plan.body {
            Body::Events(query) => {
                let each = hits.into_iter().map(|hit| Found {
                    keys: Box::default(),
                    events: vec![Some(hit.event)],
                });
                pipe::apply(&query.pipes, each.collect())
            }
            Body::Sequence(plan) => sequence::run(plan, &hits),
            Body::Sample(plan) => sample::run(plan, &hits),
            Body::Search(_) => Vec::new(),
        }
    }

    /// Of each finding, why the live pipeline would not raise it; none where it would, and none
    /// under the live pipeline's own profile.
    fn remarks(&self, plan: &Plan, found: &[Found], profile: Profile) -> Vec<Option<Remark>> {
        if profile == Profile::Elastic || found.is_empty() {
            return vec![None; found.len()];
        }
        let raised = |order, live_user| -> FxHashSet<Vec<Option<u32>>> {
            let found = self.found(plan, Senses { order, live_user });
            found.into_iter().map(|found| found.events).collect()
        };
        let live = raised(Profile::Elastic, true);
        if found.iter().all(|found| live.contains(&found.events)) {
            return vec![None; found.len()];
        }
        let order = raised(Profile::Elastic, false);
        let user = raised(Profile::Forensic, true);
        let remark = |found: &Found| {
            let remark = Remark {
                order: !order.contains(&found.events),
                user: !user.contains(&found.events),
            };
            (!live.contains(&found.events)).then_some(match remark {
                // Each alone would still raise it; only both together do not.
                Remark {
                    order: false,
                    user: false,
                } => Remark {
                    order: true,
                    user: true,
                },
                one => one,
            })
        };
        found.iter().map(remark).collect()
    }

    /// The hits that count under a reading of the user, in order.
    fn sorted(&self, senses: Senses) -> Vec<(Order, &Hit)> {
        let unread = if senses.live_user {
            Reading::Own
        } else {
            Reading::Live
        };
        let mut orders: FxHashMap<u32, Order> = FxHashMap::default();
        let mut hits: Vec<(Order, &Hit)> = self
            .hits
            .iter()
            .filter(|hit| self.watches.list[hit.watch as usize].reading != unread)
            .map(|hit| {
                let order = *orders.entry(hit.event).or_insert_with(|| {
                    let kept = self.kept(hit.event);
                    let place = self.gathered.place(&kept.moment, kept.host, senses.order);
                    Order::new(place, &kept.moment, kept.location)
                });
                (order, *hit)
            })
            .collect();
        hits.sort_by_key(|(order, hit)| (*order, hit.watch));
        hits
    }

    fn kept(&self, event: u32) -> &super::gather::Kept {
        &self.gathered.kept[event as usize]
    }
}

/// One way to read the logs.
#[derive(Clone, Copy)]
struct Senses {
    order: Profile,
    live_user: bool,
}
