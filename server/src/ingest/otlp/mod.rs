//! OTLP metrics: points of other programs, which aggregated them already, as samples of the
//! metric list.
//!
//! Invariant: a point counts once. What cannot be counted is refused with a reason, and the
//! memory that streams of cumulative points need is bounded.

mod attributes;
mod batch;
mod explicit;
mod exponential;
mod fill;
mod histogram;
mod number;
mod point;
mod reason;
mod scan;
mod state;
mod streams;
mod take;
mod tally;
mod target;
mod unit;

use std::sync::Arc;

use telemetry::aggregate::Recorder;
use telemetry::{MetricList, Registry};

use crate::contract::OTLP_IN;
use attributes::{Keys, StreamKey};
use batch::Batch;
use streams::Streams;
use target::Targets;
use telemetry::otlp_message::{ExportMetricsServiceRequest, KeyValue, Resource};

pub use scan::{Amount, Garbled};
pub use tally::Tally;

/// Takes requests, and remembers cumulative streams from one to the next.
pub struct Receiver {
    targets: Targets,
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
    /// Remembers nothing yet. Streams that began before `now_ms` are taken from their second
    /// point on. Points further than `max_age_ms` from the present are refused.
    pub fn new(
        metrics: Arc<MetricList>,
        recorder: Arc<Recorder>,
        max_streams: usize,
        max_age_ms: i64,
        now_ms: i64,
    ) -> Receiver {
        Receiver {
            targets: Targets::new(metrics),
            recorder,
            keys: Keys::default(),
            streams: Streams::new(max_streams, now_ms),
            max_age_ms,
        }
    }

    /// Takes the points of a request as samples of now.
    pub fn take(&self, request: ExportMetricsServiceRequest, now_ms: i64) -> Tally {
        let mut tally = Tally::default();
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
                    self.take_metric(&scope, metric, &mut tally, &mut batch);
                }
            }
        }
        batch.record();
        tally
    }

    /// Forgets silent streams, once a minute at most, and tells of it when there were some.
    /// Whether anybody sends or not, so it is called from without.
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

    /// The list that points are taken for.
    pub fn metrics(&self) -> &MetricList {
        self.targets.metrics()
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
