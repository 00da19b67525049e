//! One series of the page: rings of what it did, step by step and, for a short while, frame by
//! frame. Invariant: each ring is in order of time and no longer than its resolution says.

use std::collections::VecDeque;

use super::combine;
use super::resolution::Resolution;
use protocol::FrameRow;
use protocol::{Kind, SeriesInfo};

/// How long whole seconds are kept beside longer steps, in ms.
pub const RECENT_MS: i64 = 60_000;

/// What a series did in one step.
#[derive(Clone, Debug)]
pub struct Step {
    /// End of the step in ms since the epoch.
    pub t: i64,
    /// Its numbers.
    pub row: FrameRow,
    /// For distributions: samples in each bucket, and in one more those above all bounds.
    pub buckets: Option<Box<[f64]>>,
}

/// One series of the page.
#[derive(Clone, Debug)]
pub struct Series {
    /// Which.
    pub info: SeriesInfo,
    pub(super) kind: Kind,
    steps: VecDeque<Step>,
    frames: VecDeque<(i64, FrameRow)>,
    /// The whole seconds of the step that is not over.
    pending: Option<Step>,
    /// What came since the last completed second.
    open_second: Option<FrameRow>,
    /// The newest whole seconds, where steps are longer: a value of now is of these.
    seconds: VecDeque<Step>,
}

impl Series {
    pub(super) fn new(info: SeriesInfo, kind: Kind) -> Series {
        Series {
            info,
            kind,
            steps: VecDeque::new(),
            frames: VecDeque::new(),
            pending: None,
            open_second: None,
            seconds: VecDeque::new(),
        }
    }

    /// The step that ends at `t`.
    pub fn at(&self, t: i64) -> Option<&Step> {
        let index = self.steps.binary_search_by_key(&t, |step| step.t).ok()?;
        self.steps.get(index)
    }

    /// Steps that end after `t`, in order.
    pub fn after(&self, t: i64) -> impl Iterator<Item = &Step> {
        let first = self.steps.partition_point(|step| step.t <= t);
        self.steps.range(first..)
    }

    /// Whole seconds that end after `t`, in order; the newest [`RECENT_MS`] alone, and none where steps
    /// are no longer.
    pub fn seconds_after(&self, t: i64) -> impl Iterator<Item = &Step> {
        let first = self.seconds.partition_point(|second| second.t <= t);
        self.seconds.range(first..)
    }

    /// The whole seconds of the step that is not over.
    pub fn pending(&self) -> Option<&Step> {
        self.pending.as_ref()
    }

    /// Frames that end after `t`, in order; none in a store of a wide span.
    pub fn frames_after(&self, t: i64) -> impl Iterator<Item = &(i64, FrameRow)> {
        let first = self.frames.partition_point(|(end, _)| *end <= t);
        self.frames.range(first..)
    }

    /// What came since the last completed step.
    pub fn open_step(&self) -> Option<FrameRow> {
        match (&self.pending, self.open_second) {
            (Some(step), Some(open_second)) => Some(combine::merge_time(step.row, open_second)),
            (Some(step), None) => Some(step.row),
            (None, open_second) => open_second,
        }
    }

    /// Numbers of the second in progress.
    pub(super) fn add_to_open_second(&mut self, row: FrameRow) {
        self.open_second = Some(
            self.open_second
                .map_or(row, |open_second| combine::merge_time(open_second, row)),
        );
    }

    /// The second is over: what it held is in a step, or comes as one.
    pub(super) fn clear_open_second(&mut self) {
        self.open_second = None;
    }

    pub(super) fn push_frame(&mut self, t: i64, row: FrameRow, resolution: &Resolution) {
        if resolution.frames == 0 || !matches!(self.kind, Kind::LastValue | Kind::Summary) {
            return;
        }
        while self.frames.len() >= resolution.frames {
            self.frames.pop_front();
        }
        self.frames.push_back((t, row));
    }

    /// Adds a whole second to the step in progress.
    pub(super) fn add_second(&mut self, second: Step, resolution: &Resolution) {
        if resolution.step_ms > 1_000 {
            let oldest_ms = second.t - RECENT_MS;
            while self
                .seconds
                .front()
                .is_some_and(|first| first.t <= oldest_ms)
            {
                self.seconds.pop_front();
            }
            self.seconds.push_back(second.clone());
        }
        self.pending = Some(match self.pending.take() {
            None => second,
            Some(step) => joined(step, second),
        });
    }

    /// The step that ends at `t` is over.
    pub(super) fn end_step(&mut self, t: i64, resolution: &Resolution) {
        if let Some(step) = self.pending.take() {
            self.push(Step { t, ..step }, resolution);
        }
    }

    pub(super) fn push(&mut self, step: Step, resolution: &Resolution) {
        // A step that is already known came twice: history and stream overlap after a resume.
        if self.steps.back().is_some_and(|newest| newest.t >= step.t) {
            return;
        }
        while self.steps.len() >= resolution.steps {
            self.steps.pop_front();
        }
        self.steps.push_back(step);
    }

    /// Puts the past before what came on the stream, which began at `live_from_ms`; that may be
    /// within a step.
    pub(super) fn put_before(
        &mut self,
        past: impl Iterator<Item = Step>,
        live_from_ms: i64,
        resolution: &Resolution,
    ) {
        let mut live = std::mem::take(&mut self.steps);
        live.retain(|step| step.t > live_from_ms);
        for step in past {
            if step.t <= live_from_ms {
                self.push(step, resolution);
            } else if step.t - resolution.step_ms >= live_from_ms {
                // The stream has all of it.
            } else if let Some(ended) = live.iter_mut().find(|live| live.t == step.t) {
                *ended = joined(step, ended.clone());
            } else {
                let seconds = self.pending.take();
                self.pending = Some(match seconds {
                    Some(seconds) => joined(step, seconds),
                    None => step,
                });
            }
        }
        for step in live {
            self.push(step, resolution);
        }
    }
}

/// One step of two parts, the later one second.
fn joined(a: Step, b: Step) -> Step {
    let buckets = match (a.buckets, b.buckets) {
        (Some(mut a), Some(b)) => {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            Some(a)
        }
        (a, b) => a.or(b),
    };
    Step {
        t: b.t,
        row: combine::merge_time(a.row, b.row),
        buckets,
    }
}

/// A step that is longer than those of the store, as several of the store's: each did its share, as far
/// as there is any of it before `until_ms`.
pub(super) fn cut(
    whole: Step,
    whole_ms: i64,
    step_ms: i64,
    until_ms: i64,
) -> impl Iterator<Item = Step> {
    let begin = whole.t - whole_ms;
    let known_ms = until_ms.clamp(begin + 1, whole.t.max(begin + 1)) - begin;
    let (parts, first) = match whole_ms > step_ms {
        true => ((known_ms + step_ms - 1) / step_ms, begin + step_ms),
        false => (1, whole.t),
    };
    let share = 1.0 / parts as f64;
    (0..parts).map(move |part| Step {
        t: first + part * step_ms,
        row: FrameRow {
            count: whole.row.count * share,
            sum: whole.row.sum * share,
            ..whole.row
        },
        buckets: whole
            .buckets
            .as_ref()
            .map(|buckets| buckets.iter().map(|samples| samples * share).collect()),
    })
}

/// Reads the numbers of a row behind the series id into a step.
pub(super) fn step(t: i64, kind: Kind, numbers: &[f64]) -> Step {
    Step {
        t,
        row: FrameRow::read(kind, numbers),
        buckets: FrameRow::buckets(kind, numbers).map(Box::from),
    }
}

#[cfg(test)]
mod tests;
