//! What is due next: to flush, to send, to wait.
//!
//! Invariant: a step does at most one flush and one request, and never waits itself; memory is
//! bounded by the recorder's series and the queue's batches. Points that will not arrive are
//! counted and said.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Stats;
use super::backoff::Backoff;
use super::encode::{Encoder, Window};
use super::queue::{Batch, Queue};
use super::transport::{Answer, Transport};
use crate::aggregate::{Recorder, SeriesTable};
use crate::{MetricList, Registry};

/// One moment by two clocks.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Since some moment before the exporter was made; never goes back.
    pub elapsed: Duration,
    /// What the machine calls it, in nanoseconds since the epoch; may go back.
    pub unix_ns: u64,
}

/// Tells the time.
pub trait Clock {
    /// This moment.
    fn now(&self) -> Moment;
}

/// The machine's clocks.
pub struct SystemClock(pub Instant);

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        // Before the epoch the clock is not set, which 0 says to every receiver.
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        Moment {
            elapsed: self.0.elapsed(),
            unix_ns: unix.map_or(0, |since| {
                u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
            }),
        }
    }
}

/// What the exporter reads from.
pub struct Source {
    pub registry: Arc<Registry>,
    pub recorder: Arc<Recorder>,
    pub metrics: Arc<MetricList>,
    pub table: Arc<SeriesTable>,
}

/// What became of points and requests; see [`Stats`].
#[derive(Default)]
pub struct Counters {
    pub sent: AtomicU64,
    pub retried: AtomicU64,
    pub dropped: AtomicU64,
    pub rejected: AtomicU64,
}

impl Counters {
    pub fn stats(&self) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            sent: read(&self.sent),
            retried: read(&self.retried),
            dropped: read(&self.dropped),
            rejected: read(&self.rejected),
        }
    }
}

/// How it goes about it.
pub struct Pace {
    /// Between flushes.
    pub period: Duration,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

/// Flushes, encodes, queues and sends.
pub struct Exporter<C, T> {
    source: Source,
    clock: C,
    transport: T,
    encoder: Encoder,
    queue: Queue,
    backoff: Backoff,
    counters: Arc<Counters>,
    pace: Pace,
    flushed_ns: u64,
    next_flush: Duration,
    next_attempt: Duration,
    /// Before this the receiver asked not to be bothered.
    asked_until: Duration,
}

impl<C: Clock, T: Transport> Exporter<C, T> {
    /// The first window begins now.
    pub fn new(
        source: Source,
        clock: C,
        transport: T,
        encoder: Encoder,
        queue: Queue,
        counters: Arc<Counters>,
        pace: Pace,
    ) -> Exporter<C, T> {
        let now = clock.now();
        Exporter {
            source,
            transport,
            encoder,
            queue,
            backoff: Backoff::new(),
            counters,
            flushed_ns: now.unix_ns,
            next_flush: now.elapsed + pace.period,
            next_attempt: now.elapsed,
            asked_until: now.elapsed,
            clock,
            pace,
        }
    }

    /// Does what is due, and answers how long nothing will be.
    pub fn step(&mut self) -> Duration {
        let now = self.clock.now();
        if now.elapsed >= self.next_flush {
            self.flush(now);
            // Beats that a slow receiver made it miss are not made up for.
            while self.next_flush <= now.elapsed {
                self.next_flush += self.pace.period;
            }
        }
        if !self.queue.is_empty() && now.elapsed >= self.next_attempt {
            self.send(self.pace.timeout);
        }
        let due = match self.queue.is_empty() {
            true => self.next_flush,
            false => self.next_flush.min(self.next_attempt),
        };
        due.saturating_sub(self.clock.now().elapsed)
    }

    /// Begins to end: flushes what there is, and answers the moment to give up. There is no
    /// time for a back-off that the receiver did not ask for.
    pub fn begin_end(&mut self, within: Duration) -> Duration {
        let now = self.clock.now();
        self.flush(now);
        self.next_attempt = self.asked_until.max(now.elapsed);
        now.elapsed + within
    }

    /// One step of ending: how long to wait for the next, or none when there is nothing left
    /// that could be sent in time.
    pub fn end_step(&mut self, deadline: Duration) -> Option<Duration> {
        let now = self.clock.now().elapsed;
        if !self.queue.is_empty() && self.next_attempt.max(now) >= deadline {
            while let Some(batch) = self.queue.take_first() {
                self.drop_batch(&batch, "shutdown");
            }
        }
        if self.queue.is_empty() {
            return None;
        }
        if now < self.next_attempt {
            return Some(self.next_attempt - now);
        }
        self.send(self.pace.timeout.min(deadline - now));
        Some(Duration::ZERO)
    }

    fn flush(&mut self, now: Moment) {
        let flush = self.source.recorder.flush();
        // A clock that went back must not end a window before it began.
        let window = Window {
            start_ns: self.flushed_ns.min(now.unix_ns),
            end_ns: now.unix_ns,
        };
        self.flushed_ns = now.unix_ns;
        let (metrics, table) = (&self.source.metrics, &self.source.table);
        let batches = self.encoder.encode(flush.rows, metrics, table, window);
        for batch in batches {
            if let Some(oldest) = self.queue.push(batch) {
                self.drop_batch(&oldest, "queue_full");
            }
        }
        for (metric, reason, count) in flush.refused {
            self.source.registry.execute(
                "telemetry.otlp.refused",
                &[("samples", count as f64)],
                &[
                    ("metric", metrics.get(metric).name.as_str().into()),
                    ("reason", reason.name().into()),
                ],
            );
        }
    }

    /// One attempt with the oldest batch.
    fn send(&mut self, timeout: Duration) {
        let Some(batch) = self.queue.first() else {
            return;
        };
        let points = batch.points;
        let begun = self.clock.now().elapsed;
        let answer = self.transport.post(&batch.body, timeout);
        let ended = self.clock.now().elapsed;
        let outcome = match answer {
            Answer::Taken { rejected, message } => {
                let rejected = rejected.min(points);
                if rejected > 0 || !message.is_empty() {
                    tracing::warn!(
                        "OTLP receiver rejected {rejected} of {points} points: {message}"
                    );
                }
                self.settle(points - rejected, rejected);
                "sent"
            }
            Answer::Refused { why } => {
                tracing::warn!("OTLP receiver refused {points} points: {why}");
                self.settle(0, points);
                "refused"
            }
            Answer::Later { after, why } => {
                let wait = self.backoff.after_failure();
                self.asked_until = ended + after.unwrap_or_default();
                self.next_attempt = self.asked_until.max(ended + wait);
                tracing::debug!("OTLP receiver not reached, will be tried again: {why}");
                self.counters.retried.fetch_add(1, Ordering::Relaxed);
                "retry"
            }
        };
        let duration = ended.saturating_sub(begun).as_secs_f64();
        self.source.registry.execute(
            "telemetry.otlp.export",
            &[("points", points as f64), ("duration", duration)],
            &[("outcome", outcome.into())],
        );
    }

    /// The oldest batch has its answer.
    fn settle(&mut self, sent: u64, rejected: u64) {
        self.queue.take_first();
        self.backoff.reset();
        self.counters.sent.fetch_add(sent, Ordering::Relaxed);
        self.counters
            .rejected
            .fetch_add(rejected, Ordering::Relaxed);
    }

    fn drop_batch(&self, batch: &Batch, reason: &str) {
        self.counters
            .dropped
            .fetch_add(batch.points, Ordering::Relaxed);
        tracing::warn!(
            "{} points not sent to the OTLP receiver: {reason}",
            batch.points
        );
        self.source.registry.execute(
            "telemetry.otlp.dropped",
            &[("points", batch.points as f64)],
            &[("reason", reason.into())],
        );
    }
}

#[cfg(test)]
mod tests;
