//! Aggregates of what another aggregator did: from its numbers, its sketch, its buckets.
//!
//! Invariant: an aggregate that is made here holds together as one that was recorded does.

use std::sync::Arc;

use super::{Aggregate, Detail, Shape, Sketch};

/// The plain numbers of an [`Aggregate`] that was made elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Number of samples.
    pub count: u64,
    /// Sum of samples.
    pub sum: f64,
    /// Smallest sample.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
    /// Newest sample.
    pub last: f64,
    /// When the newest sample came, in ms since the epoch.
    pub last_at_ms: i64,
}

impl Aggregate {
    /// The plain numbers of what another aggregator did; [`Aggregate::with_sketch`] and
    /// [`Aggregate::with_buckets`] add the detail. None when there are no samples, when a number
    /// is NaN or infinite, or when min is above max.
    pub fn of_numbers(numbers: Numbers) -> Option<Aggregate> {
        let Numbers {
            count,
            sum,
            min,
            max,
            last,
            last_at_ms,
        } = numbers;
        let finite = [sum, min, max, last].into_iter().all(f64::is_finite);
        (count > 0 && finite && min <= max).then_some(Aggregate {
            count,
            sum,
            min,
            max,
            last,
            last_at_ms,
            absent_at_ms: i64::MIN,
            detail: Detail::None,
        })
    }

    /// With the sketch of its samples. None unless the sketch holds as many.
    pub fn with_sketch(self, sketch: Sketch) -> Option<Aggregate> {
        (sketch.count() == self.count).then_some(Aggregate {
            detail: Detail::Sketch(Box::new(sketch)),
            ..self
        })
    }

    /// With its samples by bucket: as many counts as bounds, and in the end those above the
    /// last. None unless the counts add up to the number of samples; as counts stop at the end
    /// of their numbers, so does what they add up to.
    pub fn with_buckets(self, bounds: Arc<[f64]>, counts: Box<[u64]>) -> Option<Aggregate> {
        let all = counts.iter().fold(0u64, |all, n| all.saturating_add(*n));
        (counts.len() == bounds.len() + 1 && all == self.count).then_some(Aggregate {
            detail: Detail::Buckets { bounds, counts },
            ..self
        })
    }

    /// Whether it has the detail that the shape asks for. Without any asked for it always has.
    pub(super) fn fits(&self, shape: &Shape) -> bool {
        match (shape, &self.detail) {
            (Shape::Plain, _) | (Shape::Sketch, Detail::Sketch(_)) => true,
            (Shape::Buckets(asked), Detail::Buckets { bounds, .. }) => asked == bounds,
            _ => false,
        }
    }
}
