//! From the conditions that events met to findings: each plan's engine over its own hits, in the
//! profile's order.

use rustc_hash::FxHashSet;

use crate::engine::join::{Found, Hit as StageHit};
use crate::engine::{pipe, sample, sequence, stats};
use crate::lang::plan::{Body, Plan};
use crate::model::finding::{Finding, Remark};
use crate::model::value::Value;

use super::causal::Order;
use super::gather::{Gathered, Hit, Kept};
use super::watch::{Reading, Watches};
use super::{Options, Profile};

/// The findings of all plans, by rule, then in order.
pub(super) fn conclude(
    plans: &[&Plan],
    watches: &Watches,
    gathered: &Gathered,
    options: &Options,
) -> Vec<Finding> {
    let mut by_rule: Vec<Vec<&Hit>> = vec![Vec::new(); plans.len()];
    for hit in &gathered.hits {
        by_rule[watches.list[hit.watch as usize].rule as usize].push(hit);
    }
    let found = options.threads.map(plans.len(), |rule| {
        let rule_hits = RuleHits {
            watches,
            gathered,
            profile: options.profile,
            hits: &by_rule[rule],
        };
        rule_hits.findings(rule, plans[rule])
    });
    let mut findings = Vec::with_capacity(found.iter().map(Vec::len).sum());
    findings.extend(found.into_iter().flatten());
    findings
}

struct RuleHits<'a> {
    watches: &'a Watches<'a>,
    gathered: &'a Gathered,
    profile: Profile,
    hits: &'a [&'a Hit],
}

impl RuleHits<'_> {
    fn findings(&self, rule: usize, plan: &Plan) -> Vec<Finding> {
        let finding = |events: &[Option<u32>], values, count| Finding {
            rule,
            number: 0,
            events: events
                .iter()
                .map(|event| Some(self.kept((*event)?).location))
                .collect(),
            values,
            count,
            remark: None,
        };
        let own = Senses {
            live_order: false,
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
                    let events: Vec<Option<u32>> = row.events.into_iter().map(Some).collect();
                    finding(&events, row.values, events.len() as u64)
                })
                .collect()
            }
            _ if self.are_findings(plan) => {
                let hits = self.sorted(own).into_iter();
                hits.map(|(_, hit)| finding(&[Some(hit.event)], Box::default(), 1))
                    .collect()
            }
            _ => {
                let found = self.found(plan, own);
                let remarks = self.remarks(plan, &found);
                let found = found.into_iter().zip(remarks);
                found
                    .map(|(found, remark)| {
                        let count = found.events.iter().flatten().count() as u64;
                        Finding {
                            remark,
                            ..finding(&found.events, found.keys, count)
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

    /// Whether each hit is a finding, and no reading gives another: of single events the order says
    /// nothing, and few conditions ask for the user.
    fn are_findings(&self, plan: &Plan) -> bool {
        let both = |hit: &&Hit| self.watches.list[hit.watch as usize].reading == Reading::Both;
        matches!(&plan.body, Body::Events(query) if query.pipes.is_empty())
            && self.hits.iter().all(both)
    }

    /// What an EQL plan finds under one reading of order and user.
    fn found(&self, plan: &Plan, senses: Senses) -> Vec<Found> {
        let hits = self.sorted(senses);
        let stage_hits = || -> Vec<StageHit<&[Value]>> {
            hits.iter()
                .map(|(order, hit)| StageHit {
                    place: order.place(),
                    stage: self.watches.list[hit.watch as usize].stage,
                    event: hit.event,
                    keys: &*hit.values,
                })
                .collect()
        };
        match &plan.body {
            Body::Events(query) => {
                let each = hits.iter().map(|(_, hit)| Found {
                    keys: Box::default(),
                    events: vec![Some(hit.event)],
                });
                pipe::apply(&query.pipes, each.collect())
            }
            Body::Sequence(plan) => sequence::run(plan, &stage_hits()),
            Body::Sample(plan) => sample::run(plan, &stage_hits()),
            Body::Search(_) => Vec::new(),
        }
    }

    /// Of each finding, why the live pipeline would not raise it; none where it would, and none
    /// under the live pipeline's own profile.
    fn remarks(&self, plan: &Plan, found: &[Found]) -> Vec<Option<Remark>> {
        if self.profile == Profile::Elastic || found.is_empty() {
            return vec![None; found.len()];
        }
        let raised = |live_order, live_user| -> FxHashSet<Vec<Option<u32>>> {
            let senses = Senses {
                live_order,
                live_user,
            };
            let found = self.found(plan, senses);
            found.into_iter().map(|found| found.events).collect()
        };
        let live = raised(true, true);
        if found.iter().all(|found| live.contains(&found.events)) {
            return vec![None; found.len()];
        }
        let order = raised(true, false);
        let user = raised(false, true);
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
        let unread = match senses.live_user {
            true => Reading::Own,
            false => Reading::Live,
        };
        let profile = match senses.live_order {
            true => Profile::Elastic,
            false => self.profile,
        };
        let order = |hit: &Hit| {
            let kept = self.kept(hit.event);
            let place = self.gathered.place(&kept.moment, kept.host, profile);
            Order::new(place, &kept.moment, kept.location)
        };
        let reading = |hit: &Hit| self.watches.list[hit.watch as usize].reading;
        let hits = self.hits.iter().copied();
        let counting = hits.filter(|hit| reading(hit) != unread);
        let mut hits: Vec<(Order, &Hit)> = counting.map(|hit| (order(hit), hit)).collect();
        hits.sort_by(|(left, one), (right, other)| {
            left.cmp(right).then_with(|| one.watch.cmp(&other.watch))
        });
        hits
    }

    fn kept(&self, event: u32) -> &Kept {
        &self.gathered.kept[event as usize]
    }
}

/// One way to read the logs: the profile's, or in part the live pipeline's.
#[derive(Clone, Copy)]
struct Senses {
    live_order: bool,
    live_user: bool,
}
