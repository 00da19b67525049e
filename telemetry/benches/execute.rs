//! What an event and a span cost: with nobody attached, with one handler, and with metadata.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use telemetry::contract::{Contract, TELEMETRY};
use telemetry::{Registry, event};

fn execute(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execute");

    let empty = Registry::new();
    group.bench_function("no handler in the registry", |bencher| {
        bencher.iter(|| empty.execute(black_box("http.request.stop"), &[("duration", 0.25)], &[]));
    });

    let registry = Registry::new();
    let seen = Arc::new(AtomicU64::new(0));
    let counter = seen.clone();
    registry
        .attach("count", "http.request.stop", move |event| {
            let found = event.measurement("duration").is_some();
            counter.fetch_add(u64::from(found), Ordering::Relaxed);
        })
        .expect("the first of its id");

    group.bench_function("nobody attached to the event", |bencher| {
        bencher.iter(|| registry.execute(black_box("http.request.start"), &[("at", 0.25)], &[]));
    });
    let declared = Registry::new();
    let contract = Contract::new([TELEMETRY]).expect("names, each once");
    declared.declare(&contract).expect("the first");
    group.bench_function("nobody attached, declared in a contract", |bencher| {
        let name = "telemetry.handler.failure";
        bencher.iter(|| declared.execute(black_box(name), &[("count", 1.0)], &[]));
    });
    group.bench_function("event!, nobody attached", |bencher| {
        bencher.iter(|| {
            event!(in registry; "http.request.start", { at: black_box(1) }, { route: "/orders" });
        });
    });
    group.bench_function("event!, one handler, two metadata", |bencher| {
        bencher.iter(|| {
            event!(in registry; "http.request.stop", { duration: black_box(0.25) }, {
                route: black_box("/orders/{id}"),
                status: black_box(200_u16),
            });
        });
    });
    group.bench_function("one handler", |bencher| {
        bencher.iter(|| {
            registry.execute(
                black_box("http.request.stop"),
                &[("duration", black_box(0.25))],
                &[],
            );
        });
    });
    group.bench_function("one handler, two metadata", |bencher| {
        bencher.iter(|| {
            registry.execute(
                black_box("http.request.stop"),
                &[("duration", black_box(0.25))],
                &[
                    ("route", black_box("/orders/{id}").into()),
                    ("status", black_box(200u16).into()),
                ],
            );
        });
    });
    group.finish();
    assert!(seen.load(Ordering::Relaxed) > 0);
}

fn span(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("span");
    let registry = Registry::new();
    let seen = Arc::new(AtomicU64::new(0));
    let counter = seen.clone();
    registry
        .attach("count", "http.request.stop", move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        })
        .expect("the first of its id");
    let mut bench = |case: &str, name: &'static str| {
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let metadata = [("route", black_box("/orders").into())];
                registry.span(black_box(name), &metadata, || black_box(1))
            });
        });
    };
    bench("nobody attached", "db.query");
    bench("one handler", "http.request");
    group.finish();
    assert!(seen.load(Ordering::Relaxed) > 0);
}

criterion_group!(benches, execute, span);
criterion_main!(benches);
