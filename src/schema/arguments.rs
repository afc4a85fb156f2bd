//! A command line into its arguments, as Windows programs split it.
//!
//! The rules are those of the C runtime before 2008 (Microsoft, "Parsing C command-line
//! arguments"), which Elastic's pipeline follows: backslashes are themselves unless a quote
//! follows; before a quote each pair is one, and an odd one makes the quote a plain character; a
//! quote opens or closes; two quotes inside quotes are one quote, and close.

/// The arguments, the program first.
pub fn split(line: &str) -> Vec<String> {
    let mut rest = line;
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return arguments;
        }
        let (argument, after) = next(rest);
        arguments.push(argument);
        rest = after;
    }
}

/// The first argument, and what follows the blank behind it.
fn next(text: &str) -> (String, &str) {
    let mut argument = String::new();
    let mut quoted = false;
    // Up to the next quote or blank all stands for itself, but for the backslashes before a quote.
    let mut rest = text;
    loop {
        let ends = |byte: u8| byte == b'"' || !quoted && matches!(byte, b' ' | b'\t');
        let Some(end) = rest.bytes().position(ends) else {
            argument.push_str(rest);
            return (argument, "");
        };
        let (plain, after) = (&rest[..end], &rest[end + 1..]);
        if rest.as_bytes()[end] != b'"' {
            argument.push_str(plain);
            return (argument, after);
        }
        rest = after;
        let bare = plain.trim_end_matches('\\');
        let backslashes = plain.len() - bare.len();
        argument.push_str(&plain[..bare.len() + backslashes / 2]);
        if backslashes % 2 == 1 {
            argument.push('"');
            continue;
        }
        if quoted && let Some(after) = rest.strip_prefix('"') {
            argument.push('"');
            rest = after;
        }
        quoted = !quoted;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::split;

    /// As Microsoft's documentation has a program write an argument that is to come out unchanged.
    fn quoted(argument: &str) -> String {
        let (mut quoted, mut backslashes) = ("\"".to_owned(), 0);
        for c in argument.chars() {
            if c == '"' {
                quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            backslashes = if c == '\\' { backslashes + 1 } else { 0 };
            quoted.push(c);
        }
        quoted.extend(std::iter::repeat_n('\\', backslashes));
        quoted + "\""
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_out_unchanged(
            arguments in prop::collection::vec("[a\\\\\" \té]{0,8}", 0..4),
        ) {
            let line: Vec<String> = arguments.iter().map(|one| quoted(one)).collect();
            prop_assert_eq!(split(&line.join(" ")), arguments);
        }
    }

    #[test]
    fn splits_as_windows_does() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("  \t ", &[]),
            ("UACME.exe  33", &["UACME.exe", "33"]),
            (
                r#""C:\Program Files\a.exe" /s x.dll"#,
                &[r"C:\Program Files\a.exe", "/s", "x.dll"],
            ),
            (r#"a "" b"#, &["a", "", "b"]),
            (r#"a\\\"b c"#, &[r#"a\"b"#, "c"]),
            (r#""a\\" b"#, &[r"a\", "b"]),
            (r"a\\b \\srv\x", &[r"a\\b", r"\\srv\x"]),
            (r#""a""b c" d"#, &[r#"a"b"#, r#"c d"#]),
            (
                r#"regsvr32 /i:"http://x/y z" scrobj"#,
                &["regsvr32", "/i:http://x/y z", "scrobj"],
            ),
            (r#"open "quote to the end"#, &["open", "quote to the end"]),
            (r"ends\\", &[r"ends\\"]),
        ];
        for (line, arguments) in cases {
            assert_eq!(split(line), *arguments, "{line}");
        }
    }
}
