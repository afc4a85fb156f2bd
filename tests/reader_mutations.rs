//! Damaged logs of every kind: the reader ends, never panics, and where the `evtx` crate reads a
//! record too, tells the same of it.

mod told;

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use told::{CHUNK, FILE_HEADER, hold_against_the_crate};

/// Chunks to damage, each as a log of its own: made ones, and real ones where they are at hand.
static LOGS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut logs = vec![evql_samples::types::log(true)];
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/logs");
    let real = [
        "corpus/damaged/sysmon.evtx",
        "corpus/sysmon/Sysmon_UACME_64.evtx",
    ];
    let real = real.into_iter().filter_map(evql_samples::shared);
    let made = ["ws01-sysmon.evtx", "srv02-old-exported.evtx"];
    let made = made.map(|name| Path::new(samples).join(name));
    for path in made.into_iter().chain(real) {
        let log = std::fs::read(path).expect("a log");
        let header = &log[..FILE_HEADER];
        let chunks = log[FILE_HEADER..].chunks_exact(CHUNK).take(3);
        logs.extend(chunks.map(|chunk| [header, chunk].concat()));
    }
    logs
});

/// A way of damaging a chunk. Places are taken modulo what there is.
#[derive(Clone, Debug)]
enum Damage {
    Flip {
        at: usize,
        mask: u8,
    },
    Put16 {
        at: usize,
        value: u16,
    },
    Put32 {
        at: usize,
        value: u32,
    },
    Zero {
        from: usize,
        size: usize,
    },
    Copy {
        from: usize,
        to: usize,
        size: usize,
    },
    Swap {
        one: usize,
        other: usize,
        size: usize,
    },
    Cut {
        at: usize,
    },
}

fn damage() -> impl Strategy<Value = Damage> {
    // The first records hold the definitions, where damage does most.
    let at = prop_oneof![0usize..512, 512usize..6000, 512usize..CHUNK];
    let size = prop_oneof![1usize..16, 1usize..3000];
    let small = prop_oneof![0u32..64, 0u32..70_000, any::<u32>()];
    prop_oneof![
        8 => (at.clone(), any::<u8>()).prop_map(|(at, mask)| Damage::Flip { at, mask }),
        4 => (at.clone(), 0u16..400).prop_map(|(at, value)| Damage::Put16 { at, value }),
        4 => (at.clone(), small).prop_map(|(at, value)| Damage::Put32 { at, value }),
        2 => (at.clone(), size.clone()).prop_map(|(from, size)| Damage::Zero { from, size }),
        2 => (at.clone(), at.clone(), size.clone())
            .prop_map(|(from, to, size)| Damage::Copy { from, to, size }),
        2 => (at.clone(), at.clone(), size)
            .prop_map(|(one, other, size)| Damage::Swap { one, other, size }),
        1 => at.prop_map(|at| Damage::Cut { at }),
    ]
}

impl Damage {
    fn to(&self, log: &mut Vec<u8>) {
        let chunk = &mut log[FILE_HEADER..];
        let end = chunk.len();
        let within = |at: usize, size: usize| at.min(end)..at.saturating_add(size).min(end);
        let mut put = |at: usize, bytes: &[u8]| {
            let range = within(at, bytes.len());
            let size = range.len();
            chunk[range].copy_from_slice(&bytes[..size]);
        };
        match *self {
            Damage::Flip { at, mask } => {
                let range = within(at, 1);
                chunk[range].iter_mut().for_each(|byte| *byte ^= mask);
            }
            Damage::Put16 { at, value } => put(at, &value.to_le_bytes()),
            Damage::Put32 { at, value } => put(at, &value.to_le_bytes()),
            Damage::Zero { from, size } => chunk[within(from, size)].fill(0),
            Damage::Copy { from, to, size } => {
                let bytes = chunk[within(from, size)].to_vec();
                let range = within(to, bytes.len());
                let size = range.len();
                chunk[range].copy_from_slice(&bytes[..size]);
            }
            Damage::Swap { one, other, size } => {
                for (one, other) in within(one, size).zip(within(other, size)) {
                    chunk.swap(one, other);
                }
            }
            Damage::Cut { at } => log.truncate(FILE_HEADER + at),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_chunk_is_read_as_the_crate_reads_it(
        log in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let mut bytes = LOGS[log.index(LOGS.len())].clone();
        for damage in &damages {
            damage.to(&mut bytes);
        }
        hold_against_the_crate("a damaged chunk", bytes);
    }
}
