//! What an event allocates: nothing.
#![cfg(feature = "span")]

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use allocation_counter::measure;
use telemetry::{Registry, event};

/// Emits in every way that is said to allocate nothing.
fn emit(registry: &Arc<Registry>) {
    let (duration, route) = (Duration::from_millis(1), String::from("/orders/{id}"));
    let found = measure(|| {
        for status in 0..100_u16 {
            let metadata = [("route", (&route).into()), ("status", status.into())];
            registry.execute("job.stop", &[("duration", 0.001)], &metadata);
            event!(in registry; "job.stop", { duration, n: 1 }, { route: &route, status });
            registry.span("job", &metadata, || ());
            registry.span_with("job", &metadata, |span| span.id());
            let fails: Result<(), &str> = registry.try_span("job", &metadata, || Ok(()));
            assert!(fails.is_ok());
        }
    });
    assert_eq!(found.count_total, 0);
}

#[test]
fn nothing_when_nobody_listens() {
    let registry = Arc::new(Registry::new());
    emit(&registry);
    let found = measure(|| {
        let mut span = pin!(registry.span_async("job", &[("a", "b".into())], ready(1)));
        let _ = span.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        registry.span_with("job", &[], |span| {
            span.measure("n", 1);
            span.meta("text", "of some length");
        });
    });
    assert_eq!(found.count_total, 0);
}

#[test]
fn nothing_when_somebody_does() {
    let registry = Arc::new(Registry::new());
    let heard = Arc::new(AtomicU64::new(0));
    let count = heard.clone();
    registry
        .attach_many("count", &["job.start", "job.stop"], move |event| {
            let found = event.meta("status").is_some();
            count.fetch_add(found.into(), Ordering::Relaxed);
        })
        .expect("free");
    // The first of a thread sets up what the table is read with.
    registry.span("job", &[], || ());
    emit(&registry);
    assert_eq!(heard.load(Ordering::Relaxed), 800);
}
