//! The same sample through `metrics` with its Prometheus exporter, the OpenTelemetry SDK and
//! `prometheus-client`. Their labels are texts that live as long as the program, which is what
//! costs them least.

use std::hint::black_box;

use criterion::Criterion;
use metrics::{counter, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::{ROUTE, measure, measure_and};

const STATUS: &str = "200";

/// Upper bounds in seconds: Prometheus' own defaults.
const BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

pub fn record(c: &mut Criterion) {
    with_metrics(c);
    with_opentelemetry(c);
    with_prometheus_client(c);
}

fn with_metrics(c: &mut Criterion) {
    // The exporter keeps every sample until its upkeep, which a program runs every few seconds.
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .expect("not empty")
        .build_recorder();
    let exporter = recorder.handle();
    metrics::set_global_recorder(recorder).expect("the only one");
    measure(c, "counter: metrics", &|_| {
        counter!("runs", "route" => black_box(ROUTE), "status" => black_box(STATUS)).increment(1);
    });
    let bound = counter!("runs", "route" => ROUTE, "status" => STATUS);
    measure(c, "counter: metrics, bound", &|_| bound.increment(1));
    let upkeep = || exporter.run_upkeep();
    let record = |value: f64| {
        histogram!("time", "route" => black_box(ROUTE), "status" => black_box(STATUS))
            .record(value);
    };
    measure_and(c, "summary: metrics", &record, &upkeep);
    let bound = histogram!("time", "route" => ROUTE, "status" => STATUS);
    measure_and(
        c,
        "summary: metrics, bound",
        &|value| bound.record(value),
        &upkeep,
    );
    assert!(exporter.render().contains("runs"));
}

fn with_opentelemetry(c: &mut Criterion) {
    let provider = SdkMeterProvider::builder()
        .with_reader(ManualReader::default())
        .build();
    let meter = provider.meter("bench");
    let tags = || {
        [
            KeyValue::new("route", black_box(ROUTE)),
            KeyValue::new("status", black_box(200)),
        ]
    };
    let counter = meter.u64_counter("runs").build();
    measure(c, "counter: opentelemetry", &|_| counter.add(1, &tags()));
    let histogram = meter.f64_histogram("time").build();
    measure(c, "summary: opentelemetry", &|value| {
        histogram.record(value, &tags());
    });
}

fn with_prometheus_client(c: &mut Criterion) {
    type Labels = [(&'static str, &'static str); 2];
    let labels = || [("route", black_box(ROUTE)), ("status", black_box(STATUS))];
    let counters = Family::<Labels, Counter>::default();
    measure(c, "counter: prometheus-client", &|_| {
        counters.get_or_create(&labels()).inc();
    });
    let bound = counters.get_or_create_owned(&labels());
    measure(c, "counter: prometheus-client, bound", &|_| {
        bound.inc();
    });
    let histograms = Family::<Labels, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
    measure(c, "summary: prometheus-client", &|value| {
        histograms.get_or_create(&labels()).observe(value);
    });
    let bound = histograms.get_or_create_owned(&labels());
    measure(c, "summary: prometheus-client, bound", &|value| {
        bound.observe(value)
    });
}
