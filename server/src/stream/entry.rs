//! One flush at rest: each series encoded once, joined once for each audience.
//!
//! Invariant: what an entry says never changes after it was made.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use protocol::{SeriesInfo, StreamEvent};
use telemetry::aggregate::{Aggregate, Packed, Row, Series, SeriesId, Shape};
use telemetry::{MetricId, MetricList};

use super::hub::Publication;
use super::log::Noted;
use super::{Audience, Note, push_row};

/// What one flush has to say, in pieces.
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// End of its window in ms since the epoch.
    pub t: i64,
    w: u32,
    text: String,
    rows: Vec<Piece>,
    seconds: Vec<(i64, Vec<Piece>)>,
    fresh: Vec<Piece>,
    logs: Vec<(Arc<[MetricId]>, Range<u32>)>,
    added: Vec<Range<u32>>,
    removed: Vec<Range<u32>>,
    mergeable: Mutex<Option<Arc<[Mergeable]>>>,
    joined: Mutex<Vec<(u64, Bytes)>>,
}

/// A stretch of the text about one metric.
struct Piece {
    metric: MetricId,
    at: Range<u32>,
}

/// A row that can be merged with others of its series.
struct Mergeable {
    series: SeriesId,
    metric: MetricId,
    packed: Packed,
}

impl Entry {
    /// Encodes a flush.
    pub fn new(flush: &Publication<'_>, metrics: &MetricList) -> Entry {
        let mut text = String::with_capacity(flush.rows.len() * 24);
        let rows = encode_rows(&mut text, flush.rows, metrics);
        let seconds = flush.seconds.iter();
        let seconds = seconds
            .map(|second| (second.t, encode_rows(&mut text, &second.rows, metrics)))
            .collect();
        let fresh = flush.fresh.iter().map(|series| Piece {
            metric: series.metric,
            at: push_json(&mut text, &info(series, metrics)),
        });
        let fresh = fresh.collect();
        let logs = flush.logs.iter();
        let logs = logs
            .map(|Noted { entry, fed }| (fed.clone(), push_json(&mut text, entry)))
            .collect();
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for note in flush.notes {
            match note {
                Note::Added(annotation) => added.push(push_json(&mut text, annotation)),
                Note::Removed(id) => removed.push(push_json(&mut text, id)),
            }
        }
        let mergeable = flush.rows.iter().map(|row| Mergeable {
            series: row.series,
            metric: row.metric,
            packed: Packed::of(&row.aggregate),
        });
        text.shrink_to_fit();
        Entry {
            seq: flush.seq,
            t: flush.t,
            w: flush.w,
            text,
            rows,
            seconds,
            fresh,
            logs,
            added,
            removed,
            mergeable: Mutex::new(Some(mergeable.collect())),
            joined: Mutex::default(),
        }
    }

    /// The chunk for an audience; empty when there is nothing to say. The same bytes for all
    /// of the audience while the entry is young.
    pub fn chunk(&self, audience: &Audience) -> Bytes {
        let mut joined = lock(&self.joined);
        if let Some((_, bytes)) = joined.iter().find(|(id, _)| *id == audience.id) {
            return bytes.clone();
        }
        let rows = self.pieces(&self.rows, audience);
        let bytes = join(&[self], rows, self.w, audience);
        if lock(&self.mergeable).is_some() {
            joined.push((audience.id, bytes.clone()));
        }
        bytes
    }

    /// Lets go of what only the newest entries need.
    pub fn age(&self) {
        *lock(&self.mergeable) = None;
        *lock(&self.joined) = Vec::new();
    }

    fn pieces<'a>(
        &'a self,
        pieces: &'a [Piece],
        audience: &'a Audience,
    ) -> impl Iterator<Item = &'a str> {
        let shown = pieces.iter().filter(|piece| audience.shows(piece.metric));
        shown.map(|piece| self.text(&piece.at))
    }

    fn text(&self, at: &Range<u32>) -> &str {
        &self.text[at.start as usize..at.end as usize]
    }
}

/// One chunk that says what all the entries say: rows merged by series, seconds and logs one
/// by one. None when an entry has aged too much to be merged. The entries are in order.
pub fn merged_chunk(
    entries: &[Arc<Entry>],
    audience: &Audience,
    metrics: &MetricList,
    shapes: &[Shape],
) -> Option<Bytes> {
    let mut merged: std::collections::BTreeMap<SeriesId, (MetricId, Aggregate)> =
        Default::default();
    for entry in entries {
        let mergeable = lock(&entry.mergeable).clone()?;
        for row in mergeable.iter().filter(|row| audience.shows(row.metric)) {
            let shape = &shapes[usize::from(row.metric.0)];
            let aggregate = row.packed.unpack(shape, entry.t)?;
            match merged.entry(row.series) {
                std::collections::btree_map::Entry::Occupied(mut other) => {
                    other.get_mut().1.merge(&aggregate);
                }
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert((row.metric, aggregate));
                }
            }
        }
    }
    let mut text = String::new();
    let mut ends = Vec::with_capacity(merged.len());
    for (series, (metric, aggregate)) in &merged {
        let start = text.len();
        push_row(&mut text, *series, metrics.get(*metric).kind, aggregate);
        ends.push(start..text.len());
    }
    let entries: Vec<&Entry> = entries.iter().map(Arc::as_ref).collect();
    let w = entries
        .iter()
        .map(|entry| entry.w)
        .fold(0, u32::saturating_add);
    Some(join(
        &entries,
        ends.into_iter().map(|at| &text[at]),
        w,
        audience,
    ))
}

/// A series as the page knows it.
pub fn info(series: &Series, metrics: &MetricList) -> SeriesInfo {
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
    entries: &[&Entry],
    rows: impl Iterator<Item = &'a str>,
    w: u32,
    audience: &Audience,
) -> Bytes {
    let Some(newest) = entries.last() else {
        return Bytes::new();
    };
    let mut out = String::new();
    let fresh = entries
        .iter()
        .flat_map(|entry| entry.pieces(&entry.fresh, audience));
    list_event(&mut out, StreamEvent::Series, fresh);
    let logs = entries.iter().flat_map(|entry| {
        let heard = entry.logs.iter().filter(|(fed, _)| audience.hears(fed));
        heard.map(|(_, at)| entry.text(at))
    });
    list_event(&mut out, StreamEvent::Log, logs);
    // What was removed was added before, so this order holds for merged flushes, too.
    let added = entries
        .iter()
        .flat_map(|e| e.added.iter().map(|at| e.text(at)));
    list_event(&mut out, StreamEvent::Annotation, added);
    let removed = entries
        .iter()
        .flat_map(|e| e.removed.iter().map(|at| e.text(at)));
    list_event(&mut out, StreamEvent::AnnotationRemoved, removed);

    let mut rows = rows.peekable();
    let has_rows = rows.peek().is_some();
    let seconds = || {
        entries
            .iter()
            .flat_map(|entry| entry.seconds.iter().map(move |s| (entry, s)))
    };
    let has_seconds = seconds().next().is_some();
    if has_rows || has_seconds {
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            out,
            "event: {}\ndata: {{\"seq\":{},\"t\":{},\"w\":{w}",
            StreamEvent::Frame.name(),
            newest.seq,
            newest.t
        );
        if has_rows {
            out.push_str(",\"rows\":");
            push_list(&mut out, rows);
        }
        if has_seconds {
            out.push_str(",\"seconds\":[");
            for (i, (entry, (t, pieces))) in seconds().enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let _ = write!(out, "{comma}{{\"t\":{t},\"rows\":");
                push_list(&mut out, entry.pieces(pieces, audience));
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

fn encode_rows(text: &mut String, rows: &[Row], metrics: &MetricList) -> Vec<Piece> {
    let pieces = rows.iter().map(|row| {
        let start = text.len() as u32;
        push_row(
            text,
            row.series,
            metrics.get(row.metric).kind,
            &row.aggregate,
        );
        Piece {
            metric: row.metric,
            at: start..text.len() as u32,
        }
    });
    pieces.collect()
}

fn push_json(text: &mut String, value: &impl serde::Serialize) -> Range<u32> {
    let start = text.len() as u32;
    // Names, texts and finite numbers always encode; an empty stretch would only lose itself.
    text.push_str(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
    start..text.len() as u32
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
