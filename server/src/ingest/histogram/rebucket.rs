//! From a histogram's buckets to a metric's aggregate.
//!
//! Invariant: as many samples come out as went in, and min ≤ sum / count ≤ max.
//!
//! A distribution counts each source bucket in the bucket of its own that holds the source's
//! upper bound: exact with the same bounds, and otherwise never too low and at most one source
//! bucket too high. A summary takes the middle of each source bucket, so its percentiles are at
//! most half a bucket off; from exponential buckets see
//! [`Exponential::sketch`](super::Exponential::sketch).

use std::sync::Arc;

use telemetry::aggregate::{Aggregate, Numbers, Sketch};

use super::Histogram;

/// Bounds that differ by less are the same: converting units rounds.
const SAME: f64 = 1e-9;

/// A source bucket: above `low` and not above `high`, open where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceBucket {
    /// Lower bound.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Values in it.
    pub count: u64,
}

/// Bounds of the smallest and the largest value, or exactly these.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Whether both belong to the window itself, and not to the whole life of its stream.
    pub exact: bool,
}

impl Histogram {
    /// The aggregate with these buckets, or else with a sketch; `factor` converts the point's
    /// numbers to the metric's unit, and `at_ms` is its time. `None` if nothing is known of
    /// the values, or they are not finite in that unit.
    pub fn aggregate(
        &self,
        buckets: Option<&Arc<[f64]>>,
        factor: f64,
        range: Range,
        at_ms: i64,
    ) -> Option<Aggregate> {
        let scaled = |number: Option<f64>| number.map(|number| number * factor);
        let (least, most) = (scaled(range.min), scaled(range.max));
        let (count, sum, sources): (u64, Option<f64>, Vec<SourceBucket>) = match self {
            Histogram::Explicit(it) => (it.count, it.sum, it.buckets().collect()),
            Histogram::Exponential(it) => (it.count, it.sum, it.buckets().collect()),
        };
        let mean = scaled(sum).map(|sum| sum / count as f64);
        let filled = sources.into_iter().filter(|bucket| bucket.count > 0);
        let closed: Vec<ClosedBucket> = filled
            .map(|bucket| ClosedBucket::of(bucket, factor, least, most, mean))
            .collect();
        let (first, last) = (closed.first()?, closed.last()?);
        let about = closed
            .iter()
            .map(|bucket| bucket.middle() * bucket.count as f64);
        let sum = scaled(sum).unwrap_or_else(|| about.sum());
        let mean = sum / count as f64;
        let exact = |known: Option<f64>, guess: f64| known.filter(|_| range.exact).unwrap_or(guess);
        let plain = Aggregate::of_numbers(Numbers {
            count,
            sum,
            min: exact(least, first.low).min(mean),
            max: exact(most, last.high).max(mean),
            last: mean,
            last_at_ms: at_ms,
        })?;
        match buckets {
            Some(bounds) => plain.with_buckets(bounds.clone(), spread(&closed, bounds)),
            None => plain.with_sketch(match self {
                Histogram::Exponential(it) if factor == 1.0 => it.sketch(),
                _ => sketch(&closed),
            }),
        }
    }
}

/// A source bucket in the metric's unit, with both its ends.
struct ClosedBucket {
    low: f64,
    high: f64,
    count: u64,
    /// Whether its upper end is unknown.
    open: bool,
}

impl ClosedBucket {
    fn of(
        source: SourceBucket,
        factor: f64,
        least: Option<f64>,
        most: Option<f64>,
        mean: Option<f64>,
    ) -> ClosedBucket {
        let scaled = |bound: Option<f64>| bound.map(|bound| bound * factor);
        let (low, high) = (scaled(source.low), scaled(source.high));
        if low.or(high).is_none()
            && let Some(mean) = mean
        {
            // The only bucket there is says nothing.
            return ClosedBucket {
                low: mean,
                high: mean,
                count: source.count,
                open: false,
            };
        }
        // What is below zero is seldom measured, so a first bucket is taken to begin there.
        let floor = high.filter(|high| *high > 0.0).map(|_| 0.0);
        let end = most.or(low).unwrap_or(f64::NAN);
        let upper = high.map_or(end, |high| most.map_or(high, |most| high.min(most)));
        let begin = least.or(floor).or(high).unwrap_or(upper);
        let lower = low.map_or(begin, |low| least.map_or(low, |least| low.max(least)));
        // A range that contradicts the bucket gives way to it.
        let upper = low.map_or(upper, |low| upper.max(low));
        ClosedBucket {
            low: lower.min(upper),
            high: upper,
            count: source.count,
            open: high.is_none() && most.is_none(),
        }
    }

    fn middle(&self) -> f64 {
        self.low / 2.0 + self.high / 2.0
    }
}

fn spread(buckets: &[ClosedBucket], bounds: &Arc<[f64]>) -> Box<[u64]> {
    let mut counts = vec![0u64; bounds.len() + 1];
    for bucket in buckets {
        let high = bucket.high - bucket.high.abs() * SAME;
        let at = if bucket.open {
            bounds.len()
        } else {
            bounds.partition_point(|bound| *bound < high)
        };
        // They add up to the number of values, which fits.
        counts[at] += bucket.count;
    }
    counts.into()
}

fn sketch(buckets: &[ClosedBucket]) -> Sketch {
    let mut sketch = Sketch::new();
    for bucket in buckets {
        sketch.add_n(bucket.middle(), bucket.count);
    }
    sketch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::histogram::Explicit;

    fn point(bounds: &[f64], counts: &[u64], sum: Option<f64>) -> Histogram {
        let count = counts.iter().sum();
        let explicit = Explicit::new(count, sum, bounds.to_vec(), counts.to_vec());
        Histogram::Explicit(explicit.expect("holds together"))
    }

    fn range(min: f64, max: f64, exact: bool) -> Range {
        Range {
            min: Some(min),
            max: Some(max),
            exact,
        }
    }

    #[test]
    fn buckets_go_where_their_upper_bounds_lie() {
        let source = point(&[1.0, 2.0, 5.0], &[1, 2, 3, 4], Some(40.0));
        let check = |bounds: &[f64], factor: f64, range: Range, expect: &[u64]| {
            let did = source.aggregate(Some(&bounds.into()), factor, range, 0);
            assert_eq!(
                did.expect("values").buckets(),
                expect,
                "{bounds:?} {range:?}"
            );
        };
        let unknown = Range::default();
        check(&[1.0, 2.0, 5.0], 1.0, unknown, &[1, 2, 3, 4]);
        check(&[0.001, 0.002, 0.005], 1e-3, unknown, &[1, 2, 3, 4]);
        check(&[1e3, 2e3, 5e3], 1e3, unknown, &[1, 2, 3, 4]);
        check(&[3.0], 1.0, unknown, &[3, 7]);
        check(&[1.5, 4.0, 100.0], 1.0, unknown, &[1, 2, 3, 4]);
        // The largest value tells where the last bucket ends.
        check(
            &[1.5, 4.0, 100.0],
            1.0,
            range(0.5, 50.0, true),
            &[1, 2, 7, 0],
        );
        check(
            &[1.5, 4.0, 100.0],
            1.0,
            range(0.5, 500.0, false),
            &[1, 2, 3, 4],
        );
        check(&[1.5, 4.0, 5.5], 1.0, range(0.5, 5.25, true), &[1, 2, 7, 0]);
    }

    #[test]
    fn bounds_that_converting_moved_are_the_same() {
        // 9 and 13 thousandths come out above what is written as 0.009 and 0.013.
        let source = point(&[9.0, 13.0], &[1, 2, 3], None);
        let bounds = [0.009, 0.013].into();
        let did = source.aggregate(Some(&bounds), 1e-3, Range::default(), 0);
        assert_eq!(did.expect("values").buckets(), [1, 2, 3]);
    }

    #[test]
    fn numbers_beside_the_buckets() {
        let check = |source: &Histogram, range: Range, min: f64, max: f64, p50: f64| {
            let did = source.aggregate(None, 1.0, range, 7);
            let did = did.expect("values");
            assert_eq!((did.min, did.max), (min, max), "{source:?} {range:?}");
            assert!((did.min..=did.max).contains(&(did.sum / did.count as f64)));
            let middle = did.quantiles().expect("a sketch")[0];
            assert!(
                (middle - p50).abs() <= p50.abs() * 0.006,
                "{middle} {source:?}"
            );
        };
        let unknown = Range::default();
        let source = point(&[1.0, 2.0, 4.0], &[0, 1, 3, 0], Some(11.0));
        check(&source, unknown, 1.0, 4.0, 3.0);
        check(&source, range(1.5, 3.5, true), 1.5, 3.5, 2.75);
        check(&source, range(1.5, 3.5, false), 1.5, 3.5, 2.75);
        check(&source, range(0.1, 90.0, false), 1.0, 4.0, 3.0);
        // Open ends: zero below, the last bound above, unless the range is known.
        let open = point(&[10.0], &[2, 0], Some(9.0));
        check(&open, unknown, 0.0, 10.0, 5.0);
        let open = point(&[10.0], &[0, 2], Some(50.0));
        check(&open, unknown, 10.0, 25.0, 10.0);
        check(&open, range(20.0, 30.0, true), 20.0, 30.0, 25.0);
        let below = point(&[-10.0], &[2, 0], None);
        check(&below, unknown, -10.0, -10.0, -10.0);
        // No buckets: the mean is all there is.
        let bare = point(&[], &[4], Some(10.0));
        check(&bare, unknown, 2.5, 2.5, 2.5);
        check(&bare, range(1.0, 4.0, true), 1.0, 4.0, 2.5);
        // A range that contradicts the buckets gives way.
        check(&source, range(50.0, 60.0, false), 2.0, 4.0, 4.0);
    }

    #[test]
    fn nothing_known_is_nothing() {
        let bare = point(&[], &[4], None);
        let check = |source: &Histogram, factor: f64| {
            let did = source.aggregate(None, factor, Range::default(), 0);
            assert!(did.is_none());
        };
        check(&bare, 1.0);
        check(&point(&[1.0], &[0, 0], Some(0.0)), 1.0);
        check(&point(&[1e300], &[1, 1], Some(1e300)), 1e9);
    }
}
