//! A reporter that runs, and how it ends.
//!
//! Invariant: after the handle is gone no handler of it is attached, and nobody waited longer
//! for that than was agreed.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::exporter::{Clock, Counters, Exporter};
use super::transport::Transport;
use crate::reporter::Running;

/// How long dropping a handle takes at most.
const WHEN_DROPPED: Duration = Duration::from_secs(2);
/// What the thread gets beyond that, to count what it could not send.
const GRACE: Duration = Duration::from_millis(250);

/// A running [`OtlpReporter`](super::OtlpReporter). Dropping it is a
/// [`shutdown`](OtlpHandle::shutdown) within two seconds.
#[must_use = "the reporter ends when its handle is dropped"]
pub struct OtlpHandle {
    attached: Option<Running>,
    orders: SyncSender<Duration>,
    /// Ends when the thread does.
    done: Receiver<()>,
    counters: Arc<Counters>,
}

/// What became of points, and of requests, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Points that the receiver took.
    pub sent: u64,
    /// Requests that failed and were put off to be sent again.
    pub retried: u64,
    /// Points that were never sent: the queue was full, or there was no time left at the end.
    pub dropped: u64,
    /// Points that the receiver would not take.
    pub rejected: u64,
}

impl OtlpHandle {
    pub(super) fn start<C, T>(
        attached: Running,
        exporter: Exporter<C, T>,
        counters: Arc<Counters>,
    ) -> std::io::Result<OtlpHandle>
    where
        C: Clock + Send + 'static,
        T: Transport + Send + 'static,
    {
        let (orders, take) = sync_channel(1);
        let (alive, done) = sync_channel(0);
        thread::Builder::new()
            .name("telemetry-otlp".to_owned())
            .spawn(move || {
                run(exporter, &take);
                drop::<SyncSender<()>>(alive);
            })?;
        Ok(OtlpHandle {
            attached: Some(attached),
            orders,
            done,
            counters,
        })
    }

    /// What became of points so far.
    pub fn stats(&self) -> Stats {
        self.counters.stats()
    }

    /// Measures no more, sends what there is, and answers what became of everything. Blocks
    /// for `within` at most, give or take a quarter of a second; what could not be sent by then
    /// is dropped and counted.
    pub fn shutdown(mut self, within: Duration) -> Stats {
        self.end(within);
        self.stats()
    }

    fn end(&mut self, within: Duration) {
        // Detached before the last flush, so that nothing is recorded behind it.
        if self.attached.take().is_some() && self.orders.send(within).is_ok() {
            let _ = self.done.recv_timeout(within.saturating_add(GRACE));
        }
    }
}

impl Drop for OtlpHandle {
    fn drop(&mut self) {
        self.end(WHEN_DROPPED);
    }
}

fn run<C: Clock, T: Transport>(mut exporter: Exporter<C, T>, orders: &Receiver<Duration>) {
    let within = loop {
        match orders.recv_timeout(exporter.step()) {
            Ok(within) => break within,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break Duration::ZERO,
        }
    };
    let deadline = exporter.begin_end(within);
    while let Some(wait) = exporter.end_step(deadline) {
        thread::sleep(wait);
    }
}
