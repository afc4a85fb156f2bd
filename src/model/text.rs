//! Where text is appended to, piece after piece: a `String`, or the bytes of rows.
//!
//! Rows are made by the million, and what they are made of is known to be text: as bytes, none of it
//! has to be looked at again to say so.

/// Text being written.
pub trait Text {
    /// Appends a text.
    fn push_str(&mut self, text: &str);
    /// Appends bytes that are UTF-8, as the caller knows.
    fn push_utf8(&mut self, text: &[u8]);
}

impl Text for String {
    fn push_str(&mut self, text: &str) {
        self.push_str(text);
    }

    fn push_utf8(&mut self, text: &[u8]) {
        self.push_str(&String::from_utf8_lossy(text));
    }
}

impl Text for Vec<u8> {
    fn push_str(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }

    fn push_utf8(&mut self, text: &[u8]) {
        self.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_and_its_bytes_are_appended_alike() {
        fn write(out: &mut impl Text) {
            out.push_str("é ");
            out.push_utf8("日本".as_bytes());
        }
        let (mut text, mut bytes) = ("a ".to_owned(), b"a ".to_vec());
        write(&mut text);
        write(&mut bytes);
        assert_eq!(text, "a é 日本");
        assert_eq!(bytes, text.as_bytes());
    }
}
