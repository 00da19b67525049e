//! From events to aggregates: the path that every sample takes.
//!
//! Invariant: recording never waits for a flush of another shard, allocates nothing for a
//! series that its shard knows, and counts whatever it refuses.

use std::cell::Cell;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Event, Value};
use rustc_hash::FxHashMap;

use super::series::{begin_key, push_tag};
use super::{Aggregate, Row, Series, SeriesId, SeriesTable, Shape};
use crate::{MetricId, MetricList, Refusal};

/// Takes events, gives rows.
pub struct Recorder {
    bindings: Vec<Binding>,
    metrics: Arc<MetricList>,
    table: Arc<SeriesTable>,
    shards: Box<[Shard]>,
    refused: [AtomicU64; Refusal::ALL.len()],
}

/// What came since the last flush.
#[derive(Default)]
pub struct Flush {
    /// A row for each series that had samples, in no order.
    pub rows: Vec<Row>,
    /// Series that are new.
    pub fresh: Vec<Arc<Series>>,
    /// Samples in the rows.
    pub samples: u64,
    /// What was refused, by reason; only reasons that occurred.
    pub refused: Vec<(Refusal, u64)>,
}

/// What one metric takes from its event.
struct Binding {
    metric: MetricId,
    measurement: Box<str>,
    tags: Box<[Box<str>]>,
    factor: f64,
    shape: Shape,
}

/// On a cache line of its own, so that one core's lock does not slow another's.
#[repr(align(128))]
#[derive(Default)]
struct Shard(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    by_key: FxHashMap<Box<[u8]>, u32>,
    by_series: FxHashMap<SeriesId, u32>,
    slots: Vec<Row>,
    touched: Vec<u32>,
    key: Vec<u8>,
}

impl Recorder {
    /// A recorder for the metrics of the list, one shard for each core.
    pub fn new(metrics: Arc<MetricList>, table: Arc<SeriesTable>) -> Recorder {
        let bindings = metrics.iter().map(|(id, metric)| Binding {
            metric: id,
            measurement: metric.measurement.as_str().into(),
            tags: metric.tags.iter().map(|tag| tag.as_str().into()).collect(),
            factor: metric.factor(),
            shape: Shape::of(metric),
        });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Recorder {
            bindings: bindings.collect(),
            metrics,
            table,
            shards: (0..cores).map(|_| Shard::default()).collect(),
            refused: Default::default(),
        }
    }

    /// Records an event for every metric that it feeds.
    pub fn record(&self, event: &Event<'_>, now_ms: i64) {
        self.record_for(self.metrics.by_event(event.name), event, now_ms);
    }

    /// As [`Recorder::record`], for a caller that knows which metrics the event feeds.
    pub fn record_for(&self, metrics: &[MetricId], event: &Event<'_>, now_ms: i64) {
        let mut inner = self.shard();
        for metric in metrics {
            let binding = &self.bindings[usize::from(metric.0)];
            if let Err(refusal) = self.record_one(&mut inner, binding, event, now_ms) {
                self.count(refusal);
            }
        }
    }

    /// Records for a series that is known already; false when it is not, or on NaN and ±∞.
    pub fn record_series(&self, series: SeriesId, value: f64, now_ms: i64) -> bool {
        let mut inner = self.shard();
        let slot = match inner.by_series.get(&series) {
            Some(slot) => *slot,
            None => match self.table.get(series) {
                Some(known) => self.add_slot(&mut inner, series, known.metric),
                None => return false,
            },
        };
        let recorded = inner.record(slot, value, now_ms);
        if !recorded {
            self.count(Refusal::NotANumber);
        }
        recorded
    }

    /// What came since the last flush, of all shards.
    pub fn flush(&self) -> Flush {
        let mut rows: Vec<Row> = Vec::new();
        let mut places: FxHashMap<SeriesId, usize> = FxHashMap::default();
        for shard in &self.shards {
            let mut inner = lock(shard);
            let Inner { slots, touched, .. } = &mut *inner;
            rows.reserve(touched.len());
            places.reserve(touched.len());
            for slot in touched.drain(..) {
                let Row {
                    series,
                    metric,
                    ref mut aggregate,
                } = slots[slot as usize];
                let aggregate = aggregate.take();
                match places.entry(series) {
                    std::collections::hash_map::Entry::Occupied(place) => {
                        rows[*place.get()].aggregate.merge(&aggregate);
                    }
                    std::collections::hash_map::Entry::Vacant(place) => {
                        place.insert(rows.len());
                        rows.push(Row {
                            series,
                            metric,
                            aggregate,
                        });
                    }
                }
            }
        }
        // Read after the rows, so that whoever sees a row has been told of its series.
        let fresh = self.table.take_fresh();
        let samples = rows.iter().map(|row| row.aggregate.count).sum();
        let counts = Refusal::ALL.into_iter().zip(&self.refused);
        let refused = counts
            .map(|(reason, count)| (reason, count.swap(0, Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect();
        Flush {
            rows,
            fresh,
            samples,
            refused,
        }
    }

    fn record_one(
        &self,
        inner: &mut Inner,
        binding: &Binding,
        event: &Event<'_>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let value = if binding.measurement.is_empty() {
            1.0
        } else {
            event
                .measurement(&binding.measurement)
                .ok_or(Refusal::MissingMeasurement)?
                * binding.factor
        };
        if !value.is_finite() {
            return Err(Refusal::NotANumber);
        }
        begin_key(&mut inner.key, binding.metric);
        for tag in &binding.tags {
            let value = event.meta(tag).ok_or(Refusal::MissingTag)?;
            if !push_value(&mut inner.key, value) {
                return Err(Refusal::TagTooLong);
            }
        }
        let slot = match inner.by_key.get(inner.key.as_slice()) {
            Some(slot) => *slot,
            None => {
                let series = self.table.intern(&inner.key)?;
                let slot = match inner.by_series.get(&series) {
                    Some(slot) => *slot,
                    None => self.add_slot(inner, series, binding.metric),
                };
                inner.by_key.insert(inner.key.as_slice().into(), slot);
                slot
            }
        };
        inner.record(slot, value, now_ms);
        Ok(())
    }

    fn add_slot(&self, inner: &mut Inner, series: SeriesId, metric: MetricId) -> u32 {
        let slot = inner.slots.len() as u32;
        let aggregate = Aggregate::empty(&self.bindings[usize::from(metric.0)].shape);
        inner.slots.push(Row {
            series,
            metric,
            aggregate,
        });
        inner.by_series.insert(series, slot);
        slot
    }

    /// A thread keeps to one shard, so that locks are free as a rule.
    fn shard(&self) -> MutexGuard<'_, Inner> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static MINE: Cell<usize> = Cell::new(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        lock(&self.shards[MINE.get() % self.shards.len()])
    }

    fn count(&self, refusal: Refusal) {
        self.refused[refusal as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl Inner {
    fn record(&mut self, slot: u32, value: f64, now_ms: i64) -> bool {
        let aggregate = &mut self.slots[slot as usize].aggregate;
        let first = aggregate.count == 0;
        let recorded = aggregate.record(value, now_ms);
        if first && recorded {
            self.touched.push(slot);
        }
        recorded
    }
}

/// A panic between two samples leaves whole aggregates behind: poisoned is as good as not.
fn lock(shard: &Shard) -> MutexGuard<'_, Inner> {
    shard.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn push_value(key: &mut Vec<u8>, value: Value<'_>) -> bool {
    match value {
        Value::Str(text) => push_tag(key, text.as_bytes()),
        Value::Int(number) => push_int(key, number),
        Value::Bool(true) => push_tag(key, b"true"),
        Value::Bool(false) => push_tag(key, b"false"),
        Value::Float(number) => {
            // 1e300 has 301 digits, so the buffer ends before some numbers do.
            let mut text = [0; super::series::MAX_TAG_VALUE];
            let mut rest = text.as_mut_slice();
            let written = write!(rest, "{number}").is_ok();
            let len = super::series::MAX_TAG_VALUE - rest.len();
            written && push_tag(key, &text[..len])
        }
    }
}

/// Status codes and the like are on the hot path, where the formatting machinery costs more
/// than all the rest.
fn push_int(key: &mut Vec<u8>, number: i64) -> bool {
    let mut text = [0; 20];
    let mut at = text.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        text[at] = b'-';
    }
    push_tag(key, &text[at..])
}
