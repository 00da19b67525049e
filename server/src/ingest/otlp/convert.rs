//! From the points of one OTLP metric to samples of the metrics of the list.
//!
//! Invariant: all metrics that a point feeds get it, or none does.

use telemetry::aggregate::{Aggregate, MAX_TAG_VALUE};
use telemetry::{Event, Kind, Refusal, Value};

use telemetry::otlp_message::{CUMULATIVE, DELTA, Metric, NO_RECORDED_VALUE};

use super::attributes::metadata;
use super::histogram::{explicit, exponential};
use super::point::{Head, Point, Points};
use super::{Receiver, Scope};
use crate::ingest::batch::Batch;
use crate::ingest::cumulative::{Cumulative, StreamKey};
use crate::ingest::outcome::{Outcome, Reason, Rejected, Source};
use crate::ingest::sample::Sample;
use crate::ingest::target::{Mapping, Targets, listed_name};

/// What the points of a metric have in common.
pub(super) struct Stream<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) name: &'a str,
    pub(super) mappings: &'a [Mapping<'a>],
    pub(super) temporality: i32,
}

impl Receiver {
    /// Adds the samples of each point to the batch, and what became of the point to the outcome.
    pub(super) fn convert_metric(
        &self,
        targets: &Targets,
        scope: &Scope<'_>,
        metric: Metric,
        outcome: &mut Outcome,
        batch: &mut Batch<'_>,
    ) {
        let Some(data) = metric.data else { return };
        let name = listed_name(&metric.name);
        let source = |metric_id| Source {
            name: &metric.name,
            metric: metric_id,
        };
        let points = match Points::of(data) {
            Ok(points) => points,
            Err(summary) => {
                let (metric, count) = (targets.metrics().find(&name), summary.data_points.len());
                return outcome.reject(source(metric), 0, count as u64, Reason::WrongKind, "");
            }
        };
        let mappings = match targets.mappings(&name, &metric.unit, points.kind()) {
            Ok(mappings) => mappings,
            Err(rejected) => {
                let (source, count) = (source(rejected.metric), points.len() as u64);
                outcome.reject(source, 0, count, rejected.reason, &rejected.detail);
                if rejected.reason == Reason::UnknownMetric {
                    outcome.unknown.push((name, count));
                }
                return;
            }
        };
        let stream = Stream {
            scope,
            name: &name,
            mappings: &mappings,
            temporality: points.temporality(),
        };
        let mut add = |index: usize, samples: Result<Vec<Sample>, Rejected>| match samples {
            Ok(samples) => {
                outcome.accept();
                samples.into_iter().for_each(|sample| batch.add(sample));
            }
            Err(Rejected {
                metric,
                reason,
                detail,
            }) => {
                let metric = metric.or(mappings.first().map(|mapping| mapping.target.id));
                outcome.reject(source(metric), index, 1, reason, &detail);
            }
        };
        match points {
            Points::Gauge(gauge) => {
                for (index, point) in gauge.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        self.gauge(&stream, head, point.value)
                    });
                    add(index, samples);
                }
            }
            Points::Sum(sum) => {
                for (index, point) in sum.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        self.sum(&stream, head, point.value, sum.is_monotonic)
                    });
                    add(index, samples);
                }
            }
            Points::Explicit(histogram) => {
                for (index, point) in histogram.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        let range = (point.min, point.max);
                        let histogram = explicit(point)?;
                        self.histogram(&stream, head, range, histogram)
                    });
                    add(index, samples);
                }
            }
            Points::Exponential(histogram) => {
                for (index, point) in histogram.data_points.into_iter().enumerate() {
                    let samples = self.due(&stream, point, |head, point| {
                        let range = (point.min, point.max);
                        let histogram = exponential(point)?;
                        self.histogram(&stream, head, range, histogram)
                    });
                    add(index, samples);
                }
            }
        }
    }

    /// The samples of a point, by `read`; for a point that bears no value, that there is none.
    fn due<P: Point>(
        &self,
        stream: &Stream<'_>,
        mut point: P,
        read: impl FnOnce(&Head, P) -> Result<Vec<Sample>, Rejected>,
    ) -> Result<Vec<Sample>, Rejected> {
        let head = point.head();
        // A point without a time is one of now.
        if head.times.time_ns != 0 {
            let (time_ms, now_ms) = (head.times.time_ms(), stream.scope.now_ms);
            if now_ms.saturating_sub(time_ms) > self.max_age_ms {
                return Err(Reason::TooOld.into());
            }
            if time_ms.saturating_sub(now_ms) > self.max_age_ms {
                return Err(Reason::TooNew.into());
            }
        }
        if head.flags & NO_RECORDED_VALUE != 0 {
            return self.absent(stream, &head);
        }
        read(&head, point)
    }

    /// That a level has no value now. Nothing is added to what is counted.
    fn absent(&self, stream: &Stream<'_>, head: &Head) -> Result<Vec<Sample>, Rejected> {
        let at_ms = head.at_ms(stream.scope.now_ms);
        samples(stream.mappings, |mapping| {
            if mapping.as_event || mapping.target.kind != Kind::LastValue {
                return Ok(None);
            }
            let aggregate = Aggregate::absent(&mapping.target.shape, at_ms);
            self.sample(stream, head, mapping, &[], aggregate)
        })
    }

    /// The growth since the point before; `None` if that is not known. The point is remembered
    /// even when no metric accepts it: otherwise a value that is too large would be part of every
    /// later one.
    pub(super) fn since<T: Cumulative>(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        total: T,
    ) -> Result<Option<T>, Reason> {
        match stream.temporality {
            DELTA => Ok(Some(total)),
            CUMULATIVE => {
                let key = self.key(stream, head, total.type_tag(), head.times.start_ns);
                let now_ms = stream.scope.now_ms;
                self.streams.growth(key, head.times, total, now_ms)
            }
            _ => Err(Reason::NoTemporality),
        }
    }

    /// Which stream a point belongs to.
    pub(super) fn key(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        type_tag: u8,
        start_ns: u64,
    ) -> StreamKey {
        let what = (stream.name, type_tag);
        self.keys
            .stream(stream.scope.key, what, &head.attributes, start_ns)
    }

    /// An aggregate as a sample that the recorder accepts; `None` if `keep` or `drop` leave it
    /// out.
    pub(super) fn sample(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        mapping: &Mapping<'_>,
        measurements: &[(&str, f64)],
        aggregate: Aggregate,
    ) -> Result<Option<Sample>, Reason> {
        let event = Event {
            name: stream.name,
            measurements,
            metadata: &metadata([&head.attributes, stream.scope.resource]),
        };
        let extractor = &mapping.target.extractor;
        // What bears the metric's own name was made for it: the sender filtered.
        let kept = if mapping.as_event {
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
            metric: mapping.target.id,
            tags,
            aggregate,
        }))
    }
}

/// One sample of a point for each mapping, or the rejection by the first that does not accept
/// it: all metrics get theirs, or none does.
pub(super) fn samples<'a>(
    mappings: &[Mapping<'a>],
    mut sample: impl FnMut(&Mapping<'a>) -> Result<Option<Sample>, Reason>,
) -> Result<Vec<Sample>, Rejected> {
    let each = mappings.iter().filter_map(|mapping| {
        let by = |reason| Rejected::by(mapping.target.id, reason);
        sample(mapping).map_err(by).transpose()
    });
    each.collect()
}
