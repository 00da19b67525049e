//! OTLP metrics: points that other programs aggregated, as samples of the metric list.
//!
//! Invariant: a point counts once. What cannot be counted is rejected with a reason, and the
//! memory for streams of cumulative points is bounded.

mod attributes;
mod convert;
mod histogram;
mod number;
mod point;
mod response;
mod size_check;

use std::sync::Arc;

use arc_swap::ArcSwap;
use telemetry::aggregate::Recorder;
use telemetry::{MetricList, Registry};

use telemetry::otlp_message::{ExportMetricsServiceRequest, KeyValue, Resource};

use super::batch::Batch;
use super::cumulative::{StreamKey, Streams};
use super::outcome::Outcome;
use super::target::Targets;
use crate::contract::OTLP_IN;
use crate::metrics::MetricCatalog;
use attributes::Keys;

pub use response::response;
pub use size_check::MessageSize;

/// Converts requests to samples, and remembers cumulative streams from one to the next.
pub struct Receiver {
    metrics: Arc<MetricCatalog>,
    targets: ArcSwap<Targets>,
    recorder: Arc<Recorder>,
    keys: Keys,
    streams: Streams,
    max_age_ms: i64,
}

/// What the points of a scope have in common.
struct Scope<'a> {
    resource: &'a [KeyValue],
    key: StreamKey,
    now_ms: i64,
}

impl Receiver {
    /// Remembers nothing yet. Streams that began before `now_ms` count from their second point
    /// on. Points further than `max_age_ms` from the present are rejected.
    pub fn new(
        metrics: Arc<MetricCatalog>,
        recorder: Arc<Recorder>,
        max_streams: usize,
        max_age_ms: i64,
        now_ms: i64,
    ) -> Receiver {
        Receiver {
            targets: ArcSwap::from_pointee(Targets::new(metrics.list())),
            metrics,
            recorder,
            keys: Keys::default(),
            streams: Streams::new(max_streams, now_ms),
            max_age_ms,
        }
    }

    /// Records the points of a request as samples of now.
    pub fn receive(&self, request: ExportMetricsServiceRequest, now_ms: i64) -> Outcome {
        let targets = self.targets();
        let mut outcome = Outcome::default();
        let mut batch = Batch::new(&self.recorder);
        for of_resource in request.resource_metrics {
            let resource = of_resource.resource.as_ref();
            for of_scope in of_resource.scope_metrics {
                let scope = Scope {
                    resource: resource.map_or(&[], |Resource { attributes }| attributes),
                    key: self.keys.scope(resource, of_scope.scope.as_ref()),
                    now_ms,
                };
                for metric in of_scope.metrics {
                    self.convert_metric(&targets, &scope, metric, &mut outcome, &mut batch);
                }
            }
        }
        batch.record();
        outcome
    }

    /// Forgets silent streams, once a minute at most, and reports it when there were some. It is
    /// called periodically, since it must happen when nobody sends, too.
    pub fn sweep(&self, registry: &Registry, now_ms: i64) {
        self.streams.sweep(now_ms);
        let evicted = self.take_evicted();
        if evicted > 0 {
            let streams = self.streams() as f64;
            let measurements = [
                ("accepted", 0.0),
                ("streams", streams),
                ("evicted", evicted as f64),
            ];
            OTLP_IN.execute_on(registry, &measurements, &[]);
        }
    }

    /// The list that points are converted for.
    pub fn metrics(&self) -> Arc<MetricList> {
        self.metrics.list()
    }

    /// The targets of the list as it is now. Whoever finds that it grew prepares them again.
    pub(crate) fn targets(&self) -> Arc<Targets> {
        let (targets, list) = (self.targets.load_full(), self.metrics.list());
        if std::ptr::eq(targets.metrics(), &*list) {
            return targets;
        }
        let targets = Arc::new(Targets::new(list));
        self.targets.store(targets.clone());
        targets
    }

    /// How many cumulative streams it remembers.
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    /// How many silent streams it forgot since the last call.
    pub fn take_evicted(&self) -> u64 {
        self.streams.take_evicted()
    }
}

#[cfg(test)]
mod tests;
