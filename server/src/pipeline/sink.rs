//! Outputs of a flush: the trait, and the runner that isolates them from each other.
//!
//! Invariant: every sink gets every flush, in order, whatever another sink does with it. A sink
//! that panics keeps its place; the failure is counted, logged and emitted.

use std::sync::Arc;
use std::time::Duration;

use telemetry::aggregate::{Row, Series};
use telemetry::{MetricId, Refusal, Registry, catch_panic};

use super::Second;
use crate::contract::SINK_FAILURE;
use crate::stream::{AnnotationChange, LoggedEvent};

/// One flush, as every sink gets it. Rows may be kept without a copy, everything else is borrowed.
#[derive(Clone, Default)]
pub struct Flush<'a> {
    /// Number of the flush; one above the last.
    pub seq: u64,
    /// End of the window in ms since the epoch.
    pub end_ms: i64,
    /// Length of the window in ms.
    pub width_ms: u32,
    /// A row for each series that had samples, by metric, then series.
    pub rows: Arc<[Row]>,
    /// Samples in the rows.
    pub samples: u64,
    /// Seconds that this flush completes.
    pub seconds: &'a [Second],
    /// Series that are new.
    pub new_series: &'a [Arc<Series>],
    /// Samples that were rejected or folded, by metric and reason.
    pub rejected: &'a [(MetricId, Refusal, u64)],
    /// Log records since the last flush.
    pub log_records: &'a [LoggedEvent],
    /// Log records that found no room.
    pub dropped_log_records: u64,
    /// Annotations that were added or removed since the last flush.
    pub annotations: &'a [AnnotationChange],
    /// Duration of the flush before this one, sinks included.
    pub previous_took: Duration,
    /// Sinks that panicked in the flush before this one.
    pub previous_failures: u64,
}

/// An output of the flush loop: the ring that streams read, history, reports, exporters.
///
/// A sink runs in the loop, so it must not wait for a disk or a socket: it hands over to a bounded
/// queue and counts what finds no room.
pub trait FlushSink: Send {
    /// Identifies the sink in metrics and logs; lower case, unique.
    fn name(&self) -> &'static str;

    /// Takes one flush.
    fn flush(&mut self, flush: &Flush<'_>);

    /// Called once after the last flush, with the second in progress if there is one.
    fn finish(&mut self, unfinished: Option<&Second>) {
        let _ = unfinished;
    }
}

/// All sinks, in the order in which they get a flush.
pub struct Sinks {
    sinks: Vec<Slot>,
    registry: Arc<Registry>,
}

struct Slot {
    sink: Box<dyn FlushSink>,
    /// Whether its last call panicked, so that a sink that always does is logged once.
    failing: bool,
}

impl Sinks {
    /// Calls `sinks` in this order; failures are emitted on `registry`.
    pub fn new(sinks: Vec<Box<dyn FlushSink>>, registry: Arc<Registry>) -> Sinks {
        let slots = sinks.into_iter().map(|sink| Slot {
            sink,
            failing: false,
        });
        Sinks {
            sinks: slots.collect(),
            registry,
        }
    }

    /// Gives a flush to every sink; returns how many of them panicked.
    pub fn flush(&mut self, flush: &Flush<'_>) -> u64 {
        self.each(|sink| sink.flush(flush))
    }

    /// Calls every sink for the last time.
    pub fn finish(&mut self, unfinished: Option<&Second>) {
        self.each(|sink| sink.finish(unfinished));
    }

    fn each(&mut self, call: impl Fn(&mut dyn FlushSink)) -> u64 {
        let mut failures = 0;
        for slot in &mut self.sinks {
            let result = catch_panic(|| call(&mut *slot.sink));
            if let Err(message) = &result {
                failures += 1;
                report(slot, &self.registry, message);
            }
            slot.failing = result.is_err();
        }
        failures
    }
}

#[cold]
fn report(slot: &Slot, registry: &Registry, message: &str) {
    let sink = slot.sink.name();
    if !slot.failing {
        tracing::error!(
            sink,
            error = message,
            "an output of the flush loop panicked"
        );
    }
    SINK_FAILURE.execute_on(
        registry,
        &[("count", 1.0)],
        &[("sink", sink.into()), ("message", message.into())],
    );
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts flushes, and panics at those with an even number if it is told to.
    struct Counting {
        name: &'static str,
        seen: Arc<AtomicU64>,
        panics: bool,
    }

    impl FlushSink for Counting {
        fn name(&self) -> &'static str {
            self.name
        }

        fn flush(&mut self, flush: &Flush<'_>) {
            self.seen.fetch_add(1, Ordering::Relaxed);
            assert!(!self.panics || flush.seq % 2 == 1, "even: {}", flush.seq);
        }

        fn finish(&mut self, unfinished: Option<&Second>) {
            self.seen.fetch_add(100, Ordering::Relaxed);
            assert!(!self.panics && unfinished.is_some());
        }
    }

    #[test]
    fn a_sink_that_panics_is_isolated_counted_and_reported() {
        let registry = Arc::new(Registry::new());
        let reported = Arc::new(Mutex::new(Vec::new()));
        let reports = reported.clone();
        let attached = registry.attach("test", SINK_FAILURE.name, move |event| {
            let text = |key| event.meta(key).expect("present").to_string();
            let report = (text("sink"), text("message"));
            reports.lock().expect("whole").push(report);
        });
        attached.expect("attaches");
        let seen: [Arc<AtomicU64>; 3] = Default::default();
        let sink = |place: usize, name, panics| -> Box<dyn FlushSink> {
            let seen = seen[place].clone();
            Box::new(Counting { name, seen, panics })
        };
        let sinks = vec![
            sink(0, "before", false),
            sink(1, "panics", true),
            sink(2, "after", false),
        ];
        let mut sinks = Sinks::new(sinks, registry);
        let failures = (1..=4).map(|seq| {
            sinks.flush(&Flush {
                seq,
                ..Flush::default()
            })
        });
        assert_eq!(failures.collect::<Vec<_>>(), [0, 1, 0, 1]);
        let counts = || seen.each_ref().map(|seen| seen.load(Ordering::Relaxed));
        assert_eq!(counts(), [4, 4, 4], "every sink gets every flush");
        sinks.finish(Some(&Second {
            t: 1_000,
            rows: Vec::new(),
        }));
        assert_eq!(counts(), [104, 104, 104]);
        let reported = reported.lock().expect("whole");
        let named: Vec<&str> = reported.iter().map(|(sink, _)| sink.as_str()).collect();
        assert_eq!(named, ["panics"; 3]);
        assert_eq!(reported[0].1, "even: 2");
    }
}
