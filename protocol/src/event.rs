//! Recent events as the page lists them, and events as programs send them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RejectionCode;

/// How grave an event is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For the record.
    #[default]
    Info,
    /// Worth a look.
    Warn,
    /// Something failed. Named `error` in logs; widgets call it bad.
    #[serde(alias = "bad")]
    Error,
}

/// One recent event: what the events widget shows in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRecord {
    /// When, in ms since the epoch.
    pub t: i64,
    /// How grave.
    pub level: LogLevel,
    /// The event's name.
    pub event: String,
    /// One line for people.
    pub message: String,
    /// Who said so: a route, a program, a query; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// What `POST /api/events` answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ingested {
    /// Events that were taken.
    pub accepted: usize,
    /// Events that were not.
    pub rejected: usize,
    /// Why, in order; at most the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Rejection>,
}

/// Why one event of a batch was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// GridPlace in the batch, from 0.
    pub index: usize,
    /// JSON path in the event, such as `measurements.duration`; `.` is the event as a whole.
    pub field: String,
    /// Decides what a program does.
    pub code: RejectionCode,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A metadata value as sent: text, number or truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MetaValue {
    /// Truth.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Number.
    Float(f64),
    /// Text.
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
