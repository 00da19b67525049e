//! An aggregate at rest: small, still mergeable, and what the database keeps.
//!
//! Invariant: packing and unpacking loses nothing but the time of the newest sample, and a report that
//! there is no value beside samples.

use std::sync::Arc;

use super::{Aggregate, Detail, Numbers, Shape, Sketch, varint};

/// The plain numbers, and the detail as bytes: a sketch by [`Sketch::pack`], buckets as
/// variable-length counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Number of samples; 0 is a report that there is no value.
    pub count: u64,
    /// Sum of samples.
    pub sum: f64,
    /// Smallest sample.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
    /// Newest sample.
    pub last: f64,
    /// By the metric's shape; empty when plain.
    pub detail: Box<[u8]>,
}

impl Packed {
    /// Packs an aggregate that is not empty.
    pub fn of(aggregate: &Aggregate) -> Packed {
        if aggregate.count == 0 {
            return Packed {
                count: 0,
                sum: 0.0,
                min: 0.0,
                max: 0.0,
                last: 0.0,
                detail: Box::default(),
            };
        }
        let detail = match &aggregate.detail {
            Detail::None => Box::default(),
            Detail::Sketch(sketch) => sketch.pack().into_boxed_slice(),
            Detail::Buckets { counts, .. } => pack_counts(counts),
        };
        let &Aggregate {
            count,
            sum,
            min,
            max,
            last,
            ..
        } = aggregate;
        Packed {
            count,
            sum,
            min,
            max,
            last,
            detail,
        }
    }

    /// The aggregate, its newest sample put at `at_ms`. None when the detail is not of this
    /// shape: the definition changed since, or the bytes are damaged.
    pub fn unpack(&self, shape: &Shape, at_ms: i64) -> Option<Aggregate> {
        if self.count == 0 {
            return Some(Aggregate::absent(shape, at_ms));
        }
        let aggregate = self.numbers(at_ms)?;
        match shape {
            Shape::Plain => Some(aggregate),
            Shape::Sketch => aggregate.with_sketch(Sketch::unpack(&self.detail)?),
            Shape::Buckets(bounds) => {
                let counts = unpack_counts(&self.detail, bounds.len() + 1)?;
                aggregate.with_buckets(bounds.clone(), counts)
            }
        }
    }

    /// The aggregate in the shape that its detail has, for those who do not know the metric. Bounds of
    /// buckets are not kept: numbers from 0 stand in for them, so only merging and packing make sense.
    /// None when the bytes are damaged.
    pub fn unpack_any(&self, at_ms: i64) -> Option<(Shape, Aggregate)> {
        if self.count == 0 {
            return Some((Shape::Plain, Aggregate::absent(&Shape::Plain, at_ms)));
        }
        let aggregate = self.numbers(at_ms)?;
        if self.detail.is_empty() {
            return Some((Shape::Plain, aggregate));
        }
        let sketch = Sketch::unpack(&self.detail);
        if let Some(sketch) = sketch.and_then(|sketch| aggregate.clone().with_sketch(sketch)) {
            return Some((Shape::Sketch, sketch));
        }
        let counts = self.detail.iter().filter(|byte| **byte < 0x80).count();
        let bounds: Arc<[f64]> = (1..counts).map(|place| place as f64).collect();
        let counts = unpack_counts(&self.detail, counts)?;
        let buckets = aggregate.with_buckets(bounds.clone(), counts)?;
        Some((Shape::Buckets(bounds), buckets))
    }

    fn numbers(&self, at_ms: i64) -> Option<Aggregate> {
        Aggregate::of_numbers(Numbers {
            count: self.count,
            sum: self.sum,
            min: self.min,
            max: self.max,
            last: self.last,
            last_at_ms: at_ms,
        })
    }
}

fn pack_counts(counts: &[u64]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(counts.len());
    counts
        .iter()
        .for_each(|count| varint::push(&mut bytes, *count));
    bytes.into_boxed_slice()
}

fn unpack_counts(mut bytes: &[u8], len: usize) -> Option<Box<[u64]>> {
    let counts = (0..len).map(|_| varint::take(&mut bytes)).collect();
    bytes.is_empty().then_some(counts)?
}
