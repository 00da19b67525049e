//! The range of a limit, and what a value outside of it is reported as.

use std::ops::RangeInclusive;

/// A limit out of its range.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{key}: {value} is out of range; {expected}")]
pub struct OutOfRange {
    /// The key in its table of the configuration.
    pub key: &'static str,
    /// The configured value.
    pub value: u64,
    /// What would be right.
    pub expected: String,
}

/// Rejects a value out of its range.
pub fn check(key: &'static str, value: u64, range: RangeInclusive<u64>) -> Result<(), OutOfRange> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = range.into_inner();
    Err(OutOfRange {
        key,
        value,
        expected: format!("it takes {least} to {most}"),
    })
}
