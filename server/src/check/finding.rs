//! What a check found, and where.
//!
//! Invariant: codes are stable; other programs go by them. Messages are for people and change.

use serde::Serialize;

/// Something that does not fit, as `--format json` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file as it was named, `built-in`, or `database: dashboard` and its id.
    pub file: String,
    /// Line in the file, from 1; none in what is no file.
    pub line: Option<usize>,
    /// Where in the document: `metrics[0].tags[1]`.
    pub path: String,
    /// What sort of finding.
    pub code: Code,
    /// What does not fit, and what would.
    pub message: String,
}

/// Every sort of finding; in JSON as `snake_case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The configuration does not hold by itself; nothing beyond it was checked.
    ConfigurationInvalid,
    /// A contract does not hold by itself; it counts as empty.
    ContractInvalid,
    /// A dashboard does not hold by itself.
    DashboardInvalid,
    /// Two contracts declare one event, and not the same.
    EventRedeclared,
    /// A program's event has a name that only the server itself may emit.
    EventReserved,
    /// No metric consumes a program's event.
    EventUnused,
    /// A metric's name is taken.
    MetricDuplicate,
    /// No contract declares the event of a metric.
    MetricWithoutEvent,
    /// The event of a metric declares no such measurement.
    MeasurementUndeclared,
    /// The event of a metric declares no metadata for a tag.
    TagUndeclared,
    /// The event of a metric declares no metadata that `keep` or `drop` asks for.
    FilterUndeclared,
    /// A metric takes a measurement for something else than the event declares.
    UnitMismatch,
    /// A dashboard names a metric that is not in the list.
    UnknownMetric,
    /// A dashboard names a tag that the metric does not have.
    UnknownTag,
    /// A document has a key that nobody reads.
    UnknownKey,
}

impl Code {
    /// Every code, in the order of the enum.
    pub const ALL: [Code; 15] = [
        Code::ConfigurationInvalid,
        Code::ContractInvalid,
        Code::DashboardInvalid,
        Code::EventRedeclared,
        Code::EventReserved,
        Code::EventUnused,
        Code::MetricDuplicate,
        Code::MetricWithoutEvent,
        Code::MeasurementUndeclared,
        Code::TagUndeclared,
        Code::FilterUndeclared,
        Code::UnitMismatch,
        Code::UnknownMetric,
        Code::UnknownTag,
        Code::UnknownKey,
    ];
}
