//! Measurements of a tokio runtime.
//!
//! Invariant: only differences of two readings are told of what a runtime counts from its start.

use std::time::{Duration, Instant};

use tokio::runtime::RuntimeMetrics;

use crate::Registry;

/// Reads a runtime and remembers its last reading.
pub(super) struct RuntimePoller {
    metrics: RuntimeMetrics,
    last: Option<Reading>,
}

/// What each worker did since the runtime began.
struct Reading {
    /// Not tokio's clock: workers measure themselves in real time.
    at: Instant,
    workers: Vec<(Duration, u64)>,
}

impl RuntimePoller {
    /// Reads nothing yet.
    pub fn new(metrics: RuntimeMetrics) -> RuntimePoller {
        RuntimePoller {
            metrics,
            last: None,
        }
    }

    /// Reads once and emits it.
    pub fn poll(&mut self, registry: &Registry) {
        let metrics = &self.metrics;
        let readings = [
            ("workers", metrics.num_workers() as f64),
            ("alive_tasks", metrics.num_alive_tasks() as f64),
            ("global_queue_depth", metrics.global_queue_depth() as f64),
        ];
        registry.execute("tokio.runtime", &readings, &[]);

        let worker = |index| {
            let busy = metrics.worker_total_busy_duration(index);
            (busy, metrics.worker_park_count(index))
        };
        let now = Reading {
            at: Instant::now(),
            workers: (0..metrics.num_workers()).map(worker).collect(),
        };
        if let Some(last) = &self.last {
            tell(registry, last, &now);
        }
        self.last = Some(now);
    }
}

fn tell(registry: &Registry, last: &Reading, now: &Reading) {
    let elapsed = now.at.duration_since(last.at).as_secs_f64();
    for (index, (then, now)) in last.workers.iter().zip(&now.workers).enumerate() {
        let busy = now.0.saturating_sub(then.0).as_secs_f64();
        let parks = now.1.saturating_sub(then.1) as f64;
        let worker = index.to_string();
        let readings = [
            ("busy", busy),
            ("parks", parks),
            ("usage", busy / elapsed * 100.0),
        ];
        // Two polls at the same moment tell no share of the time between them.
        let known = if elapsed > 0.0 { 3 } else { 2 };
        registry.execute(
            "tokio.worker",
            &readings[..known],
            &[("worker", worker.as_str().into())],
        );
    }
}
