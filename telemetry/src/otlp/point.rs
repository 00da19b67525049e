//! What one series did, as a point; and the metric that its points stand in.
//!
//! Invariant: a point goes to the data that [`describe`] made for a metric of its kind, and is of
//! delta temporality.

use prost::Message;

use super::encode::Window;
use crate::aggregate::{Aggregate, Sketch};
use crate::otlp_message::{
    Buckets, DELTA, Data, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, KeyValue, Metric as MetricMessage, Number, NumberDataPoint, Sum,
};
use crate::{Kind, Metric};

/// A metric without points. A counter only ever rises; whether a sum can fall is not in its
/// definition, so it is said that it can.
pub fn describe(metric: &Metric) -> MetricMessage {
    let sum = |is_monotonic| {
        Data::Sum(Sum {
            data_points: Vec::new(),
            aggregation_temporality: DELTA,
            is_monotonic,
        })
    };
    let data = match metric.kind {
        Kind::Counter => sum(true),
        Kind::Sum => sum(false),
        Kind::LastValue => Data::Gauge(Gauge::default()),
        Kind::Summary => Data::ExponentialHistogram(ExponentialHistogram {
            data_points: Vec::new(),
            aggregation_temporality: DELTA,
        }),
        Kind::Distribution => Data::Histogram(Histogram {
            data_points: Vec::new(),
            aggregation_temporality: DELTA,
        }),
    };
    MetricMessage {
        name: metric.name.clone(),
        description: metric.description.clone(),
        unit: metric.unit.ucum().to_owned(),
        data: Some(data),
    }
}

/// Adds the point of one series, and answers how many bytes it takes.
pub fn push(
    data: &mut Data,
    metric: &Metric,
    aggregate: &Aggregate,
    attributes: Vec<KeyValue>,
    window: Window,
) -> usize {
    match data {
        Data::Sum(sum) => {
            let value = match metric.kind {
                // Past what an i64 holds a program would have to count for centuries.
                Kind::Counter => Number::AsInt(i64::try_from(aggregate.count).unwrap_or(i64::MAX)),
                _ => Number::AsDouble(aggregate.sum),
            };
            added(&mut sum.data_points, number(value, attributes, window))
        }
        Data::Gauge(gauge) => {
            let value = Number::AsDouble(aggregate.last);
            added(&mut gauge.data_points, number(value, attributes, window))
        }
        Data::Histogram(histogram) => {
            let point = explicit(metric, aggregate, attributes, window);
            added(&mut histogram.data_points, point)
        }
        Data::ExponentialHistogram(histogram) => {
            let point = exponential(aggregate, attributes, window);
            added(&mut histogram.data_points, point)
        }
        // No kind is described so.
        Data::Summary(_) => 0,
    }
}

fn added<P: Message>(points: &mut Vec<P>, point: P) -> usize {
    let bytes = point.encoded_len();
    points.push(point);
    bytes
}

fn number(value: Number, attributes: Vec<KeyValue>, window: Window) -> NumberDataPoint {
    NumberDataPoint {
        attributes,
        start_time_unix_nano: window.start_ns,
        time_unix_nano: window.end_ns,
        value: Some(value),
        flags: 0,
    }
}

fn explicit(
    metric: &Metric,
    aggregate: &Aggregate,
    attributes: Vec<KeyValue>,
    window: Window,
) -> HistogramDataPoint {
    HistogramDataPoint {
        attributes,
        flags: 0,
        start_time_unix_nano: window.start_ns,
        time_unix_nano: window.end_ns,
        count: aggregate.count,
        sum: Some(aggregate.sum),
        bucket_counts: aggregate.buckets().to_vec(),
        explicit_bounds: metric.buckets.to_vec(),
        min: Some(aggregate.min),
        max: Some(aggregate.max),
    }
}

fn exponential(
    aggregate: &Aggregate,
    attributes: Vec<KeyValue>,
    window: Window,
) -> ExponentialHistogramDataPoint {
    let sketch = aggregate.sketch();
    ExponentialHistogramDataPoint {
        attributes,
        flags: 0,
        zero_threshold: 0.0,
        start_time_unix_nano: window.start_ns,
        time_unix_nano: window.end_ns,
        count: aggregate.count,
        sum: Some(aggregate.sum),
        scale: Sketch::SCALE,
        zero_count: sketch.map_or(0, Sketch::zero),
        positive: sketch.and_then(|sketch| dense(sketch.positive())),
        negative: sketch.and_then(|sketch| dense(sketch.negative())),
        min: Some(aggregate.min),
        max: Some(aggregate.max),
    }
}

/// Buckets by ascending index, with the empty ones between; a sketch has few enough of them.
fn dense(buckets: impl Iterator<Item = (i32, u64)>) -> Option<Buckets> {
    let mut buckets = buckets.peekable();
    let (offset, _) = *buckets.peek()?;
    let mut bucket_counts = Vec::new();
    for (index, count) in buckets {
        bucket_counts.resize((index - offset) as usize, 0);
        bucket_counts.push(count);
    }
    Some(Buckets {
        offset,
        bucket_counts,
    })
}
