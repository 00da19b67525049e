//! Places of series that nothing is kept of any more, given back to new ones.
//!
//! Invariant: a series is released only when history, in memory and in the database, holds nothing of
//! it, and when it had no sample for as long as memory reaches back.

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashSet;
use telemetry::MetricId;
use telemetry::aggregate::{Recorder, Series, SeriesId, SeriesTable};
use tokio_util::sync::CancellationToken;

use crate::config::PipelineConfig;
use crate::metrics::MetricCatalog;
use crate::storage::{Storage, StorageError};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(60);

/// Gives places back.
pub struct SeriesRelease {
    recorder: Arc<Recorder>,
    table: Arc<SeriesTable>,
    metrics: Arc<MetricCatalog>,
    storage: Storage,
    /// Flushes without a sample after which memory holds nothing of a series.
    idle_flushes: u64,
}

/// What became of series that somebody wants to be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Forgotten, with all that was kept of them.
    pub removed: usize,
    /// Still sent, so that they would be back at once.
    pub left: usize,
}

impl SeriesRelease {
    pub(super) fn new(
        config: &PipelineConfig,
        recorder: Arc<Recorder>,
        table: Arc<SeriesTable>,
        metrics: Arc<MetricCatalog>,
        storage: Storage,
    ) -> SeriesRelease {
        // Two seconds more than memory holds: a second may still be gathered.
        let seconds = config.seconds_in_memory.max(config.writer_queue) as u64;
        let kept_ms = (seconds + 2) * 1_000;
        SeriesRelease {
            recorder,
            table,
            metrics,
            storage,
            idle_flushes: kept_ms.div_ceil(config.flush_ms.into()),
        }
    }

    /// Looks once a minute, until `closing`.
    pub(super) async fn run(self: Arc<Self>, closing: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = closing.cancelled() => return,
            }
            if let Err(error) = self.release_passed().await {
                tracing::warn!(%error, "places of series could not be given back; tried again");
            }
        }
    }

    /// Releases series whose history has passed. How many.
    async fn release_passed(&self) -> Result<usize, StorageError> {
        let stored = self.storage.series_by_history().await?;
        let kept = stored.iter().filter(|(_, has_history)| *has_history);
        let kept: FxHashSet<u32> = kept.map(|(id, _)| *id).collect();
        let all = self.metrics.defined();
        let passed = all
            .iter()
            .flat_map(|(metric, _)| self.table.of_metric(metric));
        let passed = passed.filter(|series| !kept.contains(&series.id.0));
        let passed: Vec<SeriesId> = passed.map(|series| series.id).collect();
        let released = self.recorder.release(&passed, self.idle_flushes);
        // Also those whose place was given back before, when the database did not answer.
        let is_gone = |id: &u32| !kept.contains(id) && self.table.get(SeriesId(*id)).is_none();
        let gone: Vec<u32> = stored.iter().map(|(id, _)| *id).filter(is_gone).collect();
        self.storage.forget_series(&gone).await?;
        Ok(released.len())
    }

    /// Forgets the series of a metric that `wanted` picks, with their history. Those that had a
    /// sample as late as memory reaches back are left: they would be back at once.
    pub async fn clear(
        &self,
        metric: MetricId,
        wanted: impl Fn(&Series) -> bool,
    ) -> Result<Cleared, StorageError> {
        let series = self.table.of_metric(metric);
        let wanted: Vec<SeriesId> = series
            .iter()
            .filter(|series| wanted(series))
            .map(|series| series.id)
            .collect();
        let released = self.recorder.release(&wanted, self.idle_flushes);
        self.storage.delete_series(&ids(&released)).await?;
        Ok(Cleared {
            removed: released.len(),
            left: wanted.len() - released.len(),
        })
    }
}

fn ids(series: &[SeriesId]) -> Vec<u32> {
    series.iter().map(|series| series.0).collect()
}

#[cfg(test)]
mod tests {
    use telemetry::aggregate::{Aggregate, Packed, Shape};
    use telemetry::{Event, Metric, MetricList, Registry};

    use super::*;
    use crate::storage::SecondBatch;

    #[tokio::test]
    async fn a_series_past_its_history_gives_its_place_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("r.db");
        let storage = Storage::open(&file, &Arc::new(Registry::new())).await;
        let storage = storage.expect("opens");
        let metric = Metric::count_events("a.b").named("a.b").tags(["t"]);
        let list = MetricList::new(vec![metric]).expect("a list");
        let metrics = Arc::new(MetricCatalog::from(list));
        let table = Arc::new(SeriesTable::new(3, 3));
        let recorder = Arc::new(Recorder::new(metrics.defined(), table.clone()));
        let config = PipelineConfig {
            flush_ms: 1_000,
            seconds_in_memory: 30,
            writer_queue: 16,
            ..PipelineConfig::default()
        };
        let release = SeriesRelease::new(
            &config,
            recorder.clone(),
            table.clone(),
            metrics,
            storage.clone(),
        );
        let record = |tag: &str| {
            let event = Event {
                name: "a.b",
                measurements: &[],
                metadata: &[("t", tag.into())],
            };
            recorder.record(&event, 1);
        };
        let tags = || -> Vec<String> {
            let series = table.of_metric(MetricId(0));
            series.iter().map(|one| one.tags[0].to_string()).collect()
        };
        ["a", "b", "c"].into_iter().for_each(record);
        recorder.flush();
        // Of `a` something is kept; `c` is sent all the time.
        let mut sample = Aggregate::empty(&Shape::Plain);
        assert!(sample.record(1.0, 1));
        let packed = Packed::of(&sample);
        let id = table.of_metric(MetricId(0))[0].id.0;
        let batch = SecondBatch {
            run: 1,
            t: 1_000,
            series: &[(id, "a.b".to_owned(), r#"{"t":"a"}"#.to_owned())],
            rows: &[(id, &packed)],
            gaps: &[],
            is_again: false,
        };
        storage.write_second(&batch).await.expect("writes");
        for _ in 0..31 {
            record("c");
            recorder.flush();
        }
        assert_eq!(
            release.release_passed().await.expect("looks"),
            0,
            "too soon"
        );
        record("c");
        recorder.flush();
        assert_eq!(release.release_passed().await.expect("looks"), 1);
        assert_eq!(tags(), ["a", "c"]);
        record("d");
        assert_eq!(tags(), ["a", "c", "d"], "no overflow");
        // What an admin clears goes with its history; what is still sent stays.
        let cleared = release.clear(MetricId(0), |_| true).await.expect("clears");
        assert_eq!(
            cleared,
            Cleared {
                removed: 1,
                left: 2
            }
        );
        assert!(
            storage
                .points(id, 0, 1_000)
                .await
                .expect("reads")
                .is_empty()
        );
        assert!(storage.series().await.expect("reads").is_empty());
    }
}
