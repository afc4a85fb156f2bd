//! Logs that a disk or a copy has spoiled.

use super::teller::{Answer, Start, Teller, To};
use super::words::*;
use super::{Sample, srv02, ws01};
use crate::evtx::{CHUNK_SIZE, FILE_HEADER_SIZE, Log};
use crate::sysmon::Generation;

/// Three chunks: sound; with a wrong checksum and a record overwritten; sound.
pub fn damaged() -> Sample {
    let mut t = Teller::new(
        srv02::host(),
        Generation::Middle,
        "2026-03-02 18:00:00.000",
        30_001,
    );
    let to = To::ip(STAGER);
    let start = Start::of(REGSVR32).user(BOB);
    t.case("in a sound chunk", &start, &to, Answer::Both);
    let second = t.records.len();
    t.case(
        "in a chunk whose checksum is wrong: read and marked",
        &start,
        &to,
        Answer::Both,
    );
    let lost = t.start(&start, "its connection is overwritten");
    let lost = t.connect(
        &lost,
        &to,
        Answer::No,
        "overwritten on the disk: cannot be read",
    );
    t.case(
        "after the overwritten record, in the same chunk",
        &start,
        &to,
        Answer::Both,
    );
    let third = t.records.len();
    t.case(
        "in the next chunk, which is sound",
        &start,
        &to,
        Answer::Both,
    );

    let mut log = Log::in_memory();
    for (at, record) in t.records.iter().enumerate() {
        if at == second || at == third {
            log.end_chunk().expect("memory does not fail");
        }
        log.push(record).expect("records are short");
    }
    let mut bytes = log.into_bytes();
    let chunk = FILE_HEADER_SIZE + CHUNK_SIZE;
    let header = [&[0x2a, 0x2a, 0, 0][..], &lost.to_le_bytes()].concat();
    let is_lost =
        |at: &usize| bytes[*at..*at + 4] == header[..4] && bytes[*at + 8..*at + 16] == header[4..];
    let at = (chunk..chunk + CHUNK_SIZE - 16)
        .find(is_lost)
        .expect("the record is in that chunk");
    // All of its XML but the header's fields and the size at its end.
    let size = u32::from_le_bytes([bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]]);
    bytes[at + 24..at + size as usize - 4].fill(0xfe);
    if let Some(told) = t.told.iter_mut().find(|told| told.id == lost) {
        told.readable = false;
    }
    Sample {
        name: "srv02-damaged.evtx",
        about: "SRV02 in the evening, Sysmon 10: the second of three chunks has a wrong checksum and one record that cannot be read",
        bytes,
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}

/// A copy that was interrupted in the middle of a record of its second chunk.
pub fn cut() -> Sample {
    let mut t = Teller::new(
        ws01::host(),
        Generation::New,
        "2026-03-06 07:30:00.000",
        9_001,
    );
    let to = To::ip(STAGER);
    t.case(
        "in the first chunk, which is whole",
        &Start::of(REGSVR32),
        &to,
        Answer::Both,
    );
    let second = t.records.len();
    t.case(
        "complete, in the chunk that is cut",
        &Start::of(REGSVR32),
        &to,
        Answer::Both,
    );
    t.start(&Start::of(REGSVR32), "the last complete record");
    let whole = t.records.len();
    t.start(&Start::of(REGSVR32), "cut in its middle");

    let mut log = Log::in_memory();
    for record in &t.records[..second] {
        log.push(record).expect("records are short");
    }
    log.end_chunk().expect("memory does not fail");
    let mut chunk = crate::evtx::Chunk::default();
    let mut end = 0;
    for (at, record) in t.records.iter().enumerate().skip(second) {
        chunk
            .push(at as u64 + 1, record)
            .expect("records are short");
        if at + 1 == whole {
            end = chunk.len();
        }
    }
    log.push_chunk(&chunk.finish())
        .expect("memory does not fail");
    let mut bytes = log.into_bytes();
    bytes.truncate(FILE_HEADER_SIZE + CHUNK_SIZE + end + 700);
    if let Some(told) = t.told.last_mut() {
        told.readable = false;
    }
    Sample {
        name: "ws01-cut.evtx",
        about: "WS01 four days later, Sysmon 15: an interrupted copy that ends in the middle of a record",
        bytes,
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}
