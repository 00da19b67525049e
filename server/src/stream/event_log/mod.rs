//! Recent events, as people read them.
//!
//! Invariant: a flush carries a bounded number of records, of which those that anybody can cause
//! without an account are a tenth; each that finds no room is counted, an event that would only be
//! dropped takes no lock, and a line holds no control characters.

mod describe;
mod fields;
mod level;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::{EventFields, LogRecord};
use telemetry::{Event, Extractor, MetricId, MetricList, NewHandler, OnPanic, Refusal};

use super::striped_counter::StripedCounter;
use crate::access::Visible;
use describe::{Describe, describe};
use fields::{EventIds, fields};

/// Longest message or source in characters.
const MAX_CHARS: usize = 200;
/// Longest value of a tag in bytes, as series have it.
const MAX_TAG_BYTES: usize = 255;

/// A log record, and the metrics that its event feeds: only who may see all of those gets it.
#[derive(Clone, Debug)]
pub struct LoggedEvent {
    /// What is shown.
    pub record: LogRecord,
    /// Metrics of the event.
    pub metrics: Arc<[MetricId]>,
    /// The values that the event has for the tags of each of these metrics; empty where one is missing.
    pub tags: Vec<Vec<String>>,
    /// Everything that came with it, for who opens it.
    pub fields: Arc<EventFields>,
}

impl LoggedEvent {
    /// Whether somebody who sees this gets the record: it may show anything that one of its metrics
    /// shows, so the series that the event belongs to must be visible in all of them.
    pub fn is_visible(&self, visible: &Visible) -> bool {
        let mut metrics = self.metrics.iter().enumerate();
        visible.sees_events()
            && metrics.all(|(place, metric)| {
                let tags = self.tags.get(place).map_or(&[][..], Vec::as_slice);
                visible.sees_tags(*metric, tags)
            })
    }
}

/// The values that the event has for the tags of a metric; empty where one is missing or too long.
fn tag_values(extractor: &Extractor, event: &Event<'_>) -> Vec<String> {
    let mut values = Vec::new();
    let taken = extractor.tags(event, |value| {
        let text = value.to_string();
        let fits = text.len() <= MAX_TAG_BYTES;
        values.push(text);
        fits.then_some(()).ok_or(Refusal::TagTooLong)
    });
    match taken {
        Ok(()) => values,
        Err(_) => Vec::new(),
    }
}

/// Gathers log records between two flushes.
pub struct EventLog {
    pending: Mutex<Pending>,
    /// Whether there is room until the next flush; changed with the lock held.
    full: AtomicBool,
    dropped: StripedCounter,
    per_flush: usize,
    entry_bytes: usize,
    clock: Arc<AtomicI64>,
    ids: EventIds,
}

/// Records of the flush to come.
#[derive(Default)]
struct Pending {
    records: Vec<LoggedEvent>,
    anonymous: usize,
}

impl EventLog {
    /// An empty log that takes `per_flush` records between two flushes, with at most `entry_bytes` of
    /// what came with each; `clock` holds the time in ms that they get.
    pub fn new(per_flush: usize, entry_bytes: usize, clock: Arc<AtomicI64>) -> EventLog {
        EventLog {
            pending: Mutex::default(),
            full: AtomicBool::new(per_flush == 0),
            dropped: StripedCounter::default(),
            per_flush,
            entry_bytes,
            clock,
            ids: EventIds::default(),
        }
    }

    /// Handlers for every event of the list that is worth listing.
    pub fn handlers(self: &Arc<EventLog>, metrics: &Arc<MetricList>) -> Vec<NewHandler> {
        let handler = |event| {
            let describe = describe(event)?;
            let (log, list) = (self.clone(), metrics.clone());
            let fed: Arc<[MetricId]> = metrics.by_event(event).into();
            let extractors: Vec<Extractor> = fed
                .iter()
                .map(|id| Extractor::new(metrics.get(*id)))
                .collect();
            let id = format!("pulseboard.log/{event}");
            let run = move |event: &Event<'_>| {
                // Checked before the text is made, and without the lock: in a flood nearly every
                // event ends here.
                if log.full.load(Ordering::Relaxed) {
                    log.dropped.add_one();
                } else {
                    log.record(event, (&fed, &extractors), describe, &list);
                }
            };
            Some(NewHandler::new(id, &[event], OnPanic::Detach, run))
        };
        metrics.events().filter_map(handler).collect()
    }

    /// Records since the last call, and how many events found no room.
    pub fn take(&self) -> (Vec<LoggedEvent>, u64) {
        let mut pending = self.pending();
        let Pending { records, .. } = std::mem::take(&mut *pending);
        self.full.store(self.per_flush == 0, Ordering::Relaxed);
        drop(pending);
        (records, self.dropped.take())
    }

    fn record(
        &self,
        event: &Event<'_>,
        (metrics, extractors): (&Arc<[MetricId]>, &[Extractor]),
        describe: Describe,
        list: &MetricList,
    ) {
        let Some(line) = describe(event, metrics, list) else {
            return;
        };
        let tags = extractors
            .iter()
            .map(|one| tag_values(one, event))
            .collect();
        let record = LogRecord {
            id: self.ids.next(),
            t: self.clock.load(Ordering::Relaxed),
            level: line.level,
            event: event.name.to_owned(),
            message: clean(&line.message),
            source: clean(&line.source),
            anonymous: line.anonymous,
        };
        let mut pending = self.pending();
        let has_room = !record.anonymous || pending.anonymous < (self.per_flush / 10).max(1);
        if has_room && pending.records.len() < self.per_flush {
            pending.anonymous += usize::from(record.anonymous);
            pending.records.push(LoggedEvent {
                record,
                metrics: metrics.clone(),
                tags,
                fields: Arc::new(fields(event, self.entry_bytes)),
            });
            self.full
                .store(pending.records.len() >= self.per_flush, Ordering::Relaxed);
        } else {
            self.dropped.add_one();
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_CHARS)
        .collect()
}

#[cfg(test)]
mod tests;
