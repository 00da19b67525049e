//! The recorder for the `metrics` facade, under its real macros.
#![cfg(feature = "metrics")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{counter, gauge, histogram, with_local_recorder};
use telemetry::contract::Contract;
use telemetry::testing::{OwnedEvent, capture};
use telemetry::{MetricsRecorder, Registry};

/// The events of these names that `work` records.
fn told(events: &[&str], work: impl FnOnce()) -> Vec<OwnedEvent> {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, events).expect("sound names");
    let recorder = MetricsRecorder::new(registry.clone());
    with_local_recorder(&recorder, work);
    assert_eq!(recorder.dropped(), 0);
    capture.take()
}

/// What one metric's events say of one measurement.
#[track_caller]
fn check(event: &str, measurement: &str, expected: &[f64], work: impl FnOnce()) {
    let events = told(&[event], work);
    let numbers: Vec<f64> = events
        .iter()
        .map(|event| event.measurements[measurement])
        .collect();
    // Compared as text, in which NaN is what NaN is.
    assert_eq!(format!("{numbers:?}"), format!("{expected:?}"));
}

#[test]
fn counters() {
    check("http_requests_total", "count", &[1.0, 5.0, 0.0], || {
        counter!("http_requests_total").increment(1);
        counter!("http_requests_total").increment(5);
        counter!("http_requests_total").increment(0);
    });
    check("read.bytes", "count", &[10.0, 5.0, 1.0, 4.0], || {
        let counter = counter!("read.bytes");
        counter.absolute(10);
        counter.absolute(10);
        counter.absolute(15);
        counter.absolute(3);
        counter.increment(1);
        counter!("read.bytes").absolute(20);
    });
}

#[test]
fn gauges() {
    check(
        "queue.length",
        "value",
        &[0.5, 2.5, 1.5, -1.5, f64::NAN, f64::INFINITY],
        || {
            gauge!("queue.length").increment(0.5);
            gauge!("queue.length").increment(2.0);
            gauge!("queue.length").decrement(1.0);
            gauge!("queue.length").set(-1.5);
            gauge!("queue.length").set(f64::NAN);
            gauge!("queue.length").set(f64::INFINITY);
        },
    );
    check("open", "value", &[1.0, 1.0, 2.0], || {
        gauge!("open", "side" => "left").increment(1.0);
        gauge!("open", "side" => "right").increment(1.0);
        gauge!("open", "side" => "left").increment(1.0);
    });
}

#[test]
fn histograms() {
    check(
        "latency",
        "value",
        &[0.25, 0.0, f64::NEG_INFINITY, 2.0, 2.0],
        || {
            let histogram = histogram!("latency");
            histogram.record(0.25);
            histogram.record(0.0);
            histogram.record(f64::NEG_INFINITY);
            histogram.record_many(2.0, 2);
        },
    );
}

#[test]
fn names_and_labels() {
    let events = told(&["shop.orders.placed_", "_"], || {
        let region = String::from("eu");
        counter!("shop::orders.Placed!", "region" => region, "kind" => "new").increment(1);
        counter!("").increment(1);
    });
    let labels: Vec<(&str, &str)> = events[0]
        .metadata
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(labels, [("kind", "new"), ("region", "eu")]);
    assert_eq!(events[1].name, "_");
}

#[test]
fn beyond_the_limit_is_dropped_and_counted() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["hits"]).expect("free");
    let recorder = MetricsRecorder::with_limit(registry.clone(), 2);
    with_local_recorder(&recorder, || {
        for user in ["ann", "bob", "cyd", "ann", "cyd"] {
            counter!("hits", "user" => user).increment(1);
        }
        gauge!("room of its own").set(1.0);
    });
    let users: Vec<String> = capture
        .take()
        .into_iter()
        .map(|event| event.metadata["user"].clone())
        .collect();
    assert_eq!(users, ["ann", "bob", "ann"]);
    assert_eq!(recorder.dropped(), 2);
}

#[test]
fn handlers_may_record_themselves() {
    let registry = Arc::new(Registry::new());
    let recorder = MetricsRecorder::new(registry.clone());
    registry
        .attach("loud", "hits", |_| counter!("hits").increment(1))
        .expect("free");
    let capture = capture(&registry, &["hits"]).expect("free");
    with_local_recorder(&recorder, || counter!("hits").increment(1));
    assert_eq!(capture.take().len(), 1);
    assert_eq!(registry.failures(), 0);
}

#[test]
fn threads_add_up() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["level", "steps"]).expect("free");
    let recorder = MetricsRecorder::new(registry.clone());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                with_local_recorder(&recorder, || {
                    for _ in 0..100 {
                        gauge!("level").increment(1.0);
                        counter!("steps").absolute(100);
                    }
                });
            });
        }
    });
    let events = capture.take();
    let highest = events
        .iter()
        .filter_map(|event| event.measurements.get("value").copied());
    assert_eq!(highest.fold(0.0, f64::max), 400.0);
    let steps = events
        .iter()
        .filter_map(|event| event.measurements.get("count"));
    assert_eq!(steps.sum::<f64>(), 100.0);
}

#[test]
fn the_last_event_has_the_last_value() {
    const THREADS: usize = 3;
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["level"]).expect("free");
    let recorder = MetricsRecorder::new(registry.clone());
    let together = std::sync::Barrier::new(THREADS);
    for round in 1..=300_u32 {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (recorder, together) = (&recorder, &together);
                scope.spawn(move || {
                    let gauge = with_local_recorder(recorder, || gauge!("level"));
                    together.wait();
                    gauge.increment(if thread == 0 { 2.0 } else { 1.0 });
                });
            }
        });
        let last = capture.take().pop().expect("somebody emitted");
        assert_eq!(last.measurements["value"], f64::from(4 * round));
    }
    assert_eq!(registry.failures(), 0);
}

#[test]
fn no_contract_is_asked() {
    let registry = Arc::new(Registry::new());
    let nothing = Contract::new([]).expect("holds");
    registry.declare(&nothing).expect("the first");
    let recorder = MetricsRecorder::new(registry.clone());
    with_local_recorder(&recorder, || counter!("hits").increment(1));
    let capture = capture(&registry, &["hits"]).expect("free");
    with_local_recorder(&recorder, || counter!("hits").increment(1));
    assert_eq!(capture.take().len(), 1);
    assert_eq!(registry.undeclared(), []);
}

#[test]
fn recording_allocates_nothing() {
    let registry = Arc::new(Registry::new());
    let seen = Arc::new(AtomicU64::new(0));
    let sees = seen.clone();
    registry
        .attach_many("see", &["hits", "level", "latency"], move |event| {
            assert_eq!(event.metadata.len(), 1);
            sees.fetch_add(1, Ordering::Relaxed);
        })
        .expect("free");
    let recorder = MetricsRecorder::new(registry);
    let record = || {
        counter!("hits", "user" => "ann").increment(1);
        gauge!("level", "side" => "left").increment(1.0);
        histogram!("latency", "route" => "/").record(0.25);
    };
    with_local_recorder(&recorder, || {
        record();
        let allocated = allocation_counter::measure(|| (0..100).for_each(|_| record()));
        assert_eq!(allocated.count_total, 0, "{allocated:?}");
    });
    assert_eq!(seen.load(Ordering::Relaxed), 303);
}
