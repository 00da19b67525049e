//! The ring of flushes that all clients read from.
//!
//! Invariant: numbers in the ring are without a gap, and the ring, the recent log and every
//! cache have a bound.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use bytes::Bytes;
use protocol::{Hello, LogRecord, SeriesInfo, StreamEvent};
use telemetry::aggregate::{Row, Series, SeriesTable, Shape};
use telemetry::{MetricId, MetricList};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Audience;
use super::Note;
use super::entry::{Entry, info, list_event, merged_chunk};
use super::log::Noted;
use crate::access::MetricSet;
use crate::config::PipelineConfig;
use crate::history::Second;

/// Newest entries that can be merged and whose joined bytes are kept.
pub(super) const YOUNG: usize = 50;
/// Most merged chunks kept until the next flush.
const MAX_MERGED: usize = 256;

/// Publishes flushes, and answers what clients ask of the past.
pub struct Hub {
    metrics: Arc<MetricList>,
    table: Arc<SeriesTable>,
    shapes: Vec<Shape>,
    config: PipelineConfig,
    ring: RwLock<VecDeque<Arc<Entry>>>,
    newest: watch::Sender<u64>,
    audiences: Mutex<(u64, Vec<Weak<Audience>>)>,
    merged: Mutex<HashMap<(u64, u64, u64), Bytes>>,
    recent: Mutex<VecDeque<(u64, Noted)>>,
    closed: CancellationToken,
    streams: AtomicUsize,
    sent: [AtomicU64; Mode::ALL.len()],
}

/// One flush on its way to the clients.
pub struct Publication<'a> {
    /// Its number, one above the last.
    pub seq: u64,
    /// End of its window in ms since the epoch.
    pub t: i64,
    /// Length of its window in ms.
    pub w: u32,
    /// What changed.
    pub rows: &'a [Row],
    /// Seconds that it completes.
    pub seconds: &'a [Second],
    /// New series.
    pub fresh: &'a [Arc<Series>],
    /// New log entries.
    pub logs: Vec<Noted>,
    /// What became of annotations.
    pub notes: &'a [Note],
}

/// How a chunk came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One flush, live.
    Single,
    /// Several flushes in one frame.
    Merged,
    /// One flush that a resuming client missed.
    Resumed,
    /// A fresh start.
    Hello,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 4] = [Mode::Single, Mode::Merged, Mode::Resumed, Mode::Hello];

    /// As the tag `mode` says it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Single => "single",
            Mode::Merged => "merged",
            Mode::Resumed => "resumed",
            Mode::Hello => "hello",
        }
    }
}

/// Counts an open stream until it is dropped.
pub struct StreamGuard(Arc<Hub>);

impl Drop for StreamGuard {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hub {
    /// An empty ring.
    pub fn new(config: &PipelineConfig, metrics: Arc<MetricList>, table: Arc<SeriesTable>) -> Hub {
        let shapes = metrics
            .iter()
            .map(|(_, metric)| Shape::of(metric))
            .collect();
        Hub {
            metrics,
            table,
            shapes,
            config: config.clone(),
            ring: RwLock::default(),
            newest: watch::Sender::new(0),
            audiences: Mutex::default(),
            merged: Mutex::default(),
            recent: Mutex::default(),
            closed: CancellationToken::new(),
            streams: AtomicUsize::new(0),
            sent: Default::default(),
        }
    }

    /// Number of series of a metric.
    pub fn series_count(&self, metric: MetricId) -> usize {
        self.table.of_metric(metric).len()
    }

    /// Encodes a flush and tells every client.
    pub fn publish(&self, flush: &Publication<'_>) {
        let entry = Arc::new(Entry::new(flush, &self.metrics));
        {
            let mut recent = lock(&self.recent);
            recent.extend(flush.logs.iter().map(|noted| (flush.seq, noted.clone())));
            let over = recent.len().saturating_sub(self.config.log_entries);
            recent.drain(..over);
        }
        {
            let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
            ring.push_back(entry);
            if ring.len() > self.config.ring_flushes {
                ring.pop_front();
            }
            if let Some(old) = ring
                .len()
                .checked_sub(YOUNG + 1)
                .and_then(|at| ring.get(at))
            {
                old.age();
            }
        }
        lock(&self.merged).clear();
        self.newest.send_replace(flush.seq);
    }

    /// Recent log entries that somebody with this visibility may hear of, newest first.
    pub fn recent(&self, visible: &MetricSet) -> Vec<LogRecord> {
        let recent = lock(&self.recent);
        let heard = recent.iter().rev().map(|(_, noted)| noted);
        heard
            .filter(|noted| noted.fed.iter().all(|metric| visible.contains(*metric)))
            .map(|noted| noted.entry.clone())
            .collect()
    }

    /// The audience of everybody who sees this and asked for this; the same one each time.
    pub fn audience(&self, visible: MetricSet, asked: Option<MetricSet>) -> Arc<Audience> {
        // What is asked for but hidden must not split audiences.
        let asked = asked.map(|asked| asked.intersection(&visible));
        let mut audiences = lock(&self.audiences);
        let (next, known) = &mut *audiences;
        known.retain(|audience| audience.strong_count() > 0);
        let mut alive = known.iter().filter_map(Weak::upgrade);
        if let Some(same) = alive.find(|a| a.visible == visible && a.asked == asked) {
            return same;
        }
        *next += 1;
        let audience = Arc::new(Audience {
            id: *next,
            visible,
            asked,
        });
        known.push(Arc::downgrade(&audience));
        audience
    }

    /// Counts one more stream; None when there are as many as there may be.
    pub fn open(self: &Arc<Hub>) -> Option<StreamGuard> {
        let open = self.streams.fetch_add(1, Ordering::Relaxed);
        let guard = StreamGuard(self.clone());
        (open < self.config.max_streams).then_some(guard)
    }

    /// Open streams.
    pub fn streams(&self) -> usize {
        self.streams.load(Ordering::Relaxed)
    }

    /// Chunks sent since the last call, by mode.
    pub fn take_sent(&self) -> impl Iterator<Item = (Mode, u64)> {
        let counts = Mode::ALL.into_iter().zip(&self.sent);
        counts.map(|(mode, count)| (mode, count.swap(0, Ordering::Relaxed)))
    }

    /// Tells the number of the newest flush whenever there is one.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Ends every stream.
    pub fn close(&self) {
        self.closed.cancel();
    }

    /// Done when streams shall end.
    pub fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    pub(super) fn config(&self) -> &PipelineConfig {
        &self.config
    }

    /// Oldest and newest number in the ring.
    pub(super) fn span(&self) -> Option<(u64, u64)> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        Some((ring.front()?.seq, ring.back()?.seq))
    }

    /// The chunk of one flush; None when the ring does not have it.
    pub(super) fn chunk(&self, seq: u64, audience: &Audience, mode: Mode) -> Option<Bytes> {
        let entry = self.entries(seq, seq)?.pop()?;
        Some(self.count(mode, entry.chunk(audience)))
    }

    /// One chunk for the flushes `first..=last`; None when they cannot be merged any more.
    pub(super) fn merged(&self, first: u64, last: u64, audience: &Audience) -> Option<Bytes> {
        let key = (audience.id, first, last);
        if let Some(bytes) = lock(&self.merged).get(&key) {
            return Some(self.count(Mode::Merged, bytes.clone()));
        }
        let entries = self.entries(first, last)?;
        let bytes = merged_chunk(&entries, audience, &self.metrics, &self.shapes)?;
        let mut merged = lock(&self.merged);
        if merged.len() < MAX_MERGED {
            merged.insert(key, bytes.clone());
        }
        Some(self.count(Mode::Merged, bytes))
    }

    /// A fresh start: the chunk, and the number after which live flushes follow.
    pub(super) fn hello(&self, audience: &Audience, now_ms: i64) -> (Bytes, u64) {
        let (seq, live_from_ms) = self.live_from(now_ms);
        let shown = audience.shown(&self.metrics);
        let series = shown.flat_map(|metric| self.table.of_metric(metric));
        let series: Vec<SeriesInfo> = series.map(|series| info(&series, &self.metrics)).collect();
        let flush_ms = self.config.flush_ms;
        let hello = Hello {
            now_ms,
            seq,
            live_from_ms,
            flush_ms,
            series,
        };
        let json = serde_json::to_string(&hello).unwrap_or_default();
        let name = StreamEvent::Hello.name();
        let mut out = format!("event: {name}\ndata: {json}\n\n");
        let recent = lock(&self.recent);
        let heard = recent
            .iter()
            .filter(|(at, noted)| *at <= seq && audience.hears(&noted.fed));
        let texts = heard.filter_map(|(_, noted)| serde_json::to_string(&noted.entry).ok());
        let texts: Vec<String> = texts.collect();
        list_event(&mut out, StreamEvent::Log, texts.iter().map(String::as_str));
        out.pop();
        out.push_str(&format!("id: {seq}\n\n"));
        (self.count(Mode::Hello, out.into()), seq)
    }

    /// The newest whole second after which the ring has everything, and the last flush in it.
    fn live_from(&self, now_ms: i64) -> (u64, i64) {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let Some(newest) = ring.back() else {
            return (0, now_ms.div_euclid(1000) * 1000);
        };
        let second = newest.t.div_euclid(1000) * 1000;
        let after = ring.partition_point(|entry| entry.t <= second);
        match ring.get(after) {
            Some(first) => (first.seq.saturating_sub(1), second),
            None => (newest.seq, second),
        }
    }

    /// The entries `first..=last`, all of them or None.
    fn entries(&self, first: u64, last: u64) -> Option<Vec<Arc<Entry>>> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let start = usize::try_from(first.checked_sub(ring.front()?.seq)?).ok()?;
        let end = usize::try_from(last.checked_sub(ring.front()?.seq)?).ok()?;
        (start <= end && end < ring.len()).then(|| ring.range(start..=end).cloned().collect())
    }

    /// A chunk without bytes is not sent, so it is not counted.
    fn count(&self, mode: Mode, bytes: Bytes) -> Bytes {
        if !bytes.is_empty() {
            self.sent[mode as usize].fetch_add(1, Ordering::Relaxed);
        }
        bytes
    }
}

/// Every value behind these locks is whole after each statement, so poison says nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_counted_and_limited() {
        let metrics = Arc::new(MetricList::new(Vec::new()).expect("an empty list"));
        let config = PipelineConfig {
            max_streams: 1,
            ..PipelineConfig::default()
        };
        let hub = Arc::new(Hub::new(&config, metrics, Arc::new(SeriesTable::new(1, 1))));
        let one = hub.open();
        assert!(one.is_some() && hub.open().is_none());
        assert_eq!(hub.streams(), 1);
        drop(one);
        assert!(hub.open().is_some());
        assert_eq!(hub.streams(), 0);
    }
}
