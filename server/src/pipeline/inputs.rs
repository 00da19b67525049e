//! What the pipeline takes from the registry: samples for the recorder, and recent events.
//!
//! Invariant: while the metric list grows, each event is taken once: by the handlers of the former
//! list or by those of the new one.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use telemetry::aggregate::Recorder;
use telemetry::reporter::{self, ReporterError, Running};
use telemetry::{AttachError, HandlerSet, MetricList, Registry};

use super::aggregator::Aggregator;
use crate::stream::EventLog;

/// Where events go.
pub(super) struct Inputs {
    pub(super) recorder: Arc<Recorder>,
    pub(super) event_log: Arc<EventLog>,
    /// The coarse time, in ms since the epoch.
    pub(super) time: Arc<AtomicI64>,
}

/// Handlers of one list. They are detached when this is dropped.
pub(super) struct Listening {
    aggregator: Running,
    event_log: HandlerSet,
}

/// Why handlers are not attached.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The aggregator's.
    #[error(transparent)]
    Aggregator(#[from] ReporterError),
    /// Those of the log of recent events.
    #[error("the pipeline cannot listen to events: {0}")]
    EventLog(#[from] AttachError),
}

impl Inputs {
    /// Attaches to the events of a list.
    pub(super) fn listen(
        &self,
        registry: &Arc<Registry>,
        list: &Arc<MetricList>,
    ) -> Result<Listening, InputError> {
        Ok(Listening {
            aggregator: reporter::start(registry, self.aggregator(list))?,
            event_log: HandlerSet::attach(registry, self.event_log.handlers(list))?,
        })
    }

    /// Goes over to the events of a longer list.
    pub(super) fn exchange(
        &self,
        listening: &mut Listening,
        list: &Arc<MetricList>,
    ) -> Result<(), InputError> {
        listening.aggregator.exchange(self.aggregator(list))?;
        let handlers = self.event_log.handlers(list);
        Ok(listening.event_log.exchange(handlers)?)
    }

    fn aggregator(&self, list: &Arc<MetricList>) -> Arc<Aggregator> {
        Arc::new(Aggregator {
            metrics: list.clone(),
            recorder: self.recorder.view(),
            time: self.time.clone(),
        })
    }
}
