//! Periodic measurements.
//!
//! Invariant: measurements know nothing of each other. One that fails, panics, blocks or hangs
//! changes neither the times nor the results of the others, and its own next tick comes all the
//! same.

mod handle;
mod runtime;
mod schedule;
mod task;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Registry;
use crate::contract::own::poller as own;
pub use handle::PollerHandle;
use handle::Tally;
use runtime::RuntimePoller;
use schedule::Schedule;
use task::{Task, Work};

/// Emitted when a measurement failed or panicked: measurement `count`, always 1; metadata
/// `measurement`, its name, and `message`.
pub const POLLER_FAILURE: &str = own::POLLER_FAILURE.name;

/// Emitted when ticks passed without a measurement, because the last one still ran or the
/// program stood still: measurement `count`, how many; metadata `measurement`, its name.
pub const POLLER_SKIPPED: &str = own::POLLER_SKIPPED.name;

/// What a measurement returns. An error is logged, counted and emitted as [`POLLER_FAILURE`].
pub type PollResult = Result<(), Box<dyn Error + Send + Sync>>;

const DEFAULT_PERIOD: Duration = Duration::from_secs(5);

/// Measures again and again, and emits what it finds.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use telemetry::{Poller, Registry};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let poller = Poller::new()
///     .every(Duration::from_secs(1))
///     .measure("cart count", |registry| {
///         registry.execute("shop.carts", &[("open", 3.0)], &[]);
///         Ok(())
///     })
///     .runtime(&tokio::runtime::Handle::current())
///     .start(Arc::new(Registry::new()));
/// assert_eq!(poller.failures()[0], ("cart count", 0));
/// poller.stop().await;
/// # }
/// ```
///
/// Ticks lie on a grid that is fixed at the start: the initial delay, then one period after the
/// other, however long a measurement takes. A measurement runs at most once at a time; a tick
/// that finds it running, or that the program slept through, is left out and emitted as
/// [`POLLER_SKIPPED`]. One that fails is emitted as [`POLLER_FAILURE`] each time and tried again
/// at its next tick; the log has the first failure in a row and then the 2nd, 4th, 8th, and so
/// on.
#[must_use = "nothing is measured before `start`"]
pub struct Poller {
    period: Duration,
    delay: Duration,
    at_once: bool,
    planned: Vec<Planned>,
}

struct Planned {
    name: String,
    /// The poller's where there is none.
    period: Option<Duration>,
    work: Work,
}

impl Poller {
    /// Nothing to measure yet; every 5 seconds, from the start on.
    pub fn new() -> Poller {
        Poller {
            period: DEFAULT_PERIOD,
            delay: Duration::ZERO,
            at_once: false,
            planned: Vec::new(),
        }
    }

    /// The time between two ticks of every measurement that has no period of its own. Periods
    /// are at least a millisecond, as fine as tokio's timer, and at most a year.
    pub fn every(mut self, period: Duration) -> Poller {
        self.period = period;
        self
    }

    /// The time from [`start`](Poller::start) to the first tick of all measurements; none
    /// unless it is set.
    pub fn after(mut self, delay: Duration) -> Poller {
        self.delay = delay;
        self
    }

    /// One tick more, right at the start, where there is an initial delay. For measurements that
    /// need two readings, such as the use of a CPU.
    pub fn at_once(mut self) -> Poller {
        self.at_once = true;
        self
    }

    /// Adds a measurement, which may block: it runs on tokio's pool of blocking threads. The
    /// name is for logs, failures and the skipped ticks.
    pub fn measure(
        self,
        name: impl Into<String>,
        work: impl FnMut(&Registry) -> PollResult + Send + 'static,
    ) -> Poller {
        self.plan(name, None, Work::Blocking(Arc::new(Mutex::new(work))))
    }

    /// [`measure`](Poller::measure) with a period of its own.
    pub fn measure_every(
        self,
        name: impl Into<String>,
        period: Duration,
        work: impl FnMut(&Registry) -> PollResult + Send + 'static,
    ) -> Poller {
        self.plan(
            name,
            Some(period),
            Work::Blocking(Arc::new(Mutex::new(work))),
        )
    }

    /// Adds a measurement that awaits, and never blocks. It is dropped where it waits when the
    /// poller is stopped.
    pub fn measure_async<F>(
        self,
        name: impl Into<String>,
        mut work: impl FnMut(Arc<Registry>) -> F + Send + 'static,
    ) -> Poller
    where
        F: Future<Output = PollResult> + Send + 'static,
    {
        let work = move |registry| Box::pin(work(registry)) as _;
        self.plan(name, None, Work::Async(Box::new(work)))
    }

    /// Adds the measurements of this host and process, under the name `host`.
    #[cfg(feature = "host")]
    pub fn host(self, mut host: crate::HostPoller) -> Poller {
        self.measure("host", move |registry| {
            host.poll(registry);
            Ok(())
        })
    }

    /// Adds the measurements of a tokio runtime, under the name `tokio`:
    ///
    /// | event | measurements | metadata |
    /// |---|---|---|
    /// | `tokio.runtime` | `workers`, `alive_tasks`, `global_queue_depth`, `blocking_queue_depth` | |
    /// | `tokio.worker` | `busy` (seconds since the last poll), `usage` (the same as percent of that time), `parks` (since the last poll), `local_queue_depth` | `worker`, from `0` |
    ///
    /// `tokio.worker` comes from the second poll on. A worker counts its time when it turns from
    /// work to waiting, or at the latest after a few dozen tasks; so when one task occupies it
    /// for seconds, these seconds come together and late, and `usage` exceeds 100.
    ///
    /// `blocking_queue_depth` and `local_queue_depth` are there in a program that is built with
    /// `RUSTFLAGS="--cfg tokio_unstable"`, for tokio does not tell them otherwise. The flag is the
    /// program's to give: no crate can ask for it.
    pub fn runtime(self, runtime: &Handle) -> Poller {
        let mut runtime = RuntimePoller::new(runtime.metrics());
        // Reads a few numbers: waking another thread for it would be the larger part.
        self.measure_async("tokio", move |registry| {
            runtime.poll(&registry);
            ready(Ok(()))
        })
    }

    fn plan(mut self, name: impl Into<String>, period: Option<Duration>, work: Work) -> Poller {
        let name = name.into();
        self.planned.push(Planned { name, period, work });
        self
    }

    /// Begins to measure, on the tokio runtime that this is called in. The time is tokio's, so
    /// that tests can pause it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one whose timer is not enabled.
    pub fn start(self, registry: Arc<Registry>) -> PollerHandle {
        let (start, first) = (Instant::now(), self.at_once);
        let (stop, stopped) = watch::channel(());
        let (tallies, tasks) = self
            .planned
            .into_iter()
            .map(|Planned { name, period, work }| {
                let tally = Arc::new(Tally::new(name));
                let period = period.unwrap_or(self.period);
                let task = Task {
                    schedule: Schedule::new(start, first, self.delay, period),
                    tally: tally.clone(),
                    registry: registry.clone(),
                    stopped: stopped.clone(),
                };
                (tally, tokio::spawn(task.run(work)))
            })
            .unzip();
        PollerHandle::new(stop, tallies, tasks)
    }
}

impl Default for Poller {
    fn default() -> Self {
        Poller::new()
    }
}
