//! One line of a widget: points that are copied from the store once, and a last one that is not
//! final. Invariant: points before `settled` never change while the store's generation stays.

mod others;

use std::iter::Peekable;

use charts::{Band, Point};

use super::combine;
use super::series::Step;
use super::store::Store;
use protocol::FrameRow;
use protocol::{Field, Kind, MetricRef};

/// An open step shorter than this says more about the clock than about a rate, in ms.
const SHORTEST_RATE_MS: f64 = 300.0;

/// One line of a widget.
#[derive(Clone, Debug)]
pub struct Line {
    /// Legend text.
    pub label: String,
    /// Points in order of time; the last one may be provisional.
    pub points: Vec<Point>,
    /// From the smallest to the largest sample of each step, when that is asked for.
    pub bands: Vec<Band>,
    /// Which of the widget's references it shows.
    pub metric: usize,
    /// Whether some of its points are estimates, put together without sketches.
    pub is_estimate: bool,
    /// How many lines it stands for that have no room of their own; 0 for a line of its own.
    pub rest: usize,
    /// The series of each part: its points are the sums of the parts' values.
    parts: Vec<Vec<u32>>,
    whole: Vec<u32>,
    settled: usize,
    /// What was taken of the store ends here.
    until_ms: i64,
    /// Smallest and largest settled point, with their times, as far as is known.
    extent: Option<(Point, Point)>,
}

impl Line {
    /// Of these series, as parts of those when it is a share; without points.
    pub(super) fn new(label: String, metric: usize, ids: Vec<u32>, whole: Vec<u32>) -> Line {
        Line {
            label,
            points: Vec::new(),
            bands: Vec::new(),
            metric,
            is_estimate: false,
            rest: 0,
            parts: vec![ids],
            whole,
            settled: 0,
            until_ms: i64::MIN,
            extent: None,
        }
    }

    /// The value at `t`: of the last point that is not after it, nor more than `within_ms` before;
    /// NaN when there is none.
    pub fn value_at(&self, t: f64, within_ms: f64) -> f64 {
        let after = self.points.partition_point(|p| p.t <= t);
        match after.checked_sub(1).and_then(|last| self.points.get(last)) {
            Some(point) if point.t + within_ms >= t => point.v,
            _ => f64::NAN,
        }
    }

    /// The points after `from_ms` and up to `to_ms`.
    pub fn between(&self, from_ms: f64, to_ms: f64) -> &[Point] {
        between(&self.points, from_ms, to_ms)
    }

    /// Smallest, mean and largest of the points between; none without points.
    pub fn summary(&self, from_ms: f64, to_ms: f64) -> Option<[f64; 3]> {
        summary(self.between(from_ms, to_ms))
    }

    /// Time of the last point that is final; -∞ without one.
    pub(super) fn final_ms(&self) -> f64 {
        let last = self.settled.checked_sub(1).and_then(|i| self.points.get(i));
        last.map_or(f64::NEG_INFINITY, |p| p.t)
    }

    /// Smallest and largest value from `from_ms` on. What is known of the settled points is used
    /// until an extreme leaves: each is then looked for once, not with every frame.
    pub(super) fn extent(&mut self, from_ms: f64) -> Option<(f64, f64)> {
        if self
            .extent
            .is_some_and(|(low, high)| low.t < from_ms || high.t < from_ms)
        {
            self.extent = None;
            let first = self.points.partition_point(|p| p.t < from_ms);
            let settled = self.points.get(first..self.settled);
            self.extent = widened(None, settled.unwrap_or_default());
        }
        let open = self.points.get(self.settled..).unwrap_or_default();
        widened(self.extent, open).map(|(low, high)| (low.v, high.v))
    }

    /// Takes what is new in the store.
    pub(super) fn extend(&mut self, reference: &MetricRef, store: &Store, with_bands: bool) {
        let Some((kind, _)) = store.metric(&reference.metric) else {
            return;
        };
        self.points.truncate(self.settled);
        let fine = self.is_fine(reference, kind, store);
        // Frames say more from where they begin.
        let end = if fine {
            store.frames_from_ms().min(store.settled_ms())
        } else {
            store.settled_ms()
        };
        if end > self.until_ms {
            self.take_steps(reference, kind, store, end, with_bands);
        }
        if fine {
            self.take_frames(reference, kind, store, with_bands);
        }
        self.forget(store.oldest_ms() as f64);
        let new = self.points.get(self.settled..).unwrap_or_default();
        self.extent = widened(self.extent, new);
        self.settled = self.points.len();
        if !fine {
            self.points
                .extend(self.open_step_point(reference, kind, store));
        }
    }

    /// Levels of one series are shown frame by frame while the store keeps frames. Rates are not:
    /// in a tenth of a second one event is ten a second.
    fn is_fine(&self, reference: &MetricRef, kind: Kind, store: &Store) -> bool {
        let level = match kind {
            Kind::LastValue => !matches!(reference.field, Field::Count | Field::Rate | Field::Sum),
            Kind::Summary => matches!(reference.field, Field::Avg | Field::Min | Field::Max),
            _ => false,
        };
        level && self.single().is_some() && self.whole.is_empty() && store.resolution().frames > 0
    }

    /// The one series that it shows, if it is one.
    fn single(&self) -> Option<u32> {
        match &self.parts[..] {
            [only] if only.len() == 1 => only.first().copied(),
            _ => None,
        }
    }

    fn take_frames(&mut self, reference: &MetricRef, kind: Kind, store: &Store, with_bands: bool) {
        let Some(series) = self.single().and_then(|id| store.series(id)) else {
            return;
        };
        for (t, row) in series.frames_after(self.until_ms) {
            let v = combine::read(row, kind, reference.field, 1000.0);
            push_row(&mut self.points, *t, v, row.is_absent);
            if with_bands {
                self.bands.extend(band(*t, row));
            }
            self.until_ms = *t;
        }
    }

    /// Walks along the steps of all series at once: each is visited once, not looked up.
    fn take_steps(
        &mut self,
        reference: &MetricRef,
        kind: Kind,
        store: &Store,
        end: i64,
        with_bands: bool,
    ) {
        let step_ms = store.resolution().step_ms;
        let of = reference.share_of.as_deref();
        let of_kind = of.and_then(|of| store.metric(&of.metric)).map(|m| m.0);
        let zero = combine::silence_is_zero(kind, reference.field);
        let percentile = reference.field.is_percentile();
        // Of several series, smallest and largest are of different ones.
        let spread = reference.field == Field::Last && self.single().is_some();
        let begin = self.until_ms.max(store.oldest_ms());
        let after = |ids: &[u32]| -> Vec<_> {
            ids.iter()
                .filter_map(|id| Some(store.series(*id)?.after(begin).peekable()))
                .collect()
        };
        let mut parts: Vec<Vec<_>> = self.parts.iter().map(|ids| after(ids)).collect();
        let mut wholes = after(&self.whole);
        let mut t = begin.div_euclid(step_ms) * step_ms + step_ms;
        while t <= end {
            let value =
                |row: &FrameRow, kind, field| combine::read(row, kind, field, step_ms as f64);
            let mut merged = None;
            let (part, sum) = match &mut parts[..] {
                [only] => (row_at(only, t, reference.field, &mut merged), None),
                several => {
                    let rows = several.iter_mut().filter_map(|part| {
                        let row = row_at(part, t, reference.field, &mut merged)?;
                        Some(value(row, kind, reference.field))
                    });
                    (None, sum(rows))
                }
            };
            self.is_estimate |= part.is_some_and(|row| row.is_estimate) && percentile;
            if with_bands {
                self.bands.extend(part.and_then(|row| band(t, row)));
            }
            match of {
                Some(of) => {
                    let mut merged = None;
                    let whole = row_at(&mut wholes, t, of.field, &mut merged);
                    let whole = whole.unwrap_or(&FrameRow::EMPTY);
                    let whole = value(whole, of_kind.unwrap_or(kind), of.field);
                    let part = sum.unwrap_or_else(|| {
                        value(part.unwrap_or(&FrameRow::EMPTY), kind, reference.field)
                    });
                    if whole > 0.0 {
                        push(&mut self.points, t, part / whole * 100.0);
                    }
                }
                None if sum.is_some() => push(&mut self.points, t, sum.unwrap_or(f64::NAN)),
                None => match part {
                    Some(row) if spread && row.min < row.max && !row.last.is_nan() => {
                        // A long step has more than its newest value: a spike in it is seen.
                        let first = if row.last > row.min { row.min } else { row.max };
                        let other = if first == row.min { row.max } else { row.min };
                        let within = |share: i64| t - step_ms * share / 3;
                        push(&mut self.points, within(2), first);
                        push(&mut self.points, within(1), other);
                        push(&mut self.points, t, row.last);
                    }
                    Some(row) => {
                        let v = value(row, kind, reference.field);
                        push_row(&mut self.points, t, v, row.is_absent);
                    }
                    None if zero && store.is_covered(t) => push(&mut self.points, t, 0.0),
                    None => {}
                },
            }
            t += step_ms;
        }
        self.until_ms = end;
    }

    /// The point of the step that is not over yet.
    fn open_step_point(&self, reference: &MetricRef, kind: Kind, store: &Store) -> Option<Point> {
        let since = (store.newest_ms() - store.settled_ms()) as f64;
        let rate = matches!(reference.field, Field::Rate | Field::Count | Field::Sum);
        let short = since <= 0.0 || (rate && since < SHORTEST_RATE_MS);
        if short || reference.share_of.is_some() {
            return None;
        }
        let open = |ids: &Vec<u32>| {
            let rows = ids.iter().filter_map(|id| store.series(*id)?.open_step());
            let row = combine::merge_series(rows, reference.field)?;
            Some(combine::read(&row, kind, reference.field, since))
        };
        let v = sum(self.parts.iter().filter_map(open))?;
        v.is_finite().then_some(Point {
            t: store.newest_ms() as f64,
            v,
        })
    }

    /// Drops what is older than the store, in large steps so that it costs nothing on average.
    fn forget(&mut self, oldest_ms: f64) {
        let old = self.points.partition_point(|p| p.t < oldest_ms);
        if old > 64 && old > self.points.len() / 5 {
            self.points.drain(..old);
            let old_bands = self.bands.partition_point(|band| band.t < oldest_ms);
            self.bands.drain(..old_bands);
            self.settled = self.settled.saturating_sub(old);
        }
    }
}

/// The sum of what is known; none when nothing is.
fn sum(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|v| !v.is_nan()).reduce(|a, b| a + b)
}

/// The points after `from_ms` and up to `to_ms`.
pub fn between(points: &[Point], from_ms: f64, to_ms: f64) -> &[Point] {
    let first = points.partition_point(|p| p.t <= from_ms);
    let end = points.partition_point(|p| p.t <= to_ms);
    points.get(first..end).unwrap_or_default()
}

/// Smallest, mean and largest of these points; none without values.
pub fn summary(points: &[Point]) -> Option<[f64; 3]> {
    let values = || points.iter().map(|p| p.v).filter(|v| v.is_finite());
    let count = values().count();
    let (min, sum, max) = values().fold(
        (f64::INFINITY, 0.0, f64::NEG_INFINITY),
        |(min, sum, max), v| (min.min(v), sum + v, max.max(v)),
    );
    (count > 0).then(|| [min, sum / count as f64, max])
}

/// The extremes of these points, too. Of equal ones the later one stays longer.
fn widened(extent: Option<(Point, Point)>, points: &[Point]) -> Option<(Point, Point)> {
    let first = || points.iter().find(|point| point.v.is_finite());
    let (mut low, mut high) = extent.or_else(|| first().map(|first| (*first, *first)))?;
    for point in points {
        if !point.v.is_finite() {
            continue;
        }
        if point.v <= low.v {
            low = *point;
        }
        if point.v >= high.v {
            high = *point;
        }
    }
    Some((low, high))
}

/// The band of a row that knows its smallest and largest sample.
fn band(t: i64, row: &FrameRow) -> Option<Band> {
    let known = row.min.is_finite() && row.max.is_finite();
    known.then_some(Band {
        t: t as f64,
        low: row.min,
        high: row.max,
    })
}

/// Adds a point; where a level ended, one without a value, at which lines break off.
fn push_row(points: &mut Vec<Point>, t: i64, v: f64, is_absent: bool) {
    if is_absent && v.is_nan() {
        points.push(Point {
            t: t as f64,
            v: f64::NAN,
        });
    } else {
        push(points, t, v);
    }
}

fn push(points: &mut Vec<Point>, t: i64, v: f64) {
    if !v.is_nan() {
        points.push(Point { t: t as f64, v });
    }
}

/// The row of all series at `t`, in `merged` where there are several; what is before is passed over.
fn row_at<'r, 'a: 'r, I>(
    series: &mut [Peekable<I>],
    t: i64,
    field: Field,
    merged: &'r mut Option<FrameRow>,
) -> Option<&'r FrameRow>
where
    I: Iterator<Item = &'a Step>,
{
    // Of one series there is nothing to merge, and tens of thousands of steps may be read at once.
    if let [only] = series {
        return step_at(only, t);
    }
    let rows = series.iter_mut().filter_map(|one| step_at(one, t).copied());
    *merged = combine::merge_series(rows, field);
    merged.as_ref()
}

fn step_at<'a>(
    steps: &mut Peekable<impl Iterator<Item = &'a Step>>,
    t: i64,
) -> Option<&'a FrameRow> {
    while steps.next_if(|step| step.t < t).is_some() {}
    Some(&steps.next_if(|step| step.t == t)?.row)
}

#[cfg(test)]
mod tests;
