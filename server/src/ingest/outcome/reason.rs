//! Why a point or an event is rejected, in any protocol.

use protocol::RejectionCode;
use telemetry::Refusal;

/// The largest count that is accepted, 2^53: beyond it a double cannot distinguish one number
/// from the next, and sums of counts stay far from their own limits.
pub const MAX_COUNT: u64 = 1 << 53;

/// Why a point is rejected: one word for counting and one sentence for the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Neither a metric nor an event of the list has the name.
    UnknownMetric,
    /// The server itself feeds the metric.
    BuiltIn,
    /// The metric's kind takes no points of this type.
    WrongKind,
    /// The point's unit and the metric's measure different things.
    WrongUnit,
    /// Neither delta nor cumulative.
    NoTemporality,
    /// Fields that contradict each other or are missing.
    Malformed,
    /// NaN or infinite.
    NotANumber,
    /// A counter got a part of one, or less than nothing.
    NotACount,
    /// A histogram of more values than can be counted.
    CountTooLarge,
    /// Its time is longer ago than the limit.
    TooOld,
    /// Its time is further ahead than the limit.
    TooNew,
    /// A cumulative stream had a point of this time, or of a later one, already.
    OutOfOrder,
    /// One cumulative stream too many.
    StreamLimit,
    /// An event that cannot be executed.
    Event(RejectionCode),
    /// The recorder rejects it.
    Sample(Refusal),
}

impl Reason {
    /// The tag `reason` where rejections are counted, and the code that a sender gets.
    pub fn name(self) -> &'static str {
        match self {
            Reason::UnknownMetric => "unknown_metric",
            Reason::BuiltIn => "built_in",
            Reason::WrongKind => "wrong_kind",
            Reason::WrongUnit => "wrong_unit",
            Reason::NoTemporality => "no_temporality",
            Reason::Malformed => "malformed",
            Reason::NotANumber => "not_a_number",
            Reason::NotACount => "not_a_count",
            Reason::CountTooLarge => "count_too_large",
            Reason::TooOld => "too_old",
            Reason::TooNew => "too_new",
            Reason::OutOfOrder => "out_of_order",
            Reason::StreamLimit => "stream_limit",
            Reason::Event(code) => code.name(),
            Reason::Sample(refusal) => refusal.name(),
        }
    }

    /// What is wrong, and what would be right.
    pub fn message(self) -> &'static str {
        match self {
            Reason::UnknownMetric => {
                "no metric has this name, and none measures `value` of an event of this name; \
                 declare one in the configuration, under `[[metrics]]`"
            }
            Reason::BuiltIn => "the server itself feeds what has this name; choose another",
            Reason::WrongKind => {
                "sums feed counter, sum and last_value, gauges last_value, summary and \
                 distribution, histograms summary and distribution, and summaries nothing"
            }
            Reason::WrongUnit => "the point's unit does not convert to the metric's",
            Reason::NoTemporality => "the aggregation temporality is neither delta nor cumulative",
            Reason::Malformed => {
                "the point lacks its value, or its counts, bounds or scale contradict each other"
            }
            Reason::NotANumber => "NaN and infinities are not recorded",
            Reason::NotACount => "a counter takes whole numbers from 0; declare a sum instead",
            Reason::CountTooLarge => "a histogram holds 2^53 values at most",
            Reason::TooOld => {
                "its time is longer ago than `pipeline.otlp_max_age_s`; is a clock wrong?"
            }
            Reason::TooNew => {
                "its time is further ahead than `pipeline.otlp_max_age_s`; is a clock wrong?"
            }
            Reason::OutOfOrder => "its stream already has a point of this time, or of a later one",
            Reason::StreamLimit => {
                "there are as many cumulative streams as `pipeline.max_otlp_streams` allows; \
                 send deltas, or with fewer attributes"
            }
            Reason::Event(_) => "an event is {name, measurements, metadata}, within the limits",
            Reason::Sample(Refusal::SeriesLimit) => "the metric has too many series",
            Reason::Sample(Refusal::NotANumber) => Reason::NotANumber.message(),
            Reason::Sample(Refusal::MissingMeasurement) => "the metric measures something else",
            Reason::Sample(Refusal::MissingTag) => {
                "neither the point nor its resource has an attribute for each of the metric's tags"
            }
            Reason::Sample(Refusal::TagTooLong) => "an attribute that is a tag is too long",
        }
    }
}

impl From<RejectionCode> for Reason {
    fn from(code: RejectionCode) -> Reason {
        Reason::Event(code)
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Reason {
        Reason::Sample(refusal)
    }
}
