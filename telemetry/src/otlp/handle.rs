//! A reporter that runs, and how it ends.
//!
//! Invariant: after the handle is gone no handler of it is attached, no request begins, every
//! point is counted, and nobody waited longer for that than was agreed.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::exporter::{Clock, Exporter};
use super::inlet::Gone;
use super::ledger::Ledger;
use super::transport::Transport;
use crate::reporter::Running;

/// How long dropping a handle takes at most.
const WHEN_DROPPED: Duration = Duration::from_secs(2);
/// Longest time to end in: a year, as good as for ever, and a moment that clocks can tell.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// What the thread gets beyond that, to come back from a request that ends with the time.
const GRACE: Duration = Duration::from_millis(250);

/// A running [`OtlpReporter`](super::OtlpReporter). Dropping it is a
/// [`shutdown`](OtlpHandle::shutdown) within two seconds.
#[must_use = "the reporter ends when its handle is dropped"]
pub struct OtlpHandle {
    attached: Option<Running>,
    gone: Gone,
    /// Takes the moment to give up at.
    orders: SyncSender<Instant>,
    /// Ends when the thread does.
    done: Receiver<()>,
    ledger: Arc<Ledger>,
}

/// What became of points, and of requests, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Points that the receiver took.
    pub sent: u64,
    /// Requests that failed and were put off to be sent again.
    pub retried: u64,
    /// Points that were not sent: the queue was full, or there was no time left at the end. A
    /// request that was under way then counts among these, though it may have arrived.
    pub dropped: u64,
    /// Points that the receiver would not take.
    pub rejected: u64,
}

impl OtlpHandle {
    pub(super) fn start<C, T>(
        attached: Running,
        gone: Gone,
        exporter: Exporter<C, T>,
        ledger: Arc<Ledger>,
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
            gone,
            orders,
            done,
            ledger,
        })
    }

    /// What became of points so far.
    pub fn stats(&self) -> Stats {
        self.ledger.stats()
    }

    /// Measures no more, sends what there is, and answers what became of everything. Blocks
    /// for `within` at most, give or take a quarter of a second; what could not be sent by then
    /// is dropped and counted, and no request begins later.
    ///
    /// Events that are being emitted at this moment are waited for, up to half of `within`: a
    /// handler that calls this in the middle of an event of its metrics makes it wait so long.
    pub fn shutdown(mut self, within: Duration) -> Stats {
        self.end(within);
        self.stats()
    }

    fn end(&mut self, within: Duration) {
        let Some(attached) = self.attached.take() else {
            return;
        };
        let within = within.min(LONGEST);
        let deadline = Instant::now() + within;
        drop(attached);
        let _ = self.gone.recv_timeout(within / 2);
        if self.orders.send(deadline).is_ok() {
            let left = (deadline + GRACE).saturating_duration_since(Instant::now());
            let _ = self.done.recv_timeout(left);
        }
        self.ledger.close();
    }
}

impl Drop for OtlpHandle {
    fn drop(&mut self) {
        self.end(WHEN_DROPPED);
    }
}

fn run<C: Clock, T: Transport>(mut exporter: Exporter<C, T>, orders: &Receiver<Instant>) {
    let deadline = loop {
        match orders.recv_timeout(exporter.step()) {
            Ok(deadline) => break deadline,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break Instant::now(),
        }
    };
    // The order may have waited for an answer to a request.
    let deadline = exporter.begin_end(deadline.saturating_duration_since(Instant::now()));
    while let Some(wait) = exporter.end_step(deadline) {
        thread::sleep(wait);
    }
}
