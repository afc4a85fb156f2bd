//! From rules to the names of their files: readable, the same in every run, safe on every system.

use std::collections::BTreeSet;

use super::report::RuleUsed;

const LONGEST: usize = 100;

/// The file name of each rule's table, in the rules' order: `elastic-` or `splunk-`, the rule's
/// name in small letters, digits and hyphens, `.csv`. A name that an earlier rule has taken gets
/// `-2`, `-3` and so on. The vendor in front keeps names apart from those that Windows reserves
/// and from the other outputs.
pub fn file_names(rules: &[RuleUsed<'_>]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    rules
        .iter()
        .map(|rule| {
            let mut name = slug(&rule.info.name);
            if name.is_empty() {
                name = slug(&rule.info.id);
            }
            if name.is_empty() {
                name.push_str("rule");
            }
            let base = format!("{}-{name}", rule.info.vendor.as_str());
            let mut file = format!("{base}.csv");
            let mut number = 2u32;
            while !taken.insert(file.clone()) {
                file = format!("{base}-{number}.csv");
                number += 1;
            }
            file
        })
        .collect()
}

/// ASCII letters and digits, small; a hyphen for each run of anything else between them.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.len() >= LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

#[cfg(test)]
mod tests {
    use super::super::story::rule;
    use super::*;
    use crate::model::rule::Vendor;
    use crate::output::report::Shape;

    fn names(rules: &[(Vendor, &str)]) -> Vec<String> {
        let infos: Vec<_> = rules
            .iter()
            .map(|(vendor, name)| rule(*vendor, name))
            .collect();
        let used: Vec<_> = infos
            .iter()
            .map(|info| RuleUsed {
                info,
                shape: Shape::Events,
            })
            .collect();
        file_names(&used)
    }

    #[test]
    fn names_are_readable_and_safe() {
        assert_eq!(
            names(&[
                (
                    Vendor::Elastic,
                    "Network Connection via Registration Utility"
                ),
                (Vendor::Splunk, "Detect Regasm with Network Connection"),
                (Vendor::Elastic, "../../etc/passwd"),
                (Vendor::Elastic, "CON"),
                (Vendor::Elastic, "..."),
                (Vendor::Elastic, "日本"),
                (Vendor::Splunk, "  A -- B: (C)  "),
            ]),
            [
                "elastic-network-connection-via-registration-utility.csv",
                "splunk-detect-regasm-with-network-connection.csv",
                "elastic-etc-passwd.csv",
                "elastic-con.csv",
                "elastic-00000000-0000-0000-0000-000000000001.csv",
                "elastic-00000000-0000-0000-0000-000000000001-2.csv",
                "splunk-a-b-c.csv",
            ]
        );
    }

    #[test]
    fn no_two_rules_share_a_file() {
        assert_eq!(
            names(&[
                (Vendor::Elastic, "a b"),
                (Vendor::Elastic, "A-B"),
                (Vendor::Elastic, "a b 2"),
                (Vendor::Elastic, "a.b"),
                (Vendor::Splunk, "a b"),
            ]),
            [
                "elastic-a-b.csv",
                "elastic-a-b-2.csv",
                "elastic-a-b-2-2.csv",
                "elastic-a-b-3.csv",
                "splunk-a-b.csv",
            ]
        );
        let long = names(&[(Vendor::Elastic, &"x".repeat(1000))]);
        assert_eq!(long[0].len(), "elastic-".len() + LONGEST + ".csv".len());
    }
}
