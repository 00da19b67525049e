//! A recorder for the `metrics` facade.
//!
//! Invariant: a metric that is known records without allocating, and no more than the limits are
//! known.

mod known;
mod series;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::Registry;
use known::{Known, Limits};
use series::Series;

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
/// A metric has a [limited number](MetricsRecorder::MAX_LABEL_SETS) of label sets, and all counters, all
/// gauges and all histograms together have [ten times as many](MetricsRecorder::MAX_METRICS). What finds
/// no room is not recorded, and [counted](MetricsRecorder::dropped). Where room is missing, label sets
/// that nobody holds or asked for in five minutes give theirs back; but not what later values are
/// reckoned from: a counter that is set by `absolute`, and a gauge that is changed by `increment` or
/// `decrement` until it is back at zero.
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
    counters: Known,
    gauges: Known,
    histograms: Known,
    dropped: AtomicU64,
}

impl MetricsRecorder {
    /// Most label sets of one metric.
    pub const MAX_LABEL_SETS: usize = 1_000;

    /// Most counters, most gauges and most histograms, each by name and labels.
    pub const MAX_METRICS: usize = 10 * MetricsRecorder::MAX_LABEL_SETS;

    /// How long a label set that nobody uses keeps its place, at least.
    const IDLE: Duration = Duration::from_secs(300);

    /// A recorder that emits on this registry.
    pub fn new(registry: Arc<Registry>) -> MetricsRecorder {
        MetricsRecorder::with_limit(registry, MetricsRecorder::MAX_LABEL_SETS)
    }

    /// A recorder that knows no more than `limit` label sets of one metric, and ten times as many of
    /// each kind.
    pub fn with_limit(registry: Arc<Registry>, limit: usize) -> MetricsRecorder {
        let limits = Limits {
            of_metric: limit,
            of_all: limit.saturating_mul(10),
            idle: MetricsRecorder::IDLE,
        };
        let inner = Inner {
            registry,
            counters: Known::new(limits),
            gauges: Known::new(limits),
            histograms: Known::new(limits),
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
        let series = known.series(&self.registry, key);
        if series.is_none() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        series
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
