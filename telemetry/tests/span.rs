//! Spans.
#![cfg(feature = "span")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use telemetry::testing::{OwnedEvent, capture};
use telemetry::{Registry, Value};

const EVENTS: [&str; 3] = ["job.start", "job.stop", "job.exception"];

/// Runs `work` in a fresh registry; the names of what came, and the last of it.
fn run(work: impl FnOnce(&Registry)) -> (Vec<String>, OwnedEvent) {
    let registry = Registry::new();
    let capture = capture(&registry, &EVENTS).expect("free");
    work(&registry);
    let events = capture.take();
    let names = events.iter().map(|event| event.name.clone()).collect();
    let start = &events[0].measurements;
    assert!(
        start["system_time"] > 1.5e9,
        "seconds since the epoch: {start:?}"
    );
    for event in &events {
        assert_eq!(event.metadata["id"], "7", "goes along with {}", event.name);
    }
    let last = events.last().expect("a span emits").clone();
    let duration = last.measurements["duration"];
    assert!(duration.is_finite() && duration >= 0.0);
    (names, last)
}

const ID: &[(&str, Value<'static>)] = &[("id", Value::Int(7))];

#[test]
fn work_that_ends_well() {
    let (names, last) = run(|registry| assert_eq!(registry.span("job", ID, || 42), 42));
    assert_eq!(names, ["job.start", "job.stop"]);
    assert_eq!(last.metadata.len(), 2, "id and span_id");
    let (names, _) = run(|registry| {
        let result: Result<i32, String> = registry.try_span("job", ID, || Ok(1));
        assert_eq!(result, Ok(1));
    });
    assert_eq!(names, ["job.start", "job.stop"]);
}

#[test]
fn work_that_panics() {
    let check = |work: &dyn Fn(&Registry)| {
        let (names, last) = run(|registry| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(registry)));
            let panic = outcome.expect_err("the panic goes on to the caller");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"broken"));
        });
        assert_eq!(names, ["job.start", "job.exception"]);
        assert_eq!(last.metadata["kind"], "panic");
        assert_eq!(last.metadata["message"], "broken");
    };
    check(&|registry| registry.span("job", ID, || panic!("broken")));
    check(&|registry| {
        let result: Result<(), String> = registry.try_span("job", ID, || panic!("broken"));
        drop(result);
    });
}

#[test]
fn work_that_fails() {
    let (names, last) = run(|registry| {
        let result: Result<(), _> = registry.try_span("job", ID, || Err("full"));
        assert_eq!(result, Err("full"));
    });
    assert_eq!(names, ["job.start", "job.exception"]);
    assert_eq!(last.metadata["kind"], "error");
    assert_eq!(last.metadata["message"], "full");
}

#[test]
fn the_free_functions_use_the_global_registry() {
    let capture = capture(telemetry::global(), &EVENTS).expect("free");
    assert_eq!(telemetry::span("job", &[], || 1), 1);
    assert_eq!(
        telemetry::try_span("job", &[], || Err::<(), _>("no")),
        Err("no")
    );
    let names: Vec<String> = capture.take().into_iter().map(|event| event.name).collect();
    assert_eq!(
        names,
        ["job.start", "job.stop", "job.start", "job.exception"]
    );
}
