//! The samples of one request, merged by series before they are recorded.
//!
//! Invariant: of several levels of a series the newest is the last, whatever their values; and
//! what is gathered grows with the number of points alone, since only plain numbers are.

use std::collections::HashMap;

use telemetry::MetricId;
use telemetry::aggregate::{Aggregate, Recorder};

use super::sample::Sample;

/// Samples of one request.
pub struct Batch<'a> {
    recorder: &'a Recorder,
    places: HashMap<(MetricId, Vec<String>), usize>,
    levels: Vec<Aggregate>,
}

impl<'a> Batch<'a> {
    /// For a recorder that accepts the samples, whatever the number of their series.
    pub fn new(recorder: &'a Recorder) -> Batch<'a> {
        Batch {
            recorder,
            places: HashMap::new(),
            levels: Vec::new(),
        }
    }

    /// Adds a sample. Those with a sketch or buckets are recorded at once: a sketch is large,
    /// and it does not hold which of its values was the last.
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
        // The recorder counts it, but the answer says that the point was accepted.
        tracing::error!(reason = refusal.name(), "a sample that fits was rejected");
    }
}
