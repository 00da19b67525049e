//! What is due next: to flush, to send, to wait.
//!
//! Invariant: a step does at most one flush and one request, and never waits itself; memory is
//! bounded by the recorder's series and the queue's batches.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::backoff::Backoff;
use super::encode::{Encoder, Window};
use super::ledger::Ledger;
use super::queue::Queue;
use super::transport::{Answer, Transport};

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

/// How it goes about it.
pub struct Pace {
    /// Between flushes.
    pub period: Duration,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

/// Flushes, encodes, queues and sends.
pub struct Exporter<C, T> {
    ledger: Arc<Ledger>,
    clock: C,
    transport: T,
    encoder: Encoder,
    queue: Queue,
    backoff: Backoff,
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
        ledger: Arc<Ledger>,
        clock: C,
        transport: T,
        encoder: Encoder,
        queue: Queue,
        pace: Pace,
    ) -> Exporter<C, T> {
        let now = clock.now();
        Exporter {
            ledger,
            transport,
            encoder,
            queue,
            backoff: Backoff::new(),
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
                self.ledger.drop_points(batch.points, "shutdown");
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
        let rows = self.ledger.flush();
        // A clock that went back must not end a window before it began.
        let window = Window {
            start_ns: self.flushed_ns.min(now.unix_ns),
            end_ns: now.unix_ns,
        };
        self.flushed_ns = now.unix_ns;
        let source = &self.ledger.source;
        let batches = self
            .encoder
            .encode(rows, &source.metrics, &source.table, window);
        for batch in batches {
            if let Some(oldest) = self.queue.push(batch) {
                self.ledger.drop_points(oldest.points, "queue_full");
            }
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
                self.ledger.put_off();
                "retry"
            }
        };
        let duration = ended.saturating_sub(begun).as_secs_f64();
        self.ledger.source.registry.execute(
            "telemetry.otlp.export",
            &[("points", points as f64), ("duration", duration)],
            &[("outcome", outcome.into())],
        );
    }

    /// The oldest batch has its answer.
    fn settle(&mut self, sent: u64, rejected: u64) {
        self.queue.take_first();
        self.backoff.reset();
        self.ledger.settle(sent, rejected);
    }
}

#[cfg(test)]
mod tests;
