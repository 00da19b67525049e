//! Counts by index, in one run of memory.
//!
//! Invariant: never more than [`MAX_BUCKETS`] counts. What would need more is counted in the
//! lowest bucket that is left, which has the same outcome in any order of adding and merging.

use std::ops::Range;

/// Most buckets of one sign: 64 octaves, from a nanosecond to 500 years.
pub(super) const MAX_BUCKETS: usize = 4_096;

/// Buckets that a first number gets.
const FIRST: usize = 64;
/// What is kept over a [`Store::clear`]: 16 octaves. A wider run is given back, so that one
/// stray number does not hold memory for ever.
const KEEP: usize = 1_024;

#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    counts: Vec<u64>,
    /// The index of the first count.
    offset: i32,
}

impl Store {
    #[inline]
    pub(super) fn add(&mut self, index: i32, n: u64) {
        let at = index.wrapping_sub(self.offset) as usize;
        match self.counts.get_mut(at) {
            Some(count) => *count = count.saturating_add(n),
            None => self.add_outside(index, n),
        }
    }

    #[cold]
    fn add_outside(&mut self, index: i32, n: u64) {
        if n == 0 {
            return;
        }
        let at = self.make_room(index..index + 1, index);
        self.counts[at] = self.counts[at].saturating_add(n);
    }

    pub(super) fn merge(&mut self, other: &Store) {
        let Some(range) = other.occupied() else {
            return;
        };
        let first = self.make_room(range.clone(), range.start);
        let lost = (self.offset.saturating_sub(range.start)).max(0) as usize;
        let theirs = &other.counts[(range.start - other.offset) as usize..][..range.len()];
        let (low, rest) = theirs.split_at(lost.min(theirs.len()));
        low.iter()
            .for_each(|n| self.counts[first] = self.counts[first].saturating_add(*n));
        for (mine, theirs) in self.counts[first..].iter_mut().zip(rest) {
            *mine = mine.saturating_add(*theirs);
        }
    }

    /// Makes the run hold `range`, as far as the bound allows, and says where `index` of it went.
    fn make_room(&mut self, range: Range<i32>, index: i32) -> usize {
        let now = self.offset..self.offset + self.counts.len() as i32;
        if range.start < now.start || range.end > now.end || now.is_empty() {
            let full = now.len() == MAX_BUCKETS && self.counts[MAX_BUCKETS - 1] > 0;
            if !full || range.end > now.end {
                self.move_to(wanted(&range, &now, self.occupied()));
            }
        }
        (index - self.offset).max(0) as usize
    }

    fn move_to(&mut self, wanted: Range<i32>) {
        if let Some(held) = self.occupied() {
            let mut counts = vec![0; wanted.len()];
            for (index, count) in held
                .clone()
                .zip(&self.counts[(held.start - self.offset) as usize..])
            {
                let at = (index - wanted.start).max(0) as usize;
                counts[at] = u64::saturating_add(counts[at], *count);
            }
            self.counts = counts;
        } else {
            self.counts.clear();
            self.counts.resize(wanted.len(), 0);
        }
        self.offset = wanted.start;
    }

    /// The indices from the first to the last that was counted.
    pub(super) fn occupied(&self) -> Option<Range<i32>> {
        let first = self.counts.iter().position(|count| *count > 0)?;
        let last = self.counts.iter().rposition(|count| *count > 0)?;
        Some(self.offset + first as i32..self.offset + last as i32 + 1)
    }

    /// What was counted, by ascending index.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, u64)> + '_ {
        let counts = self.counts.iter().enumerate();
        counts
            .filter(|(_, count)| **count > 0)
            .map(|(at, count)| (self.offset + at as i32, *count))
    }

    /// A copy that holds no more than it must.
    pub(super) fn trimmed(&self) -> Store {
        self.occupied().map_or_else(Store::default, |range| Store {
            counts: self.counts[(range.start - self.offset) as usize..][..range.len()].to_vec(),
            offset: range.start,
        })
    }

    /// Forgets all counts and keeps the memory, unless that is much.
    pub(super) fn clear(&mut self) {
        if self.counts.capacity() > KEEP {
            *self = Store::default();
        } else {
            self.counts.fill(0);
        }
    }
}

/// Where the run should lie so as to hold `range` beside what it holds: with room to spare when
/// that fits, and else up to the highest index there is.
fn wanted(range: &Range<i32>, now: &Range<i32>, occupied: Option<Range<i32>>) -> Range<i32> {
    const MOST: i32 = MAX_BUCKETS as i32;
    let union = |a: &Range<i32>, b: &Range<i32>| a.start.min(b.start)..a.end.max(b.end);
    if now.is_empty() && range.len() < FIRST {
        // A merged row is as large as it must be: nothing more is expected of a first number's
        // neighbourhood than that it is around the number.
        let spare = (FIRST - range.len()) as i32;
        return range.start - spare / 2..range.end + spare - spare / 2;
    }
    let all = union(range, now);
    if all.len() <= MAX_BUCKETS {
        let spare = (all.len() as i32 / 4).min(MOST - all.len() as i32);
        return if range.start < now.start {
            all.start - spare..all.end
        } else {
            all.start..all.end + spare
        };
    }
    let all = occupied.map_or_else(|| range.clone(), |held| union(range, &held));
    all.start.max(all.end - MOST)..all.end
}
