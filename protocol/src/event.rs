//! Recent events as the page lists them, and events as programs send them.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::RejectionCode;

/// Severity of an event.
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

/// A metadata value as sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// One event as a program sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventIn {
    /// Dotted name; one that some metric of the list consumes.
    pub name: String,
    /// Name to number; finite.
    #[serde(default)]
    pub measurements: BTreeMap<String, f64>,
    /// Name to value.
    #[serde(default)]
    pub metadata: BTreeMap<String, MetaValue>,
}
