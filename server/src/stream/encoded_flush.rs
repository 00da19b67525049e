//! One flush at rest: each row encoded once, joined once for each audience.
//!
//! Invariant: the text never changes after it was made; rows for merging and joined chunks are caches
//! that the ring drops as it needs the room.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use protocol::{SeriesInfo, StreamEvent, row};
use telemetry::aggregate::{Aggregate, Row, Series, SeriesId, SeriesTable};
use telemetry::{MetricId, MetricList};

use super::cache_budget::CacheBudget;
use super::event_log::LoggedEvent;
use super::{AnnotationChange, Audience, push_row};
use crate::access::Mentions;
use crate::pipeline::Flush;

/// One flush as text, cut where audiences may differ.
pub struct EncodedFlush {
    /// Its number.
    pub seq: u64,
    /// End of its window in ms since the epoch.
    pub end_ms: i64,
    width_ms: u32,
    text: String,
    rows: Vec<Fragment>,
    seconds: Vec<(i64, Vec<Fragment>)>,
    new_series: Vec<(SeriesId, Fragment)>,
    log_records: Vec<(LoggedEvent, Range<u32>)>,
    added: Vec<(Mentions, Range<u32>)>,
    removed: Vec<Range<u32>>,
    /// Rows as they came, with their bytes, from which lagging clients get one merged frame.
    mergeable: Mutex<Option<(Arc<[Row]>, usize)>>,
    /// Chunks by audience; None once they are not kept any more.
    joined: Mutex<Option<Vec<(u64, Bytes)>>>,
}

/// A stretch of the text about one metric: one item of a list, or several with commas between.
struct Fragment {
    metric: MetricId,
    at: Range<u32>,
}

impl EncodedFlush {
    /// Encodes a flush: the one place where its rows, and those of its seconds, become text.
    pub fn new(flush: &Flush<'_>, metrics: &MetricList) -> EncodedFlush {
        let mut text = String::with_capacity(flush.rows.len() * 24);
        let rows = encode_rows(&mut text, &flush.rows, metrics);
        let seconds = flush.seconds.iter();
        let seconds = seconds
            .map(|second| (second.t, encode_rows(&mut text, &second.rows, metrics)))
            .collect();
        let new_series = flush.new_series.iter().map(|series| {
            let at = push_json(&mut text, &series_info(series, metrics));
            let metric = series.metric;
            (series.id, Fragment { metric, at })
        });
        let new_series = new_series.collect();
        let no_fields = Arc::default();
        // Only the recent log keeps the fields; the ring needs what decides who sees the record.
        let without_fields = |logged: &LoggedEvent| LoggedEvent {
            fields: Arc::clone(&no_fields),
            ..logged.clone()
        };
        let log_records = flush.log_records.iter();
        let log_records = log_records
            .map(|logged| (without_fields(logged), push_json(&mut text, &logged.record)))
            .collect();
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for change in flush.annotations {
            match change {
                AnnotationChange::Added(annotation) => added.push((
                    Mentions::of(annotation, metrics),
                    push_json(&mut text, annotation),
                )),
                AnnotationChange::Removed(id) => removed.push(push_json(&mut text, id)),
            }
        }
        text.shrink_to_fit();
        EncodedFlush {
            seq: flush.seq,
            end_ms: flush.end_ms,
            width_ms: flush.width_ms,
            text,
            rows,
            seconds,
            new_series,
            log_records,
            added,
            removed,
            mergeable: Mutex::new(Some((flush.rows.clone(), bytes_of_rows(&flush.rows)))),
            joined: Mutex::new(Some(Vec::new())),
        }
    }

    /// The chunk for an audience; empty when nothing changed for it. The same bytes for all of the
    /// audience while they are kept, which takes room in `budget`.
    pub fn chunk(&self, audience: &Audience, table: &SeriesTable, budget: &CacheBudget) -> Bytes {
        let mut joined = lock(&self.joined);
        let kept = joined.iter().flatten().find(|(id, _)| *id == audience.id);
        if let Some((_, bytes)) = kept {
            return bytes.clone();
        }
        let rows = self.visible(&self.rows, audience, table);
        let bytes = join(&[self], rows.into_iter(), self.width_ms, (audience, table));
        if let Some(joined) = &mut *joined
            && budget.take(bytes.len())
        {
            joined.push((audience.id, bytes.clone()));
        }
        bytes
    }

    /// Memory of the text and what cuts it, without caches.
    pub fn text_bytes(&self) -> usize {
        let fragments: usize = std::iter::once(&self.rows)
            .chain(self.seconds.iter().map(|(_, fragments)| fragments))
            .map(Vec::capacity)
            .sum();
        size_of::<EncodedFlush>()
            + self.text.capacity()
            + fragments * size_of::<Fragment>()
            + size_of_val(&*self.new_series)
            + size_of_val(&*self.seconds)
            + size_of_val(&*self.log_records)
            + size_of_val(&*self.added)
            + size_of_val(&*self.removed)
    }

    /// Memory of the rows that are kept for merging.
    pub fn row_bytes(&self) -> usize {
        lock(&self.mergeable)
            .as_ref()
            .map_or(0, |(_, bytes)| *bytes)
    }

    /// Memory of the chunks that are kept for audiences.
    pub fn joined_bytes(&self) -> usize {
        let joined = lock(&self.joined);
        joined.iter().flatten().map(|(_, bytes)| bytes.len()).sum()
    }

    /// After this it cannot be merged any more.
    pub fn drop_rows(&self) {
        *lock(&self.mergeable) = None;
    }

    /// After this every chunk is joined when it is asked for.
    pub fn drop_joined(&self) {
        *lock(&self.joined) = None;
    }

    fn rows(&self) -> Option<Arc<[Row]>> {
        lock(&self.mergeable).as_ref().map(|(rows, _)| rows.clone())
    }

    /// The stretches that an audience sees: of a metric that it sees in part, single rows.
    fn visible(
        &self,
        fragments: &[Fragment],
        audience: &Audience,
        table: &SeriesTable,
    ) -> Vec<&str> {
        let mut sieve = audience.visible.sieve(table);
        let mut shown = Vec::new();
        for fragment in fragments.iter().filter(|f| audience.shows(f.metric)) {
            let text = self.text(&fragment.at);
            if audience.visible.contains_whole(fragment.metric) {
                shown.push(text);
            } else {
                let rows = row::rows_of(text);
                let seen = rows.filter(|(id, _)| sieve.sees(fragment.metric, SeriesId(*id)));
                shown.extend(seen.map(|(_, text)| text));
            }
        }
        shown
    }

    fn visible_series(&self, audience: &Audience, table: &SeriesTable) -> Vec<&str> {
        let mut sieve = audience.visible.sieve(table);
        let shown = self.new_series.iter();
        let shown =
            shown.filter(|(id, new)| audience.shows(new.metric) && sieve.sees(new.metric, *id));
        shown.map(|(_, new)| self.text(&new.at)).collect()
    }

    fn text(&self, at: &Range<u32>) -> &str {
        &self.text[at.start as usize..at.end as usize]
    }
}

/// One chunk for all of the flushes: rows merged by series, seconds and log records one by one. None
/// when rows of one of them are not kept any more. The flushes are in order.
pub fn merged_chunk(
    flushes: &[Arc<EncodedFlush>],
    audience: &Audience,
    table: &SeriesTable,
    metrics: &MetricList,
) -> Option<Bytes> {
    let mut merged: BTreeMap<(MetricId, SeriesId), Aggregate> = BTreeMap::new();
    let mut sieve = audience.visible.sieve(table);
    for flush in flushes {
        let rows = flush.rows()?;
        let shown = rows.iter().filter(|row| audience.shows(row.metric));
        for row in shown.filter(|row| sieve.sees(row.metric, row.series)) {
            merged
                .entry((row.metric, row.series))
                .and_modify(|aggregate| aggregate.merge(&row.aggregate))
                .or_insert_with(|| row.aggregate.clone());
        }
    }
    // The parts below decide for themselves.
    drop(sieve);
    let mut text = String::new();
    let mut ends = Vec::with_capacity(merged.len());
    for ((metric, series), aggregate) in &merged {
        let start = text.len();
        encode_row(&mut text, *metric, *series, aggregate, metrics);
        ends.push(start..text.len());
    }
    let flushes: Vec<&EncodedFlush> = flushes.iter().map(Arc::as_ref).collect();
    let widths = flushes.iter().map(|flush| flush.width_ms);
    let width_ms = widths.fold(0, u32::saturating_add);
    let rows = ends.into_iter().map(|at| &text[at]);
    Some(join(&flushes, rows, width_ms, (audience, table)))
}

/// A series as the page knows it.
pub fn series_info(series: &Series, metrics: &MetricList) -> SeriesInfo {
    let metric = metrics.get(series.metric);
    let values = series.tags.iter().map(|value| String::from(&**value));
    SeriesInfo {
        id: series.id.0,
        metric: metric.name.clone(),
        tags: metric.tags.iter().cloned().zip(values).collect(),
    }
}

/// Events of one chunk. Only the last carries the id: a connection that breaks between two of
/// them must not come back as one that has seen the rest.
fn join<'a>(
    flushes: &[&EncodedFlush],
    rows: impl Iterator<Item = &'a str>,
    width_ms: u32,
    (audience, table): (&Audience, &SeriesTable),
) -> Bytes {
    let Some(newest) = flushes.last() else {
        return Bytes::new();
    };
    let mut out = String::new();
    let new_series = flushes
        .iter()
        .flat_map(|flush| flush.visible_series(audience, table));
    list_event(&mut out, StreamEvent::Series, new_series);
    let log_records = flushes.iter().flat_map(|flush| {
        let records = flush.log_records.iter();
        let visible = records.filter(|(logged, _)| audience.may_see(logged));
        visible.map(|(_, at)| flush.text(at))
    });
    list_event(&mut out, StreamEvent::Log, log_records);
    // What was removed was added before, so this order holds for merged flushes, too.
    let added = flushes
        .iter()
        .flat_map(|e| e.added.iter().map(move |one| (e, one)))
        .filter(|(_, (mentions, _))| audience.visible.sees_annotation(mentions))
        .map(|(e, (_, at))| e.text(at));
    list_event(&mut out, StreamEvent::Annotation, added);
    let removed = flushes
        .iter()
        .flat_map(|e| e.removed.iter().map(|at| e.text(at)));
    list_event(&mut out, StreamEvent::AnnotationRemoved, removed);

    let mut rows = rows.peekable();
    let has_rows = rows.peek().is_some();
    let seconds = || {
        flushes
            .iter()
            .flat_map(|flush| flush.seconds.iter().map(move |second| (flush, second)))
    };
    let has_seconds = seconds().next().is_some();
    if has_rows || has_seconds {
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            out,
            "event: {}\ndata: {{\"seq\":{},\"t\":{},\"w\":{width_ms}",
            StreamEvent::Frame.name(),
            newest.seq,
            newest.end_ms
        );
        if has_rows {
            out.push_str(",\"rows\":");
            push_list(&mut out, rows);
        }
        if has_seconds {
            out.push_str(",\"seconds\":[");
            for (i, (flush, (t, fragments))) in seconds().enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let _ = write!(out, "{comma}{{\"t\":{t},\"rows\":");
                push_list(
                    &mut out,
                    flush.visible(fragments, audience, table).into_iter(),
                );
                out.push('}');
            }
            out.push(']');
        }
        out.push_str("}\n\n");
    }
    if out.is_empty() {
        return Bytes::new();
    }
    out.pop();
    let _ = write!(out, "id: {}\n\n", newest.seq);
    Bytes::from(out)
}

/// An event with a list; nothing when the list is empty.
pub fn list_event<'a>(out: &mut String, event: StreamEvent, items: impl Iterator<Item = &'a str>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        out.push_str("event: ");
        out.push_str(event.name());
        out.push_str("\ndata: ");
        push_list(out, items);
        out.push_str("\n\n");
    }
}

fn push_list<'a>(out: &mut String, items: impl Iterator<Item = &'a str>) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(item);
    }
    out.push(']');
}

/// Rows of one metric that follow each other are one fragment.
fn encode_rows(text: &mut String, rows: &[Row], metrics: &MetricList) -> Vec<Fragment> {
    let mut fragments: Vec<Fragment> = Vec::new();
    for row in rows {
        let before = fragments.last_mut().filter(|f| f.metric == row.metric);
        if before.is_some() {
            text.push(',');
        }
        let start = text.len() as u32;
        encode_row(text, row.metric, row.series, &row.aggregate, metrics);
        let end = text.len() as u32;
        match before {
            Some(fragment) => fragment.at.end = end,
            None => fragments.push(Fragment {
                metric: row.metric,
                at: start..end,
            }),
        }
    }
    fragments.shrink_to_fit();
    fragments
}

fn encode_row(
    text: &mut String,
    metric: MetricId,
    series: SeriesId,
    aggregate: &Aggregate,
    metrics: &MetricList,
) {
    #[cfg(test)]
    ENCODED_ROWS.with(|rows| rows.set(rows.get() + 1));
    push_row(text, series, metrics.get(metric).kind, aggregate);
}

#[cfg(test)]
thread_local! {
    /// Rows that this thread encoded, by which a test counts.
    pub(super) static ENCODED_ROWS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

fn bytes_of_rows(rows: &[Row]) -> usize {
    let heap: usize = rows.iter().map(|row| row.aggregate.heap_bytes()).sum();
    size_of_val(rows) + heap
}

fn push_json(text: &mut String, value: &impl serde::Serialize) -> Range<u32> {
    let start = text.len() as u32;
    // Names, texts and finite numbers always encode; an empty stretch would only lose itself.
    text.push_str(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
    start..text.len() as u32
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
