//! A recorder for the `metrics` facade.
//!
//! Invariant: a metric that is known records without allocating, and no more than the limit are
//! known.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use smallvec::SmallVec;

use super::Telling;
use super::name::event_name;
use crate::{Registry, Value};

/// Labels that need no allocation up to this many.
const INLINE: usize = 8;

/// Makes events of what a program records through the `metrics` facade:
///
/// | in `metrics` | measurement |
/// |---|---|
/// | `counter!(name).increment(n)` | `count`: n |
/// | `counter!(name).absolute(n)` | `count`: by how much n is more than before, if it is |
/// | `gauge!(name).set(x)`, `increment`, `decrement` | `value`: what the gauge is now |
/// | `histogram!(name).record(x)` | `value`: x |
///
/// The event has the metric's name, in which upper case becomes lower case, `::` a dot, and what
/// no event's name has `_`; its metadata are the labels. Units and descriptions are left to the
/// metric list. Threads that change a gauge together may emit one of its values twice and another
/// not at all, but the last event always has its last value. What a handler itself records while it handles an event that came from `metrics`
/// or from `tracing` is not emitted, so that it does not go in circles. No contract is asked about
/// these events, for their names come from elsewhere.
///
/// Metrics are known by name and labels, and there is a [limit](MetricsRecorder::MAX_METRICS) to
/// them for each kind. What comes after is not recorded, and [counted](MetricsRecorder::dropped).
///
/// ```
/// use telemetry::MetricsRecorder;
///
/// let recorder = MetricsRecorder::new(telemetry::global().clone());
/// metrics::set_global_recorder(recorder.clone())?;
/// metrics::counter!("orders_total", "region" => "eu").increment(1);
/// assert_eq!(recorder.dropped(), 0);
/// # Ok::<(), metrics::SetRecorderError<MetricsRecorder>>(())
/// ```
#[derive(Clone)]
pub struct MetricsRecorder {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Arc<Registry>,
    limit: usize,
    counters: Known,
    gauges: Known,
    histograms: Known,
    dropped: AtomicU64,
}

type Known = RwLock<HashMap<Key, Arc<Series>>>;

impl MetricsRecorder {
    /// Most counters, most gauges and most histograms, each by name and labels.
    pub const MAX_METRICS: usize = 10_000;

    /// A recorder that emits on this registry.
    pub fn new(registry: Arc<Registry>) -> MetricsRecorder {
        MetricsRecorder::with_limit(registry, MetricsRecorder::MAX_METRICS)
    }

    /// A recorder that knows no more than `limit` of each kind.
    pub fn with_limit(registry: Arc<Registry>, limit: usize) -> MetricsRecorder {
        let inner = Inner {
            registry,
            limit,
            counters: Known::default(),
            gauges: Known::default(),
            histograms: Known::default(),
            dropped: AtomicU64::new(0),
        };
        MetricsRecorder {
            inner: Arc::new(inner),
        }
    }

    /// How often a program asked for a metric for which there was no room.
    pub fn dropped(&self) -> u64 {
        self.inner.dropped.load(Ordering::Relaxed)
    }
}

impl Inner {
    fn series(&self, known: &Known, key: &Key) -> Option<Arc<Series>> {
        {
            let known = known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(series) = known.get(key) {
                return Some(series.clone());
            }
            // Told here, so that a program that makes up names without end holds nobody up.
            if known.len() >= self.limit {
                return self.no_room();
            }
        }
        self.add(known, key)
    }

    #[cold]
    fn add(&self, known: &Known, key: &Key) -> Option<Arc<Series>> {
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been quicker.
        if let Some(series) = known.get(key) {
            return Some(series.clone());
        }
        if known.len() >= self.limit {
            return self.no_room();
        }
        let series = Arc::new(Series::of(self.registry.clone(), key));
        known.insert(key.clone(), series.clone());
        Some(series)
    }

    fn no_room(&self) -> Option<Arc<Series>> {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        None
    }
}

impl Recorder for MetricsRecorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let series = self.inner.series(&self.inner.counters, key);
        series.map_or_else(Counter::noop, Counter::from_arc)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let series = self.inner.series(&self.inner.gauges, key);
        series.map_or_else(Gauge::noop, Gauge::from_arc)
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let series = self.inner.series(&self.inner.histograms, key);
        series.map_or_else(Histogram::noop, Histogram::from_arc)
    }
}

/// One metric with one set of labels.
struct Series {
    registry: Arc<Registry>,
    event: String,
    labels: Vec<(String, String)>,
    /// A counter's total, or the bits of a gauge's value.
    current: AtomicU64,
}

impl Series {
    fn of(registry: Arc<Registry>, key: &Key) -> Series {
        let labels = key.labels();
        Series {
            registry,
            event: event_name(key.name()),
            labels: labels
                .map(|label| (label.key().to_owned(), label.value().to_owned()))
                .collect(),
            current: AtomicU64::new(0),
        }
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_finds_no_room_waits_for_no_reader() {
        let recorder = MetricsRecorder::with_limit(Arc::default(), 0);
        let reading = recorder.inner.counters.read().expect("no panic while held");
        let (tell, told) = mpsc::channel();
        let inner = recorder.inner.clone();
        let asking = std::thread::spawn(move || {
            let found = inner.series(&inner.counters, &Key::from_name("a"));
            tell.send(found.is_none()).expect("is waited for");
        });
        // Only a thread that waits for the reader lets this time pass.
        let answer = told.recv_timeout(Duration::from_secs(20));
        drop(reading);
        assert_eq!(answer, Ok(true));
        asking.join().expect("ends well");
        assert_eq!(recorder.dropped(), 1);
    }
}
