//! What a sample and a flush cost, beside what a sample costs the programs that people would
//! otherwise use. Everything records the same: a value of a request, with its route and status.
//!
//! A figure is the time that one call takes on one core; with two threads, on each of the two.

use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Metric, MetricId, MetricList, Registry, Value};

mod peers;

const SERIES: i64 = 10_000;
const ROUTE: &str = "/api/orders/{id}";

/// Both ways to count, each on one thread and on two.
fn record(c: &mut Criterion) {
    for (kind, metric) in [
        ("counter", Metric::counter as fn(&str) -> Metric),
        ("summary", Metric::summary),
    ] {
        let recorder = recorder(metric, &["route", "status"]);
        let registry = Registry::new();
        let handler = recorder.view();
        registry
            .attach("bench", "bench.run", move |event| {
                handler.record_for(&[MetricId(0)], event, 1);
            })
            .expect("the first of its id");
        let handle = recorder
            .handle(MetricId(0), &[ROUTE, "200"])
            .expect("room for one");
        measure(c, &format!("{kind}: execute"), &|value| {
            registry.execute(
                black_box("bench.run"),
                &[("value", value)],
                &[
                    ("route", Value::Str(black_box(ROUTE))),
                    ("status", Value::Int(black_box(200))),
                ],
            );
        });
        measure(c, &format!("{kind}: handle"), &|value| {
            handle.record(value, 1)
        });
        assert!(recorder.flush().samples > 0);
    }
}

fn flush(c: &mut Criterion) {
    let mut group = c.benchmark_group("flush of 10,000 series");
    group.sample_size(20);
    for (kind, metric) in [
        ("counters", Metric::counter as fn(&str) -> Metric),
        ("summaries", Metric::summary),
    ] {
        let recorder = recorder(metric, &["id"]);
        group.bench_function(kind, |bencher| {
            bencher.iter_batched(
                || fill(&recorder),
                |()| recorder.flush(),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// Calls `run` on one thread and on two at once, with values of a latency in seconds.
fn measure(c: &mut Criterion, name: &str, run: &(dyn Fn(f64) + Sync)) {
    measure_and(c, name, run, &|| ());
}

/// As [`measure`], and calls `after` now and then while nothing is timed.
fn measure_and(c: &mut Criterion, name: &str, run: &(dyn Fn(f64) + Sync), after: &dyn Fn()) {
    for threads in [1, 2] {
        let mut group = c.benchmark_group(format!("{threads} threads"));
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|rounds| {
                let time = at_once(threads, rounds, run);
                after();
                time
            });
        });
        group.finish();
    }
}

/// The longest time that any of the threads took for its rounds.
fn at_once(threads: usize, rounds: u64, run: &(dyn Fn(f64) + Sync)) -> Duration {
    let barrier = Barrier::new(threads);
    let timed = || {
        barrier.wait();
        let start = Instant::now();
        for round in 0..rounds {
            // Sixteen values over three octaves, so that no bucket stays at hand by chance.
            run(black_box(0.0123 * (1.0 + 0.5 * (round % 16) as f64)));
        }
        start.elapsed()
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
        let times = running.into_iter().map(|thread| thread.join());
        times.map(|time| time.expect("runs")).max()
    })
    .unwrap_or_default()
}

fn recorder(metric: fn(&str) -> Metric, tags: &[&str]) -> Arc<Recorder> {
    let metric = metric("bench.run.value").tags(tags.iter().copied());
    let metrics = Arc::new(MetricList::new(vec![metric]).expect("a list"));
    let table = SeriesTable::new(SERIES as usize, SERIES as usize);
    Arc::new(Recorder::new(metrics, Arc::new(table)))
}

fn fill(recorder: &Recorder) {
    for id in 0..SERIES {
        let event = Event {
            name: "bench.run",
            measurements: &[("value", id as f64)],
            metadata: &[("id", Value::Int(id))],
        };
        recorder.record(&event, 0);
    }
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = record, peers::record, flush
);
criterion_main!(benches);
