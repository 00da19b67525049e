//! One number, or one aggregate, for one series, on its way into the recorder.

use telemetry::MetricId;
use telemetry::aggregate::Aggregate;

/// What a point adds to one metric. Whatever protocol it came by, the recorder accepts it.
pub struct Sample {
    /// Which metric.
    pub metric: MetricId,
    /// Values of the metric's tags, in the metric's order.
    pub tags: Vec<String>,
    /// The point's values, in the metric's unit.
    pub aggregate: Aggregate,
}
