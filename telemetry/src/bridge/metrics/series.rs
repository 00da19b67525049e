//! One metric with one set of labels.
//!
//! Invariant: the last event of a gauge has its last value, whichever threads change it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use metrics::{CounterFn, GaugeFn, HistogramFn, Key};
use smallvec::SmallVec;

use crate::bridge::Telling;
use crate::bridge::name::event_name;
use crate::{Registry, Value};

/// Labels that need no allocation up to this many.
const INLINE: usize = 8;

/// One metric with one set of labels.
pub(super) struct Series {
    registry: Arc<Registry>,
    event: String,
    labels: Vec<(String, String)>,
    /// A counter's total, or the bits of a gauge's value.
    current: AtomicU64,
    /// Whether later values are reckoned from `current`: by `absolute`, or what changes a gauge.
    is_reckoned: AtomicBool,
    /// Whether a program asked for it since the last look.
    was_used: AtomicBool,
}

impl Series {
    pub(super) fn of(registry: Arc<Registry>, key: &Key) -> Series {
        let labels = key.labels();
        Series {
            registry,
            event: event_name(key.name()),
            labels: labels
                .map(|label| (label.key().to_owned(), label.value().to_owned()))
                .collect(),
            current: AtomicU64::new(0),
            is_reckoned: AtomicBool::new(false),
            was_used: AtomicBool::new(true),
        }
    }

    /// A program asks for it.
    pub(super) fn touch(&self) {
        self.was_used.store(true, Ordering::Relaxed);
    }

    /// Whether nobody asked for it since the last call, and nothing would be wrong afterwards if it
    /// began anew.
    pub(super) fn is_idle(&self) -> bool {
        let is_reckoned = self.is_reckoned.load(Ordering::Relaxed);
        // A gauge that is back at zero begins there, too.
        let is_zero = self.current.load(Ordering::SeqCst) == 0;
        !self.was_used.swap(false, Ordering::Relaxed) && (!is_reckoned || is_zero)
    }

    fn emit(&self, measurement: &str, number: f64) {
        let Some(_telling) = Telling::begin() else {
            return;
        };
        let Some(listeners) = self.registry.find(&self.event) else {
            return;
        };
        let labels = self.labels.iter();
        let metadata: SmallVec<[(&str, Value<'_>); INLINE]> = labels
            .map(|(key, value)| (key.as_str(), Value::Str(value)))
            .collect();
        listeners.execute(&[(measurement, number)], &metadata);
    }

    /// Changes the value of a gauge.
    fn change(&self, change: impl Fn(f64) -> f64) {
        self.is_reckoned.store(true, Ordering::Relaxed);
        let mut old = self.current.load(Ordering::SeqCst);
        loop {
            let new = change(f64::from_bits(old)).to_bits();
            let exchanged =
                (self.current).compare_exchange_weak(old, new, Ordering::SeqCst, Ordering::SeqCst);
            match exchanged {
                Ok(_) => break,
                Err(other) => old = other,
            }
        }
        self.emit_current();
    }

    /// Emits what the gauge is now, until that is still so afterwards: the last event of all
    /// threads then has the last value, in whatever order they change it and come to emit.
    fn emit_current(&self) {
        let mut now = self.current.load(Ordering::SeqCst);
        loop {
            self.emit("value", f64::from_bits(now));
            let after = self.current.load(Ordering::SeqCst);
            if after == now {
                return;
            }
            now = after;
        }
    }
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        self.current.fetch_add(value, Ordering::Relaxed);
        self.emit("count", value as f64);
    }

    fn absolute(&self, value: u64) {
        self.is_reckoned.store(true, Ordering::Relaxed);
        let before = self.current.fetch_max(value, Ordering::Relaxed);
        if value > before {
            self.emit("count", (value - before) as f64);
        }
    }
}

impl GaugeFn for Series {
    fn increment(&self, value: f64) {
        self.change(|now| now + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|now| now - value);
    }

    fn set(&self, value: f64) {
        self.current.store(value.to_bits(), Ordering::SeqCst);
        self.emit_current();
    }
}

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        self.emit("value", value);
    }
}
