//! OTLP metrics: points of other programs, which aggregated them already, as samples of the
//! metric list.
//!
//! Invariant: a point counts once. What cannot be counted is refused with a reason, and the
//! memory that streams of cumulative points need is bounded.

mod attributes;
mod explicit;
mod exponential;
mod fill;
mod number;
mod reason;
mod scan;
mod streams;
mod tally;
mod target;
mod unit;

use std::sync::Arc;

use telemetry::aggregate::{Aggregate, Recorder};
use telemetry::otlp_message::{
    CUMULATIVE, DELTA, Data, ExportMetricsServiceRequest, KeyValue, Metric, NO_RECORDED_VALUE,
    Resource,
};
use telemetry::{Event, MetricList, Value};

use attributes::{Keys, StreamKey, metadata};
use explicit::Explicit;
use exponential::Exponential;
use fill::{Histogram, Range};
use streams::{State, Streams, Times};
use tally::Subject;
use target::{Feed, Targets, listed_name};

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

/// What a point of any type says beside its value.
struct Head {
    attributes: Vec<KeyValue>,
    times: Times,
    flags: u32,
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
        self.streams.sweep(now_ms);
        let mut tally = Tally::default();
        for of_resource in request.resource_metrics {
            let resource = of_resource.resource.as_ref();
            for of_scope in of_resource.scope_metrics {
                let scope = Scope {
                    resource: resource.map_or(&[], |Resource { attributes }| attributes),
                    key: self.keys.scope(resource, of_scope.scope.as_ref()),
                    now_ms,
                };
                for metric in of_scope.metrics {
                    self.take_metric(&scope, metric, &mut tally);
                }
            }
        }
        tally
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

    fn take_metric(&self, scope: &Scope<'_>, metric: Metric, tally: &mut Tally) {
        let Some(data) = metric.data else { return };
        let name = listed_name(&metric.name);
        let subject = Subject {
            name: &metric.name,
            metric: self.metrics().find(&name),
        };
        let feeds = match self.targets.feeds(&name, &metric.unit, &data) {
            Ok(feeds) => feeds,
            Err((reason, detail)) => {
                tally.reject(subject, 0, points(&data), reason, &detail);
                if reason == Reason::UnknownMetric {
                    tally.unknown.push((name, points(&data)));
                }
                return;
            }
        };
        let stream = |temporality: i32| Stream {
            scope,
            name: &name,
            feeds: &feeds,
            temporality,
        };
        let mut count = |index: usize, taken: Result<(), Reason>| match taken {
            Ok(()) => tally.accept(),
            Err(reason) => tally.reject(subject, index, 1, reason, ""),
        };
        match data {
            Data::Gauge(gauge) => {
                for (index, point) in gauge.data_points.into_iter().enumerate() {
                    count(index, self.take_gauge(&stream(0), point));
                }
            }
            Data::Sum(sum) => {
                let stream = stream(sum.aggregation_temporality);
                for (index, point) in sum.data_points.into_iter().enumerate() {
                    count(index, self.take_sum(&stream, point, sum.is_monotonic));
                }
            }
            Data::Histogram(histogram) => {
                let stream = stream(histogram.aggregation_temporality);
                for (index, mut point) in histogram.data_points.into_iter().enumerate() {
                    let head = Head {
                        attributes: std::mem::take(&mut point.attributes),
                        times: Times {
                            start_ns: point.start_time_unix_nano,
                            time_ns: point.time_unix_nano,
                        },
                        flags: point.flags,
                    };
                    let range = (point.min, point.max);
                    let read = || Explicit::read(point).map(State::Explicit);
                    count(index, self.take_histogram(&stream, &head, range, read));
                }
            }
            Data::ExponentialHistogram(histogram) => {
                let stream = stream(histogram.aggregation_temporality);
                for (index, mut point) in histogram.data_points.into_iter().enumerate() {
                    let head = Head {
                        attributes: std::mem::take(&mut point.attributes),
                        times: Times {
                            start_ns: point.start_time_unix_nano,
                            time_ns: point.time_unix_nano,
                        },
                        flags: point.flags,
                    };
                    let range = (point.min, point.max);
                    let read = || Exponential::read(point).map(State::Exponential);
                    count(index, self.take_histogram(&stream, &head, range, read));
                }
            }
            // No kind takes these.
            Data::Summary(_) => {}
        }
    }

    fn take_histogram(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        (min, max): (Option<f64>, Option<f64>),
        read: impl FnOnce() -> Result<State, Reason>,
    ) -> Result<(), Reason> {
        if !self.is_due(head, stream.scope)? {
            return Ok(());
        }
        let whole = read()?;
        let all = whole.count();
        let Some(since) = self.since(stream, head, whole)? else {
            return Ok(());
        };
        let histogram = match &since {
            State::Explicit(histogram) => Histogram::Explicit(histogram),
            State::Exponential(histogram) => Histogram::Exponential(histogram),
            State::Growing(_) | State::Changing(_) | State::Total(_) => return Ok(()),
        };
        if since.count() == 0 {
            return Ok(());
        }
        let sane = |number: Option<f64>| number.filter(|number| number.is_finite());
        let range = Range {
            min: sane(min),
            max: sane(max),
            exact: stream.temporality == DELTA || since.count() == all,
        };
        let now_ms = stream.scope.now_ms;
        for feed in stream.feeds {
            let aggregate = histogram
                .aggregate(&feed.target.shape, feed.factor, range, now_ms)
                .ok_or(Reason::Malformed)?;
            self.record(stream, head, feed, &[], &aggregate)?;
        }
        Ok(())
    }

    /// What a point says of the time since the point before; None when that is not known.
    fn since(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        whole: State,
    ) -> Result<Option<State>, Reason> {
        match stream.temporality {
            DELTA => Ok(Some(whole)),
            CUMULATIVE => {
                let key = self.key(stream, head, whole.variety(), head.times.start_ns);
                let now_ms = stream.scope.now_ms;
                self.streams.difference(key, head.times, whole, now_ms)
            }
            _ => Err(Reason::NoTemporality),
        }
    }

    fn key(&self, stream: &Stream<'_>, head: &Head, variety: u8, start_ns: u64) -> StreamKey {
        let what = (stream.name, variety);
        self.keys
            .stream(stream.scope.key, what, &head.attributes, start_ns)
    }

    /// False for a point that says that there is nothing to say.
    fn is_due(&self, head: &Head, scope: &Scope<'_>) -> Result<bool, Reason> {
        if head.flags & NO_RECORDED_VALUE != 0 {
            return Ok(false);
        }
        // Without a time it is of now.
        if head.times.time_ns != 0 {
            let time_ms = i64::try_from(head.times.time_ns / 1_000_000).unwrap_or(i64::MAX);
            if scope.now_ms.saturating_sub(time_ms) > self.max_age_ms {
                return Err(Reason::TooOld);
            }
            if time_ms.saturating_sub(scope.now_ms) > self.max_age_ms {
                return Err(Reason::TooNew);
            }
        }
        Ok(true)
    }

    fn record(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        feed: &Feed<'_>,
        measurements: &[(&str, f64)],
        aggregate: &Aggregate,
    ) -> Result<(), Reason> {
        let event = Event {
            name: stream.name,
            measurements,
            metadata: &metadata([&head.attributes, stream.scope.resource]),
        };
        let extractor = &feed.target.extractor;
        // What came by the metric's own name was made for it: the sender filtered.
        let kept = if feed.as_event {
            extractor.keeps(&event)
        } else {
            extractor.keeps_aggregated(&event)
        };
        if !kept {
            return Ok(());
        }
        let mut tags: Vec<String> = Vec::new();
        extractor.tags(&event, |value: Value<'_>| {
            tags.push(value.to_string());
            Ok(())
        })?;
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        self.recorder
            .record_aggregate(feed.target.id, &tags, aggregate)?;
        Ok(())
    }
}

fn points(data: &Data) -> u64 {
    let points = match data {
        Data::Gauge(gauge) => gauge.data_points.len(),
        Data::Sum(sum) => sum.data_points.len(),
        Data::Histogram(histogram) => histogram.data_points.len(),
        Data::ExponentialHistogram(histogram) => histogram.data_points.len(),
        Data::Summary(summary) => summary.data_points.len(),
    };
    points as u64
}

#[cfg(test)]
mod tests;
