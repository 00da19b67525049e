//! The only loop: flush, roll, publish, keep.
//!
//! Invariant: ends of windows never go back, whatever the clock does, and nothing in a tick
//! waits for a disk or a socket.

mod beat;
mod windows;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use telemetry::aggregate::{Recorder, Row, SeriesTable};
use telemetry::{MetricId, MetricList, Refusal, Registry};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::contract::{FRAMES, HISTORY, PUMP, REFUSED};
use crate::history::{History, Inlet, Roller};
use crate::stream::{Hub, LogBook, NoteBook, Publication};

pub use beat::Beat;
pub use windows::Windows;

/// The parts that the pump moves things between.
pub struct Pump {
    /// What is measured.
    pub metrics: Arc<MetricList>,
    /// Where samples come from.
    pub recorder: Arc<Recorder>,
    /// All series.
    pub table: Arc<SeriesTable>,
    /// Where log entries come from.
    pub log: Arc<LogBook>,
    /// Where annotations come from.
    pub notes: NoteBook,
    /// Where flushes go.
    pub hub: Arc<Hub>,
    /// Where seconds go.
    pub inlet: Inlet,
    /// What became of seconds.
    pub history: Arc<History>,
    /// Where the pump tells of itself.
    pub registry: Arc<Registry>,
    /// The coarse time that handlers read, in ms since the epoch.
    pub time: Arc<AtomicI64>,
    /// The last flush, in ms since the start of the pipeline.
    pub beat: Arc<Beat>,
    /// Length of a flush in ms.
    pub flush_ms: u32,
    /// Windows.
    pub windows: Windows,
    /// The second in progress.
    pub roller: Roller,
    /// What the pump tells once a second.
    pub own: Own,
}

/// What the pump gathers about itself over a second.
#[derive(Default)]
pub struct Own {
    samples: u64,
    longest: Duration,
}

impl Pump {
    /// Ticks until it is told to close; then flushes once more, and hands over the second in
    /// progress.
    pub async fn run(mut self, closing: CancellationToken) {
        let mut last = Instant::now();
        loop {
            let wait = self.until_next(clock::now_ms());
            let closed = tokio::select! {
                biased;
                () = closing.cancelled() => true,
                () = tokio::time::sleep(wait) => false,
            };
            let now = Instant::now();
            let elapsed_ms = i64::try_from((now - last).as_millis()).unwrap_or(i64::MAX);
            last = now;
            self.tick(clock::now_ms(), elapsed_ms);
            self.beat.beat();
            if closed {
                break;
            }
        }
        if let Some(second) = self.roller.finish() {
            self.inlet.push(&second);
        }
    }

    /// Asked anew for every tick, so that ticks follow the clock and those missed are skipped.
    fn until_next(&self, now_ms: i64) -> Duration {
        let flush_ms = i64::from(self.flush_ms);
        let ms = flush_ms - now_ms.rem_euclid(flush_ms);
        Duration::from_millis(u64::try_from(ms).unwrap_or(1))
    }

    /// One flush.
    pub fn tick(&mut self, now_ms: i64, elapsed_ms: i64) {
        let start = Instant::now();
        let (seq, t, w) = self.windows.next(now_ms, elapsed_ms);
        let mut flush = self.recorder.flush();
        flush.rows.sort_unstable_by_key(|row: &Row| row.series);
        let (logs, over) = self.log.take();
        self.time.store(t, Ordering::Relaxed);

        let seconds = self.roller.add(t, &flush.rows);
        for second in &seconds {
            self.inlet.push(second);
        }
        self.hub.publish(&Publication {
            seq,
            t,
            w,
            rows: &flush.rows,
            seconds: &seconds,
            fresh: &flush.fresh,
            logs,
            notes: &self.notes.take(),
        });

        self.tell_refused(&flush.refused);
        if over > 0 {
            // The log takes events as they are, for no metric.
            self.refused("log_limit", "", over);
        }
        self.own.samples = self.own.samples.saturating_add(flush.samples);
        self.own.longest = self.own.longest.max(start.elapsed());
        if !seconds.is_empty() {
            self.once_a_second();
        }
    }

    fn once_a_second(&mut self) {
        let Own { samples, longest } = std::mem::take(&mut self.own);
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
        let (written, dropped) = self.history.counts().take();
        HISTORY.execute_on(
            &self.registry,
            &[("rows", written as f64), ("dropped", dropped as f64)],
            &[],
        );
    }

    /// What is refused of the metric of refusals itself is not told: that would be refused in
    /// turn, in every flush.
    fn tell_refused(&self, refused: &[(MetricId, Refusal, u64)]) {
        for (metric, reason, count) in refused {
            let metric = self.metrics.get(*metric);
            if metric.event != REFUSED.name {
                self.refused(reason.name(), &metric.name, *count);
            }
        }
    }

    fn refused(&self, reason: &str, metric: &str, count: u64) {
        REFUSED.execute_on(
            &self.registry,
            &[("count", count as f64)],
            &[("reason", reason.into()), ("metric", metric.into())],
        );
    }
}
