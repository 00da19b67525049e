//! What the page knows: the last seconds of every series it shows, and the recent events.
//!
//! Pure: no clock, no network. Every list is bounded: a tab that is open for a week holds what
//! one that is open for a minute more than the range holds.

use std::collections::{HashMap, VecDeque};

use super::combine;
use crate::wire::frame::{Row, Second};
use crate::wire::{Frame, Hello, History, Kind, LogEntry, Metric, SeriesInfo, Unit};

/// Most recent events that are kept.
pub const LOG_ENTRIES: usize = 100;

/// One series of the page.
#[derive(Clone, Debug)]
pub struct Series {
    /// Which.
    pub info: SeriesInfo,
    kind: Kind,
    /// Completed seconds, named by their end, in order.
    seconds: VecDeque<(i64, Row)>,
    /// What came since the last completed second.
    tip: Option<Row>,
}

impl Series {
    /// The completed second that ends at `t`.
    pub fn second(&self, t: i64) -> Option<Row> {
        let index = self
            .seconds
            .binary_search_by_key(&t, |(end, _)| *end)
            .ok()?;
        Some(self.seconds[index].1)
    }

    /// What came since the last completed second.
    pub fn tip(&self) -> Option<Row> {
        self.tip
    }

    fn push(&mut self, t: i64, row: Row, capacity: usize) {
        // A second that is already known came twice: history and stream overlap after a resume.
        if self.seconds.back().is_some_and(|(newest, _)| *newest >= t) {
            return;
        }
        if self.seconds.len() == capacity {
            self.seconds.pop_front();
        }
        self.seconds.push_back((t, row));
    }
}

/// The page's copy of the recent past.
#[derive(Clone, Debug)]
pub struct Store {
    metrics: HashMap<String, (Kind, Unit)>,
    series: HashMap<u32, Series>,
    by_metric: HashMap<String, Vec<u32>>,
    log: VecDeque<LogEntry>,
    covered: Vec<[i64; 2]>,
    capacity: usize,
    live_from_ms: i64,
    newest_ms: i64,
    settled_ms: i64,
    generation: u64,
}

impl Store {
    /// An empty store that keeps `seconds` of every series.
    pub fn new(metrics: &[Metric], seconds: u32) -> Self {
        Store {
            metrics: metrics
                .iter()
                .map(|m| (m.name.clone(), (m.kind, m.unit)))
                .collect(),
            series: HashMap::new(),
            by_metric: HashMap::new(),
            log: VecDeque::new(),
            covered: Vec::new(),
            capacity: seconds as usize,
            live_from_ms: 0,
            newest_ms: 0,
            settled_ms: 0,
            generation: 0,
        }
    }

    /// Begins anew with what the server has: nothing of before is kept, since history brings it
    /// back exactly.
    pub fn hello(&mut self, hello: &Hello, seconds: u32) {
        self.series.clear();
        self.by_metric.clear();
        self.log.clear();
        self.covered = vec![[hello.live_from_ms, hello.live_from_ms]];
        self.capacity = seconds as usize;
        self.live_from_ms = hello.live_from_ms;
        self.newest_ms = hello.live_from_ms;
        self.settled_ms = hello.live_from_ms;
        self.add_series(hello.series.clone());
    }

    /// Series that are new since the hello.
    pub fn add_series(&mut self, added: Vec<SeriesInfo>) {
        for info in added {
            let Some((kind, _)) = self.metrics.get(&info.metric) else {
                continue;
            };
            let ids = self.by_metric.entry(info.metric.clone()).or_default();
            if !ids.contains(&info.id) {
                ids.push(info.id);
            }
            let series = Series {
                kind: *kind,
                seconds: VecDeque::new(),
                tip: None,
                info,
            };
            self.series.entry(series.info.id).or_insert(series);
        }
        self.generation += 1;
    }

    /// One frame of the stream.
    pub fn apply(&mut self, frame: &Frame) {
        if frame.t <= self.newest_ms {
            return;
        }
        for second in &frame.seconds {
            self.complete(second);
        }
        self.newest_ms = frame.t;
        // Rows of a flush that ended with its second are in that second already, and those of a
        // coalesced frame that completed one lie on both sides of its end.
        let straddles =
            !frame.seconds.is_empty() && i64::from(frame.w) > frame.t - self.settled_ms + 200;
        if frame.t > self.settled_ms && !straddles {
            for (series, row) in rows(&mut self.series, &frame.rows) {
                series.tip = Some(series.tip.map_or(row, |tip| combine::then(tip, row)));
            }
        }
    }

    /// What was before the stream began.
    pub fn history(&mut self, history: &History) {
        let before = self.live_from_ms;
        for past in &history.series {
            let Some(series) = self.series.get_mut(&past.info.id) else {
                continue;
            };
            let live: Vec<_> = series
                .seconds
                .drain(..)
                .filter(|(t, _)| *t > before)
                .collect();
            for step in past.steps.iter().filter(|step| step.0 <= before) {
                series.push(step.0, Row::read(series.kind, &step.1), self.capacity);
            }
            for (t, row) in live {
                series.push(t, row, self.capacity);
            }
        }
        for span in &history.covered {
            self.cover(span[0], span[1].min(before));
        }
        self.generation += 1;
    }

    /// Recent events, oldest first as they came.
    pub fn log(&mut self, entries: Vec<LogEntry>) {
        for entry in entries {
            if self.log.len() == LOG_ENTRIES {
                self.log.pop_back();
            }
            self.log.push_front(entry);
        }
    }

    /// Recent events, newest first.
    pub fn recent(&self) -> impl ExactSizeIterator<Item = &LogEntry> {
        self.log.iter()
    }

    /// Kind and unit of a metric that this person may see.
    pub fn metric(&self, name: &str) -> Option<(Kind, Unit)> {
        self.metrics.get(name).copied()
    }

    /// The series of a metric.
    pub fn series_of(&self, metric: &str) -> impl Iterator<Item = &Series> {
        self.by_metric
            .get(metric)
            .into_iter()
            .flatten()
            .filter_map(|id| self.series.get(id))
    }

    /// One series.
    pub fn series(&self, id: u32) -> Option<&Series> {
        self.series.get(&id)
    }

    /// Whether the server ran in the second that ends at `t`: outside, nothing was measured.
    pub fn is_covered(&self, t: i64) -> bool {
        self.covered.iter().any(|span| span[0] < t && t <= span[1])
    }

    /// End of the newest frame, in ms since the epoch; 0 before the first.
    pub fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    /// End of the newest completed second.
    pub fn settled_ms(&self) -> i64 {
        self.settled_ms
    }

    /// Seconds that are kept of every series.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Grows when the past changed (another hello, history came, series were added): whoever
    /// copied from the store copies again.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    fn complete(&mut self, second: &Second) {
        if second.t <= self.settled_ms {
            return;
        }
        for series in self.series.values_mut() {
            series.tip = None;
        }
        let capacity = self.capacity;
        for (series, row) in rows(&mut self.series, &second.rows) {
            series.push(second.t, row, capacity);
        }
        self.cover(second.t - 1000, second.t);
        self.settled_ms = second.t;
    }

    /// Adds a span and joins what touches; forgets spans that are older than any series.
    fn cover(&mut self, from: i64, to: i64) {
        if to < from {
            return;
        }
        self.covered.push([from, to]);
        self.covered.sort_unstable();
        self.covered.dedup_by(|next, span| {
            let touches = next[0] <= span[1];
            if touches {
                span[1] = span[1].max(next[1]);
            }
            touches
        });
        let oldest = self.newest_ms - self.capacity as i64 * 1000;
        self.covered.retain(|span| span[1] >= oldest);
    }
}

fn rows<'a>(
    series: &'a mut HashMap<u32, Series>,
    rows: &'a [Vec<f64>],
) -> impl Iterator<Item = (&'a mut Series, Row)> + use<'a> {
    let mut by_id: HashMap<u32, &'a [f64]> = HashMap::with_capacity(rows.len());
    by_id.extend(
        rows.iter()
            .filter_map(|row| Some((*row.first()? as u32, row.get(1..)?))),
    );
    series.iter_mut().filter_map(move |(id, series)| {
        let row = Row::read(series.kind, by_id.get(id)?);
        Some((series, row))
    })
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
