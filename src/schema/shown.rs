//! From the text of a piece of a record to a cell, without a value between the two: what
//! [`Transform::apply`] gives and [`Value::show`](crate::model::value::Value::show) writes, for
//! rows by the million.
//!
//! The transforms that a timeline's columns are full of are done where they will stand; the rest
//! go by way of their values.

use std::cell::RefCell;
use std::net::Ipv4Addr;

use super::transform::{self, Transform};
use crate::model::decimal;
use crate::model::record::{Part, Record};
use crate::model::text::Text;
use crate::model::time::Time;

impl Transform {
    /// Appends what the value of a text, given as its UTF-8, shows. False, and nothing done, where
    /// it is null.
    pub(super) fn show(self, text: &[u8], out: &mut impl Text) -> bool {
        match self {
            Transform::Text | Transform::RegistryPath => out.push_utf8(text),
            Transform::Name => match memchr::memrchr(b'\\', text) {
                Some(at) if at + 1 < text.len() => out.push_utf8(&text[at + 1..]),
                _ => return false,
            },
            Transform::NameOrAll => {
                let name = memchr::memrchr(b'\\', text).map_or(text, |at| &text[at + 1..]);
                out.push_utf8(name);
                return !name.is_empty();
            }
            Transform::Int if decimal::is_plain(text) => out.push_utf8(text),
            Transform::Moment => match Time::of_ascii(text) {
                Some(_) if Time::is_as_shown(text) => out.push_utf8(text),
                Some(time) => time.write(out),
                None => return false,
            },
            Transform::Guid if text.is_ascii() => match is_braced(text) {
                true => push_lower(text, out),
                false => {
                    out.push_utf8(b"{");
                    push_lower(text, out);
                    out.push_utf8(b"}");
                }
            },
            Transform::Hash(name) => match transform::hash(text, name) {
                Some(hash) if hash.is_ascii() => push_lower(hash, out),
                Some(hash) => out.push_str(&transform::text_of(hash).to_lowercase()),
                None => return false,
            },
            how => return how.show_other(transform::text_of(text), out),
        }
        true
    }

    fn show_other(self, text: &str, out: &mut impl Text) -> bool {
        if let Some(part) = self.part(text) {
            out.push_str(part.unwrap_or_default());
            return part.is_some();
        }
        match self {
            // An IPv4 address has one form alone that is read.
            Transform::Ip if text.parse::<Ipv4Addr>().is_ok() => out.push_str(text),
            _ => {
                let value = self.apply(text);
                value.show(out);
                return !value.is_null();
            }
        }
        true
    }
}

fn is_braced(text: &[u8]) -> bool {
    text.len() >= 2 && text.starts_with(b"{") && text.ends_with(b"}")
}

/// In pieces as long as the longest hash.
fn push_lower(ascii: &[u8], out: &mut impl Text) {
    for piece in ascii.chunks(64) {
        let mut lower = [0; 64];
        let lower = &mut lower[..piece.len()];
        lower.copy_from_slice(piece);
        lower.make_ascii_lowercase();
        out.push_utf8(lower);
    }
}

/// The part of a record that was last asked for, as text. Columns that show parts of one piece of
/// data (a path and its last part, four hashes) stand side by side, so it is decoded once for them.
#[derive(Debug, Default)]
pub(super) struct LastText(RefCell<(Option<Part>, Vec<u8>)>);

impl LastText {
    /// The next record's texts are others.
    pub fn forget(&mut self) {
        self.0.get_mut().0 = None;
    }

    /// Does something with the text of a part of a record. None where the record lacks it.
    pub fn with<T>(
        &self,
        record: &dyn Record,
        part: Part,
        make: impl FnOnce(&[u8]) -> T,
    ) -> Option<T> {
        let (last, text) = &mut *self.0.borrow_mut();
        if *last != Some(part) {
            *last = None;
            text.clear();
            if !record.write(part, text) {
                return None;
            }
            *last = Some(part);
        }
        Some(make(text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::header::HEADER;
    use crate::schema::sysmon::KINDS;

    /// Every transform that some row names.
    fn transforms() -> Vec<Transform> {
        let mut all: Vec<Transform> = Vec::new();
        let rows = KINDS.iter().flat_map(|kind| kind.rows()).chain(HEADER);
        for (_, transform) in rows.flat_map(|row| row.ecs.iter().chain(row.cim)) {
            if !all.contains(transform) {
                all.push(*transform);
            }
        }
        all
    }

    fn shown(transform: Transform, text: &str) -> Option<String> {
        let mut out = "before ".to_owned();
        let any = transform.show(text.as_bytes(), &mut out);
        let out = out.strip_prefix("before ").unwrap().to_owned();
        assert!(any || out.is_empty(), "{transform:?} of {text:?}");
        any.then_some(out)
    }

    #[test]
    fn shows_parts_where_they_will_stand() {
        let shown = |transform, text| shown(transform, text).unwrap_or_else(|| "-".to_owned());
        assert_eq!(shown(Transform::Int, "4711"), "4711");
        assert_eq!(shown(Transform::Int, "007"), "7");
        assert_eq!(shown(Transform::Int, "0x1F"), "31");
        assert_eq!(shown(Transform::Int, "many"), "-");
        assert_eq!(shown(Transform::Ip, "10.0.0.1"), "10.0.0.1");
        assert_eq!(shown(Transform::Ip, "::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(shown(Transform::Ip, "FE80:0:0:0:0:0:0:1%4"), "fe80::1");
        assert_eq!(shown(Transform::Guid, "{AB-1}"), "{ab-1}");
        assert_eq!(shown(Transform::Guid, "AB-1"), "{ab-1}");
        assert_eq!(shown(Transform::Name, r"C:\a\B.exe"), "B.exe");
        assert_eq!(shown(Transform::Name, "System"), "-");
        assert_eq!(shown(Transform::Hash("md5"), "SHA1=AA,MD5=0BC,X"), "0bc");
        assert_eq!(shown(Transform::Hash("md5"), "SHA1=AA,MD5=000"), "-");
        for text in ["2019-05-12 18:35:06.562", "2019-05-12T18:35:06.562Z"] {
            assert_eq!(shown(Transform::Moment, text), "2019-05-12 18:35:06.562");
        }
        assert_eq!(
            shown(Transform::Moment, "2019-05-12 18:35:06.56Z"),
            "2019-05-12 18:35:06.560"
        );
        assert_eq!(
            shown(Transform::Moment, "2019-05-12T18:35:06.5Z"),
            "2019-05-12 18:35:06.500"
        );
    }

    proptest! {
        #[test]
        fn shows_what_its_value_shows(
            text in prop_oneof![
                "\\PC{0,12}",
                "[\\\\\"=,;: .-]{0,8}",
                "-?[0-9]{1,20}|0[xX][0-9a-fA-F]{1,17}",
                "[0-9]{1,3}(\\.[0-9]{1,3}){3}(%[0-9])?|[0-9a-fA-F:]{2,20}|::ffff:[0-9]{1,3}(\\.[0-9]{1,3}){3}",
                "\\{?[0-9A-F-]{36}\\}?|\\{[A-Zäſİ]{1,4}\\}",
                "[0-9]{4}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,8})?Z?",
                "(md5|SHA1|Sha256|IMPHASH)=[0-9A-Fİ]{0,8}(,(MD5|sha1|SHA256|imphash)=[0A]{0,4}){0,3}",
                "[A-Z]{1,8}\\\\[a-z]{0,5}\\\\?|NT AUTHORITY\\\\SYSTEM|true|False|Valid|[0-5]",
            ],
        ) {
            for transform in transforms() {
                let value = transform.apply(&text);
                let expected = (!value.is_null()).then(|| value.to_string());
                prop_assert_eq!(shown(transform, &text), expected, "{:?} of {:?}", transform, text);
            }
        }
    }
}
