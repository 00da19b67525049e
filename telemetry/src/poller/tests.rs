//! On a clock that stands still until nothing is left to do.

use std::future::pending;
use std::pin::Pin;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::task::{Context, Poll};

use tokio::task::yield_now;
use tokio::time::{advance, sleep};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata, Subscriber};

use super::*;
use crate::testing::capture;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// When something happened.
#[derive(Clone)]
struct Times {
    start: Instant,
    seen: Arc<Mutex<Vec<Duration>>>,
}

impl Times {
    fn new() -> Times {
        Times {
            start: Instant::now(),
            seen: Arc::default(),
        }
    }

    fn note(&self) {
        self.lock().push(self.start.elapsed());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Duration>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In whole ms. A timer fires up to one ms late, as fine as it is.
    fn ms(&self) -> Vec<u128> {
        self.lock().iter().map(Duration::as_millis).collect()
    }

    fn noting(&self) -> impl FnMut(&Registry) -> PollResult + Send + 'static {
        let times = self.clone();
        move |_| {
            times.note();
            Ok(())
        }
    }

    /// Fails too, so that its end can be waited for; what it noted is seen before that.
    fn noting_in_vain(&self) -> impl FnMut(&Registry) -> PollResult + Send + 'static {
        let mut note = self.noting();
        move |registry| note(registry).and(Err("in vain".into()))
    }

    fn taking(
        &self,
        time: Duration,
    ) -> impl FnMut(Arc<Registry>) -> Pin<Box<dyn Future<Output = PollResult> + Send>> + Send + 'static
    {
        let times = self.clone();
        move |_| {
            times.note();
            Box::pin(async move {
                sleep(time).await;
                Ok(())
            })
        }
    }
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_ticks_do_not_drift() {
    let (blocking, waiting) = (Times::new(), Times::new());
    let period = Duration::from_micros(333_333);
    let poller = Poller::new()
        .every(period)
        .after(ms(40))
        .measure("blocking", blocking.noting())
        .measure_async("waiting", waiting.taking(ms(250)))
        .start(Arc::default());
    sleep(ms(40) + period * 1000 - ms(10)).await;
    assert_eq!(poller.skipped(), [("blocking", 0), ("waiting", 0)]);
    poller.stop().await;
    for times in [blocking, waiting] {
        let seen = times.lock();
        assert_eq!(seen.len(), 1000);
        for (seen, n) in seen.iter().zip(0..) {
            let late = seen.checked_sub(ms(40) + period * n);
            assert!(late.is_some_and(|late| late <= ms(1)), "{n}: {seen:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_finds_the_last_one_running_is_skipped() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &[POLLER_SKIPPED]).expect("free");
    let (slow, other) = (Times::new(), Times::new());
    let poller = Poller::new()
        .every(ms(100))
        .measure_async("slow", slow.taking(ms(250)))
        .measure("other", other.noting())
        .start(registry.clone());
    sleep(ms(850)).await;
    assert_eq!(slow.ms(), [0, 300, 600]);
    assert_eq!(other.ms(), [0, 100, 200, 300, 400, 500, 600, 700, 800]);
    assert_eq!(poller.skipped(), [("slow", 6), ("other", 0)]);
    let told = capture.take();
    assert_eq!(told.len(), 6);
    for event in told {
        assert_eq!(event.measurements["count"], 1.0);
        assert_eq!(event.metadata["measurement"], "slow");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_blocks_for_good_holds_nobody_up() {
    let (release, hold) = mpsc::channel::<()>();
    let other = Times::new();
    let poller = Poller::new()
        .every(ms(100))
        .measure("hangs", move |_| Ok(hold.recv()?))
        .measure("other", other.noting_in_vain())
        .start(Arc::default());
    // The clock does not go on by itself while a thread of the pool is busy.
    until(|| poller.failures()[1].1 == 1).await;
    for n in 1..=5 {
        advance(ms(100)).await;
        until(|| poller.failures()[1].1 == n + 1).await;
        until(|| poller.skipped()[0].1 == n).await;
    }
    assert_eq!(other.lock().len(), 6);
    assert_eq!(poller.skipped()[1], ("other", 0));
    drop(release);
    until(|| poller.failures()[0].1 == 1).await;
    poller.stop().await;
}

#[tokio::test(start_paused = true)]
async fn missed_ticks_are_skipped_at_once() {
    let times = Times::new();
    let poller = Poller::new()
        .every(ms(100))
        .measure("late", times.noting_in_vain())
        .start(Arc::default());
    until(|| poller.failures()[0].1 == 1).await;
    advance(ms(350)).await;
    until(|| poller.failures()[0].1 == 2).await;
    sleep(ms(100)).await;
    assert_eq!(times.ms(), [0, 350, 400]);
    assert_eq!(poller.skipped(), [("late", 2)]);
}

#[tokio::test(start_paused = true)]
async fn each_has_its_own_period() {
    let (often, seldom) = (Times::new(), Times::new());
    let poller = Poller::new()
        .measure_every("often", ms(200), often.noting())
        .measure("seldom", seldom.noting())
        .every(ms(500))
        .start(Arc::default());
    sleep(ms(1_050)).await;
    assert_eq!(often.ms(), [0, 200, 400, 600, 800, 1000]);
    assert_eq!(seldom.ms(), [0, 500, 1000]);
    drop(poller);
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_comes_after_the_delay_and_at_once_if_asked() {
    for (at_once, expect) in [(false, vec![70, 170]), (true, vec![0, 70, 170])] {
        let times = Times::new();
        let poller = Poller::new()
            .every(ms(100))
            .after(ms(70))
            .measure("a", times.noting());
        let poller = if at_once { poller.at_once() } else { poller };
        let running = poller.start(Arc::default());
        sleep(ms(200)).await;
        assert_eq!(times.ms(), expect);
        drop(running);
    }
}

/// What fails, in one way or another, and what is told of it.
fn failing(poller: Poller) -> (Poller, [(&'static str, &'static str); 7]) {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::fmt::Error);

    #[derive(Debug)]
    struct Unspeakable;
    impl Error for Unspeakable {}
    impl std::fmt::Display for Unspeakable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("unspeakable")
        }
    }

    /// Ends well, and not without a panic.
    struct Leaves;
    impl Future for Leaves {
        type Output = PollResult;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<PollResult> {
            Poll::Ready(Ok(()))
        }
    }
    impl Drop for Leaves {
        fn drop(&mut self) {
            panic!("on leaving")
        }
    }

    let poller = poller
        .measure_async("panic at last", |_| Leaves)
        .measure("error", |_| Err("no\nreading".into()))
        .measure("cause", |_| Err(Outer(std::fmt::Error).into()))
        .measure("unspeakable", |_| Err(Unspeakable.into()))
        .measure("panic", |_| panic!("{} of it", "out"))
        .measure_async("panic before", |_| -> std::future::Ready<PollResult> {
            panic!("before")
        })
        .measure_async("panic later", |_| async {
            yield_now().await;
            panic!("later")
        });
    let cause = "outer: an error occurred when formatting an argument";
    let told = [
        ("panic at last", "on leaving"),
        ("error", "no\nreading"),
        ("cause", cause),
        ("unspeakable", "unspeakable"),
        ("panic", "out of it"),
        ("panic before", "before"),
        ("panic later", "later"),
    ];
    (poller, told)
}

#[tokio::test(start_paused = true)]
async fn failures_are_told_and_the_others_go_on() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &[POLLER_FAILURE]).expect("free");
    let times = Times::new();
    let (poller, told) = failing(Poller::new().every(ms(100)));
    let poller = poller
        .measure("sound", times.noting())
        .start(registry.clone());
    sleep(ms(350)).await;
    assert_eq!(times.ms(), [0, 100, 200, 300]);
    let mut failures: Vec<_> = told.iter().map(|(name, _)| (*name, 4)).collect();
    failures.push(("sound", 0));
    assert_eq!(poller.failures(), failures);
    assert!(poller.skipped().iter().all(|(_, count)| *count == 0));

    let events = capture.take();
    assert!(events.iter().all(|e| e.measurements["count"] == 1.0));
    for (name, message) in told {
        let of_it = events.iter().filter(|e| e.metadata["measurement"] == name);
        let messages: Vec<_> = of_it.map(|e| e.metadata["message"].as_str()).collect();
        assert_eq!(messages, [message; 4], "{name}");
    }
}

/// Counts what is logged, by level, and panics at it if it is broken.
#[derive(Default)]
struct Log {
    seen: Mutex<Vec<Level>>,
    is_broken: bool,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("telemetry::poller")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut levels = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        levels.push(*event.metadata().level());
        drop(levels);
        assert!(!self.is_broken, "disk full");
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_on_and_on_does_not_fill_the_log_nor_end_with_it() {
    for is_broken in [false, true] {
        let log = Arc::new(Log {
            is_broken,
            ..Log::default()
        });
        let _logging = tracing::subscriber::set_default(log.clone());
        let mut left = 100;
        let poller = Poller::new()
            .every(ms(100))
            .measure("fails", move |_| {
                left -= 1;
                // 100 failures, then readings, then failures again.
                if left < 0 && left > -10 {
                    Ok(())
                } else {
                    Err("broken".into())
                }
            })
            .start(Arc::default());
        sleep(ms(100 * 110 - 50)).await;
        assert_eq!(poller.failures(), [("fails", 101)]);
        let warned = [Level::WARN; 7]; // the 1st, 2nd, 4th, … 64th
        let expect = [&warned[..], &[Level::INFO, Level::WARN]].concat();
        let levels = log.seen.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*levels, expect);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_after_the_stop() {
    let dropped = Times::new();
    let poller = || {
        Poller::new()
            .every(ms(100))
            .measure("a", dropped.noting())
            .measure_async("never ends", |_| pending())
            .start(Arc::default())
    };
    let running = poller();
    sleep(ms(150)).await;
    drop(running);
    let stopped = poller();
    sleep(ms(150)).await;
    stopped.stop().await;
    sleep(ms(1000)).await;
    assert_eq!(dropped.ms(), [0, 100, 150, 250]);
}

#[tokio::test(start_paused = true)]
async fn stop_waits_for_one_that_blocks() {
    let (release, hold) = mpsc::channel::<()>();
    let (begun, times) = (Times::new(), Times::new());
    let (starting, ending) = (begun.clone(), times.clone());
    let poller = Poller::new()
        .measure("blocks", move |_| {
            starting.note();
            let _ = hold.recv();
            ending.note();
            Ok(())
        })
        .start(Arc::default());
    until(|| begun.lock().len() == 1).await;
    let stopping = tokio::spawn(poller.stop());
    // More turns than a stop that does not wait could need.
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!stopping.is_finished());
    drop(release);
    stopping.await.expect("no panic");
    assert_eq!(times.lock().len(), 1);
}
