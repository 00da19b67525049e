//! Counts by index, in one run of memory.
//!
//! Invariant: never more than [`MAX_BUCKETS`] counts. What would need more is counted in the
//! lowest bucket that is left, which has the same outcome in any order of adding and merging.

use std::ops::Range;

/// Most buckets of one sign: 64 octaves, as from a nanosecond to 500 years.
pub(super) const MAX_BUCKETS: usize = 4_096;
const MOST: i32 = MAX_BUCKETS as i32;

/// Buckets that a first number gets, and that a run grows by at least.
const FEW: i32 = 16;
/// What is kept over a [`Store::clear`] in any case: 16 octaves. A longer run is given back
/// unless it was needed twice of late, so that one stray number does not hold memory.
const KEEP: usize = 1_024;
/// For so many times of clearing a need of more is remembered.
const LATELY: u8 = 8;

#[derive(Clone, Debug)]
pub(super) struct Store {
    counts: Vec<u64>,
    /// The index of the first count.
    offset: i32,
    /// From the lowest index that was counted to behind the highest; empty when none was.
    counted: Range<i32>,
    /// How many times it will be cleared until nothing is known of a need of more than half of
    /// what is always kept; a run has room to spare, so half of it is as good as all.
    wide_for: u8,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            counts: Vec::new(),
            offset: 0,
            counted: NONE,
            wide_for: 0,
        }
    }
}

/// Begins to hold an index when one is taken into it, by the smaller and the larger.
const NONE: Range<i32> = Range {
    start: i32::MAX,
    end: i32::MIN,
};

impl Store {
    #[inline]
    pub(super) fn add(&mut self, index: i32, n: u64) {
        let at = index.wrapping_sub(self.offset) as usize;
        match self.counts.get_mut(at) {
            Some(count) if n > 0 => {
                *count = count.saturating_add(n);
                self.counted = union(&self.counted, &(index..index + 1));
            }
            _ => self.add_outside(index, n),
        }
    }

    #[cold]
    fn add_outside(&mut self, index: i32, n: u64) {
        if n == 0 {
            return;
        }
        let held = self.make_room(&(index..index + 1));
        let count = &mut self.counts[(held.start - self.offset) as usize];
        *count = count.saturating_add(n);
    }

    pub(super) fn merge(&mut self, other: &Store) {
        if other.counted.is_empty() {
            return;
        }
        let held = self.make_room(&other.counted);
        let first = (held.start - self.offset) as usize;
        // What lies below the run goes to its first bucket.
        let below = (held.start - other.counted.start) as usize;
        let theirs = other.counted();
        let (below, within) = theirs.split_at(below.min(theirs.len()));
        for n in below {
            self.counts[first] = self.counts[first].saturating_add(*n);
        }
        for (mine, n) in self.counts[first..].iter_mut().zip(within) {
            *mine = mine.saturating_add(*n);
        }
    }

    /// Makes the run hold `range`, which is about to be counted, as far as the bound allows;
    /// gives what it holds of it, which may be less at the low end, but is never empty.
    fn make_room(&mut self, range: &Range<i32>) -> Range<i32> {
        let all = union(&self.counted, range);
        let lowest = all.start.max(all.end - MOST);
        let run = self.offset..self.offset + self.counts.len() as i32;
        if lowest < run.start || all.end > run.end {
            self.move_to(wanted(&(lowest..all.end), &run));
        }
        self.counted = lowest..all.end;
        range.start.max(lowest)..range.end.max(lowest + 1)
    }

    /// Has the run lie elsewhere; what falls out at its low end goes to its first bucket.
    fn move_to(&mut self, run: Range<i32>) {
        if self.counted.is_empty() {
            self.counts.clear();
            self.counts.resize(run.len(), 0);
        } else {
            let mut counts = vec![0u64; run.len()];
            for (index, n) in self.iter() {
                let count = &mut counts[(index - run.start).max(0) as usize];
                *count = count.saturating_add(n);
            }
            self.counts = counts;
        }
        self.offset = run.start;
    }

    /// What was counted, from the lowest to the highest index, zeros between.
    fn counted(&self) -> &[u64] {
        if self.counted.is_empty() {
            return &[];
        }
        &self.counts[(self.counted.start - self.offset) as usize..][..self.counted.len()]
    }

    /// What was counted, by ascending index.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> + '_ {
        let counts = self.counted().iter().enumerate();
        counts
            .filter(|(_, count)| **count > 0)
            .map(|(at, count)| (self.counted.start + at as i32, *count))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>()
    }

    /// A copy that holds no more than it must.
    pub(super) fn trimmed(&self) -> Store {
        if self.counted.is_empty() {
            return Store::default();
        }
        Store {
            counts: self.counted().to_vec(),
            offset: self.counted.start,
            counted: self.counted.clone(),
            wide_for: 0,
        }
    }

    /// Forgets all counts and keeps the memory, unless that is much and was not needed of late.
    pub(super) fn clear(&mut self) {
        let lately = self.wide_for > 0;
        self.wide_for = if self.counted.len() > KEEP / 2 {
            LATELY
        } else {
            self.wide_for.saturating_sub(1)
        };
        if self.counts.capacity() > KEEP && !lately {
            *self = Store {
                wide_for: self.wide_for,
                ..Store::default()
            };
        } else if !self.counted.is_empty() {
            let first = (self.counted.start - self.offset) as usize;
            self.counts[first..][..self.counted.len()].fill(0);
            self.counted = NONE;
        }
    }
}

fn union(a: &Range<i32>, b: &Range<i32>) -> Range<i32> {
    a.start.min(b.start)..a.end.max(b.end)
}

/// Where the run should lie to hold `range`: where it lay, with room to spare on the side that
/// it grows to, as long as that fits.
fn wanted(range: &Range<i32>, run: &Range<i32>) -> Range<i32> {
    let all = if run.is_empty() {
        range.clone()
    } else {
        union(range, run)
    };
    let len = all.len() as i32;
    let spare = (len / 4).max(FEW).min(MOST - len);
    if spare < 0 {
        range.clone()
    } else if run.is_empty() {
        all.start - spare / 2..all.end + spare - spare / 2
    } else if range.start < run.start {
        all.start - spare..all.end
    } else {
        all.start..all.end + spare
    }
}

#[cfg(test)]
mod tests;
