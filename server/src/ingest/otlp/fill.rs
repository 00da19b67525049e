//! From a histogram's buckets to a metric's aggregate.
//!
//! Invariant: as many samples come out as went in, and min ≤ sum / count ≤ max.
//!
//! A distribution counts each source bucket in the bucket of its own that holds the source's
//! upper bound: exact with the same bounds, and otherwise never too low and at most one source
//! bucket too high. A summary takes the middle of each source bucket, so its percentiles are at
//! most half a bucket off; from exponential buckets see [`Exponential::sketch`].

use std::sync::Arc;

use telemetry::aggregate::{Aggregate, Numbers, Shape, Sketch};

use super::explicit::Explicit;
use super::exponential::Exponential;

/// Bounds that differ by less are the same: converting units rounds.
const SAME: f64 = 1e-9;

/// A source bucket: above `low` and not above `high`, open where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Lower bound.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// Values in it.
    pub count: u64,
}

/// What is known of the smallest and largest value: each is within, or exactly it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Whether both belong to the window itself, and not to all that its stream ever saw.
    pub exact: bool,
}

/// A histogram of either kind.
pub enum Histogram<'a> {
    /// With bounds of its own.
    Explicit(&'a Explicit),
    /// With bounds by scale.
    Exponential(&'a Exponential),
}

impl Histogram<'_> {
    /// The aggregate for a metric of this shape; `factor` takes the point's numbers to the
    /// metric's unit. None when nothing is known of the values, or they are not finite there.
    pub fn aggregate(
        &self,
        shape: &Shape,
        factor: f64,
        range: Range,
        now_ms: i64,
    ) -> Option<Aggregate> {
        let scaled = |number: Option<f64>| number.map(|number| number * factor);
        let (least, most) = (scaled(range.min), scaled(range.max));
        let (count, sum, cells): (u64, Option<f64>, Vec<Cell>) = match self {
            Histogram::Explicit(it) => (it.count, it.sum, it.cells().collect()),
            Histogram::Exponential(it) => (it.count, it.sum, it.cells().collect()),
        };
        let mean = scaled(sum).map(|sum| sum / count as f64);
        let filled = cells.into_iter().filter(|cell| cell.count > 0);
        let places: Vec<Place> = filled
            .map(|cell| Place::of(cell, factor, least, most, mean))
            .collect();
        let (first, last) = (places.first()?, places.last()?);
        let about = places
            .iter()
            .map(|place| place.middle() * place.count as f64);
        let sum = scaled(sum).unwrap_or_else(|| about.sum());
        let mean = sum / count as f64;
        let exact = |known: Option<f64>, guess: f64| known.filter(|_| range.exact).unwrap_or(guess);
        let plain = Aggregate::of_numbers(Numbers {
            count,
            sum,
            min: exact(least, first.low).min(mean),
            max: exact(most, last.high).max(mean),
            last: mean,
            last_at_ms: now_ms,
        })?;
        match shape {
            Shape::Plain => Some(plain),
            Shape::Buckets(bounds) => plain.with_buckets(bounds.clone(), spread(&places, bounds)),
            Shape::Sketch => plain.with_sketch(match self {
                Histogram::Exponential(it) if factor == 1.0 => it.sketch(),
                _ => sketch(&places),
            }),
        }
    }
}

/// A source bucket in the metric's unit, with both its ends.
struct Place {
    low: f64,
    high: f64,
    count: u64,
    /// Whether nobody knows how far up it goes.
    open: bool,
}

impl Place {
    fn of(
        cell: Cell,
        factor: f64,
        least: Option<f64>,
        most: Option<f64>,
        mean: Option<f64>,
    ) -> Place {
        let scaled = |bound: Option<f64>| bound.map(|bound| bound * factor);
        let (low, high) = (scaled(cell.low), scaled(cell.high));
        if low.or(high).is_none()
            && let Some(mean) = mean
        {
            // The only bucket there is says nothing.
            return Place {
                low: mean,
                high: mean,
                count: cell.count,
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
        Place {
            low: lower.min(upper),
            high: upper,
            count: cell.count,
            open: high.is_none() && most.is_none(),
        }
    }

    fn middle(&self) -> f64 {
        self.low / 2.0 + self.high / 2.0
    }
}

fn spread(places: &[Place], bounds: &Arc<[f64]>) -> Box<[u64]> {
    let mut counts = vec![0u64; bounds.len() + 1];
    for place in places {
        let high = place.high - place.high.abs() * SAME;
        let at = if place.open {
            bounds.len()
        } else {
            bounds.partition_point(|bound| *bound < high)
        };
        // They add up to the number of values, which fits.
        counts[at] += place.count;
    }
    counts.into()
}

fn sketch(places: &[Place]) -> Sketch {
    let mut sketch = Sketch::new();
    for place in places {
        sketch.add_n(place.middle(), place.count);
    }
    sketch
}
