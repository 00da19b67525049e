//! The one task that writes seconds to the database, and deletes what is too old.
//!
//! Invariant: seconds are written in order, each in one transaction; a failed one is tried
//! again until it succeeds or the server ends, while the bounded queue fills behind it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustc_hash::FxHashSet;
use telemetry::Registry;
use telemetry::aggregate::{Packed, SeriesId};
use tokio::sync::mpsc;

use super::{History, PackedSecond, minutes};
use crate::contract::RETRY;
use crate::storage::{SecondBatch, StorageError};

/// Between two looks for what is too old, in seconds written.
const RETENTION_EVERY: u32 = 60;
/// Most points deleted at one time, so that the write lock is held for a moment only.
const DELETE_CHUNK: u32 = 1_000;
/// Chunks that one look deletes of one series at most; the rest waits for the next.
const CHUNKS: u32 = 10;
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);
/// Attempts at one second; about a minute of them.
const ATTEMPTS: u32 = 15;

/// Writes what comes through the queue.
pub struct Writer {
    history: Arc<History>,
    known: FxHashSet<SeriesId>,
    keep_ms: i64,
    /// The end of the newest minute up to which nothing is left to merge.
    merged: i64,
}

impl Writer {
    /// A writer that keeps points for `keep_ms`.
    pub async fn new(history: Arc<History>, keep_ms: i64) -> Result<Writer, StorageError> {
        let stored = history.storage.series().await?;
        let known = stored.iter().map(|series| SeriesId(series.id)).collect();
        Ok(Writer {
            history,
            known,
            keep_ms,
            merged: i64::MIN,
        })
    }

    /// Writes until the queue is closed and empty.
    pub async fn run(
        mut self,
        mut seconds: mpsc::Receiver<Arc<PackedSecond>>,
        registry: Arc<Registry>,
    ) {
        let mut written = 0u32;
        while let Some(second) = seconds.recv().await {
            self.write_or_drop(&second, &registry).await;
            self.merge_minutes(second.t).await;
            written = written.wrapping_add(1);
            if written % RETENTION_EVERY == 1
                && let Err(error) = self.forget(second.t - self.keep_ms).await
            {
                tracing::warn!(%error, "old history could not be deleted; it is tried again");
            }
        }
    }

    async fn write_or_drop(&mut self, second: &PackedSecond, registry: &Registry) {
        let mut back_off = FIRST_BACK_OFF;
        for attempt in 1..=ATTEMPTS {
            let written = self.write(second).await;
            let failing = &self.history.counts.failing;
            failing.store(written.is_err(), Ordering::Relaxed);
            match written {
                Ok(()) => {
                    let rows = second.rows.len() as u64;
                    self.history
                        .counts
                        .written
                        .fetch_add(rows, Ordering::Relaxed);
                    return;
                }
                Err(error) => {
                    RETRY.execute_on(registry, &[("count", 1.0)], &[]);
                    tracing::warn!(%error, attempt, "a second of history could not be written");
                }
            }
            tokio::time::sleep(back_off).await;
            back_off = (back_off * 2).min(LONGEST_BACK_OFF);
        }
        self.history.counts.drop_rows(second.rows.len());
    }

    async fn write(&mut self, second: &PackedSecond) -> Result<(), StorageError> {
        let history = &self.history;
        let metrics = history.metrics.defined();
        let new = second
            .rows
            .iter()
            .filter(|row| !self.known.contains(&row.series));
        let series: Vec<(u32, String, String)> = new
            .filter_map(|row| history.table.get(row.series))
            .map(|series| {
                let name = metrics.get(series.metric).name.clone();
                (series.id.0, name, history.tags_json(&series))
            })
            .collect();
        let rows: Vec<(u32, &Packed)> = second
            .rows
            .iter()
            .map(|row| (row.series.0, &row.packed))
            .collect();
        let batch = SecondBatch {
            run: history.run,
            t: second.t,
            series: &series,
            rows: &rows,
        };
        history.storage.write_second(&batch).await?;
        self.known
            .extend(series.iter().map(|(id, ..)| SeriesId(*id)));
        Ok(())
    }

    async fn merge_minutes(&mut self, newest: i64) {
        let ended = minutes::floor(newest - 1);
        if ended == self.merged {
            return;
        }
        match self.history.merge_minutes(newest).await {
            Ok(true) => self.merged = ended,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "minutes could not be merged; tried again"),
        }
    }

    async fn forget(&self, before: i64) -> Result<(), StorageError> {
        let storage = &self.history.storage;
        for series in storage.series().await? {
            for _ in 0..CHUNKS {
                let deleted = storage
                    .delete_points(series.id, before, DELETE_CHUNK)
                    .await?;
                if deleted < u64::from(DELETE_CHUNK) {
                    break;
                }
            }
            storage.delete_minutes(series.id, before).await?;
        }
        storage.forget_runs(before).await?;
        storage.forget_annotations(before).await?;
        Ok(())
    }
}
