//! The network: a connection (3), a DNS query (22).

use super::shared::{ANY, PROCESS, USER};
use crate::schema::row::{Kind, REMOTE_DEST, Row, moved, text};
use crate::schema::transform::Transform::*;

/// 3: a process opened or took a connection.
pub static CONNECT: Kind = Kind {
    id: 3,
    tag: "NetworkConnect",
    category: &["network"],
    types: &["start", "connection", "protocol"],
    action: "Network connection",
    ecs: &[],
    cim: &[
        ("signature", "Network connection"),
        ("action", "allowed"),
        ("protocol", "ip"),
    ],
    tables: &[ANY, PROCESS, APP, USER, CONNECTION],
};

static APP: &[Row] = &[moved("Image", &[], &[text("app")])];

static CONNECTION: &[Row] = &[
    moved(
        "Protocol",
        &[text("network.transport")],
        &[text("transport")],
    ),
    moved(
        "Initiated",
        &[("network.direction", EgressIngress)],
        &[("direction", OutboundInbound)],
    ),
    moved("SourceIsIpv6", &[("network.type", IpVersion)], &[]),
    moved(
        "SourceHostname",
        &[text("source.domain")],
        &[text("src"), text("src_host")],
    ),
    moved(
        "SourceIp",
        &[("source.ip", Ip), ("related.ip", Ip)],
        &[text("src_ip"), text("src")],
    ),
    moved("SourcePort", &[("source.port", Int)], &[("src_port", Int)]),
    moved("DestinationIsIpv6", &[], &[]),
    moved(
        "DestinationHostname",
        &[text("destination.domain")],
        &[text("dest_host"), text(REMOTE_DEST)],
    ),
    moved(
        "DestinationIp",
        &[("destination.ip", Ip), ("related.ip", Ip)],
        &[text("dest_ip"), text(REMOTE_DEST)],
    ),
    moved(
        "DestinationPort",
        &[("destination.port", Int)],
        &[("dest_port", Int)],
    ),
    moved("DestinationPortName", &[text("network.protocol")], &[]),
    moved("SourcePortName", &[text("network.protocol")], &[]),
];

/// 22: a process asked for a name.
pub static DNS: Kind = Kind {
    id: 22,
    tag: "DnsQuery",
    category: &["network"],
    types: &["connection", "protocol", "info"],
    action: "DNSEvent (DNS query)",
    ecs: &[("network.protocol", "dns")],
    cim: &[("signature", "DNSEvent (DNS query)")],
    tables: &[ANY, PROCESS, QUERY, USER],
};

static QUERY: &[Row] = &[
    moved(
        "QueryResults",
        &[
            ("dns.answers.type", AnswerTypes),
            ("dns.answers.data", AnswerData),
            ("dns.resolved_ip", AnswerIps),
            ("related.hosts", AnswerHosts),
            ("related.ip", AnswerIps),
        ],
        &[("answer", AnswerData)],
    ),
    moved(
        "QueryName",
        &[text("dns.question.name"), text("related.hosts")],
        &[text("query")],
    ),
    moved(
        "QueryStatus",
        &[("sysmon.dns.status", DnsStatus)],
        &[text("reply_code_id")],
    ),
];
