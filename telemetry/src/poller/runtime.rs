//! Measurements of a tokio runtime.
//!
//! Invariant: only differences of two readings are told of what a runtime counts from its start.

use std::time::{Duration, Instant};

use tokio::runtime::RuntimeMetrics;

use crate::Registry;
use crate::contract::own::poller as own;

/// Reads a runtime and remembers its last reading.
pub(super) struct RuntimePoller {
    metrics: RuntimeMetrics,
    last: Option<Reading>,
}

/// What each worker did since the runtime began.
struct Reading {
    /// Not tokio's clock: workers measure themselves in real time.
    at: Instant,
    workers: Vec<Worker>,
}

struct Worker {
    busy: Duration,
    parks: u64,
    #[cfg(tokio_unstable)]
    queue_depth: usize,
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
            #[cfg(tokio_unstable)]
            (
                "blocking_queue_depth",
                metrics.blocking_queue_depth() as f64,
            ),
        ];
        own::RUNTIME.execute_on(registry, &readings, &[]);

        let worker = |index| Worker {
            busy: metrics.worker_total_busy_duration(index),
            parks: metrics.worker_park_count(index),
            #[cfg(tokio_unstable)]
            queue_depth: metrics.worker_local_queue_depth(index),
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
        let busy = now.busy.saturating_sub(then.busy).as_secs_f64();
        let parks = now.parks.saturating_sub(then.parks) as f64;
        let worker = index.to_string();
        let readings = [
            ("busy", busy),
            ("parks", parks),
            #[cfg(tokio_unstable)]
            ("local_queue_depth", now.queue_depth as f64),
            ("usage", busy / elapsed * 100.0),
        ];
        // Two polls at the same moment tell no share of the time between them.
        let known = readings.len() - usize::from(elapsed <= 0.0);
        let metadata = [("worker", worker.as_str().into())];
        own::WORKER.execute_on(registry, &readings[..known], &metadata);
    }
}
