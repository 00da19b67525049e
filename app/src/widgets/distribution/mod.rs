//! Distributions as they are kept: how many samples lie in each bucket. Invariant: a number read
//! from buckets is an estimate, and never lies outside of the smallest and largest sample.

use crate::live::{Store, combine};
use protocol::{FrameRow, option_name};

/// Options of the kinds that show one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Bytes in KiB, MiB, GiB.
    pub binary: bool,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            binary: options.flag(option_name::BINARY),
        }
    }
}

/// Samples by bucket over some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Upper bounds, in order.
    pub bounds: Vec<f64>,
    /// Samples in each bucket; one more than there are bounds, for those above all.
    pub counts: Vec<f64>,
    /// Count, sum, smallest and largest.
    pub row: FrameRow,
}

/// What these series of a metric did after `from_ms` and until `to_ms`; none when that is no
/// distribution, or nothing came.
pub fn of(
    store: &Store,
    metric: &str,
    ids: &[u32],
    from_ms: i64,
    to_ms: i64,
) -> Option<Distribution> {
    let bounds = store.definition(metric)?.buckets.to_vec();
    let mut counts = vec![0.0; bounds.len() + 1];
    let mut all: Option<FrameRow> = None;
    for id in ids {
        for step in store.between(*id, from_ms, to_ms) {
            let Some(buckets) = &step.buckets else {
                continue;
            };
            for (sum, count) in counts.iter_mut().zip(buckets) {
                *sum += count;
            }
            all = Some(all.map_or(step.row, |all| combine::merge_time(all, step.row)));
        }
    }
    Some(Distribution {
        bounds,
        counts,
        row: all?,
    })
}

impl Distribution {
    /// An estimate of the value that a share `q` of the samples is not above: within its bucket
    /// samples are taken to lie evenly, as `histogram_quantile` of Prometheus takes them. NaN
    /// without samples.
    pub fn quantile(&self, q: f64) -> f64 {
        let total: f64 = self.counts.iter().sum();
        if total.is_nan() || total <= 0.0 {
            return f64::NAN;
        }
        let rank = q.clamp(0.0, 1.0) * total;
        let mut below = 0.0;
        for (i, count) in self.counts.iter().enumerate() {
            if *count > 0.0 && below + count >= rank {
                let low = i.checked_sub(1).and_then(|i| self.bounds.get(i));
                let low = held(
                    low.copied().unwrap_or(f64::NEG_INFINITY),
                    self.row.min,
                    f64::max,
                );
                let high = self.bounds.get(i).copied().unwrap_or(f64::INFINITY);
                let high = held(high, self.row.max, f64::min);
                // Without smallest and largest a bucket may have no end: then its other end it is.
                return match (low.is_finite(), high.is_finite()) {
                    (true, true) => low + (high - low) * ((rank - below) / count),
                    (true, false) => low,
                    (false, true) => high,
                    (false, false) => f64::NAN,
                };
            }
            below += count;
        }
        f64::NAN
    }
}

/// `pick` of both, or the first when the other is not known.
fn held(bound: f64, known: f64, pick: fn(f64, f64) -> f64) -> f64 {
    if known.is_nan() {
        bound
    } else {
        pick(bound, known)
    }
}

/// Samples by time and bucket: what a heatmap shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Ends of steps in ms since the epoch, in order; those with samples alone.
    pub times: Vec<f64>,
    /// For each time the count of each bucket, the lowest first.
    pub counts: Vec<f64>,
    /// The largest count.
    pub most: f64,
    /// Buckets of each time.
    pub buckets: usize,
}

impl Grid {
    /// Of these series after `from_ms`, with the steps of each `cell_ms` as one, named by its end.
    pub fn of(store: &Store, buckets: usize, ids: &[u32], from_ms: i64, cell_ms: i64) -> Grid {
        let mut steps: Vec<(i64, &[f64])> = ids
            .iter()
            .filter_map(|id| store.series(*id))
            .flat_map(|series| series.after(from_ms))
            .filter_map(|step| {
                let end = (step.t - 1).div_euclid(cell_ms) * cell_ms + cell_ms;
                Some((end, step.buckets.as_deref()?))
            })
            .collect();
        charts::order::sort(&mut steps, |a, b| a.0.cmp(&b.0));
        let mut grid = Grid {
            buckets,
            ..Grid::default()
        };
        for (t, counts) in steps {
            let t = t as f64;
            if grid.times.last() != Some(&t) {
                grid.times.push(t);
                grid.counts.resize(grid.times.len() * buckets, 0.0);
            }
            let begin = (grid.times.len() - 1) * buckets;
            for (sum, count) in grid.counts[begin..].iter_mut().zip(counts) {
                *sum += count;
            }
        }
        grid.most = grid.counts.iter().copied().fold(0.0, f64::max);
        grid
    }

    /// The bucket with the most samples; none without samples.
    pub fn busiest(&self) -> Option<usize> {
        let sum = |bucket: usize| -> f64 {
            let counts = self.counts.iter().skip(bucket).step_by(self.buckets.max(1));
            counts.sum()
        };
        let sums = (0..self.buckets).map(|bucket| (bucket, sum(bucket)));
        let most = sums.filter(|(_, sum)| *sum > 0.0);
        most.max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(bucket, _)| bucket)
    }

    /// The counts at a time within a step of `step_ms`, the lowest bucket first; none when nothing came.
    pub fn counts_at(&self, t: f64, step_ms: f64) -> &[f64] {
        let at = self.times.partition_point(|end| *end < t);
        let within = self.times.get(at).filter(|end| *end - step_ms < t);
        let all = at * self.buckets..(at + 1) * self.buckets;
        let counts = within.and_then(|_| self.counts.get(all));
        counts.unwrap_or_default()
    }

    /// The count at a time within a step of `step_ms`, in one bucket; 0 when nothing came.
    pub fn count_at(&self, t: f64, step_ms: f64, bucket: usize) -> f64 {
        let counts = self.counts_at(t, step_ms);
        counts.get(bucket).copied().unwrap_or(0.0)
    }
}

/// A label for each bucket, the lowest first: up to which value it goes.
pub fn labels(bounds: &[f64], write: impl Fn(f64) -> String) -> Vec<String> {
    let upper = bounds.iter().map(|bound| format!("≤ {}", write(*bound)));
    let above = bounds.last().map(|last| format!("> {}", write(*last)));
    upper.chain(above).collect()
}

/// Which values are in a bucket.
pub fn values(bounds: &[f64], bucket: usize, write: impl Fn(f64) -> String) -> String {
    let low = bucket.checked_sub(1).and_then(|i| bounds.get(i));
    match (low, bounds.get(bucket)) {
        (Some(low), Some(high)) => format!("{} – {}", write(*low), write(*high)),
        (None, Some(high)) => format!("≤ {}", write(*high)),
        (Some(low), None) => format!("> {}", write(*low)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests;
