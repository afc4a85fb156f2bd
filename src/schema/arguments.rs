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
    let mut backslashes = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                backslashes += 1;
                continue;
            }
            '"' => {
                push_backslashes(&mut argument, backslashes / 2);
                if backslashes % 2 == 1 {
                    argument.push('"');
                } else {
                    if quoted && chars.next_if(|(_, next)| *next == '"').is_some() {
                        argument.push('"');
                    }
                    quoted = !quoted;
                }
                backslashes = 0;
                continue;
            }
            ' ' | '\t' if !quoted => {
                push_backslashes(&mut argument, backslashes);
                return (argument, &text[at + 1..]);
            }
            _ => {}
        }
        push_backslashes(&mut argument, backslashes);
        backslashes = 0;
        argument.push(c);
    }
    push_backslashes(&mut argument, backslashes);
    (argument, "")
}

fn push_backslashes(argument: &mut String, count: usize) {
    argument.extend(std::iter::repeat_n('\\', count));
}

#[cfg(test)]
mod tests {
    use super::split;

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
