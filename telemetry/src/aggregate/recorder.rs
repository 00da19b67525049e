//! From events to aggregates: the path that every sample takes.
//!
//! Invariant: recording never waits for another shard, allocates nothing for a series that its
//! shard knows while its numbers lie about as far apart as before, calls no function of a
//! definition while it holds a lock, and counts whatever it refuses or folds.

use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use rustc_hash::FxHashMap;

use super::key::Key;
use super::shard::{Shard, Slots, own_place};
use super::{Aggregate, Handle, Row, Series, SeriesId, SeriesTable, Shape};
use crate::reporter::Refusals;
use crate::{Event, Extractor, Functions, Metric, MetricId, MetricList, Refusal};

/// Series that are released while recording waits.
pub const RELEASED_AT_ONCE: usize = 256;

/// Takes events, gives rows.
pub struct Recorder {
    bindings: ArcSwap<Bindings>,
    metrics: ArcSwap<MetricList>,
    /// Held to grow, never to record.
    growing: Mutex<()>,
    table: Arc<SeriesTable>,
    shards: Box<[Shard]>,
    refused: Refusals,
}

/// What came since the last flush.
#[derive(Default)]
pub struct Flush {
    /// A row for each series that had samples, or was reported to have no value, in no order.
    pub rows: Vec<Row>,
    /// Series that are new.
    pub fresh: Vec<Arc<Series>>,
    /// Samples in the rows.
    pub samples: u64,
    /// What was refused, by metric and reason; only those that occurred. `SeriesLimit` counts
    /// samples that were folded into the metric's [overflow series](super::OVERFLOW) and are in
    /// the rows; all others are nowhere else. Of a metric that is sampled, a refused sample
    /// counts for those that it stands for.
    pub refused: Vec<(MetricId, Refusal, u64)>,
}

/// What one metric takes from its event, and what becomes of it.
struct Binding {
    metric: MetricId,
    extractor: Extractor,
    shape: Shape,
    max_series: Option<u32>,
    tags: usize,
    sampled: bool,
    /// Whether extracting runs functions of the definition, which may emit events themselves.
    calls_out: bool,
}

/// By metric.
type Bindings = Box<[Binding]>;

/// A recorder with the list that it had at one moment: as fast as a list that cannot grow.
pub struct RecorderView {
    recorder: Arc<Recorder>,
    bindings: Arc<Bindings>,
}

impl RecorderView {
    /// As [`Recorder::record_for`]. Metrics that were added later are passed over.
    #[inline]
    pub fn record_for(&self, metrics: &[MetricId], event: &Event<'_>, now_ms: i64) {
        self.recorder
            .record_by(&self.bindings, metrics, event, now_ms);
    }
}

/// Where samples go.
pub(super) struct Place {
    pub(super) series: SeriesId,
    pub(super) metric: MetricId,
    /// Whether it is the overflow series in place of the one that was meant.
    pub(super) folded: bool,
}

impl Recorder {
    /// A recorder for the metrics of the list, with as many shards as cores, or a few more.
    pub fn new(metrics: Arc<MetricList>, table: Arc<SeriesTable>) -> Recorder {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shards = (0..cores.next_power_of_two()).map(|_| Shard::default());
        let recorder = Recorder {
            shards: shards.collect(),
            refused: Refusals::new(&metrics),
            bindings: ArcSwap::from_pointee(Bindings::default()),
            metrics: ArcSwap::new(metrics.clone()),
            growing: Mutex::new(()),
            table,
        };
        recorder.extend(metrics);
        recorder
    }

    /// Goes over to a list that [extends](MetricList::extended) the former one. Recording goes on
    /// meanwhile, and never waits for it longer than for another sample.
    pub fn extend(&self, metrics: Arc<MetricList>) {
        // A panic in between leaves whole bindings behind.
        let growing = self.growing.lock().unwrap_or_else(PoisonError::into_inner);
        self.refused.extend(&metrics);
        let bindings: Bindings = metrics.iter().map(Binding::new).collect();
        let known = self.bindings.load().len();
        for binding in bindings.iter().skip(known) {
            for (place, shard) in (0u64..).zip(&self.shards) {
                let seed = place << 16 | u64::from(binding.metric.0);
                shard.lock().add_sampler(binding.extractor.sampler(seed));
            }
        }
        self.bindings.store(Arc::new(bindings));
        self.metrics.store(metrics);
        drop(growing);
    }

    /// Records an event for every metric that it feeds.
    pub fn record(&self, event: &Event<'_>, now_ms: i64) {
        self.record_for(self.metrics.load().by_event(event.name), event, now_ms);
    }

    /// As [`Recorder::record`], for a caller that knows which metrics the event feeds. Metrics
    /// that are not in the list are passed over.
    pub fn record_for(&self, metrics: &[MetricId], event: &Event<'_>, now_ms: i64) {
        self.record_by(&self.bindings.load(), metrics, event, now_ms);
    }

    /// The recorder with the list as it is now, for a caller that records many events.
    pub fn view(self: &Arc<Self>) -> RecorderView {
        RecorderView {
            recorder: self.clone(),
            bindings: self.bindings.load_full(),
        }
    }

    #[inline(always)]
    fn record_by(
        &self,
        bindings: &[Binding],
        metrics: &[MetricId],
        event: &Event<'_>,
        now_ms: i64,
    ) {
        let shard = &self.shards[own_place(self.shards.len())];
        let mut lock = None;
        for metric in metrics {
            if let Some(binding) = bindings.get(usize::from(metric.0)) {
                self.record_one(binding, event, now_ms, shard, &mut lock);
            }
        }
    }

    /// Merges what another aggregator did into a series of this one. The aggregate has to have
    /// the detail that the metric's kind needs.
    ///
    /// Refuses, and counts by samples, with `MissingTag` when there are more or fewer tags than
    /// the metric has, `TagTooLong`, and `MissingMeasurement` when the detail is missing or has
    /// other buckets. A metric that is not in the list is a `MissingMeasurement` as well, which
    /// nobody counts. At the limit of series it is folded, as any sample.
    pub fn record_aggregate(
        &self,
        metric: MetricId,
        tags: &[&str],
        aggregate: &Aggregate,
    ) -> Result<(), Refusal> {
        let bindings = self.bindings.load();
        let binding = binding(&bindings, metric)?;
        if aggregate.is_empty() {
            return Ok(());
        }
        let fits = aggregate.fits(&binding.shape);
        // Locked before the series is looked up: one that has a slot is not released.
        let mut slots = self.shards[own_place(self.shards.len())].lock();
        let place = if fits {
            self.place(binding, tags)
        } else {
            Err(Refusal::MissingMeasurement)
        };
        let place = place.inspect_err(|refusal| self.count(metric, *refusal, aggregate.count))?;
        let slot = slots.of_series(place.series, place.metric, &binding.shape);
        slots.merge(slot, aggregate);
        drop(slots);
        if place.folded {
            self.count(metric, Refusal::SeriesLimit, aggregate.count);
        }
        Ok(())
    }

    /// Looks a series up once. Its tags are in the order of the metric's.
    ///
    /// Refuses with `MissingTag` when there are more or fewer than the metric has, `TagTooLong`,
    /// and `MissingMeasurement` when the list has no such metric. At the limit of series the
    /// handle is one for the metric's overflow series, for good.
    pub fn handle(self: &Arc<Self>, metric: MetricId, tags: &[&str]) -> Result<Handle, Refusal> {
        let bindings = self.bindings.load();
        let slots = self.shards[own_place(self.shards.len())].lock();
        let place = self.place(binding(&bindings, metric)?, tags)?;
        self.table.pin(place.series);
        drop(slots);
        Ok(Handle::new(self.clone(), place))
    }

    /// Gives the places of those of these series back that had no sample in the last `flushes`
    /// flushes and that no [`Handle`] is for; returns which. Whoever keeps what they did should have
    /// forgotten it: the tags get another id when they come again.
    ///
    /// Recording waits while some of them are looked at, at most [`RELEASED_AT_ONCE`] at a time.
    pub fn release(&self, series: &[SeriesId], flushes: u64) -> Vec<SeriesId> {
        let mut released = Vec::new();
        for some in series.chunks(RELEASED_AT_ONCE) {
            // Shards before the table, as recording locks them.
            let mut shards: Vec<_> = self.shards.iter().map(Shard::lock).collect();
            let is_idle = |id: &SeriesId| shards.iter().all(|slots| slots.is_idle(*id, flushes));
            let idle: Vec<SeriesId> = some.iter().copied().filter(is_idle).collect();
            for gone in self.table.release(&idle) {
                let tags: Vec<&str> = gone.tags.iter().map(|tag| &**tag).collect();
                // A series was made of such a key.
                if let Ok(key) = Key::of(gone.metric, &tags) {
                    let forget = |slots: &mut MutexGuard<'_, Slots>| {
                        slots.forget(gone.id, key.as_bytes());
                    };
                    shards.iter_mut().for_each(forget);
                }
                released.push(gone.id);
            }
        }
        released
    }

    /// What came since the last flush, of all shards.
    pub fn flush(&self) -> Flush {
        let mut rows: Vec<Row> = Vec::new();
        let mut places: FxHashMap<SeriesId, usize> = FxHashMap::default();
        for shard in &self.shards {
            let mut slots = shard.lock();
            rows.reserve(slots.touched());
            places.reserve(slots.touched());
            slots.drain(|row| match places.entry(row.series) {
                Entry::Occupied(place) => {
                    rows[*place.get()].aggregate.merge(&row.aggregate);
                    row.aggregate.clear();
                }
                Entry::Vacant(place) => {
                    place.insert(rows.len());
                    rows.push(Row {
                        aggregate: row.aggregate.take(),
                        ..*row
                    });
                }
            });
        }
        // Read after the rows, so that whoever sees a row has been told of its series.
        let fresh = self.table.take_fresh();
        // Counts that others send have no end.
        let samples = rows
            .iter()
            .fold(0, |sum: u64, row| sum.saturating_add(row.aggregate.count));
        Flush {
            rows,
            fresh,
            samples,
            refused: self.refused.take(),
        }
    }

    #[inline]
    fn record_one<'s>(
        &self,
        binding: &Binding,
        event: &Event<'_>,
        now_ms: i64,
        shard: &'s Shard,
        lock: &mut Option<MutexGuard<'s, Slots>>,
    ) {
        let unlock = |lock: &mut Option<_>| {
            if binding.calls_out {
                *lock = None;
            }
        };
        unlock(lock);
        if !binding.extractor.keeps(event) {
            return;
        }
        let mut weight = 1;
        if binding.sampled {
            let slots = lock.get_or_insert_with(|| shard.lock());
            match slots.sample(binding.metric) {
                Some(stands_for) => weight = stands_for,
                None => return,
            }
            unlock(lock);
        }
        let mut key = Key::new(binding.metric);
        let extracted = binding.extractor.value(event).and_then(|value| {
            let tags = binding.extractor.tags(event, |tag| key.push(tag));
            tags.map(|()| value)
        });
        let slots = lock.get_or_insert_with(|| shard.lock());
        let recorded = extracted.and_then(|value| {
            let slot = match slots.by_key(key.as_bytes()) {
                Some(slot) => slot,
                None => self.find_slot(slots, binding, &key, weight)?,
            };
            slots.record(slot, value, weight, now_ms);
            Ok(())
        });
        if let Err(refusal) = recorded {
            self.count(binding.metric, refusal, weight);
        }
    }

    /// The slot of a key that the shard does not know.
    #[cold]
    fn find_slot(
        &self,
        slots: &mut Slots,
        binding: &Binding,
        key: &Key,
        weight: u64,
    ) -> Result<u32, Refusal> {
        let place = self.table.intern(key, binding.max_series)?;
        let slot = slots.of_series(place.series, place.metric, &binding.shape);
        if place.folded {
            self.count(binding.metric, Refusal::SeriesLimit, weight);
        } else {
            slots.remember(key.as_bytes(), slot);
        }
        Ok(slot)
    }

    fn place(&self, binding: &Binding, tags: &[&str]) -> Result<Place, Refusal> {
        if tags.len() != binding.tags {
            return Err(Refusal::MissingTag);
        }
        let key = Key::of(binding.metric, tags)?;
        self.table.intern(&key, binding.max_series)
    }

    /// The slot of a place that the table gave, and so of a metric of the list.
    pub(super) fn slot_at(&self, slots: &mut Slots, place: &Place) -> u32 {
        let bindings = self.bindings.load();
        let binding = bindings.get(usize::from(place.metric.0));
        let shape = binding.map_or(&Shape::Plain, |binding| &binding.shape);
        slots.of_series(place.series, place.metric, shape)
    }

    pub(super) fn shards(&self) -> &[Shard] {
        &self.shards
    }

    #[cold]
    pub(super) fn count(&self, metric: MetricId, refusal: Refusal, samples: u64) {
        self.refused.count(metric, refusal, samples);
    }
}

fn binding(bindings: &[Binding], metric: MetricId) -> Result<&Binding, Refusal> {
    let binding = bindings.get(usize::from(metric.0));
    binding.ok_or(Refusal::MissingMeasurement)
}

impl Binding {
    fn new((id, metric): (MetricId, &Metric)) -> Binding {
        Binding {
            metric: id,
            extractor: Extractor::new(metric),
            shape: Shape::of(metric),
            max_series: metric.max_series,
            tags: metric.tags.len(),
            sampled: metric.sampling_rate < 1.0,
            calls_out: metric.functions != Functions::default(),
        }
    }
}

#[cfg(test)]
mod tests;
