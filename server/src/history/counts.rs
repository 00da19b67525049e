//! What became of seconds on their way to the database.
//!
//! Invariant: ages are by a clock that never goes back.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::pipeline::Heartbeat;

/// Rows written and dropped, and how the writer does.
#[derive(Default)]
pub struct Counts {
    written: AtomicU64,
    dropped: AtomicU64,
    failing: AtomicBool,
    /// The end of the newest second that was committed, in ms since the epoch; 0 before the first.
    committed_ms: AtomicI64,
    commits: Heartbeat,
}

impl Counts {
    /// Rows written and rows dropped since the last call.
    pub fn take(&self) -> (u64, u64) {
        (
            self.written.swap(0, Ordering::Relaxed),
            self.dropped.swap(0, Ordering::Relaxed),
        )
    }

    /// Whether the last attempt to write a second, or to merge minutes, failed.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Time since a second was last committed, or since the start.
    pub fn committed_age(&self) -> Duration {
        self.commits.age()
    }

    pub(super) fn committed_ms(&self) -> i64 {
        self.committed_ms.load(Ordering::Relaxed)
    }

    /// A second that ended at `t` was committed.
    pub(super) fn commit(&self, t: i64, rows: usize) {
        self.written.fetch_add(rows as u64, Ordering::Relaxed);
        self.committed_ms.store(t, Ordering::Relaxed);
        self.commits.beat();
    }

    /// Whether it failed until now.
    pub(super) fn set_failing(&self, failing: bool) -> bool {
        self.failing.swap(failing, Ordering::Relaxed)
    }

    pub(super) fn drop_rows(&self, rows: usize) {
        self.dropped.fetch_add(rows as u64, Ordering::Relaxed);
    }
}
