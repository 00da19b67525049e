//! What a sample, a flush and a frame cost.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use server::access::MetricSet;
use server::pipeline::PipelineConfig;
use server::stream::{Client, Hub, Publication, push_row};
use telemetry::MetricList;
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Kind, Metric, Registry, Value};

const SERIES: i64 = 10_000;

fn recorder(
    kind: fn(&str) -> Metric,
    tags: &[&str],
) -> (Arc<MetricList>, Arc<Recorder>, Arc<SeriesTable>) {
    let metric = kind("bench.run.value").tags(tags.iter().copied());
    let metrics = Arc::new(MetricList::new(vec![metric]).expect("a list"));
    let table = Arc::new(SeriesTable::new(SERIES as usize, SERIES as usize));
    (
        metrics.clone(),
        Arc::new(Recorder::new(metrics, table.clone())),
        table,
    )
}

fn fill(recorder: &Recorder) {
    for i in 0..SERIES {
        let metadata = [("id", Value::Int(i))];
        let measurements = [("value", i as f64)];
        recorder.record(
            &Event {
                name: "bench.run",
                measurements: &measurements,
                metadata: &metadata,
            },
            0,
        );
    }
}

fn record(c: &mut Criterion) {
    let mut group = c.benchmark_group("record");
    group.throughput(Throughput::Elements(1));
    for (name, kind) in [
        ("counter", Metric::counter as fn(&str) -> Metric),
        ("summary", Metric::summary),
    ] {
        let (_, recorder, _) = recorder(kind, &["route", "status"]);
        let registry = Registry::new();
        let handler = recorder.clone();
        registry
            .attach("bench", "bench.run", move |event| handler.record(event, 1))
            .expect("attaches");
        group.bench_function(format!("execute, two tags, {name}"), |b| {
            b.iter(|| {
                registry.execute(
                    black_box("bench.run"),
                    &[("value", black_box(0.0123))],
                    &[
                        ("route", Value::Str(black_box("/api/orders/{id}"))),
                        ("status", Value::Int(black_box(200))),
                    ],
                );
            });
        });
        let series = recorder.flush().rows[0].series;
        group.bench_function(format!("series known, {name}"), |b| {
            b.iter(|| recorder.record_series(series, black_box(0.0123), 1));
        });
    }
    group.finish();
}

fn flush(c: &mut Criterion) {
    let mut group = c.benchmark_group("10,000 series");
    group.sample_size(20);
    for (name, kind) in [
        ("counter", Metric::counter as fn(&str) -> Metric),
        ("summary", Metric::summary),
    ] {
        let (_, recorder, _) = recorder(kind, &["id"]);
        group.bench_function(format!("flush, {name}"), |b| {
            b.iter_batched(
                || fill(&recorder),
                |()| recorder.flush(),
                BatchSize::PerIteration,
            );
        });
    }
    let (metrics, recorder, table) = recorder(Metric::summary, &["id"]);
    fill(&recorder);
    let rows = recorder.flush().rows;
    group.bench_function("encode rows, summary", |b| {
        b.iter(|| {
            let mut out = String::new();
            rows.iter()
                .for_each(|row| push_row(&mut out, row.series, Kind::Summary, &row.aggregate));
            out
        });
    });
    let hub = Arc::new(Hub::new(&PipelineConfig::default(), metrics.clone(), table));
    let visible: MetricSet = metrics.iter().map(|(id, _)| id).collect();
    let mut seq = 0;
    group.bench_function("publish and join for one audience, summary", |b| {
        b.iter(|| {
            seq += 1;
            let audience = hub.audience(visible.clone(), None);
            hub.publish(&Publication {
                seq,
                t: seq as i64 * 100,
                w: 100,
                rows: &rows,
                seconds: &[],
                fresh: &[],
                logs: Vec::new(),
            });
            Client::new(hub.clone(), audience, 10, Some(seq - 1)).next(0)
        });
    });
    group.finish();
}

criterion_group!(benches, record, flush);
criterion_main!(benches);
