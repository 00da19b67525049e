//! The newest seconds, at rest.
//!
//! Invariant: seconds are in order of time, without two of the same, and bounded in number and in
//! bytes; but the bytes leave those that may not have reached the database yet.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use telemetry::MetricId;
use telemetry::aggregate::{Packed, SeriesId};

use crate::pipeline::Second;

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

    /// Estimate of its memory.
    pub fn bytes(&self) -> usize {
        let details = self.rows.iter().map(|row| row.packed.detail.len());
        size_of::<PackedSecond>() + size_of_val(&*self.rows) + details.sum::<usize>()
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
    ring: RwLock<Ring>,
    limits: Limits,
}

/// Bounds of the ring.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most seconds.
    pub max_seconds: usize,
    /// Seconds that stay however large they are.
    pub min_seconds: usize,
    /// Most bytes, where there are more seconds than that.
    pub max_bytes: usize,
}

#[derive(Default)]
struct Ring {
    seconds: VecDeque<Arc<PackedSecond>>,
    bytes: usize,
}

impl Memory {
    /// Empty, with room within these limits.
    pub fn new(limits: Limits) -> Memory {
        Memory {
            ring: RwLock::default(),
            limits,
        }
    }

    /// Adds the newest second; one that is not newer than the last is left out.
    pub fn push(&self, second: Arc<PackedSecond>) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if ring.seconds.back().is_some_and(|last| last.t >= second.t) {
            return;
        }
        ring.bytes += second.bytes();
        ring.seconds.push_back(second);
        let Limits {
            max_seconds,
            min_seconds,
            max_bytes,
        } = self.limits;
        while ring.seconds.len() > max_seconds
            || ring.bytes > max_bytes && ring.seconds.len() > min_seconds
        {
            let oldest = ring.seconds.pop_front();
            ring.bytes -= oldest.map_or(0, |second| second.bytes());
        }
    }

    /// All of them, oldest first.
    pub fn snapshot(&self) -> Vec<Arc<PackedSecond>> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.seconds.iter().cloned().collect()
    }

    /// Estimate of the memory that the seconds take.
    pub fn bytes(&self) -> usize {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(t: i64, rows: usize) -> Arc<PackedSecond> {
        let row = |id: usize| PackedRow {
            series: SeriesId(id as u32),
            metric: MetricId(0),
            packed: Packed {
                count: 1,
                sum: 0.0,
                min: 0.0,
                max: 0.0,
                last: 0.0,
                detail: [0; 8].into(),
            },
        };
        Arc::new(PackedSecond {
            t,
            rows: (0..rows).map(row).collect(),
        })
    }

    fn kept(memory: &Memory) -> Vec<i64> {
        memory.snapshot().iter().map(|second| second.t).collect()
    }

    #[test]
    fn seconds_are_in_order_and_bounded() {
        let check = |pushed: &[i64], expect: &[i64]| {
            let memory = Memory::new(Limits {
                max_seconds: 2,
                min_seconds: 2,
                max_bytes: 0,
            });
            for t in pushed {
                memory.push(second(*t, 0));
            }
            assert_eq!(kept(&memory), expect);
        };
        check(&[], &[]);
        check(&[1000], &[1000]);
        check(&[1000, 1000, 500], &[1000]);
        check(&[1000, 2000, 3000], &[2000, 3000]);
    }

    #[test]
    fn bytes_shorten_it_down_to_what_is_not_written_yet() {
        let one = second(0, 10).bytes();
        assert!(one >= 10 * (size_of::<PackedRow>() + 8));
        let memory = Memory::new(Limits {
            max_seconds: 9,
            min_seconds: 2,
            max_bytes: 3 * one,
        });
        (1..=9).for_each(|t| memory.push(second(t, 10)));
        assert_eq!((kept(&memory), memory.bytes()), (vec![7, 8, 9], 3 * one));
        memory.push(second(10, 40));
        assert_eq!(kept(&memory), [9, 10]);
        (11..=12).for_each(|t| memory.push(second(t, 0)));
        assert!(memory.bytes() < one);
        (13..=30).for_each(|t| memory.push(second(t, 0)));
        assert_eq!(kept(&memory).len(), 9);
    }
}
