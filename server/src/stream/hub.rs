//! Publishes flushes, and answers what clients ask of the past.
//!
//! Invariant: the ring, the recent log records and every cache have a bound, and each row is encoded
//! once a flush, however many audiences there are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
};

use bytes::Bytes;
use protocol::{EventFields, Hello, LogRecord, StreamEvent};
use telemetry::MetricId;
use telemetry::aggregate::SeriesTable;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Audience;
use super::cache_budget::CacheBudget;
use super::catalogue::{Catalogues, Definitions};
use super::encoded_flush::{EncodedFlush, list_event, merged_chunk};
use super::event_log::LoggedEvent;
use super::open_streams::{OpenStreams, StreamGuard, StreamLimit, StreamOwner};
use super::recent::RecentLog;
use super::ring::{Ring, Shares};
use crate::access::{MetricSet, Visible};
use crate::config::PipelineConfig;
use crate::metrics::MetricCatalog;
use crate::pipeline::{Flush, FlushSink};

/// Most merged chunks kept until the next flush.
const MAX_MERGED: usize = 256;

/// What all streams have in common.
pub struct Hub {
    metrics: Arc<MetricCatalog>,
    table: Arc<SeriesTable>,
    config: PipelineConfig,
    ring: RwLock<Ring>,
    newest: watch::Sender<u64>,
    audiences: Mutex<(u64, Vec<Weak<Audience>>)>,
    /// By audience, first and last flush.
    merged: Mutex<HashMap<(u64, u64, u64), Bytes>>,
    /// For chunks in the ring and merged ones.
    chunk_budget: CacheBudget,
    catalogues: Catalogues,
    recent: Mutex<RecentLog>,
    closed: CancellationToken,
    streams: Arc<OpenStreams>,
    sent: [AtomicU64; Mode::ALL.len()],
    shortened: AtomicU64,
}

/// How much the ring holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSize {
    /// Estimate of its memory: texts, rows for merging, chunks and catalogues for audiences.
    pub bytes: usize,
    /// Flushes that a stream can resume from.
    pub flushes: usize,
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

impl Hub {
    /// An empty ring.
    pub fn new(
        config: &PipelineConfig,
        metrics: Arc<MetricCatalog>,
        table: Arc<SeriesTable>,
    ) -> Hub {
        let shares = Shares::of(config.ring_bytes);
        Hub {
            metrics,
            table,
            ring: RwLock::new(Ring::new(config)),
            config: config.clone(),
            newest: watch::Sender::new(0),
            audiences: Mutex::default(),
            merged: Mutex::default(),
            chunk_budget: CacheBudget::new(shares.chunks),
            catalogues: Catalogues::new(shares.catalogues),
            recent: Mutex::new(RecentLog::new(config.log_entries)),
            closed: CancellationToken::new(),
            streams: Arc::new(OpenStreams::new(config)),
            sent: Default::default(),
            shortened: AtomicU64::new(0),
        }
    }

    /// Number of series of a metric that somebody with this visibility sees.
    pub fn series_count(&self, metric: MetricId, visible: &Visible) -> usize {
        let series = self.table.of_metric(metric);
        series.iter().filter(|one| visible.sees(one)).count()
    }

    /// All series.
    pub fn table(&self) -> &SeriesTable {
        &self.table
    }

    /// Encodes a flush and wakes every client.
    pub fn publish(&self, flush: &Flush<'_>) {
        let encoded = Arc::new(EncodedFlush::new(flush, &self.metrics.defined()));
        lock(&self.recent).push(flush.seq, flush.log_records);
        let (shortened, joined) = {
            let mut ring = self.ring_mut();
            (ring.push(encoded), ring.joined_bytes())
        };
        self.shortened.fetch_add(shortened, Ordering::Relaxed);
        lock(&self.merged).clear();
        self.chunk_budget.set(joined);
        self.newest.send_replace(flush.seq);
    }

    /// Takes log records of before the first flush, oldest first.
    pub fn restore(&self, records: &[LoggedEvent]) {
        lock(&self.recent).push(0, records);
    }

    /// All recent log records, oldest first, and a number that grows whenever some come.
    pub fn logged(&self) -> (u64, Vec<LoggedEvent>) {
        let recent = lock(&self.recent);
        let records = recent.iter().map(|(_, record)| record.clone());
        (recent.changes(), records.collect())
    }

    /// Recent log records that somebody with this visibility may see, newest first.
    pub fn recent(&self, visible: &Visible) -> Vec<LogRecord> {
        let recent = lock(&self.recent);
        let newest_first = recent.iter().rev().map(|(_, record)| record);
        newest_first
            .filter(|record| record.is_visible(visible))
            .map(|record| record.record.clone())
            .collect()
    }

    /// Everything that came with a recent event, for somebody with this visibility. None for one that is
    /// not kept, and for one that belongs to a series which is hidden from them. The tags of metrics that
    /// were declared after the event came are not known, so those must be visible whole.
    pub fn event_fields(&self, id: u64, visible: &Visible) -> Option<Arc<EventFields>> {
        let recent = lock(&self.recent);
        let (_, found) = recent.iter().find(|(_, one)| one.record.id == id)?;
        let list = self.metrics.defined();
        let mut since = list.by_event(&found.record.event).iter();
        let sees_since = |metric| found.metrics.contains(metric) || visible.contains_whole(*metric);
        (found.is_visible(visible) && since.all(sees_since)).then(|| found.fields.clone())
    }

    /// The audience of everybody who sees this and asked for this; the same one each time.
    pub fn audience(
        &self,
        visible: impl Into<Arc<Visible>>,
        asked: Option<MetricSet>,
    ) -> Arc<Audience> {
        let visible = visible.into();
        // What is asked for but hidden must not split audiences.
        let asked = asked.map(|asked| asked.intersection(visible.metrics()));
        let mut audiences = lock(&self.audiences);
        let (next, known) = &mut *audiences;
        known.retain(|audience| audience.strong_count() > 0);
        let alive: Vec<Arc<Audience>> = known.iter().filter_map(Weak::upgrade).collect();
        let same = |a: &&Arc<Audience>| a.visible == visible && a.asked == asked;
        if let Some(same) = alive.iter().find(same) {
            return same.clone();
        }
        self.catalogues
            .retain(|id| alive.iter().any(|audience| audience.id == id));
        *next += 1;
        let audience = Arc::new(Audience {
            id: *next,
            visible,
            asked,
        });
        known.push(Arc::downgrade(&audience));
        audience
    }

    /// Counts one more stream.
    ///
    /// # Errors
    /// The limit that it would pass.
    pub fn open(&self, owner: StreamOwner) -> Result<StreamGuard, StreamLimit> {
        self.streams.open(owner)
    }

    /// Open streams of this owner.
    pub fn streams_of(&self, owner: StreamOwner) -> usize {
        self.streams.of(owner)
    }

    /// Open streams.
    pub fn streams(&self) -> usize {
        self.streams.count()
    }

    /// Chunks sent since the last call, by mode.
    pub fn take_sent(&self) -> impl Iterator<Item = (Mode, u64)> {
        let counts = Mode::ALL.into_iter().zip(&self.sent);
        counts.map(|(mode, count)| (mode, count.swap(0, Ordering::Relaxed)))
    }

    /// How much the ring holds now.
    pub fn ring_size(&self) -> RingSize {
        let (ring_bytes, joined, flushes) = {
            let ring = self.ring();
            (ring.bytes(), ring.joined_bytes(), ring.len())
        };
        // Chunks joined or merged since the last flush are in the budget only.
        let joined_since = self.chunk_budget.used().saturating_sub(joined);
        RingSize {
            bytes: ring_bytes + joined_since + self.catalogues.bytes(),
            flushes,
        }
    }

    /// Flushes that `ring_bytes` took out of the ring since the last call.
    pub fn take_shortened(&self) -> u64 {
        self.shortened.swap(0, Ordering::Relaxed)
    }

    /// Changes with every flush, to its number.
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
        self.ring().span()
    }

    /// The chunk of one flush; None when the ring does not have it.
    pub(super) fn chunk(&self, seq: u64, audience: &Audience, mode: Mode) -> Option<Bytes> {
        let flush = self.ring().range(seq, seq)?.pop()?;
        Some(self.count(mode, flush.chunk(audience, &self.table, &self.chunk_budget)))
    }

    /// One chunk for the flushes `first..=last`; None when they cannot be merged any more.
    pub(super) fn merged(&self, first: u64, last: u64, audience: &Audience) -> Option<Bytes> {
        let key = (audience.id, first, last);
        if let Some(bytes) = lock(&self.merged).get(&key) {
            return Some(self.count(Mode::Merged, bytes.clone()));
        }
        let flushes = self.ring().range(first, last)?;
        let bytes = merged_chunk(&flushes, audience, &self.table, &self.metrics.defined())?;
        let mut merged = lock(&self.merged);
        if merged.len() < MAX_MERGED && self.chunk_budget.take(bytes.len()) {
            merged.insert(key, bytes.clone());
        }
        Some(self.count(Mode::Merged, bytes))
    }

    /// A fresh start: the chunks of one `hello`, and the number after which live flushes follow. The
    /// catalogue, which is nearly all of it, is shared by the clients of an audience.
    /// Before it stand the definitions that the client does not have.
    pub(super) fn hello(
        &self,
        audience: &Audience,
        definitions: Definitions,
        now_ms: i64,
    ) -> ([Bytes; 3], u64) {
        let (seq, live_from_ms) = self.live_from(now_ms);
        let hello = Hello {
            now_ms,
            seq,
            live_from_ms,
            flush_ms: self.config.flush_ms,
            series: Vec::new(),
        };
        let json = serde_json::to_string(&hello).unwrap_or_default();
        // The list of series is the last field; a test reads the whole back.
        let before_series = json.strip_suffix("[]}").unwrap_or_default();
        let name = StreamEvent::Hello.name();
        let mut head = String::new();
        let metrics = definitions.of(audience, &self.metrics);
        // That nothing can be seen any more is a change as well.
        if definitions == Definitions::All || !metrics.is_empty() {
            let (event, metrics) = (StreamEvent::Metrics.name(), metrics.join(","));
            head.push_str(&format!("event: {event}\ndata: [{metrics}]\n\n"));
        }
        head.push_str(&format!("event: {name}\ndata: {before_series}"));
        let catalogue = self
            .catalogues
            .get(audience, &self.table, &self.metrics.defined());
        let mut tail = "}\n\n".to_owned();
        let recent = lock(&self.recent);
        let visible = recent
            .iter()
            .filter(|(at, record)| *at <= seq && audience.may_see(record));
        let texts = visible.filter_map(|(_, record)| serde_json::to_string(&record.record).ok());
        let texts: Vec<String> = texts.collect();
        list_event(
            &mut tail,
            StreamEvent::Log,
            texts.iter().map(String::as_str),
        );
        tail.pop();
        tail.push_str(&format!("id: {seq}\n\n"));
        let head = self.count(Mode::Hello, head.into());
        ([head, catalogue, tail.into()], seq)
    }

    /// The newest whole second after which the ring has everything, and the last flush in it.
    fn live_from(&self, now_ms: i64) -> (u64, i64) {
        let ring = self.ring();
        let Some(newest) = ring.newest() else {
            return (0, now_ms.div_euclid(1000) * 1000);
        };
        let second = newest.end_ms.div_euclid(1000) * 1000;
        match ring.first_after(second) {
            Some(first) => (first.seq.saturating_sub(1), second),
            None => (newest.seq, second),
        }
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A chunk without bytes is not sent, so it is not counted.
    fn count(&self, mode: Mode, bytes: Bytes) -> Bytes {
        if !bytes.is_empty() {
            self.sent[mode as usize].fetch_add(1, Ordering::Relaxed);
        }
        bytes
    }
}

impl FlushSink for Arc<Hub> {
    fn name(&self) -> &'static str {
        "stream"
    }

    fn flush(&mut self, flush: &Flush<'_>) {
        self.publish(flush);
    }
}

/// Every value behind these locks is whole after each statement, so poison says nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
