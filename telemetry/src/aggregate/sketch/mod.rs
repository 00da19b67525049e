//! A base-2 exponential histogram: percentiles of any numbers, in memory that is bounded.
//!
//! Invariant: merging sketches is the same as having added everything to one, in any order.
//!
//! The buckets are those of OpenTelemetry's exponential histogram at scale 6 (metrics data
//! model, "ExponentialHistogram"): positive index `i` counts the numbers in
//! (γ^i, γ^(i+1)] with γ = 2^(1/64), negative ones by their magnitude, zeros on their own.

mod index;
mod packed;
mod store;

use index::{index_of, middle_of};
use store::Store;

/// What was added, by bucket.
///
/// ```
/// use telemetry::aggregate::Sketch;
///
/// let mut sketch = Sketch::new();
/// (1..=1000).for_each(|i| sketch.add(f64::from(i)));
/// let median = sketch.quantile(0.5).expect("not empty");
/// assert!((median - 500.0).abs() < 500.0 * 0.0055);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    count: u64,
    zero: u64,
    positive: Store,
    negative: Store,
}

/// Which side of zero a bucket lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Above.
    Positive,
    /// Below; indices go by the magnitude.
    Negative,
}

impl Sketch {
    /// Buckets at scale `s` grow by 2^(2^−s): here by 2^(1/64), 64 to an octave.
    pub const SCALE: i32 = index::SCALE;
    /// The index of the smallest number that there is, 2^−1074.
    pub const MIN_INDEX: i32 = index::MIN_INDEX;
    /// The index of the largest finite number.
    pub const MAX_INDEX: i32 = index::MAX_INDEX;
    /// Most buckets on either side of zero: 64 octaves, as from a nanosecond to 500 years. When
    /// numbers lie further apart, those nearest to zero are counted in the lowest bucket of the
    /// 4,096 below the largest; quantiles that fall there come out too large.
    pub const MAX_BUCKETS: usize = store::MAX_BUCKETS;

    /// An empty sketch, which holds no memory beside itself.
    pub fn new() -> Sketch {
        Sketch::default()
    }

    /// Adds a number. NaN and ±∞ are left out.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.add_n(value, 1);
    }

    /// Adds a number `n` times. NaN and ±∞ are left out.
    #[inline]
    pub fn add_n(&mut self, value: f64, n: u64) {
        if !value.is_finite() {
            return;
        }
        self.count = self.count.saturating_add(n);
        if value > 0.0 {
            self.positive.add(index_of(value), n);
        } else if value < 0.0 {
            self.negative.add(index_of(-value), n);
        } else {
            self.zero = self.zero.saturating_add(n);
        }
    }

    /// Adds `n` numbers of a bucket. An index that no finite number has is taken for the
    /// nearest one that some number has.
    pub fn add_index(&mut self, sign: Sign, index: i32, n: u64) {
        let index = index.clamp(Sketch::MIN_INDEX, Sketch::MAX_INDEX);
        self.count = self.count.saturating_add(n);
        match sign {
            Sign::Positive => self.positive.add(index, n),
            Sign::Negative => self.negative.add(index, n),
        }
    }

    /// Adds all that was added to the other.
    pub fn merge(&mut self, other: &Sketch) {
        self.count = self.count.saturating_add(other.count);
        self.zero = self.zero.saturating_add(other.zero);
        self.positive.merge(&other.positive);
        self.negative.merge(&other.negative);
    }

    /// How many numbers were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many zeros were added.
    pub fn zero(&self) -> u64 {
        self.zero
    }

    /// How many numbers above zero were added, by ascending index; only buckets that hold some.
    pub fn positive(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> + '_ {
        self.positive.iter()
    }

    /// How many numbers below zero were added, by ascending index of the magnitude; only buckets
    /// that hold some.
    pub fn negative(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> + '_ {
        self.negative.iter()
    }

    /// The number that a share `q` of the others is not above: of n in order, the one at place
    /// q·(n − 1), counted from 0 and rounded down. It is within 0.55 % of what was added, except
    /// below 2^−1022, where numbers themselves are coarser, and below [`Sketch::MAX_BUCKETS`].
    /// None when the sketch is empty, or `q` is not within 0 and 1.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&q) || self.count == 0 {
            return None;
        }
        // Counts beyond 2^53 round, and might round up to one too many.
        let rank = ((q * (self.count - 1) as f64) as u64).min(self.count - 1);
        let mut seen = 0u64;
        let mut reached = |n: u64| {
            seen = seen.saturating_add(n);
            seen > rank
        };
        for (index, n) in self.negative.iter().rev() {
            if reached(n) {
                return Some(-middle_of(index));
            }
        }
        if reached(self.zero) {
            return Some(0.0);
        }
        let mut last = 0.0;
        for (index, n) in self.positive.iter() {
            last = middle_of(index);
            if reached(n) {
                break;
            }
        }
        Some(last)
    }

    /// Bytes of memory beside the sketch itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.positive.heap_bytes() + self.negative.heap_bytes()
    }

    /// A copy that holds no more memory than its numbers need.
    pub(super) fn trimmed(&self) -> Sketch {
        Sketch {
            count: self.count,
            zero: self.zero,
            positive: self.positive.trimmed(),
            negative: self.negative.trimmed(),
        }
    }

    /// Forgets all numbers; what comes next in about the same range allocates nothing.
    pub(super) fn clear(&mut self) {
        (self.count, self.zero) = (0, 0);
        self.positive.clear();
        self.negative.clear();
    }
}

#[cfg(test)]
mod tests;
