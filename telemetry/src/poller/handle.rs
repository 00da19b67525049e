//! A poller that runs.
//!
//! Invariant: without its handle it does not go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Stops its poller when it is dropped: no measurement begins after that. One that blocks at
/// that moment goes on to its end, one that awaits is dropped.
#[must_use = "measurements stop when the handle is dropped"]
pub struct PollerHandle {
    /// Dropped to tell all tasks.
    stop: watch::Sender<()>,
    tallies: Vec<Arc<Tally>>,
    tasks: Vec<JoinHandle<()>>,
}

impl PollerHandle {
    pub(super) fn new(
        stop: watch::Sender<()>,
        tallies: Vec<Arc<Tally>>,
        tasks: Vec<JoinHandle<()>>,
    ) -> PollerHandle {
        PollerHandle {
            stop,
            tallies,
            tasks,
        }
    }

    /// Stops, and waits until nothing runs any more. A measurement that blocks for good keeps it
    /// waiting: put a limit of time to it, or drop the handle instead.
    pub async fn stop(self) {
        drop(self.stop);
        for task in self.tasks {
            // Fails only when the runtime shuts down, and then the task has ended as well.
            let _ = task.await;
        }
    }

    /// How often each measurement failed since the start, in the order they were added.
    pub fn failures(&self) -> Vec<(&str, u64)> {
        self.count(|tally| &tally.failures)
    }

    /// How many ticks of each measurement were skipped since the start, in the order they were
    /// added.
    pub fn skipped(&self) -> Vec<(&str, u64)> {
        self.count(|tally| &tally.skipped)
    }

    fn count(&self, which: impl Fn(&Tally) -> &AtomicU64) -> Vec<(&str, u64)> {
        let tallies = self.tallies.iter();
        tallies
            .map(|tally| (tally.name.as_str(), which(tally).load(Ordering::Relaxed)))
            .collect()
    }
}

/// What became of the ticks of one measurement.
pub(super) struct Tally {
    /// The measurement's name.
    pub name: String,
    pub failures: AtomicU64,
    pub skipped: AtomicU64,
}

impl Tally {
    pub fn new(name: String) -> Tally {
        Tally {
            name,
            failures: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
        }
    }
}
