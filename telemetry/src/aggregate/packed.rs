//! An aggregate at rest: small, still mergeable, and what the database keeps.
//!
//! Invariant: packing and unpacking loses nothing but the time of the newest sample.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sketches_ddsketch::DDSketch;

use super::{Aggregate, Detail, Shape};

/// The plain numbers, and the detail as bytes: a sketch in the encoding of DataDog's Java
/// library, buckets as variable-length counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
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
    /// By the metric's shape; empty when plain.
    pub detail: Box<[u8]>,
}

impl Packed {
    /// Packs an aggregate that has samples.
    pub fn of(aggregate: &Aggregate) -> Packed {
        let detail = match &aggregate.detail {
            Detail::None => Box::default(),
            Detail::Sketch(sketch) => sketch.to_java_bytes().into_boxed_slice(),
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
        let numbers = [self.sum, self.min, self.max, self.last];
        if self.count == 0 || numbers.iter().any(|number| !number.is_finite()) {
            return None;
        }
        let detail = match shape {
            Shape::Plain => Detail::None,
            Shape::Sketch => {
                // The decoder computes with what it reads, and panics where that leads nowhere.
                let read = || {
                    let sketch = DDSketch::from_java_bytes(&self.detail).ok()?;
                    (sketch.count() as u64 == self.count).then_some(sketch)
                };
                Detail::Sketch(Box::new(catch_unwind(AssertUnwindSafe(read)).ok()??))
            }
            Shape::Buckets(bounds) => Detail::Buckets {
                bounds: bounds.clone(),
                counts: unpack_counts(&self.detail, bounds.len() + 1)?,
            },
        };
        let &Packed {
            count,
            sum,
            min,
            max,
            last,
            ..
        } = self;
        Some(Aggregate {
            count,
            sum,
            min,
            max,
            last,
            last_at_ms: at_ms,
            detail,
        })
    }
}

fn pack_counts(counts: &[u64]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(counts.len());
    for &count in counts {
        let mut rest = count;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes.into_boxed_slice()
}

fn unpack_counts(bytes: &[u8], len: usize) -> Option<Box<[u64]>> {
    let mut counts = Vec::with_capacity(len);
    let (mut count, mut shift) = (0u64, 0);
    for &byte in bytes {
        count |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte >= 0x80 {
            shift += 7;
            continue;
        }
        counts.push(count);
        (count, shift) = (0, 0);
    }
    (counts.len() == len && shift == 0).then(|| counts.into_boxed_slice())
}
