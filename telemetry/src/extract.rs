//! A metric, made ready to take its numbers out of events. Every reporter goes through it, so
//! that a definition means the same to all of them.
//!
//! Invariant: what is read from metadata by name, without a function, allocates nothing.

use std::sync::Arc;

use crate::metric::{Functions, Measure, TagValue, TagValues};
use crate::{Event, Match, Metric, Value};

/// What one metric takes from its event. A reporter asks [`Extractor::keeps`], then its
/// [`Sampler`], then for the value and the tags.
///
/// ```
/// use telemetry::{Event, Extractor, Metric, Refusal, Unit, Value};
///
/// let metric = Metric::summary("http.stop.duration")
///     .tags(["route"])
///     .unit_from(Unit::Second, Unit::Millisecond);
/// let extractor = Extractor::new(&metric);
/// let event = Event {
///     name: "http.stop",
///     measurements: &[("duration", 0.25)],
///     metadata: &[("route", "/".into())],
/// };
/// assert!(extractor.keeps(&event));
/// assert_eq!(extractor.value(&event), Ok(250.0));
/// extractor.tags(&event, |value| {
///     assert_eq!(value, Value::Str("/"));
///     Ok(())
/// })?;
/// # Ok::<(), Refusal>(())
/// ```
pub struct Extractor {
    filter: Option<Box<Filter>>,
    source: Source,
    factor: f64,
    tags: Box<[Tag]>,
    sampling_rate: f64,
}

/// Why a metric did not take an event that it was meant to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// One series too many.
    SeriesLimit,
    /// NaN or infinite.
    NotANumber,
    /// The event lacks the measurement.
    MissingMeasurement,
    /// The event lacks a tag.
    MissingTag,
    /// A tag's value is longer than a reporter takes; for the aggregator 128 bytes.
    TagTooLong,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Refusal; 5] = [
        Refusal::SeriesLimit,
        Refusal::NotANumber,
        Refusal::MissingMeasurement,
        Refusal::MissingTag,
        Refusal::TagTooLong,
    ];

    /// As the tag `reason` says it.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::SeriesLimit => "series_limit",
            Refusal::NotANumber => "not_a_number",
            Refusal::MissingMeasurement => "missing_measurement",
            Refusal::MissingTag => "missing_tag",
            Refusal::TagTooLong => "tag_too_long",
        }
    }
}

struct Filter {
    keep: Match,
    drop: Match,
    functions: Functions,
}

enum Source {
    /// Every event counts as one.
    One,
    Named(Box<str>),
    Computed(Arc<Measure>),
}

enum Tag {
    Named(Box<str>),
    Computed(Arc<TagValue>),
    /// Computed by name, or else read by it.
    Changed(Box<str>, Arc<TagValues>),
}

impl Extractor {
    /// For a definition that makes sense; of another, what makes no sense is passed over.
    pub fn new(metric: &Metric) -> Extractor {
        let functions = &metric.functions;
        let filters = !metric.keep.is_empty()
            || !metric.drop.is_empty()
            || functions.keep_if.is_some()
            || functions.drop_if.is_some();
        let source = match &functions.measure {
            Some(measure) => Source::Computed(measure.clone()),
            None if metric.measurement.is_empty() => Source::One,
            None => Source::Named(metric.measurement.as_str().into()),
        };
        let tag = |tag: &String| match (functions.tag(tag), &functions.tag_values) {
            (Some(value), _) => Tag::Computed(value.clone()),
            (None, Some(values)) => Tag::Changed(tag.as_str().into(), values.clone()),
            (None, None) => Tag::Named(tag.as_str().into()),
        };
        Extractor {
            filter: filters.then(|| {
                Box::new(Filter {
                    keep: metric.keep.clone(),
                    drop: metric.drop.clone(),
                    functions: functions.clone(),
                })
            }),
            source,
            factor: metric.factor(),
            tags: metric.tags.iter().map(tag).collect(),
            sampling_rate: metric.sampling_rate,
        }
    }

    /// Whether `keep` and `drop` let the event through. They see it as it was emitted. What
    /// they leave out is meant to be left out, so nobody counts it.
    #[inline]
    pub fn keeps(&self, event: &Event<'_>) -> bool {
        match &self.filter {
            None => true,
            Some(filter) => filter.keeps(event),
        }
    }

    /// The value in the metric's unit, finite; 1 for a counter without a measurement. Refuses
    /// with `MissingMeasurement` or `NotANumber`.
    #[inline]
    pub fn value(&self, event: &Event<'_>) -> Result<f64, Refusal> {
        let measured = match &self.source {
            Source::One => return Ok(1.0),
            Source::Named(key) => event.measurement(key),
            Source::Computed(measure) => measure(event),
        };
        let value = measured.ok_or(Refusal::MissingMeasurement)? * self.factor;
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Refusal::NotANumber)
        }
    }

    /// Hands each tag's value to `put`, in the order of the metric's tags. Stops at the first
    /// refusal: `MissingTag`, or what `put` says.
    #[inline]
    pub fn tags(
        &self,
        event: &Event<'_>,
        mut put: impl FnMut(Value<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for tag in &self.tags {
            match tag {
                Tag::Named(name) => put(event.meta(name).ok_or(Refusal::MissingTag)?)?,
                Tag::Computed(value) => {
                    let value = value(event).ok_or(Refusal::MissingTag)?;
                    put(Value::Str(&value))?;
                }
                Tag::Changed(name, values) => match values(event, name) {
                    Some(value) => put(Value::Str(&value))?,
                    None => put(event.meta(name).ok_or(Refusal::MissingTag)?)?,
                },
            }
        }
        Ok(())
    }

    /// Says which of the events that are kept to measure; `None` means all. One for each place
    /// that counts by itself, such as a shard, with a seed of its own.
    pub fn sampler(&self, seed: u64) -> Option<Sampler> {
        let some = self.sampling_rate > 0.0 && self.sampling_rate < 1.0;
        some.then(|| Sampler::new(self.sampling_rate, seed))
    }
}

impl Filter {
    fn keeps(&self, event: &Event<'_>) -> bool {
        let Functions {
            keep_if, drop_if, ..
        } = &self.functions;
        let kept = self.keep.matches(event) && keep_if.as_ref().is_none_or(|keep| keep(event));
        let dropped = !self.drop.is_empty() && self.drop.matches(event)
            || drop_if.as_ref().is_some_and(|drop| drop(event));
        kept && !dropped
    }
}

/// Chooses a share of the events, at random and independently of each other.
#[derive(Clone, Debug)]
pub struct Sampler {
    state: u64,
    /// ln(1 − rate), below 0.
    log_left_out: f64,
    /// Events to leave out before the next is taken.
    gap: u64,
    /// Events that the next one taken stands for.
    weight: u64,
}

impl Sampler {
    /// `rate` is above 0 and below 1.
    fn new(rate: f64, seed: u64) -> Sampler {
        let mut sampler = Sampler {
            // The generator needs a state other than 0, and neighbouring seeds far apart.
            state: (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1,
            log_left_out: (-rate).ln_1p(),
            gap: 0,
            weight: 0,
        };
        sampler.draw();
        sampler
    }

    /// To be called for each event. `None` leaves it out; `Some(weight)` takes it for `weight`
    /// events: itself and those left out since the last one taken, so that counts and sums are
    /// right on average.
    #[inline]
    pub fn take(&mut self) -> Option<u64> {
        if self.gap > 0 {
            self.gap -= 1;
            return None;
        }
        let weight = self.weight;
        self.draw();
        Some(weight)
    }

    /// The number of events between two that are taken is distributed geometrically: the
    /// inverse of its distribution, at a uniform number, gives one.
    fn draw(&mut self) {
        // xorshift64* by Vigna (2016); its 53 high bits make a number in (0, 1].
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
        let uniform = (bits + 1) as f64 / (1u64 << 53) as f64;
        self.gap = (uniform.ln() / self.log_left_out) as u64;
        self.weight = self.gap.saturating_add(1);
    }
}
