//! For tests: what was emitted, kept to look at.
//!
//! Invariant: what is kept is bounded by [`MAX_CAPTURED`], and the rest is counted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::registry::Attached;
use crate::table::Handler;
use crate::{AttachError, Event, OnPanic, Registry};

/// Most events that one capture keeps until they are taken.
pub const MAX_CAPTURED: usize = 10_000;

/// An event that owns what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedEvent {
    /// The event's name.
    pub name: String,
    /// Its measurements.
    pub measurements: BTreeMap<String, f64>,
    /// Its metadata, as text.
    pub metadata: BTreeMap<String, String>,
}

impl From<&Event<'_>> for OwnedEvent {
    fn from(event: &Event<'_>) -> Self {
        let numbers = event.measurements.iter();
        let values = event.metadata.iter();
        OwnedEvent {
            name: event.name.to_owned(),
            measurements: numbers
                .map(|&(key, number)| (key.to_owned(), number))
                .collect(),
            metadata: values
                .map(|(key, value)| ((*key).to_owned(), value.to_string()))
                .collect(),
        }
    }
}

/// Keeps what is emitted until it is dropped: a list to [`take`](Capture::take), or a channel to
/// receive from where another thread emits.
pub struct Capture<'r> {
    registry: &'r Registry,
    attached: Attached,
    kept: Arc<Captured>,
}

#[derive(Default)]
struct Captured {
    events: Mutex<VecDeque<OwnedEvent>>,
    came: Condvar,
    dropped: AtomicU64,
}

/// Begins to keep these events.
///
/// ```
/// use std::time::Duration;
/// use telemetry::{Registry, testing};
///
/// let registry = Registry::new();
/// let capture = testing::capture(&registry, &["cache.miss"])?;
/// registry.execute("cache.miss", &[("count", 1.0)], &[("key", "a".into())]);
/// assert_eq!(capture.take()[0].metadata["key"], "a");
///
/// // As a channel, where the event comes when it comes.
/// std::thread::scope(|threads| {
///     threads.spawn(|| registry.execute("cache.miss", &[("count", 2.0)], &[]));
///     let event = capture.recv_timeout(Duration::from_secs(10)).expect("emitted");
///     assert_eq!(event.measurements["count"], 2.0);
/// });
/// assert_eq!(capture.dropped(), 0);
/// # Ok::<(), telemetry::AttachError>(())
/// ```
pub fn capture<'r>(registry: &'r Registry, events: &[&str]) -> Result<Capture<'r>, AttachError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("telemetry.capture.{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let kept = Arc::new(Captured::default());
    let keep = kept.clone();
    let run = Box::new(move |event: &Event<'_>| keep.add(event));
    let attached = registry.attach_all(vec![Handler::new(id, events, OnPanic::Detach, run)])?;
    Ok(Capture {
        registry,
        attached,
        kept,
    })
}

impl Capture<'_> {
    /// The events that were not received yet, in the order they came.
    pub fn take(&self) -> Vec<OwnedEvent> {
        std::mem::take(&mut *self.kept.events()).into()
    }

    /// The next event, where one has come.
    pub fn try_recv(&self) -> Option<OwnedEvent> {
        self.kept.events().pop_front()
    }

    /// The next event, waited for at most so long.
    pub fn recv_timeout(&self, at_most: Duration) -> Option<OwnedEvent> {
        let waited = self
            .kept
            .came
            .wait_timeout_while(self.kept.events(), at_most, |events| events.is_empty());
        let (mut events, _) = waited.unwrap_or_else(PoisonError::into_inner);
        events.pop_front()
    }

    /// Receives the events that have come, and ends where none is left; never waits.
    pub fn try_iter(&self) -> impl Iterator<Item = OwnedEvent> {
        std::iter::from_fn(|| self.try_recv())
    }

    /// How many events found no room.
    pub fn dropped(&self) -> u64 {
        self.kept.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Capture<'_> {
    fn drop(&mut self) {
        self.registry.detach_these(&self.attached);
    }
}

impl Captured {
    fn events(&self) -> MutexGuard<'_, VecDeque<OwnedEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, event: &Event<'_>) {
        let mut events = self.events();
        if events.len() < MAX_CAPTURED {
            events.push_back(event.into());
            self.came.notify_one();
        } else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
