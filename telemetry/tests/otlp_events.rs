//! What the OTLP reporter tells of itself.
#![cfg(feature = "otlp")]

mod declared;

use std::sync::Arc;
use std::time::Duration;

use telemetry::contract::OTLP;
use telemetry::otlp::OtlpReporter;
use telemetry::testing::capture;
use telemetry::{Metric, Registry};

#[test]
fn what_is_told_is_what_is_declared() {
    let registry = Arc::new(Registry::new());
    let names: Vec<&str> = OTLP.iter().map(|event| event.name).collect();
    let capture = capture(&registry, &names).expect("free");
    // Nobody listens there, so a request is tried, and finds no room once another waits.
    let running = OtlpReporter::new("http://127.0.0.1:1/v1/metrics")
        .every(Duration::from_millis(100))
        .batch_points(1)
        .queue(1)
        .start(&registry, vec![Metric::sum("a.n").tags(["t"])])
        .expect("starts");
    for tag in ["x", "y"] {
        registry.execute("a", &[("n", 1.0)], &[("t", tag.into())]);
    }
    registry.execute("a", &[], &[("t", "x".into())]);
    let mut told = Vec::new();
    while !declared::unseen(OTLP, &told).is_empty() {
        let next = capture.recv_timeout(Duration::from_secs(30));
        told.push(next.expect("something is declared and never told"));
    }
    running.shutdown(Duration::ZERO);
}
