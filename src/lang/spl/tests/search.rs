//! The `search` command.

use super::shown;

#[test]
fn or_binds_tighter_than_and() {
    assert_eq!(
        shown("user=a AND dest=b OR src=c"),
        "(user~[a] & (dest~[b] | src~[c]))"
    );
    assert_eq!(
        shown("user=a dest=b OR src=c"),
        shown("user=a AND dest=b OR src=c")
    );
    assert_eq!(
        shown("(user=a AND dest=b) OR src=c"),
        "((user~[a] & dest~[b]) | src~[c])"
    );
}

#[test]
fn not_binds_tightest() {
    assert_eq!(
        shown("NOT user=a OR dest=b src=c"),
        "((!user~[a] | dest~[b]) & src~[c])"
    );
    assert_eq!(shown("NOT (user=a dest=b)"), "!(user~[a] & dest~[b])");
    assert_eq!(shown("NOT NOT user=a"), "!!user~[a]");
}

#[test]
fn unequal_needs_the_field_and_not_does_not() {
    assert_eq!(shown("user!=a"), "(user? & !user~[a])");
    assert_eq!(shown("NOT user=a"), "!user~[a]");
}

#[test]
fn a_star_is_any_run_of_characters() {
    assert_eq!(shown("process=*\\\\cmd.exe*"), "process~*[\\cmd.exe]*");
    assert_eq!(shown("process=\"a**b\""), "process~[a]*[b]");
    assert_eq!(shown("user=*"), "user?");
    assert_eq!(shown("user!=*"), "(user? & !user?)");
    assert_eq!(shown("user=a?"), "user~[a?]");
}

#[test]
fn a_backslash_stands_for_itself_unless_it_escapes() {
    assert_eq!(
        shown(r#"process="C:\Windows\*""#),
        r"process~[C:\Windows\]*"
    );
    assert_eq!(shown(r#"process="C:\\Windows""#), r"process~[C:\Windows]");
    assert_eq!(shown(r#"process="say \"hi\"""#), r#"process~[say "hi"]"#);
    assert_eq!(shown(r"process=a\|b"), "process~[a|b]");
}

#[test]
fn a_net_tests_membership() {
    assert_eq!(shown("dest_ip=10.0.0.0/8"), "dest_ip in 10.0.0.0/8");
    assert_eq!(shown("dest_ip=10.1.2.3/8"), "dest_ip in 10.0.0.0/8");
    assert_eq!(shown("dest_ip=\"fe80::/10\""), "dest_ip in fe80::/10");
    assert_eq!(
        shown("dest_ip!=10.0.0.0/8"),
        "(dest_ip? & !dest_ip in 10.0.0.0/8)"
    );
    assert_eq!(
        shown("src=10.0.0.0/8"),
        "(src~[10.0.0.0/8] | src in 10.0.0.0/8)"
    );
}

#[test]
fn an_address_is_one_however_it_is_written() {
    assert_eq!(shown("dest_ip=0:0:0:0:0:0:0:1"), "dest_ip in ::1/128");
    assert_eq!(shown("dest_ip=::ffff:10.0.0.5"), "dest_ip in 10.0.0.5/32");
    assert_eq!(shown("dest_ip=10.0.*"), "dest_ip~[10.0.]*");
}

#[test]
fn lists_are_any_of_their_values() {
    assert_eq!(shown("user IN (a, \"b c\", d*)"), "user~[a],[b c],[d]*");
    assert_eq!(
        shown("NOT dest_ip in (10.0.0.0/8,172.16.0.0/12)"),
        "!dest_ip in 10.0.0.0/8,172.16.0.0/12"
    );
    assert_eq!(
        shown("src_port IN (1, 2)"),
        "(src_port Eq 1 | src_port Eq 2)"
    );
}

#[test]
fn numbers_compare_as_numbers() {
    assert_eq!(shown("EventID=3"), "EventID Eq 3");
    assert_eq!(shown("EventCode=\"3\""), "EventCode Eq 3");
    assert_eq!(shown("dest_port>=1024"), "dest_port Ge 1024");
    assert_eq!(shown("dest_port<80.5"), "dest_port Lt 80.5");
    assert_eq!(shown("dest_port=8*"), "dest_port~[8]*");
    assert_eq!(shown("src > b"), r#"computed >(src Str("b"))"#);
    assert_eq!(
        shown("_time>1557686106"),
        "_time Gt 2019-05-12 18:35:06.000"
    );
}

#[test]
fn names_may_be_quoted_and_spaced() {
    assert_eq!(shown("\"my field\" = \"a\""), "my field~[a]");
    assert_eq!(shown("search user = a"), "user~[a]");
}

#[test]
fn everything_is_no_condition() {
    assert_eq!(shown("*"), "true");
    assert_eq!(shown("search * user=a"), "user~[a]");
    assert_eq!(shown("index=* user=a"), "user~[a]");
}
