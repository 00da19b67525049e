//! Why a metric takes nothing from an event that it was meant to take.
//!
//! Invariant: what `keep`, `drop` and sampling leave out is never a refusal.

/// Why a metric did not take an event that it was meant to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// One series too many. The aggregator takes the value for the metric's overflow series, and
    /// counts this nevertheless.
    SeriesLimit,
    /// NaN or infinite.
    NotANumber,
    /// The event lacks the measurement.
    MissingMeasurement,
    /// The event lacks a tag.
    MissingTag,
    /// A tag's value is longer than a reporter takes; for the aggregator 128 bytes.
    TagTooLong,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Refusal; 5] = [
        Refusal::SeriesLimit,
        Refusal::NotANumber,
        Refusal::MissingMeasurement,
        Refusal::MissingTag,
        Refusal::TagTooLong,
    ];

    /// As the tag `reason` says it.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::SeriesLimit => "series_limit",
            Refusal::NotANumber => "not_a_number",
            Refusal::MissingMeasurement => "missing_measurement",
            Refusal::MissingTag => "missing_tag",
            Refusal::TagTooLong => "tag_too_long",
        }
    }
}
