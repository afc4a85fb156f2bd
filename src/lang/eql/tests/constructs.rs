//! Each construct with the plan that it becomes.

use super::*;

#[test]
fn a_query_reads() {
    assert!(read("process where process.name : \"a\"").is_ok());
}
