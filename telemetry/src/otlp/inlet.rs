//! From the program's events into the recorder.
//!
//! Invariant: nothing here waits, and a clock is read only where the newest value counts.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use crate::aggregate::Recorder;
use crate::reporter::Reporter;
use crate::{Event, Kind, MetricId, MetricList};

/// Aggregates in the emitter's thread.
pub struct Inlet {
    name: String,
    metrics: Arc<MetricList>,
    recorder: Arc<Recorder>,
    begun: Instant,
    _open: SyncSender<Infallible>,
}

/// Disconnected when an inlet is gone. That is when it is detached and the last event that was
/// under way has ended: whoever emits holds on to the handlers until then.
pub type Gone = Receiver<Infallible>;

impl Inlet {
    /// An inlet under a name that no other has, for a program may report to several receivers.
    pub fn new(metrics: Arc<MetricList>, recorder: Arc<Recorder>) -> (Inlet, Gone) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (open, gone) = sync_channel(0);
        let inlet = Inlet {
            name: format!("telemetry.otlp.{}", NEXT.fetch_add(1, Ordering::Relaxed)),
            metrics,
            recorder,
            begun: Instant::now(),
            _open: open,
        };
        (inlet, gone)
    }
}

impl Reporter for Inlet {
    fn name(&self) -> &str {
        &self.name
    }

    fn metrics(&self) -> &MetricList {
        &self.metrics
    }

    fn report(&self, metrics: &[MetricId], event: &Event<'_>) {
        let dated = |id: &MetricId| self.metrics.get(*id).kind == Kind::LastValue;
        let at_ms = match metrics.iter().any(dated) {
            // Counted from the start, since the machine's clock may go back.
            true => self.begun.elapsed().as_millis() as i64,
            false => 0,
        };
        self.recorder.record_for(metrics, event, at_ms);
    }
}
