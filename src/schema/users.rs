//! Whose process it is: names of accounts into parts, and Windows' own accounts into their SIDs.
//!
//! A record holds the user's name, not the user's SID. Three accounts have a SID that is the same
//! everywhere (Microsoft, "Well-known SIDs"), and Windows gives them logon ids that never change:
//! SYSTEM 0x3e7, LOCAL SERVICE 0x3e5, NETWORK SERVICE 0x3e4.

use super::transform::int;

/// SYSTEM.
pub const SYSTEM: &str = "S-1-5-18";
/// LOCAL SERVICE.
pub const LOCAL_SERVICE: &str = "S-1-5-19";
/// NETWORK SERVICE.
pub const NETWORK_SERVICE: &str = "S-1-5-20";

/// The authority that owns the three accounts, lower case, in the languages of Windows that
/// translate it.
const AUTHORITIES: [&str; 16] = [
    "nt authority",
    "nt-autorität",
    "autorite nt",
    "autorité nt",
    "autoridad nt",
    "autorità nt",
    "autoridade nt",
    "zarządzanie nt",
    "nt instans",
    "nt-instans",
    "nt-myndighet",
    "nt-myndighed",
    "nt-hallinta",
    "nt-autoriteit",
    "nt-auktoritet",
    "αρχη nt",
];

/// The accounts' names, lower case, in the languages of Windows.
const ACCOUNTS: [(&str, &str); 42] = [
    ("system", SYSTEM),
    ("système", SYSTEM),
    ("systeme", SYSTEM),
    ("sistema", SYSTEM),
    ("systeem", SYSTEM),
    ("järjestelmä", SYSTEM),
    ("система", SYSTEM),
    ("σύστημα", SYSTEM),
    ("rendszer", SYSTEM),
    ("local service", LOCAL_SERVICE),
    ("localservice", LOCAL_SERVICE),
    ("lokaler dienst", LOCAL_SERVICE),
    ("service local", LOCAL_SERVICE),
    ("servicio local", LOCAL_SERVICE),
    ("servizio locale", LOCAL_SERVICE),
    ("serviço local", LOCAL_SERVICE),
    ("servico local", LOCAL_SERVICE),
    ("usługa lokalna", LOCAL_SERVICE),
    ("lokale service", LOCAL_SERVICE),
    ("lokal tjänst", LOCAL_SERVICE),
    ("lokal tjeneste", LOCAL_SERVICE),
    ("paikallinen palvelu", LOCAL_SERVICE),
    ("helyi szolgáltatás", LOCAL_SERVICE),
    ("místní služba", LOCAL_SERVICE),
    ("yerel hizmet", LOCAL_SERVICE),
    ("локальная служба", LOCAL_SERVICE),
    ("network service", NETWORK_SERVICE),
    ("networkservice", NETWORK_SERVICE),
    ("netzwerkdienst", NETWORK_SERVICE),
    ("service réseau", NETWORK_SERVICE),
    ("service reseau", NETWORK_SERVICE),
    ("servicio de red", NETWORK_SERVICE),
    ("servizio di rete", NETWORK_SERVICE),
    ("serviço de rede", NETWORK_SERVICE),
    ("servico de rede", NETWORK_SERVICE),
    ("usługa sieciowa", NETWORK_SERVICE),
    ("netwerkservice", NETWORK_SERVICE),
    ("nätverkstjänst", NETWORK_SERVICE),
    ("nettverkstjeneste", NETWORK_SERVICE),
    ("verkkopalvelu", NETWORK_SERVICE),
    ("hálózati szolgáltatás", NETWORK_SERVICE),
    ("сетевая служба", NETWORK_SERVICE),
];

/// Domain and name, where a backslash gives exactly these two parts. Trailing ones give none.
pub fn split(user: &str) -> Option<(&str, &str)> {
    let user = user.trim_end_matches('\\');
    let (domain, name) = user.split_once('\\')?;
    (!name.contains('\\')).then_some((domain, name))
}

/// The SID of a name, where it is one of the three accounts in some language of Windows.
pub fn by_name(user: &str) -> Option<&'static str> {
    let (authority, account) = split(user)?;
    AUTHORITIES
        .iter()
        .any(|known| is_lowered(authority, known))
        .then(|| ACCOUNTS.iter().find(|(name, _)| is_lowered(account, name)))
        .flatten()
        .map(|(_, sid)| *sid)
}

/// Whether the text in lower case is this.
fn is_lowered(text: &str, lower: &str) -> bool {
    text.chars().flat_map(char::to_lowercase).eq(lower.chars())
}

/// The SID of a logon id, where it is one of the three that Windows keeps for itself.
pub fn by_logon(logon: &str) -> Option<&'static str> {
    match int(logon)? {
        0x3e7 => Some(SYSTEM),
        0x3e5 => Some(LOCAL_SERVICE),
        0x3e4 => Some(NETWORK_SERVICE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_systems_own_accounts() {
        for (user, sid) in [
            (r"NT AUTHORITY\SYSTEM", SYSTEM),
            (r"nt authority\system", SYSTEM),
            (r"NT-AUTORITÄT\SYSTEM", SYSTEM),
            (r"AUTORITE NT\Système", SYSTEM),
            (r"AUTORIDADE NT\SISTEMA", SYSTEM),
            (r"ZARZĄDZANIE NT\SYSTEM", SYSTEM),
            (r"NT INSTANS\SYSTEM", SYSTEM),
            (r"NT AUTHORITY\СИСТЕМА", SYSTEM),
            (r"NT-AUTORITÄT\Lokaler Dienst", LOCAL_SERVICE),
            (r"NT AUTHORITY\SERVICIO LOCAL", LOCAL_SERVICE),
            (r"NT AUTHORITY\SERVIZIO DI RETE", NETWORK_SERVICE),
            (r"AUTORITE NT\SERVICE RÉSEAU", NETWORK_SERVICE),
        ] {
            assert_eq!(by_name(user), Some(sid), "{user}");
        }
        for user in [
            "SYSTEM",
            r"BUILD01\SYSTEM",
            r"NT AUTHORITY\IUSR",
            r"NT AUTHORITY\",
            r"NT AUTHORITY\SYSTEM\x",
            "",
        ] {
            assert_eq!(by_name(user), None, "{user}");
        }
    }

    #[test]
    fn knows_the_logon_ids_that_never_change() {
        assert_eq!(by_logon("0x3e7"), Some(SYSTEM));
        assert_eq!(by_logon("0x00000000000003E5"), Some(LOCAL_SERVICE));
        assert_eq!(by_logon("996"), Some(NETWORK_SERVICE));
        assert_eq!(by_logon("0x18d3fb"), None);
        assert_eq!(by_logon("0xffffffffffffffffff"), None);
        assert_eq!(by_logon(""), None);
    }

    #[test]
    fn splits_only_into_two() {
        assert_eq!(split(r"CORP\ann"), Some(("CORP", "ann")));
        assert_eq!(split(r"\ann"), Some(("", "ann")));
        assert_eq!(split(r"CORP\"), None);
        assert_eq!(split(r"CORP\ann\"), Some(("CORP", "ann")));
        assert_eq!(split("ann"), None);
        assert_eq!(split(r"a\b\c"), None);
    }
}
