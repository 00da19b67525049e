//! Base-2 exponential histograms.
//!
//! Source: OpenTelemetry data model, "ExponentialHistogram": at scale s, with base = 2^(2^−s),
//! bucket i holds what is above base^i and not above base^(i + 1); halving the number of buckets
//! takes index i to ⌊i / 2⌋, which for indices as integers is a shift.
//!
//! Invariant: no scale is finer than the sketch's, since the sketch could not hold it; making
//! it coarser moves counts and loses none.

use telemetry::aggregate::{Sign, Sketch};

use super::rebucket::SourceBucket;
use crate::ingest::outcome::{MAX_COUNT, Reason};

/// Most buckets on either side of zero: as many as a sketch holds, so that whatever a reporter
/// of ours sends is accepted.
const MAX_BUCKETS: usize = Sketch::MAX_BUCKETS;
/// Scales of the specification's reference implementations.
const SCALES: std::ops::RangeInclusive<i32> = -10..=20;
/// All finite numbers lie between two to the power of these.
const EXPONENTS: std::ops::Range<f64> = -1_075.0..1_024.0;

/// An exponential histogram whose fields hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponential {
    /// Recorded values.
    pub count: u64,
    /// Their sum, when it is known.
    pub sum: Option<f64>,
    scale: i32,
    zero: u64,
    /// The largest magnitude that counts as zero.
    zero_threshold: f64,
    positive: Run,
    /// By magnitude.
    negative: Run,
}

/// Buckets that follow each other; the first has index `offset`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    offset: i64,
    counts: Box<[u64]>,
}

impl Exponential {
    /// Checks that the fields hold together, and makes it as coarse as the sketch if it is finer.
    /// A sum or threshold that is no number is as one that was left out. `zero` is the number of values that count as zero and the largest magnitude that does.
    pub fn new(
        count: u64,
        sum: Option<f64>,
        scale: i32,
        (zero, zero_threshold): (u64, f64),
        (positive, negative): (Run, Run),
    ) -> Result<Exponential, Reason> {
        let sum = sum.filter(|sum| sum.is_finite());
        let zero_threshold = if zero_threshold.is_finite() {
            zero_threshold
        } else {
            0.0
        };
        if !SCALES.contains(&scale) || zero_threshold < 0.0 {
            return Err(Reason::Malformed);
        }
        let runs = [&positive, &negative];
        let in_range = |run: &&Run| {
            let exponent = |index: i64| index as f64 * f64::from(-scale).exp2();
            let end = run.offset + run.counts.len() as i64;
            run.counts.is_empty()
                || run.counts.len() <= MAX_BUCKETS
                    && exponent(run.offset + 1) > EXPONENTS.start
                    && exponent(end - 1) < EXPONENTS.end
        };
        let counts = runs.iter().flat_map(|run| run.counts.iter());
        let all = counts.chain([&zero]);
        let all = all.copied().try_fold(0u64, u64::checked_add);
        if all != Some(count) || !runs.iter().all(in_range) {
            return Err(Reason::Malformed);
        }
        if count > MAX_COUNT {
            return Err(Reason::CountTooLarge);
        }
        let histogram = Exponential {
            count,
            sum,
            scale,
            zero,
            zero_threshold,
            positive,
            negative,
        };
        Ok(histogram.at(scale.min(Sketch::SCALE)))
    }

    /// The growth since an earlier point of the stream. `None` if the stream restarted, which
    /// shows in a count that fell.
    pub fn since(&self, earlier: &Exponential) -> Option<Exponential> {
        // A stream gets coarser as its numbers spread, and its zero wider as they crowd.
        let scale = self.scale.min(earlier.scale);
        let now = self.clone().at(scale);
        let then = earlier.clone().at(scale).above(self.zero_threshold);
        Some(Exponential {
            count: now.count.checked_sub(then.count)?,
            sum: now.sum.zip(then.sum).map(|(now, then)| now - then),
            scale,
            zero: now.zero.checked_sub(then.zero)?,
            zero_threshold: now.zero_threshold,
            positive: now.positive.since(&then.positive)?,
            negative: now.negative.since(&then.negative)?,
        })
    }

    /// How many numbers it keeps.
    pub fn numbers(&self) -> usize {
        self.positive.counts.len() + self.negative.counts.len()
    }

    /// Its buckets, ascending.
    pub fn buckets(&self) -> impl Iterator<Item = SourceBucket> + '_ {
        let bound = |index: i64| {
            let exponent = index as f64 * f64::from(-self.scale).exp2();
            exponent.exp2().clamp(f64::MIN_POSITIVE, f64::MAX)
        };
        let bucket = move |low: f64, high: f64, count: u64| SourceBucket {
            low: Some(low),
            high: Some(high),
            count,
        };
        let negative = self.negative.iter().rev();
        let negative = negative.map(move |(at, n)| bucket(-bound(at + 1), -bound(at), n));
        let positive = self.positive.iter();
        let positive = positive.map(move |(at, n)| bucket(bound(at), bound(at + 1), n));
        negative
            .chain([bucket(0.0, 0.0, self.zero)])
            .chain(positive)
    }

    /// The same in the sketch's buckets: exactly at the sketch's scale; what is coarser goes to
    /// the bucket at the geometric middle.
    pub fn sketch(&self) -> Sketch {
        let mut sketch = Sketch::new();
        sketch.add_n(0.0, self.zero);
        for (sign, run) in [
            (Sign::Positive, &self.positive),
            (Sign::Negative, &self.negative),
        ] {
            for (index, count) in run.iter().filter(|(_, count)| *count > 0) {
                let finer = Sketch::SCALE - self.scale;
                // The middle of a bucket is a bound between two that are finer: upper bounds
                // belong to the lower one.
                let middle = if finer == 0 {
                    index
                } else {
                    (index << finer) + (1 << (finer - 1)) - 1
                };
                if let Ok(index) = i32::try_from(middle) {
                    sketch.add_index(sign, index, count);
                }
            }
        }
        sketch
    }

    /// At a scale that is not finer.
    fn at(self, scale: i32) -> Exponential {
        let by = self.scale - scale;
        if by == 0 {
            return self;
        }
        Exponential {
            scale,
            positive: self.positive.coarser(by),
            negative: self.negative.coarser(by),
            ..self
        }
    }

    /// With what the threshold covers counted as zero.
    fn above(mut self, zero_threshold: f64) -> Exponential {
        if zero_threshold > self.zero_threshold {
            let base = f64::from(-self.scale).exp2();
            // Index of the first bucket whose upper bound is above.
            let first = (zero_threshold.log2() / base).floor() as i64;
            self.zero += self.positive.cut_below(first) + self.negative.cut_below(first);
            self.zero_threshold = zero_threshold;
        }
        self
    }
}

impl Run {
    /// Buckets from an index on.
    pub fn new(offset: i32, counts: Vec<u64>) -> Run {
        Run {
            offset: offset.into(),
            counts: counts.into(),
        }
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, u64)> + '_ {
        let counts = self.counts.iter().enumerate();
        counts.map(|(at, count)| (self.offset + at as i64, *count))
    }

    fn coarser(&self, by: i32) -> Run {
        let Some(last) = self.counts.len().checked_sub(1) else {
            return Run::default();
        };
        let offset = self.offset >> by;
        let last = (self.offset + last as i64) >> by;
        let mut counts = vec![0; (last - offset + 1) as usize];
        for (index, count) in self.iter() {
            // The sum of all counts was found to fit.
            counts[((index >> by) - offset) as usize] += count;
        }
        Run {
            offset,
            counts: counts.into(),
        }
    }

    fn since(&self, earlier: &Run) -> Option<Run> {
        let mut run = self.clone();
        for (index, then) in earlier.iter().filter(|(_, then)| *then > 0) {
            let at = usize::try_from(index - run.offset).ok()?;
            let now = run.counts.get_mut(at)?;
            *now = now.checked_sub(then)?;
        }
        Some(run)
    }

    /// Empties the buckets below an index, and returns what they held.
    fn cut_below(&mut self, first: i64) -> u64 {
        let offset = self.offset;
        let counts = self.counts.iter_mut().enumerate();
        let below = counts.take_while(|(at, _)| offset + (*at as i64) < first);
        below.map(|(_, count)| std::mem::take(count)).sum()
    }
}
