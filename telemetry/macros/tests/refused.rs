//! What `#[measured]` refuses, and in which words. After a change of words, run with
//! `TRYBUILD=overwrite` and read what changed.

#[test]
fn errors_read_well() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}
