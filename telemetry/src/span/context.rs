//! What the work in a span tells about itself.
//!
//! Invariant: nothing is kept when nobody listens, and never more than [`MAX_SPAN_ENTRIES`] of
//! either.

use std::sync::OnceLock;

use super::entries::Entries;
use super::running::next_id;
use crate::kept::Kept;
use crate::{IntoMeasurement, Value};

/// Most measurements, and most metadata, that the work of one span can add.
pub const MAX_SPAN_ENTRIES: usize = 16;

/// The work's side of a span; see [`Registry::span_with`](crate::Registry::span_with). What it
/// adds goes out with the event that ends the span.
#[derive(Default)]
pub struct SpanContext {
    id: OnceLock<u64>,
    is_heard: bool,
    measurements: Vec<(&'static str, f64)>,
    metadata: Vec<(&'static str, Kept)>,
    left_out: u64,
}

impl SpanContext {
    pub(super) fn heard(id: u64) -> SpanContext {
        SpanContext {
            id: OnceLock::from(id),
            is_heard: true,
            ..SpanContext::default()
        }
    }

    /// Of a span whose id is kept elsewhere, or of an event.
    #[cfg(feature = "tracing")]
    pub(crate) fn unnumbered() -> SpanContext {
        SpanContext {
            is_heard: true,
            ..SpanContext::default()
        }
    }

    /// The span's `span_id`, which no other span of this process has. A span inside of it may
    /// carry it as metadata to name its parent.
    pub fn id(&self) -> u64 {
        *self.id.get_or_init(next_id)
    }

    /// Whether anybody listens. When not, nothing that is added is kept: what costs something to
    /// find out may be left alone.
    pub fn is_heard(&self) -> bool {
        self.is_heard
    }

    /// Adds a measurement, or replaces the one that was added by that name. The span's own,
    /// `duration` and `monotonic_time`, stay what they are.
    ///
    /// Beyond [`MAX_SPAN_ENTRIES`] it is left out; the event's measurement `left_out` then counts
    /// what was, of metadata as well.
    pub fn measure(&mut self, key: &'static str, number: impl IntoMeasurement) {
        if self.is_heard && !put(&mut self.measurements, key, number.into_measurement()) {
            self.left_out += 1;
        }
    }

    /// Adds metadata, or replaces what was added by that name; it wins over the metadata that
    /// the span was begun with. `span_id`, `kind` and `message` stay what they are. Bounded as
    /// [`measure`](SpanContext::measure) is, and texts are cut at
    /// [`MAX_VALUE_TEXT`](crate::MAX_VALUE_TEXT) bytes.
    pub fn meta<'a>(&mut self, key: &'static str, value: impl Into<Value<'a>>) {
        if !self.is_heard {
            return;
        }
        let value = Kept::of(value.into());
        if !put(&mut self.metadata, key, value) {
            self.left_out += 1;
        }
    }

    /// Adds what was added to another, as if it had been added here.
    #[cfg(feature = "tracing")]
    pub(crate) fn add(&mut self, other: SpanContext) {
        self.left_out += other.left_out;
        for (key, number) in other.measurements {
            self.measure(key, number);
        }
        for (key, value) in other.metadata {
            self.meta(key, value.value());
        }
    }

    /// The measurements and the metadata.
    #[cfg(feature = "tracing")]
    pub(crate) fn entries(&self) -> (Entries<'_, f64>, Entries<'_, Value<'_>>) {
        let (mut measurements, mut metadata) = (Entries::new(), Entries::new());
        self.add_to(&mut measurements, &mut metadata);
        (measurements, metadata)
    }

    pub(super) fn add_to<'a>(
        &'a self,
        measurements: &mut Entries<'a, f64>,
        metadata: &mut Entries<'a, Value<'a>>,
    ) {
        if self.left_out > 0 {
            measurements.add("left_out", self.left_out as f64);
        }
        measurements.extend(&self.measurements);
        for (key, value) in &self.metadata {
            metadata.add(key, value.value());
        }
    }
}

/// False when there is no room.
fn put<T>(entries: &mut Vec<(&'static str, T)>, key: &'static str, value: T) -> bool {
    if let Some((_, old)) = entries.iter_mut().find(|(taken, _)| *taken == key) {
        *old = value;
    } else if entries.len() < MAX_SPAN_ENTRIES {
        entries.push((key, value));
    } else {
        return false;
    }
    true
}
