//! Recent events as the page lists them, and events as programs send them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::RejectionCode;

/// Severity of an event.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing to act on.
    #[default]
    Info,
    /// May need attention.
    Warn,
    /// Something failed. Named `error` in logs; widgets call it bad.
    #[serde(alias = "bad")]
    Error,
}

/// One recent event, as the events widget lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRecord {
    /// Its number, by which [`EventFields`] are asked for: below 2⁵³, by chance, so that it says nothing of
    /// other events. 0 for one whose fields were never kept.
    #[serde(default)]
    pub id: u64,
    /// In ms since the epoch.
    pub t: i64,
    /// Severity.
    pub level: LogLevel,
    /// The event's name.
    pub event: String,
    /// One line for people.
    pub message: String,
    /// Where it comes from: a route, a program, a query; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Whether anybody could cause it without an account, such as a request that was rejected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
}

/// Everything that came with an event, in the order in which it came.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventFields {
    /// Names and numbers, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<(String, String)>,
    /// Names and values, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<(String, String)>,
    /// How many more there were, for which `pipeline.log_entry_bytes` had no room.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Keeps the newest `max` of a list of log records, oldest first. What anybody can cause takes a
/// quarter of it at most: a flood of requests pushes nothing else out.
pub fn newest_records<T>(records: &mut VecDeque<T>, max: usize, is_anonymous: fn(&T) -> bool) {
    let anonymous = records.iter().filter(|record| is_anonymous(record)).count();
    let mut over = anonymous.saturating_sub((max / 4).max(1));
    records.retain(|record| {
        let goes = over > 0 && is_anonymous(record);
        over -= usize::from(goes);
        !goes
    });
    records.drain(..records.len().saturating_sub(max));
}

/// The answer of `POST /api/events`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ingested {
    /// Number of events that were executed.
    pub accepted: usize,
    /// Number of events that were rejected.
    pub rejected: usize,
    /// Reasons, in the order of the batch; at most the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Rejection>,
}

/// Why one event of a batch was rejected.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// Index in the batch, from 0.
    pub index: usize,
    /// JSON path in the event, such as `measurements.duration`; `.` is the event as a whole.
    pub field: String,
    /// Decides what a program does.
    pub code: RejectionCode,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A metadata value as sent. A whole number that no `i64` can hold is its digits.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MetaValue {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number; finite.
    Float(f64),
    /// A text.
    Text(String),
}

impl<'de> Deserialize<'de> for MetaValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyMetaValue)
    }
}

struct AnyMetaValue;

impl Visitor<'_> for AnyMetaValue {
    type Value = MetaValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true or false")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<MetaValue, E> {
        Ok(MetaValue::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<MetaValue, E> {
        Ok(MetaValue::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<MetaValue, E> {
        let whole = i64::try_from(number).map(MetaValue::Int);
        Ok(whole.unwrap_or_else(|_| MetaValue::Text(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<MetaValue, E> {
        Ok(MetaValue::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<MetaValue, E> {
        Ok(MetaValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<MetaValue, E> {
        Ok(MetaValue::Text(text))
    }
}

/// One event as a program sends it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventIn {
    /// Dotted name; one that some metric of the list consumes.
    pub name: String,
    /// Name to number; finite.
    #[serde(default, deserialize_with = "crate::absent::or_default")]
    pub measurements: BTreeMap<String, f64>,
    /// Name to value; what is `null` is absent.
    #[serde(default, deserialize_with = "crate::absent::entries")]
    pub metadata: BTreeMap<String, MetaValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_keep_all_digits() {
        let check = |json: &str, expect: MetaValue| {
            let value: MetaValue = serde_json::from_str(json).expect(json);
            assert_eq!(value, expect, "{json}");
        };
        check("9223372036854775807", MetaValue::Int(i64::MAX));
        check(
            "18446744073709551615",
            MetaValue::Text("18446744073709551615".into()),
        );
        check("-9223372036854775808", MetaValue::Int(i64::MIN));
        check("1.5", MetaValue::Float(1.5));
        let error = serde_json::from_str::<MetaValue>("[1]").expect_err("a list");
        let expect = "invalid type: sequence, expected a text, a number, true or false";
        assert!(error.to_string().starts_with(expect), "{error}");
    }
}
