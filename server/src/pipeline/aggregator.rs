//! The aggregator as a reporter: from the registry's events into the recorder.
//!
//! Invariant: nothing but the time is added to an event on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use telemetry::aggregate::RecorderView;
use telemetry::reporter::Reporter;
use telemetry::{Event, MetricId, MetricList};

/// Records what the registry emits. It reports every kind, and folds series beyond its limits.
pub(super) struct Aggregator {
    pub(super) metrics: Arc<MetricList>,
    /// Of the same list.
    pub(super) recorder: RecorderView,
    /// The end of the last flush, in ms since the epoch.
    pub(super) time: Arc<AtomicI64>,
}

impl Reporter for Aggregator {
    fn name(&self) -> &str {
        "pulseboard.record"
    }

    fn metrics(&self) -> &MetricList {
        &self.metrics
    }

    fn report(&self, metrics: &[MetricId], event: &Event<'_>) {
        let now_ms = self.time.load(Ordering::Relaxed);
        self.recorder.record_for(metrics, event, now_ms);
    }
}
