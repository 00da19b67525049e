//! Histograms with bounds of their own.
//!
//! Source: OpenTelemetry data model, "Histogram": bucket i holds what is above bound i − 1 and
//! not above bound i; the first has no lower bound and the last no upper one.

use super::rebucket::SourceBucket;
use crate::ingest::cumulative::Growth;
use crate::ingest::outcome::{MAX_COUNT, Reason};

/// Most bounds of a point.
const MAX_BOUNDS: usize = 1_024;

/// A histogram whose fields hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct Explicit {
    /// Recorded values.
    pub count: u64,
    /// Their sum, when it is known.
    pub sum: Option<f64>,
    bounds: Box<[f64]>,
    /// One more than bounds; none when only count and sum are known.
    counts: Box<[u64]>,
}

impl Explicit {
    /// Checks that the fields hold together. What may be left out costs no point: a sum that is
    /// no number is unknown, and infinite bounds at the ends, which every histogram has anyway,
    /// are left out, as are bounds of no buckets.
    pub fn new(
        count: u64,
        sum: Option<f64>,
        mut bounds: Vec<f64>,
        mut counts: Vec<u64>,
    ) -> Result<Explicit, Reason> {
        let sum = sum.filter(|sum| sum.is_finite());
        if counts.is_empty() {
            bounds.clear();
        }
        drop_infinite_ends(&mut bounds, &mut counts);
        let all = counts.iter().try_fold(0u64, |all, n| all.checked_add(*n));
        let fits = counts.is_empty() || counts.len() == bounds.len() + 1 && all == Some(count);
        let ascend = bounds.is_sorted_by(|one, next| one < next);
        if !fits || !ascend || bounds.len() > MAX_BOUNDS {
            return Err(Reason::Malformed);
        }
        if count > MAX_COUNT {
            return Err(Reason::CountTooLarge);
        }
        if !bounds.iter().all(|number| number.is_finite()) {
            return Err(Reason::NotANumber);
        }
        Ok(Explicit {
            count,
            sum,
            bounds: bounds.into(),
            counts: counts.into(),
        })
    }

    /// The growth since an earlier point of the stream. A count that fell is a restart; with
    /// other bounds and no less values it is unknown which of them are new.
    pub fn since(&self, earlier: &Explicit) -> Growth<Explicit> {
        let same = self.bounds == earlier.bounds && self.counts.len() == earlier.counts.len();
        if !same && self.count >= earlier.count {
            return Growth::Unknown;
        }
        Growth::or_restarted(same.then(|| self.minus(earlier)).flatten())
    }

    /// `None` if a count fell.
    fn minus(&self, earlier: &Explicit) -> Option<Explicit> {
        let pairs = self.counts.iter().zip(&earlier.counts);
        let counts = pairs.map(|(now, then)| now.checked_sub(*then));
        Some(Explicit {
            count: self.count.checked_sub(earlier.count)?,
            sum: self.sum.zip(earlier.sum).map(|(now, then)| now - then),
            bounds: self.bounds.clone(),
            counts: counts.collect::<Option<_>>()?,
        })
    }

    /// How many numbers it keeps.
    pub fn numbers(&self) -> usize {
        self.bounds.len() + self.counts.len()
    }

    /// Its buckets, ascending.
    pub fn buckets(&self) -> impl Iterator<Item = SourceBucket> + '_ {
        let only = self.counts.is_empty().then_some(SourceBucket {
            low: None,
            high: None,
            count: self.count,
        });
        let buckets = self
            .counts
            .iter()
            .enumerate()
            .map(|(at, count)| SourceBucket {
                low: at.checked_sub(1).map(|below| self.bounds[below]),
                high: self.bounds.get(at).copied(),
                count: *count,
            });
        only.into_iter().chain(buckets)
    }
}

/// Adds the bucket beyond an infinite bound, in which nothing can be, to its neighbour. Fields that
/// do not fit together stay as they are.
fn drop_infinite_ends(bounds: &mut Vec<f64>, counts: &mut Vec<u64>) {
    if counts.len() != bounds.len() + 1 {
        return;
    }
    if bounds.last() == Some(&f64::INFINITY) {
        bounds.pop();
        merge(counts, bounds.len());
    }
    if bounds.first() == Some(&f64::NEG_INFINITY) {
        bounds.remove(0);
        merge(counts, 0);
    }
}

/// Makes one bucket of the one at `at` and the next. Where they add up to more than fits, the total
/// would not fit the count either.
fn merge(counts: &mut Vec<u64>, at: usize) {
    let next = counts.remove(at + 1);
    counts[at] = counts[at].saturating_add(next);
}
