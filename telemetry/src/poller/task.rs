//! One measurement, tick after tick.
//!
//! Invariant: it runs at most once at a time, and nothing that it does keeps this loop from its
//! next tick.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::handle::Tally;
use super::schedule::Schedule;
use super::{POLLER_FAILURE, POLLER_SKIPPED, PollResult};
use crate::Registry;
use crate::failure::catch_panic;

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What is done at a tick. A panic leaves it as it is; it is called again.
pub(super) enum Work {
    /// On a thread of the blocking pool. Shared with it, for what a thread takes along is lost
    /// when the pool refuses to run it.
    Blocking(Arc<Mutex<Blocking>>),
    /// In the task itself.
    Async(Box<dyn FnMut(Arc<Registry>) -> Pending<PollResult> + Send>),
}

type Blocking = dyn FnMut(&Registry) -> PollResult + Send;

/// The work itself comes back from a run.
type Run = Pending<(Work, Result<(), String>)>;

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
                (work, result) = state.ended() => {
                    state = State::Idle(work);
                    in_a_row = self.told(in_a_row, result);
                }
                () = sleep_until(self.schedule.next()) => state = self.tick(state),
            }
        }
        if let State::Blocking(run) = state {
            drop(run.await);
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
                log(|| {
                    tracing::info!(
                        measurement = name,
                        "measures again after {in_a_row} failures"
                    );
                });
            }
            return 0;
        };
        let in_a_row = in_a_row.saturating_add(1);
        self.tally.failures.fetch_add(1, Ordering::Relaxed);
        // One that fails for days must not fill the log.
        if in_a_row.is_power_of_two() {
            log(|| tracing::warn!(measurement = name, in_a_row, "cannot measure: {message}"));
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
    async fn ended(&mut self) -> (Work, Result<(), String>) {
        match self {
            State::Idle(_) => pending().await,
            State::Blocking(run) | State::Async(run) => run.await,
        }
    }
}

impl Work {
    fn begin(self, registry: Arc<Registry>) -> State {
        match self {
            Work::Blocking(work) => {
                let shared = work.clone();
                let run = move || {
                    let mut work = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    catch_panic(|| text(work(&registry))).flatten()
                };
                // Panics where the system has no thread left.
                let run = catch_panic(|| tokio::task::spawn_blocking(run));
                State::Blocking(Box::pin(async move {
                    let result = match run {
                        Ok(run) => run.await.unwrap_or_else(|lost| Err(lost.to_string())),
                        Err(message) => Err(message),
                    };
                    (Work::Blocking(work), result)
                }))
            }
            Work::Async(mut work) => State::Async(Box::pin(async move {
                let result = match catch_panic(|| work(registry)) {
                    Ok(run) => ended(run).await,
                    Err(message) => Err(message),
                };
                (Work::Async(work), result)
            })),
        }
    }
}

async fn ended(mut run: Pending<PollResult>) -> Result<(), String> {
    let result = poll_fn(|context| {
        let polled = catch_panic(|| run.as_mut().poll(context).map(text));
        polled.unwrap_or_else(|message| Poll::Ready(Err(message)))
    })
    .await;
    result.and(catch_panic(|| drop(run)))
}

/// Subscribers are written by others, and a panic of theirs must not end the loop.
fn log(write: impl FnOnce()) {
    let _ = catch_panic(write);
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn a_run_that_the_pool_refuses_fails_and_is_tried_again() {
        let runs = Arc::new(AtomicU64::new(0));
        let count = runs.clone();
        let work = Work::Blocking(Arc::new(Mutex::new(move |_: &Registry| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })));
        let gone = Builder::new_current_thread().build().expect("starts");
        let pool = gone.handle().clone();
        gone.shutdown_background();
        let mut state = {
            let _entered = pool.enter();
            work.begin(Arc::default())
        };
        let runtime = Builder::new_current_thread().build().expect("starts");
        runtime.block_on(async {
            let (work, result) = state.ended().await;
            assert!(result.is_err(), "{result:?}");
            let (_, result) = work.begin(Arc::default()).ended().await;
            assert_eq!(result, Ok(()));
        });
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
}
