//! The newest seconds, at rest.
//!
//! Invariant: seconds are in order of time, without two of the same, and bounded in number.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use telemetry::MetricId;
use telemetry::aggregate::{Packed, SeriesId};

use crate::history::Second;

/// One whole second.
pub struct PackedSecond {
    /// Its end in ms since the epoch.
    pub t: i64,
    /// By series.
    pub rows: Vec<PackedRow>,
}

/// What one series did in it.
pub struct PackedRow {
    /// Which series.
    pub series: SeriesId,
    /// Its metric.
    pub metric: MetricId,
    /// What it did.
    pub packed: Packed,
}

impl PackedSecond {
    /// Packs a second.
    pub fn of(second: &Second) -> PackedSecond {
        let rows = second.rows.iter().map(|row| PackedRow {
            series: row.series,
            metric: row.metric,
            packed: Packed::of(&row.aggregate),
        });
        PackedSecond {
            t: second.t,
            rows: rows.collect(),
        }
    }

    /// The row of a series.
    pub fn row(&self, series: SeriesId) -> Option<&PackedRow> {
        let at = self
            .rows
            .binary_search_by_key(&series, |row| row.series)
            .ok()?;
        self.rows.get(at)
    }
}

/// A ring of seconds.
pub struct Memory {
    seconds: RwLock<VecDeque<Arc<PackedSecond>>>,
    most: usize,
}

impl Memory {
    /// Room for so many seconds.
    pub fn new(most: usize) -> Memory {
        Memory {
            seconds: RwLock::default(),
            most,
        }
    }

    /// Adds the newest second; one that is not newer than the last is left out.
    pub fn push(&self, second: Arc<PackedSecond>) {
        let mut seconds = self.seconds.write().unwrap_or_else(PoisonError::into_inner);
        if seconds.back().is_some_and(|last| last.t >= second.t) {
            return;
        }
        seconds.push_back(second);
        while seconds.len() > self.most {
            seconds.pop_front();
        }
    }

    /// All of them, oldest first.
    pub fn snapshot(&self) -> Vec<Arc<PackedSecond>> {
        let seconds = self.seconds.read().unwrap_or_else(PoisonError::into_inner);
        seconds.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_in_order_and_bounded() {
        let check = |pushed: &[i64], expect: &[i64]| {
            let memory = Memory::new(2);
            for t in pushed {
                memory.push(Arc::new(PackedSecond {
                    t: *t,
                    rows: Vec::new(),
                }));
            }
            let kept: Vec<i64> = memory.snapshot().iter().map(|second| second.t).collect();
            assert_eq!(kept, expect);
        };
        check(&[], &[]);
        check(&[1000], &[1000]);
        check(&[1000, 1000, 500], &[1000]);
        check(&[1000, 2000, 3000], &[2000, 3000]);
    }
}
