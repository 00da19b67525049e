//! The flush loop, the only clock: it takes what came since the last tick and gives it to the sinks.
//!
//! Invariant: ends of windows go back only where the time of day was set back, and a second is given
//! out once in any case; nothing in a tick waits for a disk or a socket; and the loop names no sink.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use telemetry::aggregate::{Recorder, Row};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{ClockMonitor, Flush, Heartbeat, SecondRollup, Sinks, Windows};
use crate::clock;
use crate::stream::{AnnotationFeed, EventLog};

/// Inputs and outputs of the flush loop.
pub struct FlushLoop {
    /// Input: samples.
    pub recorder: Arc<Recorder>,
    /// Input: log records.
    pub event_log: Arc<EventLog>,
    /// Input: annotations.
    pub annotations: AnnotationFeed,
    /// Outputs.
    pub sinks: Sinks,
    /// The coarse time that handlers read, in ms since the epoch.
    pub time: Arc<AtomicI64>,
    /// Beats after every flush.
    pub heartbeat: Arc<Heartbeat>,
    /// Length of a flush in ms.
    pub flush_ms: u32,
    /// Finds steps of the clock.
    pub clock: ClockMonitor,
    /// Numbers and ends of windows.
    pub windows: Windows,
    /// The second in progress.
    pub rollup: SecondRollup,
    /// Outcome of the flush before.
    pub previous: Previous,
}

/// Duration of the last flush, and how many sinks panicked in it.
#[derive(Default)]
pub struct Previous {
    took: Duration,
    failures: u64,
}

impl FlushLoop {
    /// Ticks until `closing` is cancelled; then flushes once more and finishes the sinks with the
    /// second in progress.
    pub async fn run(mut self, closing: CancellationToken) {
        loop {
            let wait = self.until_next(clock::now_ms());
            let closed = tokio::select! {
                biased;
                () = closing.cancelled() => true,
                () = tokio::time::sleep(wait) => false,
            };
            self.tick(clock::now_ms(), clock::uptime_ms());
            self.heartbeat.beat();
            if closed {
                break;
            }
        }
        self.sinks.finish(self.rollup.finish().as_ref());
    }

    /// Computed for every tick, so that ticks follow the clock and missed ones are skipped.
    fn until_next(&self, now_ms: i64) -> Duration {
        let flush_ms = i64::from(self.flush_ms);
        let ms = flush_ms - now_ms.rem_euclid(flush_ms);
        Duration::from_millis(u64::try_from(ms).unwrap_or(1))
    }

    /// One flush. `uptime_ms` is the time on a clock that nobody sets.
    pub fn tick(&mut self, now_ms: i64, uptime_ms: i64) {
        let start = Instant::now();
        let elapsed_ms = self.clock.observe(now_ms, uptime_ms);
        let window = self.windows.next(now_ms, elapsed_ms);
        let mut flush = self.recorder.flush();
        flush
            .rows
            .sort_unstable_by_key(|row: &Row| (row.metric, row.series));
        let (log_records, dropped_log_records) = self.event_log.take();
        self.time.store(window.end_ms, Ordering::Relaxed);
        let mut seconds = self.rollup.add(window.end_ms, &flush.rows);
        if window.is_last {
            // It will not go on: the next flush belongs to an earlier second.
            seconds.extend(self.rollup.finish());
        }

        let failures = self.sinks.flush(&Flush {
            seq: window.seq,
            end_ms: window.end_ms,
            width_ms: window.width_ms,
            samples: flush.samples,
            seconds: &seconds,
            rows: flush.rows.into(),
            new_series: &flush.fresh,
            rejected: &flush.refused,
            log_records: &log_records,
            dropped_log_records,
            annotations: &self.annotations.take(),
            previous_took: self.previous.took,
            previous_failures: self.previous.failures,
        });
        self.previous = Previous {
            took: start.elapsed(),
            failures,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use telemetry::aggregate::SeriesTable;
    use telemetry::{Event, Metric, MetricList, Refusal, Registry};

    use super::*;
    use crate::pipeline::{ClockHealth, FlushSink};

    /// What a flush brought: number, end, samples, new series, ends of seconds, rejections.
    type Seen = (u64, i64, Vec<u64>, usize, Vec<i64>, Vec<Refusal>);

    /// An output like any other: a type that implements the trait.
    struct Collecting(Arc<Mutex<Vec<Seen>>>);

    impl FlushSink for Collecting {
        fn name(&self) -> &'static str {
            "collecting"
        }

        fn flush(&mut self, flush: &Flush<'_>) {
            self.0.lock().expect("whole").push((
                flush.seq,
                flush.end_ms,
                flush.rows.iter().map(|row| row.aggregate.count).collect(),
                flush.new_series.len(),
                flush.seconds.iter().map(|second| second.t).collect(),
                flush
                    .rejected
                    .iter()
                    .map(|(_, reason, _)| *reason)
                    .collect(),
            ));
        }
    }

    const BEGIN_MS: i64 = 10_800;

    fn flush_loop() -> (FlushLoop, Arc<Mutex<Vec<Seen>>>) {
        let metric = Metric::count_events("shop.order").tags(["item"]);
        let metrics = Arc::new(MetricList::new(vec![metric]).expect("a list"));
        let table = Arc::new(SeriesTable::new(9, 9));
        let registry = Arc::new(Registry::new());
        let time = Arc::new(AtomicI64::new(0));
        let (_sender, annotations) = AnnotationFeed::new(1);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sinks: Vec<Box<dyn FlushSink>> = vec![Box::new(Collecting(seen.clone()))];
        let health = ClockHealth::default();
        let flush_loop = FlushLoop {
            recorder: Arc::new(Recorder::new(metrics, table)),
            event_log: Arc::new(EventLog::new(1, 100, time.clone())),
            annotations,
            sinks: Sinks::new(sinks, registry.clone()),
            time,
            heartbeat: Arc::new(Heartbeat::new()),
            flush_ms: 100,
            clock: ClockMonitor::new(BEGIN_MS, 0, health, registry),
            windows: Windows::new(BEGIN_MS, 100, 0),
            rollup: SecondRollup::default(),
            previous: Previous::default(),
        };
        (flush_loop, seen)
    }

    fn order(flush_loop: &FlushLoop, tags: &[(&str, telemetry::Value<'_>)]) {
        let event = Event {
            name: "shop.order",
            measurements: &[],
            metadata: tags,
        };
        flush_loop.recorder.record(&event, 0);
    }

    #[test]
    fn a_further_output_is_one_line_and_gets_all_of_every_flush() {
        let (mut flush_loop, seen) = flush_loop();
        order(&flush_loop, &[("item", "tea".into())]);
        order(&flush_loop, &[("item", "tea".into())]);
        order(&flush_loop, &[]);
        flush_loop.tick(10_905, 105);
        assert_eq!(flush_loop.time.load(Ordering::Relaxed), 10_900);
        order(&flush_loop, &[("item", "tea".into())]);
        flush_loop.tick(11_001, 201);
        let seen = seen.lock().expect("whole");
        let missing = vec![Refusal::MissingTag];
        let first = Windows::new(BEGIN_MS, 100, 0).next(10_905, 105).seq;
        assert_eq!(
            *seen,
            [
                (first, 10_900, vec![2], 1, vec![], missing),
                (first + 1, 11_000, vec![1], 0, vec![11_000], vec![]),
            ]
        );
    }

    #[test]
    fn a_clock_set_back_ends_the_second_and_begins_again_earlier() {
        let (mut flush_loop, seen) = flush_loop();
        for (now_ms, uptime_ms) in [(10_900, 100), (5_000, 200), (5_100, 300), (6_000, 1_200)] {
            order(&flush_loop, &[("item", "tea".into())]);
            flush_loop.tick(now_ms, uptime_ms);
        }
        let seen = seen.lock().expect("whole");
        let seconds: Vec<_> = seen.iter().map(|one| (one.0, one.1, &*one.4)).collect();
        let first = Windows::new(BEGIN_MS, 100, 0).next(10_900, 100).seq;
        let expect: [(u64, i64, &[i64]); 4] = [
            (first, 10_900, &[]),
            (first + 1, 10_901, &[11_000]),
            (first + 3, 5_100, &[]),
            (first + 4, 6_000, &[6_000]),
        ];
        assert_eq!(seconds, expect);
    }
}
