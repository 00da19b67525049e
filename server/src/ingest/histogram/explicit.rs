//! Histograms with bounds of their own.
//!
//! Source: OpenTelemetry data model, "Histogram": bucket i holds what is above bound i − 1 and
//! not above bound i; the first has no lower bound and the last no upper one.

use super::rebucket::SourceBucket;
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
    /// Checks that the fields hold together.
    pub fn new(
        count: u64,
        sum: Option<f64>,
        bounds: Vec<f64>,
        counts: Vec<u64>,
    ) -> Result<Explicit, Reason> {
        let all = counts.iter().try_fold(0u64, |all, n| all.checked_add(*n));
        let fits = if counts.is_empty() {
            bounds.is_empty()
        } else {
            counts.len() == bounds.len() + 1 && all == Some(count)
        };
        let ascend = bounds.is_sorted_by(|one, next| one < next);
        if !fits || !ascend || bounds.len() > MAX_BOUNDS {
            return Err(Reason::Malformed);
        }
        if count > MAX_COUNT {
            return Err(Reason::CountTooLarge);
        }
        if !bounds.iter().chain(&sum).all(|number| number.is_finite()) {
            return Err(Reason::NotANumber);
        }
        Ok(Explicit {
            count,
            sum,
            bounds: bounds.into(),
            counts: counts.into(),
        })
    }

    /// The growth since an earlier point of the stream. `None` if the stream restarted: other
    /// bounds, or a count that fell.
    pub fn since(&self, earlier: &Explicit) -> Option<Explicit> {
        if self.bounds != earlier.bounds || self.counts.len() != earlier.counts.len() {
            return None;
        }
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
