//! The pipeline's own numbers, as the last sink of a flush.
//!
//! Invariant: what was rejected or dropped is emitted with the flush that it belongs to, everything
//! else once a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use telemetry::aggregate::SeriesTable;
use telemetry::{MetricId, Refusal, Registry};

use super::health::SecondOf;
use super::{ClockHealth, Flush, FlushSink};
use crate::contract::{FRAMES, HEALTH, HISTORY, PUMP, REFUSED, RING};
use crate::history::History;
use crate::metrics::MetricCatalog;
use crate::stream::Hub;

/// Emits what the pipeline did as events of the server.
pub struct SelfReport {
    /// Names of metrics that rejected samples.
    pub metrics: Arc<MetricCatalog>,
    /// Counted.
    pub table: Arc<SeriesTable>,
    /// Streams, frames and the ring.
    pub hub: Arc<Hub>,
    /// Rows written and dropped.
    pub history: Arc<History>,
    /// Where events are emitted.
    pub registry: Arc<Registry>,
    /// Length of a flush; one that takes longer is slow.
    pub flush: Duration,
    /// Steps of the clock.
    pub clock: ClockHealth,
    /// Whether the list of recent events was not written at the last attempt.
    pub log_fails: Arc<AtomicBool>,
    /// Since the last report.
    pub stats: FlushStats,
}

/// What a second of flushes adds up to.
#[derive(Default)]
pub struct FlushStats {
    samples: u64,
    longest: Duration,
    failures: u64,
}

impl FlushSink for SelfReport {
    fn name(&self) -> &'static str {
        "report"
    }

    fn flush(&mut self, flush: &Flush<'_>) {
        self.report_rejected(flush.rejected);
        if flush.dropped_log_records > 0 {
            // The log takes events as they are, for no metric.
            self.rejected("log_limit", "", flush.dropped_log_records);
        }
        let stats = &mut self.stats;
        stats.samples = stats.samples.saturating_add(flush.samples);
        stats.longest = stats.longest.max(flush.previous_took);
        stats.failures += flush.previous_failures;
        if !flush.seconds.is_empty() {
            self.once_a_second();
        }
    }
}

impl SelfReport {
    fn once_a_second(&mut self) {
        let FlushStats {
            samples,
            longest,
            failures,
        } = std::mem::take(&mut self.stats);
        PUMP.execute_on(
            &self.registry,
            &[
                ("samples", samples as f64),
                ("series", self.table.len() as f64),
                ("streams", self.hub.streams() as f64),
                ("flush_duration", longest.as_secs_f64()),
            ],
            &[],
        );
        for (mode, count) in self.hub.take_sent() {
            if count > 0 {
                FRAMES.execute_on(
                    &self.registry,
                    &[("count", count as f64)],
                    &[("mode", mode.name().into())],
                );
            }
        }
        let ring = self.hub.ring_size();
        RING.execute_on(
            &self.registry,
            &[
                ("bytes", ring.bytes as f64),
                ("flushes", ring.flushes as f64),
                ("shortened", self.hub.take_shortened() as f64),
            ],
            &[],
        );
        let (written, dropped) = self.history.counts().take();
        let memory = self.history.memory_bytes();
        HISTORY.execute_on(
            &self.registry,
            &[
                ("rows", written as f64),
                ("dropped", dropped as f64),
                ("memory", memory as f64),
            ],
            &[],
        );
        let second = SecondOf {
            database_fails: self.history.counts().is_failing(),
            dropped,
            log_fails: self.log_fails.load(Ordering::Relaxed),
            longest,
            flush: self.flush,
            sinks_failed: failures > 0,
            clock_stepped: self.clock.recent().is_some(),
        };
        for (part, health) in second.parts() {
            let state = f64::from(health as u8);
            HEALTH.execute_on(
                &self.registry,
                &[("state", state)],
                &[("part", part.into())],
            );
        }
    }

    /// Rejections of the metric of rejections itself are not emitted: they would be rejected in
    /// turn, at every flush.
    fn report_rejected(&self, rejected: &[(MetricId, Refusal, u64)]) {
        let metrics = self.metrics.defined();
        for (metric, reason, count) in rejected {
            let metric = metrics.get(*metric);
            if metric.event != REFUSED.name {
                self.rejected(reason.name(), &metric.name, *count);
            }
        }
    }

    fn rejected(&self, reason: &str, metric: &str, count: u64) {
        REFUSED.execute_on(
            &self.registry,
            &[("count", count as f64)],
            &[("reason", reason.into()), ("metric", metric.into())],
        );
    }
}
