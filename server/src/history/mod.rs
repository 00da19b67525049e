//! Whole seconds: in memory for a while, in the database for long.
//!
//! Invariant: a query sees every second once, whether it is committed yet or not.

mod columns;
mod counts;
mod covered;
mod memory;
pub mod minutes;
mod query;
mod read;
mod readiness;
mod slots;
mod step;
mod writer;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use telemetry::aggregate::{Row, Series, SeriesId, SeriesTable, Shape};
use telemetry::{MetricId, MetricList, Registry};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use counts::Counts;
pub use memory::{Limits, Memory, PackedRow, PackedSecond};
pub use query::{Answer, Query, QueryError, SpanRow};
pub use readiness::Committed;

use crate::config::PipelineConfig;
use crate::metrics::MetricCatalog;
use crate::pipeline::{Flush, FlushSink, Second, second_of};
use crate::storage::{Storage, StorageError};

/// Takes seconds, answers queries.
pub struct History {
    metrics: Arc<MetricCatalog>,
    table: Arc<SeriesTable>,
    storage: Storage,
    memory: Memory,
    /// Another one when the clock was set back.
    run: AtomicI64,
    started_ms: i64,
    counts: Counts,
    last_look: readiness::LastLook,
    slots: slots::QuerySlots,
}

/// The handle of the task that writes to the database, which ends when the handle is dropped.
pub struct HistoryWriter {
    /// Full when the task has not looked since the last second: it finds both.
    wake: mpsc::Sender<()>,
    history: Arc<History>,
    _closing: DropGuard,
}

impl HistoryWriter {
    /// Keeps a second. Never waits: memory is the queue of the writer, and when the database is so
    /// far behind that the oldest second has to go, its rows are counted as dropped.
    pub fn push(&self, second: &Second) {
        let lost_rows = self.history.memory.push(Arc::new(PackedSecond::of(second)));
        self.history.counts.drop_rows(lost_rows);
        // A task that ended leaves all to memory.
        let _ = self.wake.try_send(());
    }
}

impl FlushSink for HistoryWriter {
    fn name(&self) -> &'static str {
        "history"
    }

    fn flush(&mut self, flush: &Flush<'_>) {
        flush.seconds.iter().for_each(|second| self.push(second));
    }

    fn finish(&mut self, unfinished: Option<&Second>) {
        unfinished.into_iter().for_each(|second| self.push(second));
    }
}

impl History {
    /// Brings the series back from the database, begins a run and starts the writer. The rows
    /// are what an earlier run wrote of the second that is in progress now: to be added to.
    pub async fn open(
        config: &PipelineConfig,
        metrics: Arc<MetricCatalog>,
        table: Arc<SeriesTable>,
        storage: Storage,
        registry: &Arc<Registry>,
        now_ms: i64,
    ) -> Result<(Arc<History>, HistoryWriter, JoinHandle<()>, Vec<Row>), StorageError> {
        storage.forget_empty_series().await?;
        table.begin_after(storage.largest_series_id().await?);
        let list = metrics.defined();
        restore(&list, |_| true, &table, &storage).await?;
        let begun = begun_second(&list, &table, &storage, now_ms).await?;
        let run = storage.begin_run(now_ms).await?;
        let history = Arc::new(History {
            metrics,
            table,
            storage,
            memory: Memory::new(memory_limits(config)),
            run: AtomicI64::new(run),
            started_ms: now_ms,
            counts: Counts::default(),
            last_look: readiness::LastLook::default(),
            slots: slots::QuerySlots::new(config.history_queue, registry.clone()),
        });
        let (wake, awake) = mpsc::channel(1);
        let closing = CancellationToken::new();
        let keep_ms = i64::from(config.history_keep_hours) * 3_600_000;
        let writer = writer::Writer::new(history.clone(), keep_ms, registry.clone()).await?;
        let writer = tokio::spawn(writer.run(awake, closing.clone()));
        let writer_handle = HistoryWriter {
            wake,
            history: history.clone(),
            _closing: closing.drop_guard(),
        };
        Ok((history, writer_handle, writer, begun))
    }

    /// Brings the series of metrics back that are new in the list, but were in one of an earlier
    /// run: the database knows them under the ids that they had.
    pub async fn restore(&self, list: &MetricList, added: &[MetricId]) -> Result<(), StorageError> {
        restore(list, |id| added.contains(&id), &self.table, &self.storage).await
    }

    /// Estimate of the memory that seconds take.
    pub fn memory_bytes(&self) -> usize {
        self.memory.bytes()
    }

    /// What became of rows.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    fn tags_json(&self, series: &Series) -> String {
        let metrics = self.metrics.defined();
        tags_json(metrics.get(series.metric).tags.iter(), &series.tags)
    }
}

/// Seconds that wait for the database however many bytes they take, and the newest two.
const MIN_SECONDS: usize = 18;

fn memory_limits(config: &PipelineConfig) -> Limits {
    Limits {
        max_seconds: config.seconds_in_memory,
        min_seconds: config.writer_queue.min(MIN_SECONDS),
        max_bytes: config.seconds_bytes,
        max_waiting: config.writer_queue,
    }
}

/// Object keys in the order of names, so that the same tags are the same text.
fn tags_json<'a>(names: impl Iterator<Item = &'a String>, values: &[Box<str>]) -> String {
    let tags: BTreeMap<&String, &str> = names.zip(values.iter().map(|value| &**value)).collect();
    serde_json::to_string(&tags).unwrap_or_default()
}

/// Series of metrics that are gone, or have other tags by now, stay in the database until
/// their points have passed.
async fn restore(
    metrics: &MetricList,
    wanted: impl Fn(MetricId) -> bool,
    table: &SeriesTable,
    storage: &Storage,
) -> Result<(), StorageError> {
    for stored in storage.series().await? {
        let Some(metric) = metrics.find(&stored.metric).filter(|id| wanted(*id)) else {
            continue;
        };
        let definition = metrics.get(metric);
        let names = &definition.tags;
        let Ok(tags) = serde_json::from_str::<BTreeMap<String, String>>(&stored.tags_json) else {
            continue;
        };
        let values: Option<Vec<&str>> = names
            .iter()
            .map(|name| tags.get(name).map(String::as_str))
            .collect();
        if let Some(values) = values.filter(|values| values.len() == tags.len()) {
            table.restore(SeriesId(stored.id), metric, &values, definition.max_series);
        }
    }
    Ok(())
}

async fn begun_second(
    metrics: &MetricList,
    table: &SeriesTable,
    storage: &Storage,
    now_ms: i64,
) -> Result<Vec<Row>, StorageError> {
    let end = second_of(now_ms + 1);
    // One look at the runs instead of one at every series, since it is rarely so.
    if storage.runs(end, end).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for (metric, definition) in metrics.iter() {
        for series in table.of_metric(metric) {
            for point in storage.points(series.id.0, end - 1, end).await? {
                if let Some(aggregate) = point.packed().unpack(&Shape::of(definition), now_ms) {
                    rows.push(Row {
                        series: series.id,
                        metric,
                        aggregate,
                    });
                }
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
