//! Who brings new series: so that one sender cannot take the places of all others.
//!
//! Invariant: no source has more series than its limit at a time; series without a source, such as
//! those of the program itself, are not counted here.

use std::cell::Cell;

use rustc_hash::FxHashMap;

use super::SeriesId;

/// Somebody who sends, such as the holder of a token.
pub type SourceId = u64;

thread_local! {
    static CURRENT: Cell<Option<SourceId>> = const { Cell::new(None) };
}

/// Runs `work`, whose new series belong to a source.
pub fn on_behalf_of<T>(source: SourceId, work: impl FnOnce() -> T) -> T {
    /// Puts the former source back, also when `work` panics.
    struct Former(Option<SourceId>);
    impl Drop for Former {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _former = Former(CURRENT.replace(Some(source)));
    work()
}

/// Series by source.
#[derive(Default)]
pub(super) struct Sources {
    of_series: FxHashMap<SeriesId, SourceId>,
    series: FxHashMap<SourceId, usize>,
}

impl Sources {
    /// Whether whoever sends now may bring another series.
    pub(super) fn has_room(&self, max_per_source: usize) -> bool {
        let held = |source| self.series.get(&source).copied().unwrap_or(0);
        CURRENT
            .get()
            .is_none_or(|source| held(source) < max_per_source)
    }

    /// A series came from whoever sends now.
    pub(super) fn insert(&mut self, series: SeriesId) {
        if let Some(source) = CURRENT.get() {
            self.of_series.insert(series, source);
            *self.series.entry(source).or_default() += 1;
        }
    }

    /// A series is gone.
    pub(super) fn remove(&mut self, series: SeriesId) {
        let Some(source) = self.of_series.remove(&series) else {
            return;
        };
        if let Some(held) = self.series.get_mut(&source) {
            *held -= 1;
            if *held == 0 {
                self.series.remove(&source);
            }
        }
    }
}
