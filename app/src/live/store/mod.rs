//! What the page knows: the last steps of every series it shows, and the recent events.
//!
//! Pure: no clock, no network. Every list is bounded: a tab that is open for a week holds what
//! one that is open for a minute more than the range holds.

mod open;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use super::resolution::Resolution;
use super::series::{self, Series};
use protocol::FrameRow;
use protocol::event::newest_records;
use protocol::frame::Second;
use protocol::row::split_row;
use protocol::{Frame, Hello, History, Kind, LogRecord, Metric, SeriesInfo, Unit};

/// Most recent events that are kept.
pub const LOG_ENTRIES: usize = 500;

/// The page's copy of a part of the past: the newest, from the stream, or an earlier one.
#[derive(Clone, Debug)]
pub struct Store {
    metrics: HashMap<String, Metric>,
    series: HashMap<u32, Series>,
    by_metric: HashMap<String, Vec<u32>>,
    log: VecDeque<LogRecord>,
    covered: Vec<[i64; 2]>,
    resolution: Resolution,
    /// Where a past begins; the newest begins where its rings do.
    oldest_ms: Option<i64>,
    live_from_ms: i64,
    newest_ms: i64,
    second_ms: i64,
    settled_ms: i64,
    generation: u64,
    /// What each series did over a longer time, by series, start and end.
    given: HashMap<(u32, i64, i64), FrameRow>,
}

impl Store {
    /// An empty store.
    pub fn new(metrics: &[Metric], resolution: Resolution) -> Self {
        Store {
            metrics: metrics
                .iter()
                .map(|m| (m.name.clone(), m.clone()))
                .collect(),
            series: HashMap::new(),
            by_metric: HashMap::new(),
            log: VecDeque::new(),
            covered: Vec::new(),
            resolution,
            oldest_ms: None,
            live_from_ms: 0,
            newest_ms: 0,
            second_ms: 0,
            settled_ms: 0,
            generation: next_generation(),
            given: HashMap::new(),
        }
    }

    /// A store of the same metrics that holds what history answered about the time from `from_ms`
    /// to `to_ms`, moved later by `shift_ms`.
    pub fn past(
        &self,
        histories: &[History],
        from_ms: i64,
        to_ms: i64,
        resolution: Resolution,
        shift_ms: i64,
    ) -> Store {
        let end = to_ms + shift_ms;
        let mut store = Store {
            metrics: self.metrics.clone(),
            oldest_ms: Some(from_ms + shift_ms),
            live_from_ms: end,
            newest_ms: end,
            second_ms: end,
            settled_ms: end,
            ..Store::new(&[], resolution)
        };
        // The server may answer a metric of very many series in longer steps than others.
        let finest = histories.iter().map(|history| history.step_ms).min();
        store.resolution.step_ms = finest.unwrap_or(resolution.step_ms);
        for history in histories {
            store.add_series(history.series.iter().map(|s| s.info.clone()).collect());
            store.fill(history, shift_ms);
        }
        store
    }

    /// Begins anew with what the server has: nothing of before is kept, since history brings it
    /// back exactly.
    pub fn hello(&mut self, hello: &Hello, resolution: Resolution) {
        self.series.clear();
        self.by_metric.clear();
        self.log.clear();
        self.covered = vec![[hello.live_from_ms, hello.live_from_ms]];
        self.resolution = resolution;
        self.live_from_ms = hello.live_from_ms;
        self.newest_ms = hello.live_from_ms;
        self.second_ms = hello.live_from_ms;
        // A step that began before the stream is whole in the history that is asked for.
        self.settled_ms = hello.live_from_ms.div_euclid(resolution.step_ms) * resolution.step_ms;
        self.add_series(hello.series.clone());
    }

    /// Definitions that are new, or newer than those that it has. The series of a metric of another
    /// kind are those of a metric that is gone.
    pub fn define(&mut self, metrics: Vec<Metric>) {
        for metric in metrics {
            let kind = metric.kind;
            let former = self.metrics.insert(metric.name.clone(), metric);
            let Some(former) = former.filter(|former| former.kind != kind) else {
                continue;
            };
            for id in self.by_metric.remove(&former.name).unwrap_or_default() {
                self.series.remove(&id);
            }
        }
        self.generation = next_generation();
    }

    /// All definitions that there are to see from now on: nothing is kept of other metrics, and no
    /// series of any, since a hello follows that names those which can be seen.
    pub fn redefine(&mut self, metrics: Vec<Metric>) {
        self.metrics.clear();
        self.series.clear();
        self.by_metric.clear();
        self.given.clear();
        self.define(metrics);
    }

    /// Series that are new since the hello.
    pub fn add_series(&mut self, added: Vec<SeriesInfo>) {
        for info in added {
            let Some(metric) = self.metrics.get(&info.metric) else {
                continue;
            };
            let ids = self.by_metric.entry(info.metric.clone()).or_default();
            if !ids.contains(&info.id) {
                ids.push(info.id);
            }
            let (id, kind) = (info.id, metric.kind);
            self.series
                .entry(id)
                .or_insert_with(|| Series::new(info, kind));
        }
        self.generation = next_generation();
    }

    /// One frame of the stream.
    pub fn apply(&mut self, frame: &Frame) {
        if frame.t <= self.newest_ms {
            return;
        }
        let resolution = self.resolution;
        if resolution.frames > 0 {
            each(&mut self.series, &frame.rows, |series, row| {
                let row = FrameRow::read(series.kind, row);
                series.push_frame(frame.t, row, &resolution);
            });
        }
        for second in &frame.seconds {
            self.complete(second);
        }
        self.newest_ms = frame.t;
        // Rows of a flush that ended with its second are in that second already, and those of a
        // coalesced frame that completed one lie on both sides of its end.
        let straddles =
            !frame.seconds.is_empty() && i64::from(frame.w) > frame.t - self.second_ms + 200;
        if frame.t > self.second_ms && !straddles {
            each(&mut self.series, &frame.rows, |series, row| {
                let row = FrameRow::read(series.kind, row);
                series.add_to_open_second(row);
            });
        }
    }

    /// What was before the stream began.
    pub fn history(&mut self, history: &History) {
        self.fill(history, 0);
        self.generation = next_generation();
    }

    /// Keeps what a series did after `from_ms` and up to `to_ms`, merged by who has its sketches.
    pub fn give(&mut self, id: u32, from_ms: i64, to_ms: i64, row: FrameRow) {
        self.given.insert((id, from_ms, to_ms), row);
    }

    /// What was [given](Store::give) for exactly this time.
    pub fn given(&self, id: u32, from_ms: i64, to_ms: i64) -> Option<&FrameRow> {
        self.given.get(&(id, from_ms, to_ms))
    }

    /// Recent events, oldest first as they came.
    pub fn log(&mut self, entries: Vec<LogRecord>) {
        self.log.extend(entries);
        newest_records(&mut self.log, LOG_ENTRIES, |entry| entry.anonymous);
    }

    /// Recent events, newest first.
    pub fn recent(&self) -> impl ExactSizeIterator<Item = &LogRecord> {
        self.log.iter().rev()
    }

    /// Kind and unit of a metric that this person may see.
    pub fn metric(&self, name: &str) -> Option<(Kind, Unit)> {
        self.metrics
            .get(name)
            .map(|metric| (metric.kind, metric.unit))
    }

    /// The definition of a metric that this person may see.
    pub fn definition(&self, name: &str) -> Option<&Metric> {
        self.metrics.get(name)
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

    /// Whether the server ran in the step that ends at `t`: outside, nothing was measured.
    pub fn is_covered(&self, t: i64) -> bool {
        self.covered
            .iter()
            .any(|span| span[0] < t && t - self.resolution.step_ms < span[1])
    }

    /// End of the newest frame, in ms since the epoch; 0 before the first.
    pub fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    /// End of the newest completed step.
    pub fn settled_ms(&self) -> i64 {
        self.settled_ms
    }

    /// The time from which on everything is kept.
    pub fn oldest_ms(&self) -> i64 {
        self.oldest_ms
            .unwrap_or(self.settled_ms - self.resolution.kept_ms())
    }

    /// How much is kept, and how finely.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Unique to this store and its past: whoever copied from a store of another generation
    /// (another hello, history came, series were added) copies again.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Up to here frames are not kept, since the stream begins here.
    pub fn frames_from_ms(&self) -> i64 {
        self.live_from_ms
    }

    fn complete(&mut self, second: &Second) {
        if second.t <= self.second_ms {
            return;
        }
        let step_ms = self.resolution.step_ms;
        let begun = (second.t - 1).div_euclid(step_ms) * step_ms;
        if begun > self.settled_ms {
            self.end_step(self.settled_ms + step_ms, begun);
        }
        for series in self.series.values_mut() {
            series.clear_open_second();
        }
        let resolution = self.resolution;
        each(&mut self.series, &second.rows, |series, row| {
            let step = series::step(second.t, series.kind, row);
            series.add_second(step, &resolution);
        });
        self.cover(second.t - 1000, second.t);
        self.second_ms = second.t;
        if second.t == begun + step_ms {
            self.end_step(second.t, second.t);
        }
    }

    /// The step that ends at `t` is over, and so is whatever came up to `settled_ms`.
    fn end_step(&mut self, t: i64, settled_ms: i64) {
        let resolution = self.resolution;
        for series in self.series.values_mut() {
            series.end_step(t, &resolution);
        }
        self.settled_ms = settled_ms;
    }

    fn fill(&mut self, history: &History, shift_ms: i64) {
        let (before, resolution) = (self.live_from_ms, self.resolution);
        for past in &history.series {
            let Some(series) = self.series.get_mut(&past.info.id) else {
                continue;
            };
            let kind = series.kind;
            let steps = past.steps.iter();
            let steps = steps.map(|one| series::step(one.0 + shift_ms, kind, &one.1));
            let steps =
                steps.flat_map(|one| series::cut(one, history.step_ms, resolution.step_ms, before));
            series.put_before(steps, before, &resolution);
        }
        for span in &history.covered {
            self.cover(span[0] + shift_ms, (span[1] + shift_ms).min(before));
        }
    }

    /// Adds a span and joins what touches; forgets spans that are older than any series.
    fn cover(&mut self, from: i64, to: i64) {
        if to < from {
            return;
        }
        self.covered.push([from, to]);
        charts::order::sort(&mut self.covered, Ord::cmp);
        self.covered.dedup_by(|next, span| {
            let touches = next[0] <= span[1];
            if touches {
                span[1] = span[1].max(next[1]);
            }
            touches
        });
        let oldest = self.newest_ms - self.resolution.kept_ms();
        self.covered.retain(|span| span[1] >= oldest);
    }
}

/// Calls `f` with each series that has a row, and the numbers behind its id.
fn each(
    series: &mut HashMap<u32, Series>,
    rows: &[Vec<f64>],
    mut f: impl FnMut(&mut Series, &[f64]),
) {
    for row in rows {
        let Some((id, numbers)) = split_row(row) else {
            continue;
        };
        if let Some(series) = series.get_mut(&id) {
            f(series, numbers);
        }
    }
}

/// Numbers are never used twice in a page, so that no copy is taken for that of another store.
fn next_generation() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests;
