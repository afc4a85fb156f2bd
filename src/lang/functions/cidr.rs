//! `cidrMatch(address, net, ...)`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Function, Kind, needed};
use crate::model::value::Value;

pub(super) static CIDR_MATCH: Function = Function {
    name: "cidrMatch",
    params: &[needed("address", Kind::Ip), needed("net", Kind::Text)],
    variadic: true,
    folds_case: false,
    gives: Kind::Boolean,
    evaluate: |args, _| {
        let [address, nets @ ..] = args else {
            return Value::Null;
        };
        let Some(address) = address_of(address) else {
            return Value::Null;
        };
        let mut nets = nets.iter().filter_map(Value::as_str).filter_map(parse_net);
        Value::Bool(nets.any(|net| net.contains(&address)))
    },
};

fn address_of(value: &Value) -> Option<IpAddr> {
    match value {
        Value::Ip(address) => Some(*address),
        Value::Str(text) => Some(text.parse::<IpAddr>().ok()?.to_canonical()),
        _ => None,
    }
}

/// A net as rules write it: `10.0.0.0/8`, `::1` (one address), bits past the prefix ignored.
/// A net of IPv4-mapped IPv6 addresses is the IPv4 net.
pub fn parse_net(text: &str) -> Option<IpNet> {
    let net = match text.parse::<IpNet>() {
        Ok(net) => net,
        Err(_) => IpNet::from(text.parse::<IpAddr>().ok()?),
    };
    if let IpNet::V6(mapped) = net
        && let Some(address) = mapped.addr().to_ipv4_mapped()
        && let Some(length) = mapped.prefix_len().checked_sub(96)
    {
        return Some(IpNet::new(address.into(), length).ok()?.trunc());
    }
    Some(net.trunc())
}

#[cfg(test)]
mod tests {
    use super::super::tests::call;
    use super::*;

    #[test]
    fn addresses_in_nets() {
        let matches = |address: &str, nets: &[&str]| {
            let mut args = vec![Value::str(address)];
            args.extend(nets.iter().map(|net| Value::str(*net)));
            call("cidrMatch", &args)
        };
        assert_eq!(matches("10.6.1.2", &["10.6.48.157/8"]), Value::Bool(true));
        assert_eq!(
            matches("::ffff:10.0.0.5", &["10.0.0.0/8"]),
            Value::Bool(true)
        );
        assert_eq!(
            matches("10.0.0.5", &["::ffff:10.0.0.0/104"]),
            Value::Bool(true)
        );
        assert_eq!(matches("::1", &["::1"]), Value::Bool(true));
        assert_eq!(matches("::2", &["::1", "FE80::/10"]), Value::Bool(false));
        assert_eq!(matches("fe80::1", &["FE80::/10"]), Value::Bool(true));
        assert_eq!(matches("no address", &["0.0.0.0/0"]), Value::Null);
    }

    #[test]
    fn nets_that_are_none() {
        for text in ["", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "host", "::/129"] {
            assert_eq!(parse_net(text), None, "{text}");
        }
    }
}
