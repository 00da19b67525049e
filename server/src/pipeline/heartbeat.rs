//! The time of the last flush, from which health checks see whether the flush loop still runs.
//!
//! Invariant: by a clock that never goes back, whatever the time of day does.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The time of the last flush.
pub struct Heartbeat {
    start: Instant,
    last_ms: AtomicI64,
}

impl Heartbeat {
    /// As if it had just flushed.
    pub fn new() -> Heartbeat {
        Heartbeat {
            start: Instant::now(),
            last_ms: AtomicI64::new(0),
        }
    }

    /// Time since the last flush.
    pub fn age(&self) -> Duration {
        let last = u64::try_from(self.last_ms.load(Ordering::Relaxed)).unwrap_or(0);
        self.start
            .elapsed()
            .saturating_sub(Duration::from_millis(last))
    }

    /// It flushed now.
    pub(super) fn beat(&self) {
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }
}

impl Default for Heartbeat {
    fn default() -> Self {
        Heartbeat::new()
    }
}
