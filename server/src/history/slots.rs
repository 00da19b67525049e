//! Queries run beside the runtime: on threads that may block, a few at one time.
//!
//! Invariant: a query holds up no stream, no ingest and no writer; it ends with whoever asked for it;
//! and those that wait for their turn are bounded.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use telemetry::Registry;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio_util::sync::CancellationToken;

use super::{History, QueryError};
use crate::contract::count_rejected;
use crate::storage::READERS;

/// The turns that queries take.
pub(super) struct QuerySlots {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
    registry: Arc<Registry>,
}

impl QuerySlots {
    pub(super) fn new(max_waiting: usize, registry: Arc<Registry>) -> QuerySlots {
        QuerySlots {
            running: Arc::new(Semaphore::new(READERS as usize)),
            waiting: AtomicUsize::new(0),
            max_waiting,
            registry,
        }
    }
}

/// Somebody who waits; no longer when this is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl History {
    /// Runs `work` when it is its turn, on a thread that may block. It ends early when the returned future
    /// is dropped.
    pub async fn run<T, E, W>(
        self: &Arc<History>,
        work: impl FnOnce(Arc<History>) -> W + Send + 'static,
    ) -> Result<T, E>
    where
        W: Future<Output = Result<T, E>>,
        T: Send + 'static,
        E: From<QueryError> + Send + 'static,
    {
        let turn = self.turn().await?;
        let cancelled = CancellationToken::new();
        let _until_dropped = cancelled.clone().drop_guard();
        let (history, runtime) = (self.clone(), Handle::current());
        let ran = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            runtime.block_on(cancelled.run_until_cancelled_owned(work(history)))
        });
        match ran.await {
            Ok(Some(result)) => result,
            Ok(None) => Err(QueryError::Ended.into()),
            Err(error) => {
                tracing::error!(%error, "a query of history ended early");
                Err(QueryError::Ended.into())
            }
        }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, QueryError> {
        let slots = &self.slots;
        match slots.running.clone().try_acquire_owned() {
            Ok(turn) => return Ok(turn),
            Err(TryAcquireError::Closed) => return Err(QueryError::Ended),
            Err(TryAcquireError::NoPermits) => {}
        }
        let before = slots.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&slots.waiting);
        if before >= slots.max_waiting {
            count_rejected(&slots.registry, "history_limit", 1);
            return Err(QueryError::Busy(slots.max_waiting));
        }
        let turn = slots.running.clone().acquire_owned().await;
        turn.map_err(|_| QueryError::Ended)
    }
}
