//! Points that are histograms.

use telemetry::otlp_message::{Buckets, DELTA, ExponentialHistogramDataPoint, HistogramDataPoint};

use super::Receiver;
use super::convert::{Stream, samples};
use super::point::Head;
use crate::ingest::histogram::{Explicit, Exponential, Histogram, Range, Run};
use crate::ingest::outcome::{Reason, Rejected};
use crate::ingest::sample::Sample;

impl Receiver {
    /// The samples of a histogram; `min` and `max` are those that the point bears.
    pub(super) fn histogram(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        (min, max): (Option<f64>, Option<f64>),
        total: Histogram,
    ) -> Result<Vec<Sample>, Rejected> {
        let all = total.count();
        let since = match self.since(stream, head, total)? {
            Some(since) if since.count() > 0 => since,
            _ => return Ok(Vec::new()),
        };
        let sane = |number: Option<f64>| number.filter(|number| number.is_finite());
        let range = Range {
            min: sane(min),
            max: sane(max),
            exact: stream.temporality == DELTA || since.count() == all,
        };
        let at_ms = head.at_ms(stream.scope.now_ms);
        samples(stream.mappings, |mapping| {
            let buckets = mapping.target.buckets();
            let aggregate = since.aggregate(buckets, mapping.factor, range, at_ms);
            self.sample(
                stream,
                head,
                mapping,
                &[],
                aggregate.ok_or(Reason::Malformed)?,
            )
        })
    }
}

/// Checks a histogram with bounds of its own.
pub(super) fn explicit(point: HistogramDataPoint) -> Result<Histogram, Reason> {
    let bounds = point.explicit_bounds;
    Explicit::new(point.count, point.sum, bounds, point.bucket_counts).map(Histogram::Explicit)
}

/// Checks a histogram with bounds by scale.
pub(super) fn exponential(point: ExponentialHistogramDataPoint) -> Result<Histogram, Reason> {
    let run = |buckets: Option<Buckets>| {
        let buckets = buckets.unwrap_or_default();
        Run::new(buckets.offset, buckets.bucket_counts)
    };
    Exponential::new(
        point.count,
        point.sum,
        point.scale,
        (point.zero_count, point.zero_threshold),
        (run(point.positive), run(point.negative)),
    )
    .map(Histogram::Exponential)
}
