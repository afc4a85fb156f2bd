//! Every address range of both rules: its first and last address, and the nearest outside it.

use super::Sample;
use super::teller::{Answer, Start, Teller, To};
use super::words::*;
use super::ws01;
use crate::sysmon::Generation;

const V6_MAX: &str = "ffff:ffff:ffff:ffff:ffff:ffff:ffff";

/// Address, whether the Elastic rule reports it, whether the Splunk rule does, and what it is.
type Row = (&'static str, bool, bool, &'static str);

const V4: &[Row] = &[
    ("0.0.0.0", true, true, "the first address of all"),
    ("9.255.255.255", true, true, "before 10.0.0.0/8"),
    ("10.0.0.0", false, false, "first of 10.0.0.0/8"),
    ("10.255.255.255", false, false, "last of 10.0.0.0/8"),
    ("11.0.0.0", true, true, "after 10.0.0.0/8"),
    ("93.184.216.34", true, true, "a public address"),
    ("100.63.255.255", true, true, "before 100.64.0.0/10"),
    ("100.64.0.0", false, true, "first of 100.64.0.0/10"),
    ("100.127.255.255", false, true, "last of 100.64.0.0/10"),
    ("100.128.0.0", true, true, "after 100.64.0.0/10"),
    ("126.255.255.255", true, true, "before 127.0.0.0/8"),
    ("127.0.0.0", false, true, "first of 127.0.0.0/8"),
    ("127.255.255.255", false, true, "last of 127.0.0.0/8"),
    ("128.0.0.0", true, true, "after 127.0.0.0/8"),
    ("169.253.255.255", true, true, "before 169.254.0.0/16"),
    ("169.254.0.0", false, true, "first of 169.254.0.0/16"),
    ("169.254.255.255", false, true, "last of 169.254.0.0/16"),
    ("169.255.0.0", true, true, "after 169.254.0.0/16"),
    ("172.15.255.255", true, true, "before 172.16.0.0/12"),
    ("172.16.0.0", false, false, "first of 172.16.0.0/12"),
    ("172.31.255.255", false, false, "last of 172.16.0.0/12"),
    ("172.32.0.0", true, true, "after 172.16.0.0/12"),
    ("191.255.255.255", true, true, "before 192.0.0.0/24"),
    (
        "192.0.0.0",
        false,
        true,
        "first of 192.0.0.0/24 and of 192.0.0.0/29",
    ),
    ("192.0.0.7", false, true, "last of 192.0.0.0/29"),
    ("192.0.0.8", false, true, "192.0.0.8/32"),
    ("192.0.0.9", false, true, "192.0.0.9/32"),
    ("192.0.0.10", false, true, "192.0.0.10/32"),
    (
        "192.0.0.11",
        false,
        true,
        "after 192.0.0.10/32, still in 192.0.0.0/24",
    ),
    (
        "192.0.0.169",
        false,
        true,
        "before 192.0.0.170/32, still in 192.0.0.0/24",
    ),
    ("192.0.0.170", false, true, "192.0.0.170/32"),
    ("192.0.0.171", false, true, "192.0.0.171/32"),
    ("192.0.0.255", false, true, "last of 192.0.0.0/24"),
    ("192.0.1.0", true, true, "after 192.0.0.0/24"),
    ("192.0.1.255", true, true, "before 192.0.2.0/24"),
    ("192.0.2.0", false, true, "first of 192.0.2.0/24"),
    ("192.0.2.255", false, true, "last of 192.0.2.0/24"),
    ("192.0.3.0", true, true, "after 192.0.2.0/24"),
    ("192.31.195.255", true, true, "before 192.31.196.0/24"),
    ("192.31.196.0", false, true, "first of 192.31.196.0/24"),
    ("192.31.196.255", false, true, "last of 192.31.196.0/24"),
    ("192.31.197.0", true, true, "after 192.31.196.0/24"),
    ("192.52.192.255", true, true, "before 192.52.193.0/24"),
    ("192.52.193.0", false, true, "first of 192.52.193.0/24"),
    ("192.52.193.255", false, true, "last of 192.52.193.0/24"),
    ("192.52.194.0", true, true, "after 192.52.193.0/24"),
    ("192.88.98.255", true, true, "before 192.88.99.0/24"),
    ("192.88.99.0", false, true, "first of 192.88.99.0/24"),
    ("192.88.99.255", false, true, "last of 192.88.99.0/24"),
    ("192.88.100.0", true, true, "after 192.88.99.0/24"),
    ("192.167.255.255", true, true, "before 192.168.0.0/16"),
    ("192.168.0.0", false, false, "first of 192.168.0.0/16"),
    ("192.168.255.255", false, false, "last of 192.168.0.0/16"),
    ("192.169.0.0", true, true, "after 192.168.0.0/16"),
    ("192.175.47.255", true, true, "before 192.175.48.0/24"),
    ("192.175.48.0", false, true, "first of 192.175.48.0/24"),
    ("192.175.48.255", false, true, "last of 192.175.48.0/24"),
    ("192.175.49.0", true, true, "after 192.175.48.0/24"),
    ("198.17.255.255", true, true, "before 198.18.0.0/15"),
    ("198.18.0.0", false, true, "first of 198.18.0.0/15"),
    ("198.19.255.255", false, true, "last of 198.18.0.0/15"),
    ("198.20.0.0", true, true, "after 198.18.0.0/15"),
    ("198.51.99.255", true, true, "before 198.51.100.0/24"),
    ("198.51.100.0", false, true, "first of 198.51.100.0/24"),
    ("198.51.100.255", false, true, "last of 198.51.100.0/24"),
    ("198.51.101.0", true, true, "after 198.51.100.0/24"),
    ("203.0.112.255", true, true, "before 203.0.113.0/24"),
    ("203.0.113.0", false, true, "first of 203.0.113.0/24"),
    ("203.0.113.255", false, true, "last of 203.0.113.0/24"),
    ("203.0.114.0", true, true, "after 203.0.113.0/24"),
    ("223.255.255.255", true, true, "before 224.0.0.0/4"),
    ("224.0.0.0", false, true, "first of 224.0.0.0/4"),
    ("239.255.255.255", false, true, "last of 224.0.0.0/4"),
    ("240.0.0.0", false, true, "first of 240.0.0.0/4"),
    (
        "255.255.255.255",
        false,
        true,
        "last of 240.0.0.0/4 and of all",
    ),
];

const V6: &[Row] = &[
    ("0:0:0:0:0:0:0:0", true, true, "before ::1"),
    ("0:0:0:0:0:0:0:1", false, true, "::1"),
    ("0:0:0:0:0:0:0:2", true, true, "after ::1"),
    (STAGER_V6, true, true, "a public address"),
    (
        "fd12:3456:789a:1:0:0:0:1",
        true,
        true,
        "a unique local address, which the rule does not list",
    ),
    ("fe80:0:0:0:0:0:0:0", false, true, "first of FE80::/10"),
    ("fec0:0:0:0:0:0:0:0", true, true, "after FE80::/10"),
    ("ff00:0:0:0:0:0:0:0", false, true, "first of FF00::/8"),
];

/// Upper ends: the first group; the rest is all ones.
const V6_ENDS: &[Row] = &[
    ("fe7f", true, true, "before FE80::/10"),
    ("febf", false, true, "last of FE80::/10"),
    ("feff", true, true, "before FF00::/8"),
    ("ffff", false, true, "last of FF00::/8 and of all"),
];

/// The log.
pub fn log() -> Sample {
    let mut t = Teller::new(
        ws01::host(),
        Generation::New,
        "2026-03-01 13:00:00.000",
        1001,
    );
    for row in V4.iter().chain(V6) {
        regasm(&mut t, row.0, row);
    }
    for row in V6_ENDS {
        regasm(&mut t, &format!("{}:{V6_MAX}", row.0), row);
    }
    let mut mapped = |address: &str, answer| {
        t.case(
            &format!("IPv4-mapped {address}"),
            &Start::of(REGSVR32),
            &To::ip(address),
            answer,
        );
    };
    mapped("::ffff:10.0.0.5", Answer::No);
    mapped("0:0:0:0:0:ffff:a00:5", Answer::No);
    mapped("0:0:0:0:0:ffff:c0a8:101", Answer::No);
    mapped("::ffff:93.184.216.34", Answer::Both);
    mapped("0:0:0:0:0:ffff:5db8:d822", Answer::Both);
    t.case(
        "no destination address",
        &Start::of(REGASM),
        &To::ip(""),
        Answer::Both,
    );
    Sample {
        name: "ws01-addresses.evtx",
        about: "WS01 the day before, Sysmon 15: RegAsm to both sides of every address range of both rules",
        bytes: t.log().into_bytes(),
        told: t.told,
        records: t.records,
        findings: t.findings,
    }
}

fn regasm(t: &mut Teller, address: &str, (_, elastic, splunk, what): &Row) {
    let answer = if *elastic { Answer::Both } else { Answer::No };
    let record = t.case(
        &format!("{address}: {what}"),
        &Start::of(REGASM),
        &To::ip(address),
        answer,
    );
    if *splunk {
        t.splunk(record);
    }
}
