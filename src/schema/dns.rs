//! What a DNS query of Sysmon's event 22 was answered.
//!
//! `QueryResults` is `type:  5 alias.example;::ffff:192.0.2.7;2001:db8::1;`: records with the
//! number of their type, and bare addresses, each ended by a semicolon.

use std::net::{IpAddr, Ipv4Addr};

/// Type and data of each answer: typed records first, then addresses as A or AAAA.
pub fn answers(results: &str) -> impl Iterator<Item = (Option<&'static str>, Option<Box<str>>)> {
    let typed = parts(results).filter_map(|part| {
        let (code, data) = record(part)?;
        Some((type_name(code), data.map(Box::from)))
    });
    let bare = addresses(results).map(|address| {
        let kind = match address {
            IpAddr::V4(_) => "A",
            IpAddr::V6(_) => "AAAA",
        };
        (Some(kind), Some(address.to_string().into()))
    });
    typed.chain(bare)
}

/// The bare addresses, IPv4-mapped ones as IPv4. What is no address is left out.
pub fn addresses(results: &str) -> impl Iterator<Item = IpAddr> {
    parts(results)
        .filter(|part| !part.starts_with(RECORD))
        .filter_map(|part| mapped(part).or_else(|| part.parse().ok()))
        .map(|address| address.to_canonical())
}

/// The data of the typed records: other names, mostly.
pub fn hosts(results: &str) -> impl Iterator<Item = &str> {
    parts(results).filter_map(|part| record(part)?.1)
}

const RECORD: &str = "type:";

fn parts(results: &str) -> impl Iterator<Item = &str> {
    results.split(';').filter(|part| !part.is_empty())
}

/// The type's number and, where one word follows, the data.
fn record(part: &str) -> Option<(&str, Option<&str>)> {
    let mut words = part.strip_prefix(RECORD)?.split_ascii_whitespace();
    let code = words.next()?;
    let data = words.next();
    Some((code, data.filter(|_| words.next().is_none())))
}

/// `::ffff:192.0.2.7`, in brackets and with a port or without.
fn mapped(part: &str) -> Option<IpAddr> {
    let text = match part.strip_prefix('[') {
        Some(text) => text.split(']').next()?,
        None => part,
    };
    let address: Ipv4Addr = text.strip_prefix("::ffff:")?.parse().ok()?;
    Some(IpAddr::V4(address))
}

/// Names of record types (IANA, "Resource Record (RR) TYPEs"; 65281 and 65282 are Microsoft's).
fn type_name(code: &str) -> Option<&'static str> {
    const FROM_1: [&str; 41] = [
        "A", "NS", "MD", "MF", "CNAME", "SOA", "MB", "MG", "MR", "NULL", "WKS", "PTR", "HINFO",
        "MINFO", "MX", "TXT", "RP", "AFSDB", "X25", "ISDN", "RT", "NSAP", "NSAPPTR", "SIG", "KEY",
        "PX", "GPOS", "AAAA", "LOC", "NXT", "EID", "NIMLOC", "SRV", "ATMA", "NAPTR", "KX", "CERT",
        "A6", "DNAME", "SINK", "OPT",
    ];
    let code: usize = code.parse().ok()?;
    Some(match code {
        43 => "DS",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        49 => "DHCID",
        100 => "UINFO",
        101 => "UID",
        102 => "GID",
        103 => "UNSPEC",
        248 => "ADDRS",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        253 => "MAILB",
        254 => "MAILA",
        255 => "ANY",
        65281 => "WINS",
        65282 => "WINSR",
        _ => return FROM_1.get(code.checked_sub(1)?).copied(),
    })
}

/// The name of a query's status (Windows' `winerror.h` and `windns.h`); the number itself where it
/// is none of the usual ones.
pub fn status(code: &str) -> &str {
    match code {
        "0" => "SUCCESS",
        "5" => "ERROR_ACCESS_DENIED",
        "8" => "ERROR_NOT_ENOUGH_MEMORY",
        "13" => "ERROR_INVALID_DATA",
        "14" => "ERROR_OUTOFMEMORY",
        "123" => "ERROR_INVALID_NAME",
        "1214" => "ERROR_INVALID_NETNAME",
        "1223" => "ERROR_CANCELLED",
        "1460" => "ERROR_TIMEOUT",
        "4312" => "ERROR_OBJECT_NOT_FOUND",
        "9001" => "DNS_ERROR_RCODE_FORMAT_ERROR",
        "9002" => "DNS_ERROR_RCODE_SERVER_FAILURE",
        "9003" => "DNS_ERROR_RCODE_NAME_ERROR",
        "9004" => "DNS_ERROR_RCODE_NOT_IMPLEMENTED",
        "9005" => "DNS_ERROR_RCODE_REFUSED",
        "9006" => "DNS_ERROR_RCODE_YXDOMAIN",
        "9007" => "DNS_ERROR_RCODE_YXRRSET",
        "9008" => "DNS_ERROR_RCODE_NXRRSET",
        "9009" => "DNS_ERROR_RCODE_NOTAUTH",
        "9010" => "DNS_ERROR_RCODE_NOTZONE",
        "9501" => "DNS_INFO_NO_RECORDS",
        "9502" => "DNS_ERROR_BAD_PACKET",
        "9503" => "DNS_ERROR_NO_PACKET",
        "9504" => "DNS_ERROR_RCODE",
        "9505" => "DNS_ERROR_UNSECURE_PACKET",
        "9506" => "DNS_REQUEST_PENDING",
        "9551" => "DNS_ERROR_INVALID_TYPE",
        "9552" => "DNS_ERROR_INVALID_IP_ADDRESS",
        "9553" => "DNS_ERROR_INVALID_PROPERTY",
        "9554" => "DNS_ERROR_TRY_AGAIN_LATER",
        "9555" => "DNS_ERROR_NOT_UNIQUE",
        "9556" => "DNS_ERROR_NON_RFC_NAME",
        "9557" => "DNS_STATUS_FQDN",
        "9558" => "DNS_STATUS_DOTTED_NAME",
        "9559" => "DNS_STATUS_SINGLE_PART_NAME",
        "9560" => "DNS_ERROR_INVALID_NAME_CHAR",
        "9561" => "DNS_ERROR_NUMERIC_NAME",
        "9701" => "DNS_ERROR_RECORD_DOES_NOT_EXIST",
        "9702" => "DNS_ERROR_RECORD_FORMAT",
        "9714" => "DNS_ERROR_NAME_DOES_NOT_EXIST",
        "9851" => "DNS_ERROR_NO_TCPIP",
        "9852" => "DNS_ERROR_NO_DNS_SERVERS",
        "10054" => "WSAECONNRESET",
        "10055" => "WSAENOBUFS",
        "10060" => "WSAETIMEDOUT",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_records_and_addresses() {
        let results = "type:  5 a.example.net;type:  12 ;::ffff:192.0.2.7;2001:db8::1;x y;;\
                       [::ffff:192.0.2.8]:53;";
        let all: Vec<_> = answers(results)
            .map(|(kind, data)| (kind.unwrap_or("?"), data.unwrap_or_default().into_string()))
            .collect();
        assert_eq!(
            all,
            [
                ("CNAME", "a.example.net".to_owned()),
                ("PTR", String::new()),
                ("A", "192.0.2.7".to_owned()),
                ("AAAA", "2001:db8::1".to_owned()),
                ("A", "192.0.2.8".to_owned()),
            ]
        );
        assert_eq!(hosts(results).collect::<Vec<_>>(), ["a.example.net"]);
        assert_eq!(type_name("0"), None);
        assert_eq!(type_name("41"), Some("OPT"));
        assert_eq!(type_name("42"), None);
        assert_eq!(status("9003"), "DNS_ERROR_RCODE_NAME_ERROR");
        assert_eq!(status("77"), "77");
    }
}
