//! From flushes to whole seconds.
//!
//! Invariant: a second is named by its end and given out once, complete, and in order; a flush
//! belongs to the second in which it ends.

use rustc_hash::FxHashMap;

use telemetry::MetricId;
use telemetry::aggregate::{Aggregate, Row, SeriesId};

/// Length of a second in ms.
pub const SECOND_MS: i64 = 1000;

/// What every series did in one whole second.
#[derive(Clone)]
pub struct Second {
    /// Its end in ms since the epoch, a multiple of 1000.
    pub t: i64,
    /// A row for each series that had samples, by series.
    pub rows: Vec<Row>,
}

/// Gathers the second in progress.
#[derive(Default)]
pub struct SecondRollup {
    end: Option<i64>,
    rows: FxHashMap<SeriesId, (MetricId, Aggregate)>,
}

impl SecondRollup {
    /// Adds a flush that ended at `t`; gives the seconds that it completes: none, one, or two
    /// when the flushes between were skipped. Ends never go back; one that did would be put
    /// into the second in progress.
    pub fn add(&mut self, t: i64, rows: &[Row]) -> Vec<Second> {
        let mut done = Vec::new();
        let end = second_of(t).max(self.end.unwrap_or(i64::MIN));
        if self.end.is_some_and(|current| current < end) {
            done.extend(self.finish());
        }
        self.end = Some(end);
        for row in rows {
            match self.rows.get_mut(&row.series) {
                Some((_, aggregate)) => aggregate.merge(&row.aggregate),
                None => {
                    self.rows
                        .insert(row.series, (row.metric, row.aggregate.clone()));
                }
            }
        }
        if t >= end {
            done.extend(self.finish());
        }
        done
    }

    /// Begins with what an earlier run did of the second that comes after `now_ms`.
    pub fn begin(&mut self, now_ms: i64, rows: &[Row]) {
        let end = second_of(now_ms.saturating_add(1));
        self.end = Some(end);
        self.rows.extend(
            rows.iter()
                .map(|row| (row.series, (row.metric, row.aggregate.clone()))),
        );
    }

    /// Gives the second in progress, complete or not.
    pub fn finish(&mut self) -> Option<Second> {
        let t = self.end.take()?;
        let rows = self.rows.drain();
        let mut rows: Vec<Row> = rows
            .map(|(series, (metric, aggregate))| Row {
                series,
                metric,
                aggregate,
            })
            .collect();
        rows.sort_unstable_by_key(|row| row.series);
        Some(Second { t, rows })
    }
}

/// The end of the second that a flush which ended at `t` belongs to.
pub fn second_of(t: i64) -> i64 {
    t.saturating_add(SECOND_MS - 1)
        .div_euclid(SECOND_MS)
        .saturating_mul(SECOND_MS)
}

#[cfg(test)]
mod tests {
    use telemetry::aggregate::Shape;

    use super::*;

    fn row(value: f64) -> Row {
        let mut aggregate = Aggregate::empty(&Shape::Plain);
        assert!(aggregate.record(value, 0));
        Row {
            series: SeriesId(1),
            metric: MetricId(0),
            aggregate,
        }
    }

    #[test]
    fn flushes_become_whole_seconds() {
        // Ends of flushes, then the seconds they complete with the number of samples in each.
        let check = |ends: &[i64], expect: &[(i64, u64)]| {
            let mut rollup = SecondRollup::default();
            let seconds = ends.iter().flat_map(|t| rollup.add(*t, &[row(1.0)]));
            let seen: Vec<_> = seconds
                .map(|second| {
                    (
                        second.t,
                        second.rows.iter().map(|row| row.aggregate.count).sum(),
                    )
                })
                .collect();
            assert_eq!(seen, expect, "{ends:?}");
        };
        check(&[], &[]);
        check(&[100, 900], &[]);
        check(&[100, 500, 1000], &[(1000, 3)]);
        check(&[1000, 1001, 2000], &[(1000, 1), (2000, 2)]);
        check(&[950, 1050], &[(1000, 1)]);
        check(&[950, 2000], &[(1000, 1), (2000, 1)]);
        check(&[950, 60_000], &[(1000, 1), (60_000, 1)]);
        check(&[-1500, -1000, 0], &[(-1000, 2), (0, 1)]);
        check(&[1900, 1901, 1902, 2000], &[(2000, 4)]);
    }

    #[test]
    fn a_second_without_samples_is_given_out_empty() {
        let mut rollup = SecondRollup::default();
        let seconds = rollup.add(1000, &[]);
        assert!(seconds.len() == 1 && seconds[0].rows.is_empty());
        assert!(rollup.finish().is_none());
    }
}
