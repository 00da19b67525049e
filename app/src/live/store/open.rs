//! The step that is not over: a number that ends now is taken of whole seconds in it, however long the
//! steps of the store are.
//!
//! Invariant: a time that ends in that step is read in whole seconds where all of it is kept so, else in
//! whole steps and what of the last one is known.

use super::Store;
use crate::live::series::{RECENT_MS, Step};

impl Store {
    /// End of the newest whole second; in a past the end of its newest step.
    pub fn second_ms(&self) -> i64 {
        self.second_ms
    }

    /// The time after which and up to which a number over `window_ms` is taken that ends with the
    /// newest whole second, where that lies in a step which is not over; `None` for an end before that.
    /// What the seconds do not reach begins with a step.
    pub fn open_span(&self, end_ms: i64, window_ms: i64) -> Option<(i64, i64)> {
        let is_open = self.oldest_ms.is_none() && self.second_ms > self.settled_ms;
        let to = (is_open && end_ms >= self.second_ms).then_some(self.second_ms)?;
        let from = to - window_ms.max(1_000);
        if self.is_recent(from, to) {
            return Some((from, to));
        }
        let step_ms = self.resolution.step_ms;
        let begin = |t: i64| t.div_euclid(step_ms) * step_ms;
        let from = begin(from.min(self.settled_ms));
        Some((from.max(begin(self.oldest_ms())), to))
    }

    /// What a series did after `from_ms` and up to `to_ms`: in whole seconds as far as they are of a
    /// step that is not over.
    pub fn between(&self, id: u32, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &Step> {
        let is_open = to_ms > self.settled_ms;
        let is_recent = self.is_recent(from_ms, to_ms);
        let series = self.series.get(&id).into_iter();
        series.flat_map(move |series| {
            let (steps, seconds) = if is_recent {
                (None, Some(series.seconds_after(from_ms)))
            } else {
                (Some(series.after(from_ms)), None)
            };
            let pending = series.pending().filter(|_| is_open && !is_recent);
            let rest = seconds.into_iter().flatten().chain(pending);
            let steps = steps.into_iter().flatten().chain(rest);
            steps.take_while(move |step| step.t <= to_ms)
        })
    }

    /// How many ms after `from_ms` and up to `to_ms` the server ran.
    pub fn covered_ms(&self, from_ms: i64, to_ms: i64) -> i64 {
        let covered = self.covered.iter();
        let within = covered.map(|span| span[1].min(to_ms) - span[0].max(from_ms));
        within.map(|ms| ms.max(0)).sum()
    }

    /// Whether whole seconds are kept of all of this time.
    fn is_recent(&self, from_ms: i64, to_ms: i64) -> bool {
        self.resolution.step_ms > 1_000
            && to_ms > self.settled_ms
            && from_ms >= self.live_from_ms
            && to_ms - from_ms <= RECENT_MS
    }
}
