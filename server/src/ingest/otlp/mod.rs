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
pub(crate) mod message;
mod number;
mod point;
mod reason;
mod scan;
mod state;
mod streams;
mod tally;
mod target;
mod unit;

use std::sync::Arc;

use telemetry::aggregate::{Aggregate, MAX_TAG_VALUE, Recorder};
use telemetry::{Event, MetricList, Refusal, Registry, Value};

use crate::contract::OTLP_IN;
use attributes::{Keys, StreamKey, metadata};
use batch::{Batch, Sample};
use explicit::Explicit;
use exponential::Exponential;
use message::{
    CUMULATIVE, DELTA, ExportMetricsServiceRequest, KeyValue, Metric, NO_RECORDED_VALUE, Resource,
};
use point::{Head, Point, Points};
use state::{Cumulative, Histogram};
use streams::Streams;
use tally::Subject;
use target::{Feed, Refused, Targets, listed_name};

pub use reason::Reason;
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

/// What the points of a metric have in common.
struct Stream<'a> {
    scope: &'a Scope<'a>,
    name: &'a str,
    feeds: &'a [Feed<'a>],
    temporality: i32,
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

    fn take_metric(
        &self,
        scope: &Scope<'_>,
        metric: Metric,
        tally: &mut Tally,
        batch: &mut Batch<'_>,
    ) {
        let Some(data) = metric.data else { return };
        let name = listed_name(&metric.name);
        let subject = |metric_id| Subject {
            name: &metric.name,
            metric: metric_id,
        };
        let points = match Points::of(data) {
            Ok(points) => points,
            Err(summary) => {
                let (metric, count) = (self.metrics().find(&name), summary.data_points.len());
                return tally.reject(subject(metric), 0, count as u64, Reason::WrongKind, "");
            }
        };
        let feeds = match self.targets.feeds(&name, &metric.unit, &points) {
            Ok(feeds) => feeds,
            Err(refused) => {
                let (subject, count) = (subject(refused.metric), points.len() as u64);
                return tally.reject(subject, 0, count, refused.reason, &refused.detail);
            }
        };
        let stream = Stream {
            scope,
            name: &name,
            feeds: &feeds,
            temporality: points.temporality(),
        };
        let mut taken = |index: usize, samples: Result<Vec<Sample>, Refused>| match samples {
            Ok(samples) => {
                tally.accept();
                samples.into_iter().for_each(|sample| batch.add(sample));
            }
            Err(Refused {
                metric,
                reason,
                detail,
            }) => {
                let metric = metric.or(feeds.first().map(|feed| feed.target.id));
                tally.reject(subject(metric), index, 1, reason, &detail);
            }
        };
        match points {
            Points::Gauge(gauge) => {
                for (index, point) in gauge.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        self.gauge(&stream, head, point.value)
                    });
                    taken(index, samples);
                }
            }
            Points::Sum(sum) => {
                for (index, point) in sum.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        self.sum(&stream, head, point.value, sum.is_monotonic)
                    });
                    taken(index, samples);
                }
            }
            Points::Explicit(histogram) => {
                for (index, point) in histogram.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        let range = (point.min, point.max);
                        let histogram = Histogram::Explicit(Explicit::read(point)?);
                        self.histogram(&stream, head, range, histogram)
                    });
                    taken(index, samples);
                }
            }
            Points::Exponential(histogram) => {
                for (index, point) in histogram.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        let range = (point.min, point.max);
                        let histogram = Histogram::Exponential(Exponential::read(point)?);
                        self.histogram(&stream, head, range, histogram)
                    });
                    taken(index, samples);
                }
            }
        }
    }

    /// What a point does, by `read`; nothing for one that says that there is nothing to say.
    fn due<P: Point>(
        &self,
        stream: &Stream<'_>,
        mut point: P,
        read: impl FnOnce(&Head, P) -> Result<Vec<Sample>, Refused>,
    ) -> Result<Vec<Sample>, Refused> {
        let head = point.head();
        if head.flags & NO_RECORDED_VALUE != 0 {
            return Ok(Vec::new());
        }
        // Without a time it is of now.
        if head.times.time_ns != 0 {
            let (time_ms, now_ms) = (head.times.time_ms(), stream.scope.now_ms);
            if now_ms.saturating_sub(time_ms) > self.max_age_ms {
                return Err(Reason::TooOld.into());
            }
            if time_ms.saturating_sub(now_ms) > self.max_age_ms {
                return Err(Reason::TooNew.into());
            }
        }
        read(&head, point)
    }

    /// What a point says of the time since the point before; None when that is not known. What
    /// it says counts as told, even when no metric can take it: else one that is too much would
    /// be part of every later one.
    fn since<T: Cumulative>(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        told: T,
    ) -> Result<Option<T>, Reason> {
        match stream.temporality {
            DELTA => Ok(Some(told)),
            CUMULATIVE => {
                let key = self.key(stream, head, told.variety(), head.times.start_ns);
                let now_ms = stream.scope.now_ms;
                self.streams.difference(key, head.times, told, now_ms)
            }
            _ => Err(Reason::NoTemporality),
        }
    }

    fn key(&self, stream: &Stream<'_>, head: &Head, variety: u8, start_ns: u64) -> StreamKey {
        let what = (stream.name, variety);
        self.keys
            .stream(stream.scope.key, what, &head.attributes, start_ns)
    }

    /// What an aggregate does to a metric, which will not refuse it; nothing when `keep` or
    /// `drop` leave it out.
    fn sample(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        feed: &Feed<'_>,
        measurements: &[(&str, f64)],
        aggregate: Aggregate,
    ) -> Result<Option<Sample>, Reason> {
        let event = Event {
            name: stream.name,
            measurements,
            metadata: &metadata([&head.attributes, stream.scope.resource]),
        };
        let extractor = &feed.target.extractor;
        if !extractor.keeps(&event) {
            return Ok(None);
        }
        let mut tags: Vec<String> = Vec::new();
        extractor.tags(&event, |value: Value<'_>| {
            let tag = value.to_string();
            if tag.len() > MAX_TAG_VALUE {
                return Err(Refusal::TagTooLong);
            }
            tags.push(tag);
            Ok(())
        })?;
        Ok(Some(Sample {
            metric: feed.target.id,
            tags,
            aggregate,
        }))
    }
}

/// What each of the feeds gets of a point, or the refusal of the first that does not take it:
/// all get theirs, or none does.
fn samples<'a>(
    feeds: &[Feed<'a>],
    mut sample: impl FnMut(&Feed<'a>) -> Result<Option<Sample>, Reason>,
) -> Result<Vec<Sample>, Refused> {
    let each = feeds.iter().filter_map(|feed| {
        let by = |reason| Refused::by(feed.target.id, reason);
        sample(feed).map_err(by).transpose()
    });
    each.collect()
}

#[cfg(test)]
mod tests;
