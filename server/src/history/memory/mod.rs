//! The newest seconds, at rest: where queries find them, and where they wait for the database.
//!
//! Invariant: seconds are in order of time, without two of the same, and bounded in number and in
//! bytes. One that has to go before it is in the database is counted, and its time is a gap. Where the
//! time of day was set back, all before it is left to the database.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use telemetry::MetricId;
use telemetry::aggregate::{Packed, SeriesId};

use crate::pipeline::{SECOND_MS, Second};

/// The longest time without a second that is no gap, in ms: a flush may come late on a busy machine,
/// and then has what was measured meanwhile.
const STANDSTILL_MS: i64 = 2_000;

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
    /// Most seconds that are in the database already.
    pub max_seconds: usize,
    /// Seconds that stay however large they are.
    pub min_seconds: usize,
    /// Most bytes, where there are more seconds than that.
    pub max_bytes: usize,
    /// Most seconds that wait for the database.
    pub max_waiting: usize,
}

/// A stretch of time of which history has nothing, in ms since the epoch: after the first, up to and
/// with the second.
pub type Gap = (i64, i64);

/// What is to be written next.
pub struct Next {
    /// The oldest second that is not in the database.
    pub second: Arc<PackedSecond>,
    /// Gaps before it that are not in the database.
    pub gaps: Vec<Gap>,
    /// Where time begins again with it, in ms since the epoch: the clock was set back.
    pub begins_ms: Option<i64>,
    epoch: u64,
}

#[derive(Default)]
struct Ring {
    seconds: VecDeque<Arc<PackedSecond>>,
    bytes: usize,
    /// The end of the newest second that is in the database.
    written: Option<i64>,
    /// Seconds after it.
    waiting: usize,
    /// Gaps that are not in the database.
    gaps: Vec<Gap>,
    /// How often the clock was set back.
    epoch: u64,
    /// Where time began again when it last was.
    begun_ms: Option<i64>,
    /// No second since then is in the database.
    is_new: bool,
}

impl Ring {
    fn waits(&self, second: &PackedSecond) -> bool {
        self.written.is_none_or(|written| second.t > written)
    }

    /// Returns the rows of seconds that are not in the database.
    fn begin_again(&mut self, begun_ms: i64) -> usize {
        let waiting = self.seconds.iter().rev().take(self.waiting);
        let lost_rows = waiting.map(|second| second.rows.len()).sum();
        *self = Ring {
            epoch: self.epoch + 1,
            begun_ms: Some(begun_ms),
            is_new: true,
            gaps: std::mem::take(&mut self.gaps),
            ..Ring::default()
        };
        self.gaps.retain(|gap| gap.1 <= begun_ms);
        lost_rows
    }

    fn add_gap(&mut self, from: i64, to: i64) {
        match self.gaps.last_mut() {
            Some(last) if last.1 >= from => last.1 = last.1.max(to),
            _ => self.gaps.push((from, to)),
        }
    }
}

impl Memory {
    /// Empty, with room within these limits.
    pub fn new(limits: Limits) -> Memory {
        Memory {
            ring: RwLock::default(),
            limits,
        }
    }

    /// Adds the newest second; one that is hardly older than the last is left out, and with one that is
    /// much older time begins again. Time that passed between without a second is a gap. Returns the
    /// rows of those that had to go before they were in the database.
    pub fn push(&self, second: Arc<PackedSecond>) -> usize {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let mut lost_rows = 0;
        if let Some(last) = ring.seconds.back().map(|last| last.t) {
            let begun = second.t - SECOND_MS;
            if last - second.t > STANDSTILL_MS {
                lost_rows = ring.begin_again(begun);
            } else if last >= second.t {
                return 0;
            }
            if begun - last > STANDSTILL_MS {
                ring.add_gap(last, begun);
            }
        }
        ring.bytes += second.bytes();
        ring.seconds.push_back(second);
        ring.waiting += 1;
        lost_rows + self.make_room(&mut ring)
    }

    fn make_room(&self, ring: &mut Ring) -> usize {
        let Limits {
            max_seconds,
            min_seconds,
            max_bytes,
            max_waiting,
        } = self.limits;
        let mut lost_rows = 0;
        while let Some(oldest) = ring.seconds.front() {
            let waits = ring.waits(oldest);
            let (count, most) = match waits {
                true => (ring.waiting, max_waiting),
                false => (ring.seconds.len(), max_seconds),
            };
            if count <= most && (ring.bytes <= max_bytes || count <= min_seconds) {
                break;
            }
            if waits {
                lost_rows += oldest.rows.len();
                ring.waiting -= 1;
                let t = oldest.t;
                ring.add_gap(t - SECOND_MS, t);
            }
            let gone = ring.seconds.pop_front();
            ring.bytes -= gone.map_or(0, |second| second.bytes());
        }
        lost_rows
    }

    /// The oldest second that waits for the database.
    pub fn next(&self) -> Option<Next> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let at = ring.seconds.len().checked_sub(ring.waiting)?;
        let second = ring.seconds.get(at)?.clone();
        let before = |gap: &&Gap| gap.1 < second.t;
        let gaps = ring.gaps.iter().filter(before).copied().collect();
        Some(Next {
            second,
            gaps,
            begins_ms: ring.begun_ms.filter(|_| ring.is_new),
            epoch: ring.epoch,
        })
    }

    /// A second, and the gaps before it, are in the database; also one that had to go meanwhile.
    pub fn written(&self, next: &Next) {
        let t = next.second.t;
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if next.epoch != ring.epoch {
            return;
        }
        ring.is_new = false;
        ring.written = ring.written.max(Some(t));
        let waiting = ring.seconds.iter().rev().take_while(|second| second.t > t);
        ring.waiting = waiting.count();
        // It may have been counted as lost while it was on its way.
        let (from, to) = (t - SECOND_MS, t);
        let around = |gap: &Gap| [(gap.0, gap.1.min(from)), (gap.0.max(to), gap.1)];
        let gaps = ring.gaps.iter().flat_map(around);
        let gaps = gaps.filter(|gap| gap.0 < gap.1 && !next.gaps.contains(gap));
        ring.gaps = gaps.collect();
        self.make_room(&mut ring);
    }

    /// Where time began again when the clock was last set back.
    pub fn begun_ms(&self) -> Option<i64> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.begun_ms
    }

    /// Gaps that are not in the database.
    pub fn gaps(&self) -> Vec<Gap> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.gaps.clone()
    }

    /// Seconds that wait for the database, and their rows.
    pub fn waiting(&self) -> (usize, usize) {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let waiting = ring.seconds.iter().rev().take(ring.waiting);
        (ring.waiting, waiting.map(|second| second.rows.len()).sum())
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
mod tests;
