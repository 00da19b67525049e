//! One measurement, tick after tick.
//!
//! Invariant: it runs at most once at a time, and nothing that it does keeps this loop from its
//! next tick.

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::handle::Tally;
use super::schedule::Schedule;
use super::{POLLER_FAILURE, POLLER_SKIPPED, PollResult};
use crate::Registry;
use crate::failure::message_of;

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What is done at a tick. A panic leaves it as it is; it is called again.
pub(super) enum Work {
    /// On a thread of the blocking pool.
    Blocking(Box<dyn FnMut(&Registry) -> PollResult + Send>),
    /// In the task itself.
    Async(Box<dyn FnMut(Arc<Registry>) -> Pending<PollResult> + Send>),
}

/// The work itself comes back from a run; nothing does when the runtime shuts down.
type Run = Pending<Option<(Work, Result<(), String>)>>;

enum State {
    Idle(Work),
    Blocking(Run),
    Async(Run),
}

/// The loop of one measurement.
pub(super) struct Task {
    pub schedule: Schedule,
    pub tally: Arc<Tally>,
    pub registry: Arc<Registry>,
    /// Closed to stop.
    pub stopped: watch::Receiver<()>,
}

impl Task {
    pub async fn run(mut self, work: Work) {
        let mut state = State::Idle(work);
        let mut in_a_row = 0_u64;
        loop {
            tokio::select! {
                biased;
                _ = self.stopped.changed() => break,
                ran = state.ended() => {
                    let Some((work, result)) = ran else { return };
                    state = State::Idle(work);
                    in_a_row = self.told(in_a_row, result);
                }
                () = sleep_until(self.schedule.next()) => state = self.tick(state),
            }
        }
        if let State::Blocking(run) = state {
            run.await;
        }
    }

    fn tick(&mut self, state: State) -> State {
        let mut skipped = self.schedule.pass(Instant::now());
        let state = match state {
            State::Idle(work) => work.begin(self.registry.clone()),
            running => {
                skipped = skipped.saturating_add(1);
                running
            }
        };
        if skipped > 0 {
            self.tally.skipped.fetch_add(skipped, Ordering::Relaxed);
            let metadata = [("measurement", self.tally.name.as_str().into())];
            self.registry
                .execute(POLLER_SKIPPED, &[("count", skipped as f64)], &metadata);
        }
        state
    }

    /// Counts and tells a failure; returns how many there were in a row.
    fn told(&self, in_a_row: u64, result: Result<(), String>) -> u64 {
        let name = self.tally.name.as_str();
        let Err(message) = result else {
            if in_a_row > 0 {
                tracing::info!(
                    measurement = name,
                    "measures again after {in_a_row} failures"
                );
            }
            return 0;
        };
        let in_a_row = in_a_row.saturating_add(1);
        self.tally.failures.fetch_add(1, Ordering::Relaxed);
        // One that fails for days must not fill the log.
        if in_a_row.is_power_of_two() {
            tracing::warn!(measurement = name, in_a_row, "cannot measure: {message}");
        }
        self.registry.execute(
            POLLER_FAILURE,
            &[("count", 1.0)],
            &[
                ("measurement", name.into()),
                ("message", message.as_str().into()),
            ],
        );
        in_a_row
    }
}

impl State {
    /// The end of the run; never while there is none.
    async fn ended(&mut self) -> Option<(Work, Result<(), String>)> {
        match self {
            State::Idle(_) => pending().await,
            State::Blocking(run) | State::Async(run) => run.await,
        }
    }
}

impl Work {
    fn begin(self, registry: Arc<Registry>) -> State {
        match self {
            Work::Blocking(mut work) => {
                let run = tokio::task::spawn_blocking(move || {
                    let result = caught(|| text(work(&registry)));
                    (Work::Blocking(work), result)
                });
                State::Blocking(Box::pin(async { run.await.ok() }))
            }
            Work::Async(mut work) => State::Async(Box::pin(async move {
                let result = match caught(|| Ok(work(registry))) {
                    Ok(run) => ended(run).await,
                    Err(message) => Err(message),
                };
                Some((Work::Async(work), result))
            })),
        }
    }
}

async fn ended(mut run: Pending<PollResult>) -> Result<(), String> {
    poll_fn(|context| {
        let polled = caught(|| match run.as_mut().poll(context) {
            Poll::Ready(result) => text(result).map(Poll::Ready),
            Poll::Pending => Ok(Poll::Pending),
        });
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(message) => Poll::Ready(Err(message)),
        }
    })
    .await
}

/// The message of a panic, unless `run` returns.
fn caught<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(message_of(&*panic)))
}

/// The error and what it comes from. Errors are written by others too, so this may panic.
fn text(result: PollResult) -> Result<(), String> {
    result.map_err(|error| {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    })
}
