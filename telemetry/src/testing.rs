//! For tests: what was emitted, kept to look at.
//!
//! Invariant: what is kept is bounded by [`MAX_CAPTURED`], and the rest is counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::{AttachError, Event, Registry};

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

/// Keeps what is emitted until it is dropped.
pub struct Capture<'r> {
    registry: &'r Registry,
    id: String,
    kept: Arc<Kept>,
}

#[derive(Default)]
struct Kept {
    events: Mutex<Vec<OwnedEvent>>,
    dropped: AtomicU64,
}

/// Begins to keep these events.
///
/// ```
/// let registry = telemetry::Registry::new();
/// let capture = telemetry::testing::capture(&registry, &["cache.miss"])?;
/// registry.execute("cache.miss", &[("count", 1.0)], &[("key", "a".into())]);
/// assert_eq!(capture.take()[0].metadata["key"], "a");
/// # Ok::<(), telemetry::AttachError>(())
/// ```
pub fn capture<'r>(registry: &'r Registry, events: &[&str]) -> Result<Capture<'r>, AttachError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("telemetry.capture.{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let kept = Arc::new(Kept::default());
    let keep = kept.clone();
    registry.attach_many(id.as_str(), events, move |event| keep.add(event))?;
    Ok(Capture { registry, id, kept })
}

impl Capture<'_> {
    /// The events since the last call, in the order they came.
    pub fn take(&self) -> Vec<OwnedEvent> {
        let mut events = self
            .kept
            .events
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *events)
    }

    /// How many events found no room.
    pub fn dropped(&self) -> u64 {
        self.kept.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Capture<'_> {
    fn drop(&mut self) {
        // Somebody may have detached it by its id; then there is nothing left to do.
        drop(self.registry.detach(&self.id));
    }
}

impl Kept {
    fn add(&self, event: &Event<'_>) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() < MAX_CAPTURED {
            events.push(event.into());
        } else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
