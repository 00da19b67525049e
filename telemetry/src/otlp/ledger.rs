//! What became of every point, shared by the handle and its thread.
//!
//! Invariant: a point is sent, rejected, dropped or yet to come, and never two of these. After
//! [`Ledger::close`] none is yet to come, and the numbers stay what they are, whatever the thread
//! is in the middle of.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Stats;
use crate::aggregate::{Recorder, Row, SeriesTable};
use crate::{MetricId, MetricList, Refusal, Registry};

/// What points are made from, and where it is said how they fare.
pub struct Source {
    pub registry: Arc<Registry>,
    pub recorder: Arc<Recorder>,
    pub metrics: Arc<MetricList>,
    pub table: Arc<SeriesTable>,
}

/// Flushes the recorder, and keeps the books of what comes of it.
pub struct Ledger {
    pub source: Source,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    stats: Stats,
    /// Points that were flushed, and are neither sent nor rejected nor dropped.
    pending: u64,
    closed: bool,
}

impl Ledger {
    /// Nothing happened yet.
    pub fn new(source: Source) -> Ledger {
        Ledger {
            source,
            books: Mutex::default(),
        }
    }

    /// What became of points so far.
    pub fn stats(&self) -> Stats {
        self.books().stats
    }

    /// What came since the last call: as many rows as there will be points. None when closed.
    pub fn flush(&self) -> Vec<Row> {
        let mut books = self.books();
        if books.closed {
            return Vec::new();
        }
        // Under the lock, so that whoever closes finds each point here or in the recorder.
        let flush = self.source.recorder.flush();
        books.pending += flush.rows.len() as u64;
        drop(books);
        self.tell_refused(&flush.refused);
        flush.rows
    }

    /// Points have their answer.
    pub fn settle(&self, sent: u64, rejected: u64) {
        if let Some(mut books) = self.open_books() {
            books.pending = books.pending.saturating_sub(sent + rejected);
            books.stats.sent += sent;
            books.stats.rejected += rejected;
        }
    }

    /// A request is to be sent again.
    pub fn put_off(&self) {
        if let Some(mut books) = self.open_books() {
            books.stats.retried += 1;
        }
    }

    /// Points will not be sent.
    pub fn drop_points(&self, points: u64, reason: &str) {
        let Some(mut books) = self.open_books() else {
            return;
        };
        books.pending = books.pending.saturating_sub(points);
        books.stats.dropped += points;
        drop(books);
        self.tell_dropped(points, reason);
    }

    /// Drops everything that is yet to come: in the recorder, in the queue, and in a request
    /// that is under way.
    pub fn close(&self) {
        let Some(mut books) = self.open_books() else {
            return;
        };
        let flush = self.source.recorder.flush();
        let points = std::mem::take(&mut books.pending) + flush.rows.len() as u64;
        books.stats.dropped += points;
        books.closed = true;
        drop(books);
        self.tell_refused(&flush.refused);
        if points > 0 {
            self.tell_dropped(points, "shutdown");
        }
    }

    fn tell_dropped(&self, points: u64, reason: &str) {
        tracing::warn!("{points} points not sent to the OTLP receiver: {reason}");
        self.source.registry.execute(
            "telemetry.otlp.dropped",
            &[("points", points as f64)],
            &[("reason", reason.into())],
        );
    }

    fn tell_refused(&self, refused: &[(MetricId, Refusal, u64)]) {
        for (metric, reason, count) in refused {
            self.source.registry.execute(
                "telemetry.otlp.refused",
                &[("samples", *count as f64)],
                &[
                    (
                        "metric",
                        self.source.metrics.get(*metric).name.as_str().into(),
                    ),
                    ("reason", reason.name().into()),
                ],
            );
        }
    }

    fn open_books(&self) -> Option<MutexGuard<'_, Books>> {
        Some(self.books()).filter(|books| !books.closed)
    }

    // Nothing that may panic runs under the lock but a flush, which leaves the books as they were.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
