//! From the points of one metric to what they do to the metrics of the list.
//!
//! Invariant: all metrics that a point feeds get it, or none does.

use telemetry::aggregate::{Aggregate, MAX_TAG_VALUE};
use telemetry::{Event, Refusal, Value};

use super::attributes::{StreamKey, metadata};
use super::batch::{Batch, Sample};
use super::explicit::Explicit;
use super::exponential::Exponential;
use super::point::{Head, Point, Points};
use super::reason::Reason;
use super::state::{Cumulative, Histogram};
use super::tally::{Subject, Tally};
use super::target::{Feed, Refused, listed_name};
use super::{Receiver, Scope};
use telemetry::otlp_message::{CUMULATIVE, DELTA, Metric, NO_RECORDED_VALUE};

/// What the points of a metric have in common.
pub(super) struct Stream<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) name: &'a str,
    pub(super) feeds: &'a [Feed<'a>],
    pub(super) temporality: i32,
}

impl Receiver {
    /// Takes what each of the points does to the batch, and what became of it to the tally.
    pub(super) fn take_metric(
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
                tally.reject(subject, 0, count, refused.reason, &refused.detail);
                if refused.reason == Reason::UnknownMetric {
                    tally.unknown.push((name, count));
                }
                return;
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
    pub(super) fn since<T: Cumulative>(
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

    /// Which stream a point belongs to.
    pub(super) fn key(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        variety: u8,
        start_ns: u64,
    ) -> StreamKey {
        let what = (stream.name, variety);
        self.keys
            .stream(stream.scope.key, what, &head.attributes, start_ns)
    }

    /// What an aggregate does to a metric, which will not refuse it; nothing when `keep` or
    /// `drop` leave it out.
    pub(super) fn sample(
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
        // What came by the metric's own name was made for it: the sender filtered.
        let kept = if feed.as_event {
            extractor.keeps(&event)
        } else {
            extractor.keeps_aggregated(&event)
        };
        if !kept {
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
pub(super) fn samples<'a>(
    feeds: &[Feed<'a>],
    mut sample: impl FnMut(&Feed<'a>) -> Result<Option<Sample>, Reason>,
) -> Result<Vec<Sample>, Refused> {
    let each = feeds.iter().filter_map(|feed| {
        let by = |reason| Refused::by(feed.target.id, reason);
        sample(feed).map_err(by).transpose()
    });
    each.collect()
}
