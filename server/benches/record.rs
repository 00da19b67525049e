//! What an event costs on its way into the recorder, with the log of recent events attached: on one
//! thread, and on two at once. The log is full nearly all of the time, as in any flood.

use std::hint::black_box;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use server::stream::EventLog;
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{HandlerSet, Metric, MetricId, MetricList, Registry, Value};

const ROUTE: &str = "/api/orders/{id}";
/// As `pipeline.log_per_flush`.
const PER_FLUSH: usize = 50;

fn record(c: &mut Criterion) {
    for logged in [false, true] {
        let metric = Metric::count_events("bench.run").tags(["route", "status"]);
        let metrics = Arc::new(MetricList::new(vec![metric]).expect("a list"));
        let table = Arc::new(SeriesTable::new(10, 10));
        let recorder = Arc::new(Recorder::new(metrics.clone(), table));
        let registry = Arc::new(Registry::new());
        let handler = recorder.view();
        registry
            .attach("record", "bench.run", move |event| {
                handler.record_for(&[MetricId(0)], event, 1);
            })
            .expect("the first of its id");
        let log = Arc::new(EventLog::new(PER_FLUSH, 4096, Arc::new(AtomicI64::new(1))));
        let handlers = if logged {
            log.handlers(&metrics)
        } else {
            Vec::new()
        };
        let _attached = HandlerSet::attach(&registry, handlers).expect("the first of its ids");
        let run = || {
            registry.execute(
                black_box("bench.run"),
                &[("count", 1.0)],
                &[
                    ("route", Value::Str(black_box(ROUTE))),
                    ("status", Value::Int(black_box(200))),
                ],
            );
        };
        for threads in [1, 2] {
            let mut group = c.benchmark_group(format!("{threads} threads"));
            group.throughput(Throughput::Elements(1));
            let name = if logged { "with event log" } else { "without" };
            group.bench_function(format!("execute, two tags, {name}"), |bencher| {
                bencher.iter_custom(|rounds| at_once(threads, rounds, &run));
            });
            group.finish();
        }
        let (records, dropped) = log.take();
        assert_eq!((!records.is_empty(), dropped > 0), (logged, logged));
        assert!(recorder.flush().samples > 0);
    }
}

/// The longest time that any of the threads took for its rounds.
fn at_once(threads: usize, rounds: u64, run: &(dyn Fn() + Sync)) -> Duration {
    let barrier = Barrier::new(threads);
    let timed = || {
        barrier.wait();
        let start = Instant::now();
        (0..rounds).for_each(|_| run());
        start.elapsed()
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(timed)).collect();
        let times = running.into_iter().map(|thread| thread.join());
        times.map(|time| time.expect("runs")).max()
    })
    .unwrap_or_default()
}

criterion_group!(
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = record
);
criterion_main!(benches);
