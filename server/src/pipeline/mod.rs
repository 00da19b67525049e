//! The pipeline: inputs, the flush loop, and its sinks, as the rest of the server sees them.
//!
//! Invariant: once started it runs until it is shut down; after that, everything that was
//! recorded is in the database or counted as dropped. If the flush loop panics, its handle ends, and
//! nobody waits for it.

mod aggregator;
mod clock_monitor;
mod flush_loop;
mod health;
mod heartbeat;
mod inputs;
mod log_keeper;
mod release;
mod report;
mod rollup;
mod sink;
mod windows;

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use futures::FutureExt;
use telemetry::{Metric, MetricList, Registry};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use clock_monitor::ClockHealth;
use clock_monitor::ClockMonitor;
use flush_loop::{FlushLoop, Previous};
pub use heartbeat::Heartbeat;
pub use inputs::InputError;
use inputs::{Inputs, Listening};
use log_keeper::LogKeeper;
pub use release::SeriesRelease;
use report::{FlushStats, SelfReport};
pub use rollup::{SECOND_MS, Second, SecondRollup, second_of};
pub use sink::{Flush, FlushSink, Sinks};
use telemetry::aggregate::{Recorder, SeriesTable};
use windows::Windows;

use crate::clock;
use crate::config::{OutOfRange, PipelineConfig};
use crate::history::History;
use crate::metrics::{CatalogError, MetricCatalog};
use crate::storage::{Storage, StorageError};
use crate::stream::{AnnotationFeed, AnnotationSender, EventLog, Hub};

/// A flush loop that has not flushed for so long is not healthy.
const STALLED: Duration = Duration::from_secs(2);

/// A running pipeline.
pub struct Pipeline {
    config: PipelineConfig,
    recorder: Arc<Recorder>,
    hub: Arc<Hub>,
    annotations: AnnotationSender,
    history: Arc<History>,
    heartbeat: Arc<Heartbeat>,
    clock: ClockHealth,
    closing: CancellationToken,
    finished: CancellationToken,
    metrics: Arc<MetricCatalog>,
    release: Arc<SeriesRelease>,
    inputs: Inputs,
    /// Attached as long as there is a pipeline; held while the list grows.
    listening: Mutex<Listening>,
}

/// Why metrics are not added.
#[derive(Debug, thiserror::Error)]
pub enum ExtendError {
    /// A definition, or the number of metrics.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The handlers of its events.
    #[error(transparent)]
    Inputs(#[from] InputError),
}

/// Why a pipeline does not start.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A limit out of its range.
    #[error("pipeline.{0}")]
    Config(#[from] OutOfRange),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Most likely the registry has a pipeline already.
    #[error(transparent)]
    Inputs(#[from] InputError),
}

impl Pipeline {
    /// Starts to record what the registry emits, for the metrics of the list. The handle
    /// ends after [`Pipeline::shutdown`], when all is written, or with the panic of the flush loop.
    pub async fn start(
        config: &PipelineConfig,
        metrics: Arc<MetricCatalog>,
        storage: Storage,
        registry: Arc<Registry>,
    ) -> Result<(Arc<Pipeline>, JoinHandle<()>), PipelineError> {
        config.check()?;
        let now_ms = clock::now_ms();
        let table = SeriesTable::new(config.max_series, config.max_series_per_metric);
        let table = Arc::new(table.with_max_per_source(config.max_series_per_source));
        let (history, history_writer, writer, begun) = History::open(
            config,
            metrics.clone(),
            table.clone(),
            storage.clone(),
            &registry,
            now_ms,
        )
        .await?;
        let recorder = Arc::new(Recorder::new(metrics.defined(), table.clone()));
        let time = Arc::new(AtomicI64::new(now_ms));
        let event_log = Arc::new(EventLog::new(
            config.log_per_flush,
            config.log_entry_bytes,
            time.clone(),
        ));
        let (annotation_sender, annotations) = AnnotationFeed::new(config.annotations_per_flush);
        let inputs = Inputs {
            recorder: recorder.clone(),
            event_log: event_log.clone(),
            time: time.clone(),
        };
        let listening = inputs.listen(&registry, &metrics.defined())?;

        let hub = Arc::new(Hub::new(config, metrics.clone(), table.clone()));
        let log_keeper = LogKeeper::open(
            hub.clone(),
            metrics.clone(),
            storage.clone(),
            registry.clone(),
        )
        .await?;
        let log_fails = log_keeper.fails();
        let writer = tokio::spawn(log_keeper.run(writer));
        let heartbeat = Arc::new(Heartbeat::new());
        let clock_health = ClockHealth::default();
        let mut rollup = SecondRollup::default();
        if !begun.is_empty() {
            rollup.begin(now_ms, &begun);
        }
        let release = Arc::new(SeriesRelease::new(
            config,
            recorder.clone(),
            table.clone(),
            metrics.clone(),
            storage,
        ));
        let report = SelfReport {
            metrics: metrics.clone(),
            table,
            hub: hub.clone(),
            history: history.clone(),
            registry: registry.clone(),
            flush: Duration::from_millis(config.flush_ms.into()),
            clock: clock_health.clone(),
            log_fails,
            stats: FlushStats::default(),
        };
        // In this order: a second that a stream carries is found by queries already, and the report
        // sees what the others did. A further output is a file with a sink, and a line here.
        let sinks: Vec<Box<dyn FlushSink>> = vec![
            Box::new(history_writer),
            Box::new(hub.clone()),
            Box::new(report),
        ];
        let flush_loop = FlushLoop {
            recorder: recorder.clone(),
            event_log,
            annotations,
            sinks: Sinks::new(sinks, registry.clone()),
            time,
            heartbeat: heartbeat.clone(),
            flush_ms: config.flush_ms,
            clock: ClockMonitor::new(now_ms, clock::uptime_ms(), clock_health.clone(), registry),
            windows: Windows::new(now_ms, config.flush_ms, random_run()),
            rollup,
            previous: Previous::default(),
        };
        let (closing, finished) = (CancellationToken::new(), CancellationToken::new());
        tokio::spawn(release.clone().run(closing.clone()));
        let flushing = flush_loop.run(closing.clone());
        let handle = tokio::spawn(flush_and_write(
            flushing,
            writer,
            finished.clone().drop_guard(),
        ));
        let config = config.clone();
        let pipeline = Pipeline {
            config,
            recorder,
            hub,
            annotations: annotation_sender,
            history,
            heartbeat,
            clock: clock_health,
            closing,
            finished,
            metrics,
            release,
            inputs,
            listening: Mutex::new(listening),
        };
        Ok((Arc::new(pipeline), handle))
    }

    /// Gives places of series back.
    pub fn release(&self) -> &SeriesRelease {
        &self.release
    }

    /// Adds metrics to the list while everything goes on, and publishes them: from then on events
    /// for them are accepted. Calls are one after the other, `published` included, which gets the
    /// new list.
    ///
    /// # Errors
    /// Nothing is published. If the handlers could not be exchanged, the metrics keep the ids that
    /// they have got, and the next call tries again.
    pub async fn extend(
        &self,
        metrics: Vec<Metric>,
        published: impl FnOnce(&MetricList),
    ) -> Result<(), ExtendError> {
        let mut listening = self.listening.lock().await;
        let extended = self.metrics.extended(metrics)?;
        let list = Arc::new(extended.list);
        // Everything that meets a row of a new metric is ready before the first can come.
        self.recorder.extend(list.clone());
        self.history.restore(&list, &extended.added).await?;
        self.metrics.define(list.clone());
        self.inputs.exchange(&mut listening, &list)?;
        self.metrics
            .publish([extended.added, extended.changed].concat());
        published(&list);
        Ok(())
    }

    /// The limits that it was started with.
    pub fn config(&self) -> &PipelineConfig {
        &self.config
    }

    /// Takes samples, and aggregates that were made elsewhere; new series become known with them.
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// What streams read from.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Sends changes of annotations to every open stream.
    pub fn annotations(&self) -> &AnnotationSender {
        &self.annotations
    }

    /// Whole seconds.
    pub fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// Whether it flushed within the last two seconds.
    pub fn health(&self) -> bool {
        self.heartbeat.age() < STALLED
    }

    /// What the clock did in the last minutes.
    pub fn clock(&self) -> &ClockHealth {
        &self.clock
    }

    /// Ends all streams, flushes once more, and waits until what was recorded is written.
    pub async fn shutdown(&self) {
        self.hub.close();
        self.closing.cancel();
        self.finished.cancelled().await;
    }
}

/// Tells this run of the server from others. Without randomness the clock alone does.
fn random_run() -> u64 {
    getrandom::u64().unwrap_or_else(|error| {
        tracing::warn!("this run has no random number: {error}");
        0
    })
}

/// Runs the flush loop to its end. It drops the way into the database then, and so ends the writer.
/// However this ends, begun or not, whoever waits for `_finished` goes on.
async fn flush_and_write(
    flushing: impl Future<Output = ()>,
    writer: JoinHandle<()>,
    _finished: DropGuard,
) {
    let flushed = AssertUnwindSafe(flushing).catch_unwind().await;
    if let Err(error) = writer.await {
        tracing::error!(%error, "the writers ended early");
    }
    if let Err(panic) = flushed {
        resume_unwind(panic);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_flush_loop_that_panics_ends_after_the_writer_and_keeps_nobody() {
        let (history_writer, way_in) = oneshot::channel::<()>();
        let (wrote, written) = oneshot::channel();
        let writer = tokio::spawn(async {
            // Ends when the way in is dropped, as the writer of history does.
            assert!(way_in.await.is_err());
            assert_eq!(wrote.send(()), Ok(()));
        });
        let finished = CancellationToken::new();
        let flushing = async move {
            let _history_writer = history_writer;
            panic!("a tick went wrong");
        };
        let handle = tokio::spawn(flush_and_write(
            flushing,
            writer,
            finished.clone().drop_guard(),
        ));
        finished.cancelled().await;
        assert!(handle.await.is_err_and(|error| error.is_panic()));
        assert_eq!(written.await, Ok(()));
    }

    #[tokio::test]
    async fn a_flush_loop_that_is_cut_off_keeps_nobody() {
        let (writer, finished) = (tokio::spawn(async {}), CancellationToken::new());
        let flushing = std::future::pending();
        let handle = tokio::spawn(flush_and_write(
            flushing,
            writer,
            finished.clone().drop_guard(),
        ));
        handle.abort();
        finished.cancelled().await;
        assert!(handle.await.is_err());
    }
}
