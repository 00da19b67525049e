//! The time at which something last went well, from which health checks see whether it still does.
//!
//! Invariant: by a clock that never goes back, whatever the time of day does.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// The time of the last flush, or of the last second that was committed.
pub struct Heartbeat {
    start: Instant,
    last_ms: AtomicI64,
}

impl Heartbeat {
    /// As if it had just gone well.
    pub fn new() -> Heartbeat {
        Heartbeat {
            start: Instant::now(),
            last_ms: AtomicI64::new(0),
        }
    }

    /// Time since it last went well.
    pub fn age(&self) -> Duration {
        let last = u64::try_from(self.last_ms.load(Ordering::Relaxed)).unwrap_or(0);
        self.start
            .elapsed()
            .saturating_sub(Duration::from_millis(last))
    }

    /// It went well now.
    pub fn beat(&self) {
        let now = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }
}

impl Default for Heartbeat {
    fn default() -> Self {
        Heartbeat::new()
    }
}
