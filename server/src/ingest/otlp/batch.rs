//! What a request does to the metrics of the list, gathered before it is recorded.
//!
//! Invariant: of several levels of a series the newest is the last, whatever their values; and
//! what is gathered grows with the number of points alone, since only plain numbers are.

use std::collections::HashMap;

use telemetry::MetricId;
use telemetry::aggregate::{Aggregate, Recorder};

/// What a point does to a metric.
pub struct Sample {
    /// Which metric.
    pub metric: MetricId,
    /// Values of its tags, in its order.
    pub tags: Vec<String>,
    /// What it did.
    pub aggregate: Aggregate,
}

/// Samples of one request.
pub struct Batch<'a> {
    recorder: &'a Recorder,
    places: HashMap<(MetricId, Vec<String>), usize>,
    levels: Vec<Aggregate>,
}

impl<'a> Batch<'a> {
    /// For a recorder that does not refuse the samples, but for their series' number.
    pub fn new(recorder: &'a Recorder) -> Batch<'a> {
        Batch {
            recorder,
            places: HashMap::new(),
            levels: Vec::new(),
        }
    }

    /// Takes what one point does. Samples with a detail are recorded at once: a sketch is large,
    /// and nothing shows which of its values was the last.
    pub fn add(&mut self, sample: Sample) {
        let Sample {
            metric,
            tags,
            aggregate,
        } = sample;
        if aggregate.sketch().is_some() || !aggregate.buckets().is_empty() {
            return record(self.recorder, metric, &tags, &aggregate);
        }
        let place = *self
            .places
            .entry((metric, tags))
            .or_insert(self.levels.len());
        match self.levels.get_mut(place) {
            Some(level) => fold(level, &aggregate),
            None => self.levels.push(aggregate),
        }
    }

    /// Records what was gathered, in the order in which the series came.
    pub fn record(self) {
        let mut places: Vec<_> = self.places.into_iter().collect();
        places.sort_unstable_by_key(|(_, place)| *place);
        for ((metric, tags), place) in places {
            record(self.recorder, metric, &tags, &self.levels[place]);
        }
    }
}

/// Of two at one time the later in the request is the newest.
fn fold(level: &mut Aggregate, next: &Aggregate) {
    let is_newer = next.last_at_ms >= level.last_at_ms;
    level.merge(next);
    if is_newer {
        (level.last, level.last_at_ms) = (next.last, next.last_at_ms);
    }
}

fn record(recorder: &Recorder, metric: MetricId, tags: &[String], aggregate: &Aggregate) {
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    if let Err(refusal) = recorder.record_aggregate(metric, &tags, aggregate) {
        // The recorder counts it, but the sender was told that the point is taken.
        tracing::error!(refusal = refusal.name(), "a sample that fits was refused");
    }
}
