//! A metric, made ready to take its numbers out of events. Every reporter goes through it, so
//! that a definition means the same to all of them.
//!
//! Invariant: what is read from metadata by name, without a function, allocates nothing.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use crate::metric::{Functions, Measure, TagValue, TagValues};
use crate::{Event, Kind, Match, Metric, Refusal, Sampler, Value};

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
    counts: bool,
    factor: f64,
    tags: Box<[Tag]>,
    sampling_rate: f64,
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
            counts: metric.kind == Kind::Counter,
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

    /// The same of what somebody aggregated who asked `keep` and `drop` already: a key that is
    /// not there any more was settled there, and so were the functions. So it is left out only
    /// when what is there is enough to say so.
    pub fn keeps_aggregated(&self, event: &Event<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            let dropped = !filter.drop.is_empty() && filter.drop.matches(event);
            !filter.keep.contradicts(event) && !dropped
        })
    }

    /// The value in the metric's unit, finite; of a counter 1, whatever its measurement is as
    /// long as it is there and finite. Refuses with `MissingMeasurement` or `NotANumber`.
    #[inline]
    pub fn value(&self, event: &Event<'_>) -> Result<f64, Refusal> {
        let measured = match &self.source {
            Source::One => return Ok(1.0),
            Source::Named(key) => event.measurement(key),
            Source::Computed(measure) => measure(event),
        };
        let measured = measured.ok_or(Refusal::MissingMeasurement)?;
        if self.counts && measured.is_finite() {
            return Ok(1.0);
        }
        let value = measured * self.factor;
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
            let computed = match tag {
                Tag::Named(_) => None,
                Tag::Computed(value) => value(event),
                Tag::Changed(name, values) => values(event, name),
            };
            let value = match (&computed, tag) {
                (Some(text), _) => Some(Value::Str(text)),
                (None, Tag::Named(name) | Tag::Changed(name, _)) => event.meta(name),
                (None, Tag::Computed(_)) => None,
            };
            // In one place, so that `put` is compiled into it.
            put(value.ok_or(Refusal::MissingTag)?)?;
        }
        Ok(())
    }

    /// Says which of the events that are kept to measure; `None` means all. One for each place
    /// that counts by itself, such as a shard, with a seed of its own. Which events the same seed
    /// takes differs from process to process, so that programs of one kind, and one program each
    /// time it starts, do not all leave out the same.
    pub fn sampler(&self, seed: u64) -> Option<Sampler> {
        static OF_PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        let some = self.sampling_rate > 0.0 && self.sampling_rate < 1.0;
        some.then(|| Sampler::new(self.sampling_rate, seed ^ *OF_PROCESS))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;

    const METADATA: &[(&str, Value<'_>)] = &[
        ("method", Value::Str("GET")),
        ("route", Value::Str("/api/x")),
        ("status", Value::Int(204)),
    ];

    fn event<'a>(measurements: &'a [(&'a str, f64)]) -> Event<'a> {
        Event {
            name: "http.stop",
            measurements,
            metadata: METADATA,
        }
    }

    fn duration() -> Metric {
        Metric::summary("http.stop.duration")
    }

    #[test]
    fn what_is_kept() {
        let check = |metric: Metric, expect: bool| {
            metric.check().expect("makes sense");
            let kept = Extractor::new(&metric).keeps(&event(&[("duration", 0.5)]));
            assert_eq!(kept, expect, "{metric:?}");
        };
        let like = |key: &str, pattern: &str| Match::new().key(key, [pattern]);
        check(duration(), true);
        check(duration().keep(like("route", "/api/*")), true);
        check(duration().keep(like("route", "/app/*")), false);
        check(duration().keep(like("user", "*")), false);
        check(duration().drop(like("route", "/api/*")), false);
        check(duration().drop(like("route", "/app/*")), true);
        check(duration().drop(like("user", "*")), true);
        let slow = |event: &Event<'_>| event.measurement("duration") > Some(0.25);
        check(duration().keep_if(slow), true);
        check(duration().drop_if(slow), false);
        check(duration().keep(like("status", "204")).keep_if(slow), true);
        check(duration().keep(like("status", "200")).keep_if(slow), false);
        check(
            duration().keep(like("status", "204")).keep_if(|_| false),
            false,
        );
        check(duration().drop(like("status", "200")).drop_if(slow), false);
        check(
            duration().drop(like("status", "200")).drop_if(|_| false),
            true,
        );
        // The metadata is the emitter's, not what `tag_values` makes of it.
        let masked = duration()
            .tags(["route"])
            .tag_values(|_, _| Some("x".into()));
        check(masked.keep(like("route", "/api/x")), true);
    }

    #[test]
    fn what_is_kept_of_what_was_aggregated() {
        let check = |metric: Metric, expect: bool| {
            metric.check().expect("makes sense");
            let kept = Extractor::new(&metric).keeps_aggregated(&event(&[]));
            assert_eq!(kept, expect, "{metric:?}");
        };
        let like = |key: &str, pattern: &str| Match::new().key(key, [pattern]);
        check(duration(), true);
        check(duration().keep(like("route", "/api/*")), true);
        check(duration().keep(like("route", "/app/*")), false);
        check(duration().keep(like("user", "ann")), true);
        let and_user = |pattern: &str| like("route", pattern).key("user", ["ann"]);
        check(duration().keep(and_user("/api/*")), true);
        check(duration().keep(and_user("/app/*")), false);
        check(duration().drop(like("route", "/api/*")), false);
        check(duration().drop(like("route", "/app/*")), true);
        check(duration().drop(like("user", "ann")), true);
        check(duration().drop(and_user("/api/*")), true);
        check(duration().keep_if(|_| false), true);
        check(duration().drop_if(|_| true), true);
    }

    #[test]
    fn values() {
        let check = |metric: Metric, measured: &[(&str, f64)], expect: Result<f64, Refusal>| {
            assert_eq!(Extractor::new(&metric).value(&event(measured)), expect);
        };
        let ms = || duration().unit_from(Unit::Second, Unit::Millisecond);
        check(duration(), &[("duration", 0.5)], Ok(0.5));
        check(ms(), &[("duration", 0.5)], Ok(500.0));
        check(ms(), &[("duration", 0.0)], Ok(0.0));
        check(ms(), &[("duration", -1.0)], Ok(-1000.0));
        check(ms(), &[("size", 0.5)], Err(Refusal::MissingMeasurement));
        check(ms(), &[], Err(Refusal::MissingMeasurement));
        check(ms(), &[("duration", f64::NAN)], Err(Refusal::NotANumber));
        check(
            ms(),
            &[("duration", f64::INFINITY)],
            Err(Refusal::NotANumber),
        );
        check(ms(), &[("duration", f64::MAX)], Err(Refusal::NotANumber));
        check(Metric::count_events("http.stop"), &[], Ok(1.0));
        let sizes = || Metric::counter("http.stop.size");
        for size in [7.0, 0.0, -1.0, f64::MAX] {
            check(sizes(), &[("size", size)], Ok(1.0));
            let kilobytes = sizes().unit_from(Unit::Kilobyte, Unit::Byte);
            check(kilobytes, &[("size", size)], Ok(1.0));
        }
        for size in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            check(sizes(), &[("size", size)], Err(Refusal::NotANumber));
        }
        check(sizes(), &[], Err(Refusal::MissingMeasurement));
        let some = || sizes().measure_with(|event| event.measurement("end"));
        check(some(), &[("end", 7.0)], Ok(1.0));
        check(some(), &[("size", 7.0)], Err(Refusal::MissingMeasurement));
        let rest = || ms().measure_with(|event| Some(event.measurement("end")? - 0.25));
        check(rest(), &[("end", 0.5)], Ok(250.0));
        check(
            rest(),
            &[("duration", 0.5)],
            Err(Refusal::MissingMeasurement),
        );
        check(rest(), &[("end", f64::NAN)], Err(Refusal::NotANumber));
        // Units that do not convert are refused by the check; here they change nothing.
        let nonsense = duration().unit_from(Unit::Second, Unit::Byte);
        check(nonsense, &[("duration", 0.5)], Ok(0.5));
    }

    #[test]
    fn tags() {
        let check = |metric: Metric, expect: &[&str], outcome: Result<(), Refusal>| {
            let mut found: Vec<String> = Vec::new();
            let done = Extractor::new(&metric).tags(&event(&[]), |value| {
                found.push(value.to_string());
                Ok(())
            });
            assert_eq!(
                (found, done),
                (expect.iter().map(|&s| s.into()).collect(), outcome)
            );
        };
        let missing = Err(Refusal::MissingTag);
        check(duration(), &[], Ok(()));
        check(
            duration().tags(["status", "method"]),
            &["204", "GET"],
            Ok(()),
        );
        check(duration().tags(["method", "user"]), &["GET"], missing);
        let by_class = || {
            duration().tags(["method"]).tag_with("class", |event| {
                let Value::Int(status) = event.meta("status")? else {
                    return None;
                };
                Some(format!("{}xx", status / 100).into())
            })
        };
        check(by_class(), &["GET", "2xx"], Ok(()));
        check(duration().tag_with("status", |_| None), &[], missing);
        let shortened = by_class().tags(["route", "user", "class", "method"]);
        let shortened = shortened.tag_values(|event, tag| match (tag, event.meta(tag)) {
            ("route", Some(Value::Str(route))) => route.get(..4).map(Into::into),
            ("user", None) => Some("nobody".into()),
            ("class", _) => Some("unused".into()),
            _ => None,
        });
        check(shortened, &["/api", "nobody", "2xx", "GET"], Ok(()));
    }

    #[test]
    fn whoever_takes_the_tags_may_refuse() {
        let extractor = Extractor::new(&duration().tags(["method", "route"]));
        let mut calls = 0;
        let refused = extractor.tags(&event(&[]), |_| {
            calls += 1;
            Err(Refusal::TagTooLong)
        });
        assert_eq!((refused, calls), (Err(Refusal::TagTooLong), 1));
    }

    /// By chance alone the two would agree on 200 events once in 2²⁰⁰ runs.
    #[test]
    fn a_process_samples_unlike_others() {
        let extractor = Extractor::new(&duration().sampling_rate(0.5));
        let of = |sampler: Option<Sampler>| {
            let mut sampler = sampler.expect("takes a share");
            let taken = (0..200).map(|_| sampler.take().is_some());
            taken.collect::<Vec<_>>()
        };
        let fixed = Sampler::new(0.5, 1);
        assert_ne!(of(extractor.sampler(1)), of(Some(fixed)));
        assert_ne!(of(extractor.sampler(1)), of(extractor.sampler(2)));
        assert_eq!(of(extractor.sampler(1)), of(extractor.sampler(1)));
    }

    #[test]
    fn only_a_share_needs_a_sampler() {
        let check = |rate: f64, expect: bool| {
            let extractor = Extractor::new(&duration().sampling_rate(rate));
            assert_eq!(extractor.sampler(1).is_some(), expect, "{rate}");
        };
        check(1.0, false);
        check(0.5, true);
        check(f64::MIN_POSITIVE, true);
        for nonsense in [0.0, -1.0, 2.0, f64::NAN] {
            check(nonsense, false);
        }
    }
}
