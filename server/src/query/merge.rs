//! Merging: one series over time, and several series at one time.
//!
//! Invariant: counts and sums add up, smallest and largest are of all samples, and percentiles and
//! buckets come from merged sketches and counts, in any order of merging.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use telemetry::aggregate::Aggregate;

/// One series over time: an aggregate for each window of which something is known, by the end of the window
/// in ms since the epoch.
#[derive(Clone, Default)]
pub struct Windows(BTreeMap<i64, Aggregate>);

impl Windows {
    /// Adds samples of the window that ends at `end_ms`. The newest value is the newer one.
    pub fn add(&mut self, end_ms: i64, aggregate: Aggregate) {
        if aggregate.is_empty() {
            return;
        }
        match self.0.entry(end_ms) {
            Entry::Occupied(mut window) => window.get_mut().merge(&aggregate),
            Entry::Vacant(window) => {
                window.insert(aggregate);
            }
        }
    }

    /// Whether no window has samples.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The window that ends at `end_ms`.
    pub fn at(&self, end_ms: i64) -> Option<&Aggregate> {
        self.0.get(&end_ms)
    }

    /// Every window with samples, in order of time.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &Aggregate)> {
        self.0.iter().map(|(end_ms, window)| (*end_ms, window))
    }

    /// All windows after `from_ms` and up to `to_ms` as one; `None` without samples.
    pub fn merged(&self, from_ms: i64, to_ms: i64) -> Option<Aggregate> {
        if from_ms >= to_ms {
            return None;
        }
        let windows = self.0.range(from_ms.saturating_add(1)..=to_ms);
        let mut windows = windows.map(|(_, window)| window);
        let mut merged = windows.next()?.clone();
        windows.for_each(|window| merged.merge(window));
        Some(merged)
    }
}

/// Several series as one, window by window: one after the other, so that the memory for merging
/// does not grow with the number of series.
#[derive(Default)]
pub struct SeriesMerge(BTreeMap<i64, Merging>);

/// Several series in one window.
struct Merging {
    merged: Aggregate,
    last_sum: f64,
    series: f64,
}

impl SeriesMerge {
    /// Adds a series.
    pub fn add(&mut self, series: Windows) {
        for (end_ms, window) in series.0 {
            match self.0.entry(end_ms) {
                Entry::Occupied(mut merging) => merging.get_mut().add(&window),
                Entry::Vacant(merging) => {
                    merging.insert(Merging::of(window));
                }
            }
        }
    }

    /// The series that were added, as one.
    pub fn finish(self) -> Windows {
        let windows = self.0.into_iter();
        Windows(
            windows
                .map(|(end_ms, merging)| (end_ms, merging.finish()))
                .collect(),
        )
    }
}

impl Merging {
    fn of(first: Aggregate) -> Merging {
        let mut merging = Merging {
            last_sum: 0.0,
            series: 0.0,
            merged: first,
        };
        let first = merging.merged.last;
        if !merging.merged.is_absent() {
            merging.add_level(first);
        }
        merging
    }

    fn add(&mut self, next: &Aggregate) {
        self.merged.merge(next);
        if !next.is_absent() {
            self.add_level(next.last);
        }
    }

    fn add_level(&mut self, level: f64) {
        self.last_sum = (self.last_sum + level).clamp(f64::MIN, f64::MAX);
        self.series += 1.0;
    }

    /// Series that have no value any more are no part of the level; without any other there is none.
    fn finish(mut self) -> Aggregate {
        if self.series > 0.0 {
            self.merged.last = self.last_sum / self.series;
            self.merged.absent_at_ms = i64::MIN;
        }
        self.merged
    }
}

/// Several series in the same window as one; `None` without samples. Newest values are levels of
/// different things, such as the use of each core, so their mean is shown, as the page does: their
/// sum means nothing, and which of them came last is chance.
pub fn merge_series<'a>(series: impl IntoIterator<Item = &'a Aggregate>) -> Option<Aggregate> {
    let mut series = series.into_iter().filter(|one| !one.is_empty());
    let mut merging = Merging::of(series.next()?.clone());
    series.for_each(|one| merging.add(one));
    Some(merging.finish())
}
