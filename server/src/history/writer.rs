//! The one task that writes seconds to the database, and deletes what is too old.
//!
//! Invariant: seconds are written in order, each in one transaction; a failed one is tried again for as
//! long as memory has it, and nothing else is written meanwhile.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustc_hash::FxHashSet;
use telemetry::Registry;
use telemetry::aggregate::{Packed, SeriesId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::memory::Next;
use super::{History, minutes};
use crate::contract::RETRY;
use crate::storage::{SecondBatch, StorageError};

/// Between two looks for what is too old, in seconds written.
const RETENTION_EVERY: u32 = 60;
/// A jump of time after which nothing is deleted for a while, in ms.
const FAR_MS: i64 = 3_600_000;
/// For how long, in seconds written.
const DISTRUSTED: u32 = 600;
/// Most points deleted at one time, so that the write lock is held for a moment only.
const DELETE_CHUNK: u32 = 1_000;
/// Chunks that one look deletes of one series at most; the rest waits for the next.
const CHUNKS: u32 = 10;
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(1);
/// How long seconds are still written once the pipeline has ended; less than the server takes to stop.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// Writes what waits in memory.
pub struct Writer {
    history: Arc<History>,
    known: FxHashSet<SeriesId>,
    keep_ms: i64,
    registry: Arc<Registry>,
    /// The end of the newest minute up to which nothing is left to merge.
    merged: i64,
    /// The end of the newest second that was ever written: what comes before it is measured again.
    newest: i64,
    /// The second that was written last in this run.
    last: Option<i64>,
    /// Seconds since the start, or since time last jumped forward.
    seconds: u32,
    /// Of them, those in which nothing is deleted.
    distrusted: u32,
}

impl Writer {
    /// A writer that keeps points for `keep_ms`.
    pub async fn new(
        history: Arc<History>,
        keep_ms: i64,
        registry: Arc<Registry>,
    ) -> Result<Writer, StorageError> {
        let stored = history.storage.series().await?;
        let known = stored.iter().map(|series| SeriesId(series.id)).collect();
        let newest = history.storage.newest_ms().await?;
        Ok(Writer {
            history,
            newest,
            known,
            keep_ms,
            registry,
            merged: i64::MIN,
            last: None,
            seconds: 0,
            distrusted: 0,
        })
    }

    /// Writes whenever it is woken, until nobody can wake it any more and nothing waits; but not for
    /// longer than [`CLOSE_WITHIN`] after `closing`.
    pub async fn run(mut self, mut awake: mpsc::Receiver<()>, closing: CancellationToken) {
        let history = self.history.clone();
        let out_of_time = async {
            closing.cancelled().await;
            tokio::time::sleep(CLOSE_WITHIN).await;
        };
        let write = async {
            while awake.recv().await.is_some() {
                self.write_waiting().await;
            }
        };
        tokio::select! {
            () = write => {}
            () = out_of_time => {}
        }
        let (seconds, rows) = history.memory.waiting();
        if seconds > 0 {
            history.counts.drop_rows(rows);
            tracing::error!("{seconds} seconds of history could not be written before the end");
        }
    }

    async fn write_waiting(&mut self) {
        let mut back_off = FIRST_BACK_OFF;
        while let Some(next) = self.history.memory.next() {
            let run = match self.write(&next).await {
                Ok(run) => run,
                Err(error) => {
                    self.failed("a second of history could not be written", &error);
                    tokio::time::sleep(back_off).await;
                    back_off = (back_off * 2).min(LONGEST_BACK_OFF);
                    continue;
                }
            };
            back_off = FIRST_BACK_OFF;
            self.wrote(&next, run);
            let t = next.second.t;
            match self.merge_minutes(t).await {
                Ok(()) => self.succeeded(),
                Err(error) => self.failed("minutes could not be merged", &error),
            }
            if self.is_retention_due(t) {
                self.forget_released();
                if let Err(error) = self.forget(t - self.keep_ms).await {
                    tracing::warn!(%error, "old history could not be deleted; it is tried again");
                }
            }
        }
    }

    fn wrote(&mut self, next: &Next, run: i64) {
        let (memory, counts) = (&self.history.memory, &self.history.counts);
        memory.written(next);
        counts.commit(next.second.t, next.second.rows.len());
        self.history.run.store(run, Ordering::Release);
        self.newest = self.newest.max(next.second.t);
        for (from, to) in &next.gaps {
            let seconds = (to - from) / 1_000;
            tracing::error!(
                from,
                to,
                "{seconds} s of history were not measured or are lost"
            );
        }
    }

    /// Series whose place was given back come under another id, if at all.
    fn forget_released(&mut self) {
        let table = &self.history.table;
        self.known.retain(|series| table.get(*series).is_some());
    }

    /// Whether it is time to delete what is older than is kept at `t`. A clock that jumps forward may
    /// be wrong, and what is deleted does not come back when it is set right.
    fn is_retention_due(&mut self, t: i64) -> bool {
        let last = self.last.replace(t).unwrap_or(t);
        if t.saturating_sub(last) > FAR_MS {
            (self.seconds, self.distrusted) = (0, DISTRUSTED);
        }
        self.seconds = self.seconds.wrapping_add(1);
        self.seconds % RETENTION_EVERY == 1 && self.seconds > self.distrusted
    }

    fn succeeded(&self) {
        if self.history.counts.set_failing(false) {
            let (behind, _) = self.history.memory.waiting();
            tracing::info!("history is written again; {behind} more seconds wait");
        }
    }

    /// The first failure after a success is logged, all of them are counted.
    fn failed(&self, what: &str, error: &StorageError) {
        RETRY.execute_on(&self.registry, &[("count", 1.0)], &[]);
        if !self.history.counts.set_failing(true) {
            tracing::error!(%error, "{what}; it is tried again");
        }
    }

    /// Returns the run that the second belongs to.
    async fn write(&mut self, next: &Next) -> Result<i64, StorageError> {
        let history = &self.history;
        let metrics = history.metrics.defined();
        let second = &next.second;
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
        let run = match next.begins_ms {
            Some(begins_ms) => history.storage.begin_run(begins_ms).await?,
            None => history.run.load(Ordering::Relaxed),
        };
        let batch = SecondBatch {
            run,
            t: second.t,
            is_again: second.t < self.newest,
            series: &series,
            rows: &rows,
            gaps: &next.gaps,
        };
        history.storage.write_second(&batch).await?;
        self.known
            .extend(series.iter().map(|(id, ..)| SeriesId(*id)));
        Ok(run)
    }

    async fn merge_minutes(&mut self, newest: i64) -> Result<(), StorageError> {
        let ended = minutes::floor(newest - 1);
        if ended != self.merged && self.history.merge_minutes(newest).await? {
            self.merged = ended;
        }
        Ok(())
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
        storage.forget_gaps(before).await?;
        storage.forget_runs(before).await?;
        storage.forget_annotations(before).await?;
        Ok(())
    }
}
