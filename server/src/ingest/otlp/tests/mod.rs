//! A list with a metric of every kind, and points of every type to send it.

mod clocks;
mod histograms;
mod numbers;
mod properties;
mod requests;
mod streams;

use std::collections::HashMap;

use telemetry::aggregate::{Aggregate, SeriesTable};
use telemetry::{Match, Refusal, Unit};

use super::point::Points;
use super::*;
use crate::ingest::outcome::Reason;
use telemetry::otlp_message::{
    Buckets, CUMULATIVE, DELTA, Data, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge,
    HistogramDataPoint, Metric, NO_RECORDED_VALUE, Number, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, Summary,
};

/// When the receiver begins.
const BEGIN_MS: i64 = 1_700_000_000_000;
const MAX_AGE_MS: i64 = 300_000;

/// A receiver, and what becomes of what it takes.
struct Bench {
    receiver: Receiver,
    recorder: Arc<Recorder>,
    metrics: Arc<MetricList>,
}

impl Bench {
    fn new() -> Bench {
        Bench::with_streams(1_000)
    }

    fn with_streams(max_streams: usize) -> Bench {
        use telemetry::Metric as Listed;
        let metrics = [
            crate::metrics::builtin(),
            vec![
                Listed::counter("m.counter"),
                Listed::sum("m.sum").unit(Unit::Kilobyte),
                Listed::last_value("m.level"),
                Listed::summary("m.summary").unit(Unit::Millisecond),
                Listed::distribution("m.distribution", [1.0, 2.0, 4.0]).unit(Unit::Second),
                Listed::sum("m.tagged").tags(["route", "service.name"]),
                Listed::sum("m.kept").keep(get_of_shop()),
                Listed::sum("m.dropped").drop(get_of_shop()),
                Listed::sum("kept.value")
                    .named("kept.as.event")
                    .keep(get_of_shop()),
                Listed::sum("queue.depth.value")
                    .named("depths")
                    .unit(Unit::Byte),
                Listed::counter("queue.depth.value").named("depth.points"),
                Listed::last_value("m.wait").unit(Unit::Millisecond),
                Listed::counter("m.both"),
                Listed::sum("m.both.value")
                    .named("both.sum")
                    .unit(Unit::Kilobyte),
                Listed::sum("m.both.value")
                    .named("both.tagged")
                    .tags(["route"]),
            ],
        ];
        let list = MetricList::new(metrics.concat()).expect("a list");
        let catalog = Arc::new(MetricCatalog::from(list));
        let metrics = catalog.list();
        let table = Arc::new(SeriesTable::new(100, 100));
        let recorder = Arc::new(Recorder::new(metrics.clone(), table));
        let receiver = Receiver::new(catalog, recorder.clone(), max_streams, MAX_AGE_MS, BEGIN_MS);
        Bench {
            receiver,
            recorder,
            metrics,
        }
    }

    /// Takes one metric, a second after the one before.
    fn take(&self, second: u64, name: &str, unit: &str, data: Data) -> Outcome {
        let now_ms = BEGIN_MS + second as i64 * 1_000;
        // As the server does once a second.
        self.receiver.streams.sweep(now_ms);
        self.receiver.receive(request(name, unit, data), now_ms)
    }

    /// What the metrics of the list did since the last call, by name.
    fn flush(&self) -> HashMap<String, Aggregate> {
        let mut found: HashMap<String, Aggregate> = HashMap::new();
        for row in self.recorder.flush().rows {
            let name = self.metrics.get(row.metric).name.clone();
            found
                .entry(name)
                .and_modify(|aggregate| aggregate.merge(&row.aggregate))
                .or_insert(row.aggregate);
        }
        found
    }
}

/// `service.name` stands in the resource of every request here.
fn get_of_shop() -> Match {
    let keys = Match::new().key("method", ["GET", "HEAD"]);
    keys.key("service.name", ["sh*"])
}

fn request(name: &str, unit: &str, data: Data) -> ExportMetricsServiceRequest {
    let metric = Metric {
        name: name.into(),
        unit: unit.into(),
        data: Some(data),
        ..Metric::default()
    };
    let scope_metrics = vec![ScopeMetrics {
        scope: None,
        metrics: vec![metric],
    }];
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(Resource {
                attributes: vec![KeyValue::text("service.name", "shop")],
            }),
            scope_metrics,
        }],
    }
}

/// So many seconds after the receiver began.
fn at(second: u64) -> u64 {
    (BEGIN_MS as u64 + second * 1_000) * 1_000_000
}

fn number(second: u64, value: impl Into<Option<f64>>) -> NumberDataPoint {
    NumberDataPoint {
        start_time_unix_nano: at(0) + 1,
        time_unix_nano: at(second),
        value: value.into().map(Number::AsDouble),
        ..NumberDataPoint::default()
    }
}

fn gauge(point: NumberDataPoint) -> Data {
    gauges(vec![point])
}

fn gauges(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Gauge(Gauge { data_points })
}

fn sum(temporality: i32, is_monotonic: bool, point: NumberDataPoint) -> Data {
    sums(temporality, is_monotonic, vec![point])
}

fn sums(temporality: i32, is_monotonic: bool, data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum {
        data_points,
        aggregation_temporality: temporality,
        is_monotonic,
    })
}

fn explicit(temporality: i32, point: HistogramDataPoint) -> Data {
    Data::Histogram(telemetry::otlp_message::Histogram {
        data_points: vec![point],
        aggregation_temporality: temporality,
    })
}

fn exponential(temporality: i32, point: ExponentialHistogramDataPoint) -> Data {
    Data::ExponentialHistogram(ExponentialHistogram {
        data_points: vec![point],
        aggregation_temporality: temporality,
    })
}

/// Sends numbers, one a second, and says what the metric did in all: count, sum and last.
fn run(name: &str, unit: &str, points: Vec<Data>) -> (Option<(u64, f64, f64)>, Vec<Reason>) {
    let bench = Bench::new();
    let mut reasons = Vec::new();
    for (second, data) in (1..).zip(points) {
        let outcome = bench.take(second, name, unit, data);
        reasons.extend(outcome.rejected.keys().map(|(_, reason)| *reason));
    }
    let did = bench.flush().remove(name).filter(|did| did.count > 0);
    (did.map(|it| (it.count, it.sum, it.last)), reasons)
}

/// Values as a point with bounds 1, 2, 4 from the bucket counts.
fn histogram(second: u64, counts: [u64; 4], sum: f64) -> HistogramDataPoint {
    HistogramDataPoint {
        start_time_unix_nano: at(0) + 1,
        time_unix_nano: at(second),
        count: counts.iter().sum(),
        sum: Some(sum),
        bucket_counts: counts.into(),
        explicit_bounds: vec![1.0, 2.0, 4.0],
        ..HistogramDataPoint::default()
    }
}

fn of_values(second: u64, values: &[f64]) -> HistogramDataPoint {
    let mut counts = [0; 4];
    for value in values {
        counts[[1.0, 2.0, 4.0].partition_point(|bound| bound < value)] += 1;
    }
    histogram(second, counts, values.iter().sum())
}

/// By logarithms: near enough, for what is tested is what becomes of the buckets.
fn at_scale(second: u64, scale: i32, values: &[f64]) -> ExponentialHistogramDataPoint {
    let index = |value: &f64| (value.log2() * f64::from(scale).exp2()).ceil() as i32 - 1;
    let positive: Vec<i32> = values.iter().filter(|v| **v > 0.01).map(index).collect();
    let least = positive.iter().copied().min().unwrap_or(0);
    let most = positive.iter().copied().max().unwrap_or(0);
    let mut counts = vec![0; (most - least + 1) as usize];
    for index in &positive {
        counts[(index - least) as usize] += 1;
    }
    ExponentialHistogramDataPoint {
        start_time_unix_nano: at(0) + 1,
        time_unix_nano: at(second),
        count: values.len() as u64,
        sum: Some(values.iter().sum()),
        scale,
        zero_count: (values.len() - positive.len()) as u64,
        positive: Some(Buckets {
            offset: least,
            bucket_counts: counts,
        }),
        ..ExponentialHistogramDataPoint::default()
    }
}
