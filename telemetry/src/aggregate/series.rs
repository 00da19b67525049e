//! Which series there are: a metric with one combination of tag values.
//!
//! Invariant: a series keeps its id, and there are never more than the limits say, in all, of one
//! metric and of one source, beside one overflow series a metric and those without tags. Ids that a
//! database knew stay what they were, and that of a series that was released is not given again.

mod source;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustc_hash::{FxHashMap, FxHashSet};

use super::key::Key;
use super::recorder::Place;
use crate::{MetricId, Refusal};

use source::Sources;
pub use source::{SourceId, on_behalf_of};

/// Every tag value of a metric's overflow series, which takes the samples of all combinations
/// that are too many. It stands beside the limits: a metric with tags has at most one.
pub const OVERFLOW: &str = "(overflow)";

/// What rows call a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub u32);

/// A metric with one combination of tag values.
#[derive(Debug, PartialEq, Eq)]
pub struct Series {
    /// What rows call it.
    pub id: SeriesId,
    /// The metric.
    pub metric: MetricId,
    /// Values in the order of the metric's tags.
    pub tags: Box<[Box<str>]>,
}

/// All series, found by id, by metric and by tag values.
pub struct SeriesTable {
    inner: RwLock<Inner>,
    max_series: usize,
    max_per_metric: usize,
    max_per_source: usize,
}

#[derive(Default)]
struct Inner {
    by_key: FxHashMap<Box<[u8]>, SeriesId>,
    by_id: FxHashMap<SeriesId, Arc<Series>>,
    by_metric: FxHashMap<MetricId, OfMetric>,
    /// Series that the limits are for.
    limited: usize,
    next_id: u32,
    fresh: Vec<Arc<Series>>,
    sources: Sources,
    /// Series that a handle is for, which stay for good.
    pinned: FxHashSet<SeriesId>,
    /// Grows with every series that comes or goes.
    version: u64,
}

#[derive(Default)]
struct OfMetric {
    series: Vec<Arc<Series>>,
    limited: usize,
    overflow: Option<SeriesId>,
}

impl Series {
    /// Whether it takes what is too many.
    pub fn is_overflow(&self) -> bool {
        !self.tags.is_empty() && self.tags.iter().all(|tag| &**tag == OVERFLOW)
    }

    /// A metric without tags has one series, which is never too many.
    fn is_limited(&self) -> bool {
        !self.tags.is_empty() && !self.is_overflow()
    }
}

impl SeriesTable {
    /// No series; ids begin at 1. `max_per_metric` holds for metrics that set no
    /// [`max_series`](crate::Metric::max_series) of their own.
    pub fn new(max_series: usize, max_per_metric: usize) -> SeriesTable {
        let inner = RwLock::new(Inner {
            next_id: 1,
            ..Inner::default()
        });
        SeriesTable {
            inner,
            max_series,
            max_per_metric,
            max_per_source: usize::MAX,
        }
    }

    /// With a limit for the series that come [on behalf of](on_behalf_of) one source.
    pub fn with_max_per_source(self, max_per_source: usize) -> SeriesTable {
        SeriesTable {
            max_per_source,
            ..self
        }
    }

    /// Takes a series from the database under the id that it has there; `max_series` is its
    /// metric's own limit. False when a limit is reached or it is there already; its id is not
    /// given to another in any case.
    pub fn restore(
        &self,
        id: SeriesId,
        metric: MetricId,
        tags: &[&str],
        max_series: Option<u32>,
    ) -> bool {
        let mut inner = self.write();
        inner.next_id = inner.next_id.max(id.0.saturating_add(1));
        let Ok(key) = Key::of(metric, tags) else {
            return false;
        };
        if inner.by_id.contains_key(&id) || inner.by_key.contains_key(key.as_bytes()) {
            return false;
        }
        let series = Series {
            id,
            metric,
            tags: key.tags(),
        };
        let room = self.has_room(&inner, &series, max_series);
        if room {
            inner.insert(&key, series);
        }
        room
    }

    /// Gives no id up to and with this one to a new series.
    pub fn begin_after(&self, largest: u32) {
        let mut inner = self.write();
        inner.next_id = inner.next_id.max(largest.saturating_add(1));
    }

    /// The series of a key; a new one gets an id. Where there is no room for it, the metric's
    /// overflow series. Refuses with `SeriesLimit` when no ids are left.
    pub(super) fn intern(&self, key: &Key, max_series: Option<u32>) -> Result<Place, Refusal> {
        // A program that makes up tags without end comes here with every sample, so the usual
        // answers are found without keeping others out.
        if let Some(place) = self.find(&self.read(), key, max_series) {
            return Ok(place);
        }
        let mut inner = self.write();
        if let Some(place) = self.find(&inner, key, max_series) {
            return Ok(place);
        }
        let (metric, tags) = (key.metric(), key.tags());
        let id = SeriesId(inner.next_id);
        if id.0 == u32::MAX {
            return Err(Refusal::SeriesLimit);
        }
        let series = Series { id, metric, tags };
        let folded = !self.has_room(&inner, &series, max_series);
        inner.next_id += 1;
        let series = if folded {
            let values = vec![OVERFLOW; series.tags.len()];
            let key = Key::of(metric, &values)?;
            let tags = key.tags();
            inner.insert(&key, Series { id, metric, tags })
        } else {
            if series.is_limited() {
                inner.sources.insert(id);
            }
            inner.insert(key, series)
        };
        inner.fresh.push(series);
        Ok(Place {
            series: id,
            metric,
            folded,
        })
    }

    /// What is known of a key; `None` when a series has to be made.
    fn find(&self, inner: &Inner, key: &Key, max_series: Option<u32>) -> Option<Place> {
        let metric = key.metric();
        let place = |series, folded| Place {
            series,
            metric,
            folded,
        };
        if let Some(id) = inner.by_key.get(key.as_bytes()) {
            return Some(place(*id, false));
        }
        let of = inner.by_metric.get(&metric)?;
        let full = !self.has_room_for(inner, of.limited, max_series);
        of.overflow.filter(|_| full).map(|id| place(id, true))
    }

    fn has_room(&self, inner: &Inner, series: &Series, max_series: Option<u32>) -> bool {
        let of = inner.by_metric.get(&series.metric);
        !series.is_limited() || self.has_room_for(inner, of.map_or(0, |of| of.limited), max_series)
    }

    fn has_room_for(&self, inner: &Inner, of_metric: usize, max_series: Option<u32>) -> bool {
        let most = max_series.map_or(self.max_per_metric, |most| most as usize);
        inner.limited < self.max_series
            && of_metric < most
            && inner.sources.has_room(self.max_per_source)
    }

    /// Keeps the place of a series for good.
    pub(super) fn pin(&self, id: SeriesId) {
        self.write().pinned.insert(id);
    }

    /// Gives the places of these series back, but for those that are pinned or beside the limits.
    /// Which it did.
    pub(super) fn release(&self, ids: &[SeriesId]) -> Vec<Arc<Series>> {
        let mut inner = self.write();
        ids.iter().filter_map(|id| inner.remove(*id)).collect()
    }

    /// Grows with every series that comes or goes.
    pub fn version(&self) -> u64 {
        self.read().version
    }

    /// The series of that id.
    pub fn get(&self, id: SeriesId) -> Option<Arc<Series>> {
        self.read().by_id.get(&id).cloned()
    }

    /// Every series of a metric, in the order they came.
    pub fn of_metric(&self, metric: MetricId) -> Vec<Arc<Series>> {
        let inner = self.read();
        let of = inner.by_metric.get(&metric);
        of.map(|of| of.series.clone()).unwrap_or_default()
    }

    /// Shows every series of a metric, in the order they came. None comes or goes meanwhile, so this
    /// should not take long.
    pub fn each_of_metric(&self, metric: MetricId, each: impl FnMut(&Series)) {
        let inner = self.read();
        let of = inner.by_metric.get(&metric);
        of.into_iter()
            .flat_map(|of| of.series.iter().map(Arc::as_ref))
            .for_each(each);
    }

    /// How many series there are.
    pub fn len(&self) -> usize {
        self.read().by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Series that came since the last call; restored ones are not new.
    pub fn take_fresh(&self) -> Vec<Arc<Series>> {
        if self.read().fresh.is_empty() {
            return Vec::new();
        }
        std::mem::take(&mut self.write().fresh)
    }

    // A panic elsewhere leaves whole entries behind, so a poisoned lock is as good as any.
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self, id: SeriesId) -> Option<Arc<Series>> {
        let series = self.by_id.get(&id).filter(|series| series.is_limited())?;
        if self.pinned.contains(&id) {
            return None;
        }
        let series = series.clone();
        let tags: Vec<&str> = series.tags.iter().map(|tag| &**tag).collect();
        // It was made of such a key.
        let key = Key::of(series.metric, &tags).ok()?;
        self.by_key.remove(key.as_bytes());
        self.by_id.remove(&id);
        if let Some(of) = self.by_metric.get_mut(&series.metric) {
            of.series.retain(|other| other.id != id);
            of.limited -= 1;
        }
        self.fresh.retain(|other| other.id != id);
        self.limited -= 1;
        self.sources.remove(id);
        self.version += 1;
        Some(series)
    }

    fn insert(&mut self, key: &Key, series: Series) -> Arc<Series> {
        let series = Arc::new(series);
        let limited = usize::from(series.is_limited());
        let of = self.by_metric.entry(series.metric).or_default();
        of.series.push(series.clone());
        of.limited += limited;
        if series.is_overflow() {
            of.overflow = Some(series.id);
        }
        self.limited += limited;
        self.version += 1;
        self.by_key.insert(key.as_bytes().into(), series.id);
        self.by_id.insert(series.id, series.clone());
        series
    }
}

#[cfg(test)]
mod tests;
