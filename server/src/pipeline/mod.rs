//! Recorder, ring and history as one: what the rest of the server sees of them.
//!
//! Invariant: once started it runs until it is shut down; after that, everything that was
//! recorded is in the database or counted as dropped. If the pump panics, its handle ends, and
//! nobody waits for it.

mod aggregator;

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use futures::FutureExt;
use telemetry::reporter::{self, ReporterError, Running};
use telemetry::{AttachError, MetricList, Registry};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use aggregator::Aggregator;
use telemetry::aggregate::{Recorder, SeriesTable};

use crate::clock;
use crate::config::{OutOfRange, PipelineConfig};
use crate::history::{History, Roller};
use crate::pump::{Beat, Own, Pump, Windows};
use crate::storage::{Storage, StorageError};
use crate::stream::{Hub, LogBook, NoteBook, NoteInlet};

/// A pump that has not flushed for so long is not healthy.
const STALLED: Duration = Duration::from_secs(2);

/// A running pipeline.
pub struct Pipeline {
    config: PipelineConfig,
    recorder: Arc<Recorder>,
    hub: Arc<Hub>,
    notes: NoteInlet,
    history: Arc<History>,
    beat: Arc<Beat>,
    closing: CancellationToken,
    finished: CancellationToken,
    /// Listens as long as there is a pipeline.
    _aggregator: Running,
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
    /// The registry has a pipeline already.
    #[error(transparent)]
    Aggregator(#[from] ReporterError),
    /// The registry has a log of recent events already.
    #[error("the pipeline cannot listen to events: {0}")]
    Attach(#[from] AttachError),
}

impl Pipeline {
    /// Starts to record what the registry emits, for the metrics of the list. The handle
    /// ends after [`Pipeline::shutdown`], when all is written, or with the panic of the pump.
    pub async fn start(
        config: &PipelineConfig,
        metrics: Arc<MetricList>,
        storage: Storage,
        registry: Arc<Registry>,
    ) -> Result<(Arc<Pipeline>, JoinHandle<()>), PipelineError> {
        config.check()?;
        let now_ms = clock::now_ms();
        let table = Arc::new(SeriesTable::new(
            config.max_series,
            config.max_series_per_metric,
        ));
        let (history, inlet, writer, begun) = History::open(
            config,
            metrics.clone(),
            table.clone(),
            storage,
            &registry,
            now_ms,
        )
        .await?;
        let recorder = Arc::new(Recorder::new(metrics.clone(), table.clone()));
        let time = Arc::new(AtomicI64::new(now_ms));
        let log = Arc::new(LogBook::new(config.log_per_flush, time.clone()));
        let (note_inlet, notes) = NoteBook::new(config.annotations_per_flush);
        let aggregator = Arc::new(Aggregator {
            metrics: metrics.clone(),
            recorder: recorder.clone(),
            time: time.clone(),
        });
        let aggregator = reporter::start(&registry, aggregator)?;
        log.attach(&registry, &metrics)?;

        let hub = Arc::new(Hub::new(config, metrics.clone(), table.clone()));
        let beat = Arc::new(Beat::new());
        let mut roller = Roller::default();
        if !begun.is_empty() {
            roller.begin(now_ms, &begun);
        }
        let pump = Pump {
            metrics,
            recorder: recorder.clone(),
            table,
            log,
            notes,
            hub: hub.clone(),
            inlet,
            history: history.clone(),
            registry,
            time,
            beat: beat.clone(),
            flush_ms: config.flush_ms,
            windows: Windows::new(now_ms, config.flush_ms),
            roller,
            own: Own::default(),
        };
        let (closing, finished) = (CancellationToken::new(), CancellationToken::new());
        let pumping = pump.run(closing.clone());
        let handle = tokio::spawn(pump_and_write(
            pumping,
            writer,
            finished.clone().drop_guard(),
        ));
        let config = config.clone();
        let pipeline = Pipeline {
            config,
            recorder,
            hub,
            notes: note_inlet,
            history,
            beat,
            closing,
            finished,
            _aggregator: aggregator,
        };
        Ok((Arc::new(pipeline), handle))
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

    /// Tells every open stream what becomes of annotations.
    pub fn notes(&self) -> &NoteInlet {
        &self.notes
    }

    /// Whole seconds.
    pub fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// Whether it flushed within the last two seconds.
    pub fn health(&self) -> bool {
        self.beat.age() < STALLED
    }

    /// Ends all streams, flushes once more, and waits until what was recorded is written.
    pub async fn shutdown(&self) {
        self.hub.close();
        self.closing.cancel();
        self.finished.cancelled().await;
    }
}

/// Runs the pump to its end. It drops the way into the database then, and so ends the writer.
/// However this ends, begun or not, whoever waits for `_finished` goes on.
async fn pump_and_write(
    pumping: impl Future<Output = ()>,
    writer: JoinHandle<()>,
    _finished: DropGuard,
) {
    let pumped = AssertUnwindSafe(pumping).catch_unwind().await;
    if let Err(error) = writer.await {
        tracing::error!(%error, "the writer of history ended early");
    }
    if let Err(panic) = pumped {
        resume_unwind(panic);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_pump_that_panics_ends_after_the_writer_and_keeps_nobody() {
        let (inlet, way_in) = oneshot::channel::<()>();
        let (wrote, written) = oneshot::channel();
        let writer = tokio::spawn(async {
            // Ends when the way in is dropped, as the writer of history does.
            assert!(way_in.await.is_err());
            assert_eq!(wrote.send(()), Ok(()));
        });
        let finished = CancellationToken::new();
        let pumping = async move {
            let _inlet = inlet;
            panic!("a tick went wrong");
        };
        let handle = tokio::spawn(pump_and_write(
            pumping,
            writer,
            finished.clone().drop_guard(),
        ));
        finished.cancelled().await;
        assert!(handle.await.is_err_and(|error| error.is_panic()));
        assert_eq!(written.await, Ok(()));
    }

    #[tokio::test]
    async fn a_pump_that_is_cut_off_keeps_nobody() {
        let (writer, finished) = (tokio::spawn(async {}), CancellationToken::new());
        let pumping = std::future::pending();
        let handle = tokio::spawn(pump_and_write(
            pumping,
            writer,
            finished.clone().drop_guard(),
        ));
        handle.abort();
        finished.cancelled().await;
        assert!(handle.await.is_err());
    }
}
