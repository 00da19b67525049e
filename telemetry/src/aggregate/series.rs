//! Which series there are: a metric with one combination of tag values.
//!
//! Invariant: a series keeps its id, and there are never more than the limits say, in all and
//! of one metric. Ids that a database knew stay what they were.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustc_hash::FxHashMap;

use crate::{MetricId, Refusal};

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
}

#[derive(Default)]
struct Inner {
    by_key: FxHashMap<Box<[u8]>, SeriesId>,
    by_id: FxHashMap<SeriesId, Arc<Series>>,
    by_metric: FxHashMap<MetricId, Vec<Arc<Series>>>,
    next_id: u32,
    fresh: Vec<Arc<Series>>,
}

impl SeriesTable {
    /// No series; ids begin at 1.
    pub fn new(max_series: usize, max_per_metric: usize) -> SeriesTable {
        let inner = RwLock::new(Inner {
            next_id: 1,
            ..Inner::default()
        });
        SeriesTable {
            inner,
            max_series,
            max_per_metric,
        }
    }

    /// Takes a series from the database under the id that it has there. False when a limit is
    /// reached or it is there already; its id is not given to another in any case.
    pub fn restore(&self, id: SeriesId, metric: MetricId, tags: &[&str]) -> bool {
        let mut inner = self.write();
        inner.next_id = inner.next_id.max(id.0.saturating_add(1));
        let mut key = Vec::new();
        begin_key(&mut key, metric);
        if !tags.iter().all(|tag| push_tag(&mut key, tag.as_bytes()))
            || inner.by_id.contains_key(&id)
        {
            return false;
        }
        self.insert(&mut inner, &key, id).is_ok()
    }

    /// Gives no id up to and with this one to a new series.
    pub fn begin_after(&self, largest: u32) {
        let mut inner = self.write();
        inner.next_id = inner.next_id.max(largest.saturating_add(1));
    }

    /// The series of a key made by [`begin_key`] and [`push_tag`]; a new one gets an id.
    pub(super) fn intern(&self, key: &[u8]) -> Result<SeriesId, Refusal> {
        let mut inner = self.write();
        if let Some(id) = inner.by_key.get(key) {
            return Ok(*id);
        }
        let id = SeriesId(inner.next_id);
        let series = self.insert(&mut inner, key, id)?;
        inner.next_id += 1;
        inner.fresh.push(series);
        Ok(id)
    }

    fn insert(&self, inner: &mut Inner, key: &[u8], id: SeriesId) -> Result<Arc<Series>, Refusal> {
        let (metric, tags) = read_key(key);
        if inner.by_key.contains_key(key)
            || inner.by_key.len() >= self.max_series
            || inner
                .by_metric
                .get(&metric)
                .is_some_and(|of| of.len() >= self.max_per_metric)
            || id.0 == u32::MAX
        {
            return Err(Refusal::SeriesLimit);
        }
        let series = Arc::new(Series { id, metric, tags });
        inner.by_key.insert(key.into(), id);
        inner.by_id.insert(id, series.clone());
        inner
            .by_metric
            .entry(metric)
            .or_default()
            .push(series.clone());
        Ok(series)
    }

    /// The series of that id.
    pub fn get(&self, id: SeriesId) -> Option<Arc<Series>> {
        self.read().by_id.get(&id).cloned()
    }

    /// Every series of a metric, in the order they came.
    pub fn of_metric(&self, metric: MetricId) -> Vec<Arc<Series>> {
        self.read()
            .by_metric
            .get(&metric)
            .cloned()
            .unwrap_or_default()
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

/// Longest tag value in bytes; the length stands before the value in one byte.
pub(super) const MAX_TAG_VALUE: usize = 128;

/// A key is the metric, then each tag's value behind its length.
pub(super) fn begin_key(key: &mut Vec<u8>, metric: MetricId) {
    key.clear();
    key.extend_from_slice(&metric.0.to_le_bytes());
}

/// Adds a value; false when it is too long.
pub(super) fn push_tag(key: &mut Vec<u8>, value: &[u8]) -> bool {
    if value.len() > MAX_TAG_VALUE {
        return false;
    }
    key.push(value.len() as u8);
    key.extend_from_slice(value);
    true
}

fn read_key(key: &[u8]) -> (MetricId, Box<[Box<str>]>) {
    let (metric, mut rest) = key.split_at(2);
    let mut tags = Vec::new();
    while let Some((&len, behind)) = rest.split_first() {
        let (value, behind) = behind.split_at(usize::from(len));
        tags.push(String::from_utf8_lossy(value).into());
        rest = behind;
    }
    (
        MetricId(u16::from_le_bytes([metric[0], metric[1]])),
        tags.into_boxed_slice(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(metric: u16, tags: &[&str]) -> Vec<u8> {
        let mut key = Vec::new();
        begin_key(&mut key, MetricId(metric));
        assert!(tags.iter().all(|tag| push_tag(&mut key, tag.as_bytes())));
        key
    }

    #[test]
    fn values_that_run_together_are_different_series() {
        let table = SeriesTable::new(10, 10);
        let ab_c = table.intern(&key(0, &["ab", "c"])).expect("room");
        let a_bc = table.intern(&key(0, &["a", "bc"])).expect("room");
        assert_ne!(ab_c, a_bc);
        assert_eq!(table.intern(&key(0, &["ab", "c"])), Ok(ab_c));
        let series = table.get(ab_c).expect("known");
        assert_eq!(
            series.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
            ["ab", "c"]
        );
        assert_eq!(table.take_fresh().len(), 2);
        assert!(table.take_fresh().is_empty());
    }

    #[test]
    fn limits_hold_in_all_and_by_metric() {
        let table = SeriesTable::new(3, 2);
        assert!(table.intern(&key(0, &["a"])).is_ok());
        assert!(table.intern(&key(0, &["b"])).is_ok());
        assert_eq!(table.intern(&key(0, &["c"])), Err(Refusal::SeriesLimit));
        assert!(table.intern(&key(1, &[])).is_ok());
        assert_eq!(table.intern(&key(2, &[])), Err(Refusal::SeriesLimit));
        assert!(table.intern(&key(0, &["a"])).is_ok(), "known ones go on");
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn restored_ids_stay_and_are_never_given_again() {
        let table = SeriesTable::new(10, 1);
        assert!(table.restore(SeriesId(7), MetricId(0), &["a"]));
        assert!(
            !table.restore(SeriesId(9), MetricId(0), &["b"]),
            "over the limit"
        );
        assert_eq!(table.intern(&key(0, &["a"])), Ok(SeriesId(7)));
        assert_eq!(table.intern(&key(1, &[])), Ok(SeriesId(10)));
        assert_eq!(table.take_fresh().len(), 1, "restored ones are not new");
    }
}
