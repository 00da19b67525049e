//! What a series did in a window, and how windows become one.
//!
//! Invariant: nothing in this folder waits, reads a clock or touches a disk, and no aggregate
//! ever holds a value that is not finite.

use std::sync::Arc;

use crate::{Kind, Metric};

mod built;
mod handle;
mod key;
mod packed;
mod recorder;
mod series;
mod shard;
mod sketch;
mod varint;

pub use built::Numbers;
pub use handle::Handle;
pub use key::MAX_TAG_VALUE;
pub use packed::Packed;
pub use recorder::{Flush, RELEASED_AT_ONCE, Recorder, RecorderView};
pub use series::{OVERFLOW, Series, SeriesId, SeriesTable, SourceId, on_behalf_of};
pub use sketch::{Sign, Sketch};

use crate::MetricId;

/// The percentiles that a summary shows.
pub const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// What one series did in one window.
#[derive(Clone)]
pub struct Aggregate {
    /// Number of samples.
    pub count: u64,
    /// Sum of samples; stays finite.
    pub sum: f64,
    /// Smallest sample; +∞ without samples.
    pub min: f64,
    /// Largest sample; −∞ without samples.
    pub max: f64,
    /// Newest sample.
    pub last: f64,
    /// When the newest sample came, in ms since the epoch.
    pub last_at_ms: i64,
    /// When it was last reported that there is no value, in ms since the epoch; `i64::MIN` if it
    /// was not.
    pub absent_at_ms: i64,
    detail: Detail,
}

/// What the kind needs beyond the plain numbers.
#[derive(Clone)]
enum Detail {
    None,
    Sketch(Box<Sketch>),
    Buckets {
        bounds: Arc<[f64]>,
        counts: Box<[u64]>,
    },
}

/// Which detail the aggregates of a metric have.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The plain numbers.
    Plain,
    /// A sketch for percentiles.
    Sketch,
    /// A count for each bucket; upper bounds, ascending.
    Buckets(Arc<[f64]>),
}

/// One row of a flush or a second.
#[derive(Clone)]
pub struct Row {
    /// Which series.
    pub series: SeriesId,
    /// Its metric.
    pub metric: MetricId,
    /// What it did.
    pub aggregate: Aggregate,
}

impl Shape {
    /// The shape for a metric's kind.
    pub fn of(metric: &Metric) -> Shape {
        match metric.kind {
            Kind::Counter | Kind::Sum | Kind::LastValue => Shape::Plain,
            Kind::Summary => Shape::Sketch,
            Kind::Distribution => Shape::Buckets((*metric.buckets).into()),
        }
    }
}

impl Aggregate {
    /// No samples yet.
    pub fn empty(shape: &Shape) -> Aggregate {
        let detail = match shape {
            Shape::Plain => Detail::None,
            Shape::Sketch => Detail::Sketch(Box::default()),
            Shape::Buckets(bounds) => Detail::Buckets {
                bounds: bounds.clone(),
                counts: vec![0; bounds.len() + 1].into_boxed_slice(),
            },
        };
        Aggregate {
            detail,
            ..Aggregate::plain()
        }
    }

    fn plain() -> Aggregate {
        Aggregate {
            count: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            last: 0.0,
            last_at_ms: i64::MIN,
            absent_at_ms: i64::MIN,
            detail: Detail::None,
        }
    }

    /// No samples, and the report of `at_ms` that there is no value.
    pub fn absent(shape: &Shape, at_ms: i64) -> Aggregate {
        Aggregate {
            absent_at_ms: at_ms,
            ..Aggregate::empty(shape)
        }
    }

    /// Whether nothing is known of the window: no sample, and no report that there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.absent_at_ms == i64::MIN
    }

    /// Whether the newest that is known is that there is no value.
    pub fn is_absent(&self) -> bool {
        self.absent_at_ms > self.last_at_ms
    }

    /// Takes one sample. Of two at the same time the later call is the newest. False, and
    /// nothing changes, when the value is NaN or infinite.
    #[inline]
    pub fn record(&mut self, value: f64, at_ms: i64) -> bool {
        self.record_weighted(value, 1, at_ms)
    }

    /// Takes one sample that stands for `weight` of them, all of this value. False, and nothing
    /// changes, when the value is NaN or infinite or the weight is 0.
    #[inline]
    pub fn record_weighted(&mut self, value: f64, weight: u64, at_ms: i64) -> bool {
        if !value.is_finite() || weight == 0 {
            return false;
        }
        self.count = self.count.saturating_add(weight);
        self.sum = (self.sum + value * weight as f64).clamp(f64::MIN, f64::MAX);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        if at_ms >= self.last_at_ms {
            (self.last, self.last_at_ms) = (value, at_ms);
        }
        match &mut self.detail {
            Detail::None => {}
            Detail::Sketch(sketch) => sketch.add_n(value, weight),
            Detail::Buckets { bounds, counts } => {
                let count = &mut counts[bounds.partition_point(|bound| *bound < value)];
                *count = count.saturating_add(weight);
            }
        }
        true
    }

    /// Adds what another window, or another part of the same, did. The order of merging does
    /// not matter but for the rounding of the sum. Aggregates of different shapes keep the
    /// plain numbers and lose the detail.
    pub fn merge(&mut self, other: &Aggregate) {
        self.absent_at_ms = self.absent_at_ms.max(other.absent_at_ms);
        if other.count == 0 {
            return;
        }
        self.count = self.count.saturating_add(other.count);
        self.sum = (self.sum + other.sum).clamp(f64::MIN, f64::MAX);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        // At the same time the larger one wins, so that the order of merging does not tell.
        let newer = other.last_at_ms.cmp(&self.last_at_ms);
        if newer.then(other.last.total_cmp(&self.last)).is_gt() {
            (self.last, self.last_at_ms) = (other.last, other.last_at_ms);
        }
        let merged = match (&mut self.detail, &other.detail) {
            (Detail::None, _) => true,
            (Detail::Sketch(mine), Detail::Sketch(theirs)) => {
                mine.merge(theirs);
                true
            }
            (Detail::Buckets { counts, .. }, Detail::Buckets { counts: theirs, .. })
                if counts.len() == theirs.len() =>
            {
                counts
                    .iter_mut()
                    .zip(theirs)
                    .for_each(|(mine, theirs)| *mine = mine.saturating_add(*theirs));
                true
            }
            _ => false,
        };
        if !merged {
            self.detail = Detail::None;
        }
    }

    /// Takes what there is and begins anew, in the same shape. The memory stays here, so that
    /// recording goes on without allocating; what is handed out is as small as can be.
    pub fn take(&mut self) -> Aggregate {
        let detail = match &self.detail {
            Detail::None => Detail::None,
            Detail::Sketch(sketch) => Detail::Sketch(Box::new(sketch.trimmed())),
            buckets @ Detail::Buckets { .. } => buckets.clone(),
        };
        let taken = Aggregate { detail, ..*self };
        self.clear();
        taken
    }

    /// Begins anew, in the same shape.
    fn clear(&mut self) {
        let mut detail = std::mem::replace(&mut self.detail, Detail::None);
        match &mut detail {
            Detail::None => {}
            Detail::Sketch(sketch) => sketch.clear(),
            Detail::Buckets { counts, .. } => counts.fill(0),
        }
        *self = Aggregate {
            detail,
            ..Aggregate::plain()
        };
    }

    /// The [`QUANTILES`], within 0.55 % and within min and max. None without a sketch.
    pub fn quantiles(&self) -> Option<[f64; 3]> {
        let Detail::Sketch(sketch) = &self.detail else {
            return None;
        };
        let mut values = [0.0; 3];
        for (value, quantile) in values.iter_mut().zip(QUANTILES) {
            let found = sketch.quantile(quantile)?;
            *value = found.clamp(self.min, self.max);
        }
        Some(values)
    }

    /// The sketch of the samples. None unless the shape is [`Shape::Sketch`].
    pub fn sketch(&self) -> Option<&Sketch> {
        match &self.detail {
            Detail::Sketch(sketch) => Some(sketch),
            Detail::None | Detail::Buckets { .. } => None,
        }
    }

    /// Bytes of memory beside the aggregate itself; what the allocator adds is not counted.
    pub fn heap_bytes(&self) -> usize {
        match &self.detail {
            Detail::None => 0,
            Detail::Sketch(sketch) => size_of::<Sketch>() + sketch.heap_bytes(),
            Detail::Buckets { counts, .. } => size_of_val(&**counts),
        }
    }

    /// Samples by bucket, and in the end those above the last bound. Empty without buckets.
    pub fn buckets(&self) -> &[u64] {
        match &self.detail {
            Detail::Buckets { counts, .. } => counts,
            Detail::None | Detail::Sketch(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests;
