//! A part of the aggregates, for the threads that keep to it.
//!
//! Invariant: recording for a series that the shard knows allocates nothing, and a slot stands
//! among the touched exactly when something is known of it.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::{Aggregate, Row, SeriesId, Shape};
use crate::{MetricId, Sampler};

/// On cache lines of its own, so that one core's lock does not slow another's.
#[repr(align(128))]
#[derive(Default)]
pub(super) struct Shard(Mutex<Slots>);

#[derive(Default)]
pub(super) struct Slots {
    by_key: FxHashMap<Box<[u8]>, u32>,
    by_series: FxHashMap<SeriesId, u32>,
    slots: Vec<Row>,
    /// By slot: the flush in which it was touched last, or made.
    seen: Vec<u64>,
    /// Slots of series that were released.
    free: Vec<u32>,
    touched: Vec<u32>,
    /// How many flushes there were.
    flushes: u64,
    /// By metric; `None` for those of which every event is taken.
    samplers: Box<[Option<Sampler>]>,
}

impl Shard {
    /// A panic between two samples leaves whole aggregates behind: poisoned is as good as not.
    #[inline]
    pub(super) fn lock(&self) -> MutexGuard<'_, Slots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shard of the calling thread, of `shards`, which is a power of two. A thread keeps to one,
/// so that locks are free as a rule.
#[inline]
pub(super) fn own_place(shards: usize) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    const NONE: usize = usize::MAX;
    thread_local! {
        static MINE: Cell<usize> = const { Cell::new(NONE) };
    }
    let mut mine = MINE.get();
    if mine == NONE {
        mine = NEXT.fetch_add(1, Ordering::Relaxed);
        MINE.set(mine);
    }
    mine & (shards - 1)
}

impl Slots {
    /// Adds the sampler of a new metric.
    pub(super) fn add_sampler(&mut self, sampler: Option<Sampler>) {
        let mut samplers = std::mem::take(&mut self.samplers).into_vec();
        samplers.push(sampler);
        self.samplers = samplers.into_boxed_slice();
    }

    /// Whether to take this event of a metric that is sampled, and for how many it stands.
    pub(super) fn sample(&mut self, metric: MetricId) -> Option<u64> {
        match self.samplers.get_mut(usize::from(metric.0)) {
            Some(Some(sampler)) => sampler.take(),
            _ => Some(1),
        }
    }

    #[inline]
    pub(super) fn by_key(&self, key: &[u8]) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// Remembers a key. Only for series of their own: keys that are folded have no end.
    pub(super) fn remember(&mut self, key: &[u8], slot: u32) {
        self.by_key.insert(key.into(), slot);
    }

    /// The slot of a series; made when there is none.
    pub(super) fn of_series(&mut self, series: SeriesId, metric: MetricId, shape: &Shape) -> u32 {
        *self.by_series.entry(series).or_insert_with(|| {
            let row = Row {
                series,
                metric,
                aggregate: Aggregate::empty(shape),
            };
            let Some(slot) = self.free.pop() else {
                self.slots.push(row);
                self.seen.push(self.flushes);
                return (self.slots.len() - 1) as u32;
            };
            self.slots[slot as usize] = row;
            self.seen[slot as usize] = self.flushes;
            slot
        })
    }

    /// Whether a series had no sample in the last `flushes` flushes, nor since.
    pub(super) fn is_idle(&self, series: SeriesId, flushes: u64) -> bool {
        self.by_series.get(&series).is_none_or(|slot| {
            let (row, seen) = (&self.slots[*slot as usize], self.seen[*slot as usize]);
            row.aggregate.is_empty() && self.flushes - seen >= flushes
        })
    }

    /// Forgets a series that is idle.
    pub(super) fn forget(&mut self, series: SeriesId, key: &[u8]) {
        self.by_key.remove(key);
        if let Some(slot) = self.by_series.remove(&series) {
            self.slots[slot as usize].aggregate = Aggregate::empty(&Shape::Plain);
            self.free.push(slot);
        }
    }

    /// False when the value is NaN or infinite.
    #[inline]
    pub(super) fn record(&mut self, slot: u32, value: f64, weight: u64, now_ms: i64) -> bool {
        let aggregate = &mut self.slots[slot as usize].aggregate;
        let first = aggregate.is_empty();
        let recorded = aggregate.record_weighted(value, weight, now_ms);
        if first && recorded {
            self.touched.push(slot);
        }
        recorded
    }

    pub(super) fn merge(&mut self, slot: u32, other: &Aggregate) {
        let aggregate = &mut self.slots[slot as usize].aggregate;
        let first = aggregate.is_empty();
        aggregate.merge(other);
        if first && !aggregate.is_empty() {
            self.touched.push(slot);
        }
    }

    /// Hands out what was touched since the last call, to be emptied.
    pub(super) fn drain(&mut self, mut take: impl FnMut(&mut Row)) {
        self.flushes += 1;
        for slot in self.touched.drain(..) {
            self.seen[slot as usize] = self.flushes;
            take(&mut self.slots[slot as usize]);
        }
    }

    /// How many rows [`Slots::drain`] will hand out.
    pub(super) fn touched(&self) -> usize {
        self.touched.len()
    }
}
