//! From what the recorder gathered to requests.
//!
//! Invariant: every row of a flush becomes exactly one point, and no request has more points
//! than [`Limits`] say. Pure: the times of the window are passed in.

use prost::Message;

use super::queue::Batch;
use crate::aggregate::{Aggregate, Row, SeriesTable, Sketch};
use crate::otlp_message::{
    Buckets, DELTA, Data, ExponentialHistogram, ExponentialHistogramDataPoint,
    ExportMetricsServiceRequest, Gauge, Histogram, HistogramDataPoint, InstrumentationScope,
    KeyValue, Metric as MetricMessage, Number, NumberDataPoint, Resource, ResourceMetrics,
    ScopeMetrics, Sum,
};
use crate::{Kind, Metric, MetricId, MetricList, Unit};

/// When it happened, in nanoseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The end of the window before.
    pub start_ns: u64,
    /// Not before the start.
    pub end_ns: u64,
}

/// How large one request may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most points.
    pub points: usize,
    /// A request that has so many bytes of points takes no more.
    pub bytes: usize,
}

/// Encodes flushes of one recorder.
pub struct Encoder {
    resource: Resource,
    limits: Limits,
}

impl Encoder {
    /// An encoder that puts these attributes before everything.
    pub fn new(resource: &[(String, String)], limits: Limits) -> Encoder {
        let attributes = resource.iter();
        Encoder {
            resource: Resource {
                attributes: attributes
                    .map(|(key, value)| KeyValue::text(key, value))
                    .collect(),
            },
            limits,
        }
    }

    /// The rows as requests, sorted by metric and series, so that a metric is described once.
    pub fn encode(
        &self,
        mut rows: Vec<Row>,
        metrics: &MetricList,
        table: &SeriesTable,
        window: Window,
    ) -> Vec<Batch> {
        rows.sort_unstable_by_key(|row| (row.metric, row.series));
        let mut batches = Vec::new();
        let mut open = Open::default();
        for row in &rows {
            // A table never forgets, so every row has its series.
            let Some(series) = table.get(row.series) else {
                continue;
            };
            let metric = metrics.get(row.metric);
            let tags = metric.tags.iter().zip(&series.tags);
            let attributes = tags
                .map(|(key, value)| KeyValue::text(key, value))
                .collect();
            open.add(row, metric, attributes, window);
            if open.points >= self.limits.points || open.bytes >= self.limits.bytes {
                batches.push(self.close(std::mem::take(&mut open)));
            }
        }
        if open.points > 0 {
            batches.push(self.close(open));
        }
        batches
    }

    fn close(&self, open: Open) -> Batch {
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource.clone()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(InstrumentationScope {
                        name: env!("CARGO_PKG_NAME").to_owned(),
                        version: env!("CARGO_PKG_VERSION").to_owned(),
                        attributes: Vec::new(),
                    }),
                    metrics: open.metrics,
                }],
            }],
        };
        Batch {
            body: request.encode_to_vec(),
            points: open.points as u64,
        }
    }
}

/// A request that still takes points.
#[derive(Default)]
struct Open {
    metrics: Vec<MetricMessage>,
    last: Option<MetricId>,
    points: usize,
    bytes: usize,
}

impl Open {
    fn add(&mut self, row: &Row, metric: &Metric, attributes: Vec<KeyValue>, window: Window) {
        if self.last != Some(row.metric) {
            self.last = Some(row.metric);
            let described = describe(metric);
            self.bytes += described.encoded_len();
            self.metrics.push(described);
        }
        let data = self.metrics.last_mut().and_then(|last| last.data.as_mut());
        if let Some(data) = data {
            self.bytes += push(data, metric, &row.aggregate, attributes, window);
            self.points += 1;
        }
    }
}

/// A metric without points. A counter only ever rises; whether a sum can fall is not in its
/// definition, so it is said that it can.
fn describe(metric: &Metric) -> MetricMessage {
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
        unit: ucum(metric.unit).to_owned(),
        data: Some(data),
    }
}

/// Adds the point of one series, and answers how many bytes it takes.
fn push(
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
        start_time_unix_nano: window.start_ns,
        time_unix_nano: window.end_ns,
        count: aggregate.count,
        sum: Some(aggregate.sum),
        bucket_counts: aggregate.buckets().to_vec(),
        explicit_bounds: metric.buckets.to_vec(),
        flags: 0,
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
        start_time_unix_nano: window.start_ns,
        time_unix_nano: window.end_ns,
        count: aggregate.count,
        sum: Some(aggregate.sum),
        scale: Sketch::SCALE,
        zero_count: sketch.map_or(0, Sketch::zero),
        positive: sketch.and_then(|sketch| dense(sketch.positive())),
        negative: sketch.and_then(|sketch| dense(sketch.negative())),
        flags: 0,
        min: Some(aggregate.min),
        max: Some(aggregate.max),
        zero_threshold: 0.0,
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

/// How OpenTelemetry writes a unit: by the Unified Code for Units of Measure (ucum.org).
fn ucum(unit: Unit) -> &'static str {
    match unit {
        Unit::None => "",
        Unit::Second => "s",
        Unit::Millisecond => "ms",
        Unit::Microsecond => "us",
        Unit::Nanosecond => "ns",
        Unit::Byte => "By",
        Unit::Kilobyte => "kBy",
        Unit::Megabyte => "MBy",
        Unit::Gigabyte => "GBy",
        Unit::Kibibyte => "KiBy",
        Unit::Mebibyte => "MiBy",
        Unit::Gibibyte => "GiBy",
        Unit::Percent => "%",
        Unit::Ratio => "1",
    }
}
