//! From what the recorder gathered to requests.
//!
//! Invariant: every row of a flush becomes exactly one point, and no request has more points
//! than [`Limits`] say. Pure: the times of the window are passed in.

use prost::Message;

use super::point::{describe, push};
use super::queue::Batch;
use crate::aggregate::{Row, SeriesTable};
use crate::otlp_message::{
    ExportMetricsServiceRequest, InstrumentationScope, KeyValue, Metric as MetricMessage, Resource,
    ResourceMetrics, ScopeMetrics,
};
use crate::{Metric, MetricId, MetricList};

/// When it happened, in nanoseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The end of the window before.
    pub start_ns: u64,
    /// Not before the start.
    pub end_ns: u64,
}

/// How large one request may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most points.
    pub points: usize,
    /// A request that has so many bytes of points takes no more.
    pub bytes: usize,
}

/// Encodes flushes of one recorder.
pub struct Encoder {
    resource: Resource,
    limits: Limits,
}

impl Encoder {
    /// An encoder that puts these attributes before everything.
    pub fn new(resource: &[(String, String)], limits: Limits) -> Encoder {
        let attributes = resource.iter();
        Encoder {
            resource: Resource {
                attributes: attributes
                    .map(|(key, value)| KeyValue::text(key, value))
                    .collect(),
            },
            limits,
        }
    }

    /// The rows as requests, sorted by metric and series, so that a metric is described once.
    pub fn encode(
        &self,
        mut rows: Vec<Row>,
        metrics: &MetricList,
        table: &SeriesTable,
        window: Window,
    ) -> Vec<Batch> {
        rows.sort_unstable_by_key(|row| (row.metric, row.series));
        let mut batches = Vec::new();
        let mut open = Open::default();
        for row in &rows {
            // A table never forgets, so every row has its series.
            let Some(series) = table.get(row.series) else {
                continue;
            };
            let metric = metrics.get(row.metric);
            let tags = metric.tags.iter().zip(&series.tags);
            let attributes = tags
                .map(|(key, value)| KeyValue::text(key, value))
                .collect();
            open.add(row, metric, attributes, window);
            if open.points >= self.limits.points || open.bytes >= self.limits.bytes {
                batches.push(self.close(std::mem::take(&mut open)));
            }
        }
        if open.points > 0 {
            batches.push(self.close(open));
        }
        batches
    }

    fn close(&self, open: Open) -> Batch {
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource.clone()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(InstrumentationScope {
                        name: env!("CARGO_PKG_NAME").to_owned(),
                        version: env!("CARGO_PKG_VERSION").to_owned(),
                        attributes: Vec::new(),
                    }),
                    metrics: open.metrics,
                }],
            }],
        };
        Batch {
            body: request.encode_to_vec(),
            points: open.points as u64,
        }
    }
}

/// A request that still takes points.
#[derive(Default)]
struct Open {
    metrics: Vec<MetricMessage>,
    last: Option<MetricId>,
    points: usize,
    bytes: usize,
}

impl Open {
    fn add(&mut self, row: &Row, metric: &Metric, attributes: Vec<KeyValue>, window: Window) {
        if self.last != Some(row.metric) {
            self.last = Some(row.metric);
            let described = describe(metric);
            self.bytes += described.encoded_len();
            self.metrics.push(described);
        }
        let data = self.metrics.last_mut().and_then(|last| last.data.as_mut());
        if let Some(data) = data {
            self.bytes += push(data, metric, &row.aggregate, attributes, window);
            self.points += 1;
        }
    }
}
