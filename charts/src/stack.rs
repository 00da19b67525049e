//! Series on top of each other. Invariant: a row of sums depends on the points next to its time
//! alone, so that it is the same wherever the window stands.

use crate::Point;
use crate::TimeWindow;

/// Rows that a column is drawn with at most.
const PER_COLUMN: usize = 4;

/// Sums at the times of several series, and the buffers to make them with: keep it to reuse them.
#[derive(Debug, Default)]
pub struct Stack {
    layers: usize,
    /// For each row its time and the sum up to each layer; a break is all `NaN`.
    rows: Vec<f64>,
    heads: Vec<Head>,
}

/// Sums `series` from the first on at each time at which one of them has a point, into `out`. What is
/// above zero stands on what is above zero, what is below hangs from what is below: each layer ends at
/// the sum of those on its side, and begins where the one before on its side ended.
///
/// A series without a point there counts with what its line has there, if it joins the points
/// before and after (they are at most `connect_ms` apart); else with its last value for as long as
/// `connect_ms`, since nothing is known to be missing yet; and else with nothing. Where no series
/// joins two times, there is a break between them.
pub fn stack(series: &[&[Point]], connect_ms: f64, out: &mut Stack) {
    out.begin(series.len(), |i| 0..series[i].len());
    out.merge(|i| series[i], connect_ms);
}

/// How far one series has been read.
#[derive(Clone, Copy, Debug)]
struct Head {
    next: usize,
    end: usize,
    /// The last point, unless a gap follows it; else its value is `NaN`.
    last: Point,
}

impl Stack {
    /// Each time with the sums up to each layer, in order; a break has `NaN` for all.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (f64, &[f64])> {
        let rows = self.rows.chunks_exact(self.layers + 1);
        rows.filter_map(|row| row.split_first().map(|(t, sums)| (*t, sums)))
    }

    /// The smallest and the largest sum of any layer; none without points.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let sums = self.rows().flat_map(|(_, sums)| sums);
        sums.filter(|v| v.is_finite())
            .fold(None, |range, &v| match range {
                None => Some((v, v)),
                Some((low, high)) => Some((v.min(low), v.max(high))),
            })
    }

    /// Forgets all, to read the points `range(i)` of each of so many series.
    pub(crate) fn begin(&mut self, layers: usize, range: impl Fn(usize) -> std::ops::Range<usize>) {
        self.layers = layers;
        self.rows.clear();
        self.heads.clear();
        self.heads.extend((0..layers).map(range).map(|range| Head {
            next: range.start,
            end: range.end,
            last: NONE,
        }));
    }

    /// Sums what [`Stack::begin`] said of `points(i)`.
    pub(crate) fn merge<'a>(&mut self, points: impl Fn(usize) -> &'a [Point], connect_ms: f64) {
        let Self {
            layers,
            rows,
            heads,
        } = self;
        loop {
            let mut t = f64::INFINITY;
            for (i, head) in heads.iter_mut().enumerate() {
                if let Some(next) = head.peek(points(i)) {
                    t = t.min(next.t);
                }
            }
            if t == f64::INFINITY {
                return;
            }
            let row = rows.len();
            rows.push(t);
            let (mut above, mut below) = (0.0, 0.0);
            let (mut known, mut joined) = (false, false);
            for (i, head) in heads.iter_mut().enumerate() {
                let mut side = &mut above;
                if let Some((value, joins)) = head.take(points(i), t, connect_ms) {
                    if value < 0.0 {
                        side = &mut below;
                    }
                    *side += value;
                    known = true;
                    joined |= joins;
                }
                rows.push(*side);
            }
            if !known {
                rows.truncate(row);
            } else if !joined && row > 0 {
                // The break goes before.
                let width = *layers + 1;
                rows.extend(std::iter::repeat_n(f64::NAN, width));
                rows[row..].rotate_right(width);
            }
        }
    }

    /// Leaves out the rows after the first one right of the pixel `to`. A series with a pause has its
    /// next point far from there, and it may yet come: a path must not end with it.
    pub(crate) fn end_past(&mut self, window: &TimeWindow, to: i64) {
        let right = window.left_edge().saturating_add(to) as f64;
        let past = self.rows().position(|(t, _)| window.column(t) > right);
        if let Some(past) = past {
            self.rows.truncate((past + 1) * (self.layers + 1));
        }
    }

    /// Leaves out the rows before the absolute column `from`, and keeps of each column at most
    /// four: the first, those with the smallest and the largest sum of all, and the last. Breaks
    /// within a column go: none could be seen.
    pub(crate) fn thin(&mut self, window: &TimeWindow, from: f64) {
        let width = self.layers + 1;
        let count = self.rows.len() / width;
        let mut kept = 0;
        let mut row = 0;
        let mut broken = false;
        while row < count {
            let t = self.rows[row * width];
            if t.is_nan() {
                broken = true;
                row += 1;
                continue;
            }
            let column = window.column(t).floor();
            let mut end = row + 1;
            let mut total = [row; 2];
            let mut last = row;
            while end < count {
                let t = self.rows[end * width];
                if !t.is_nan() {
                    if window.column(t).floor() != column {
                        break;
                    }
                    let sums = |row: usize| &self.rows[row * width + 1..(row + 1) * width];
                    if reach(sums(end)).0 < reach(sums(total[0])).0 {
                        total[0] = end;
                    }
                    if reach(sums(end)).1 > reach(sums(total[1])).1 {
                        total[1] = end;
                    }
                    last = end;
                }
                end += 1;
            }
            if column >= from {
                if broken && kept > 0 {
                    self.rows[kept * width..(kept + 1) * width].fill(f64::NAN);
                    kept += 1;
                }
                let few = last - row < PER_COLUMN;
                for at in row..=last {
                    let wanted = few || at == row || at == last || total.contains(&at);
                    if wanted && !self.rows[at * width].is_nan() {
                        self.rows
                            .copy_within(at * width..(at + 1) * width, kept * width);
                        kept += 1;
                    }
                }
                broken = false;
            }
            // A break after the last row of the column was passed over with those within it.
            broken |= (last + 1..end).any(|row| self.rows[row * width].is_nan());
            row = end;
        }
        self.rows.truncate(kept * width);
    }
}

/// Where a layer begins: at the end of the last one before it on its side of zero, or at zero.
pub(crate) fn begin_of(sums: &[f64], layer: usize) -> f64 {
    let is_below = sums.get(layer).is_some_and(|end| *end < 0.0);
    let before = sums.get(..layer).unwrap_or_default().iter().rev();
    let mut same_side = before.filter(|end| (**end < 0.0) == is_below);
    same_side.next().copied().unwrap_or(0.0)
}

/// How far the layers of a row go down and up: where all are on one side of zero, both are the sum.
fn reach(sums: &[f64]) -> (f64, f64) {
    match (lowest(sums), highest(sums)) {
        (0.0, high) => (high, high),
        (low, 0.0) => (low, low),
        both => both,
    }
}

/// How far down the layers of a row go, zero at most.
pub(crate) fn lowest(sums: &[f64]) -> f64 {
    sums.iter().copied().fold(0.0, f64::min)
}

/// How far up the layers of a row go, zero at least.
pub(crate) fn highest(sums: &[f64]) -> f64 {
    sums.iter().copied().fold(0.0, f64::max)
}

const NONE: Point = Point {
    t: f64::NEG_INFINITY,
    v: f64::NAN,
};

impl Head {
    /// The next point that has a time, and does not go back in it.
    fn peek(&mut self, points: &[Point]) -> Option<Point> {
        while self.next < self.end {
            let point = *points.get(self.next)?;
            if point.t.is_finite() && point.t >= self.last.t {
                return Some(point);
            }
            self.next += 1;
        }
        None
    }

    /// Goes on to `t`: the value there, if there is one, and whether it joins what was before.
    fn take(&mut self, points: &[Point], t: f64, connect_ms: f64) -> Option<(f64, bool)> {
        let before = self.last;
        let held = before.v.is_finite() && t - before.t <= connect_ms;
        let next = self.peek(points);
        let Some(here) = next.filter(|next| next.t <= t) else {
            let value = match next {
                Some(next) if next.v.is_finite() && next.t - before.t <= connect_ms => {
                    let share = (t - before.t) / (next.t - before.t);
                    before.v + (next.v - before.v) * share
                }
                _ => before.v,
            };
            return held.then_some((value, true));
        };
        self.last = known(here);
        self.next += 1;
        // Of several points at one time the last counts.
        while let Some(again) = self.peek(points).filter(|again| again.t <= t) {
            self.last = known(again);
            self.next += 1;
        }
        self.last.v.is_finite().then_some((self.last.v, held))
    }
}

/// The point with a value that is a number or `NaN`.
fn known(point: Point) -> Point {
    let v = if point.v.is_finite() {
        point.v
    } else {
        f64::NAN
    };
    Point { t: point.t, v }
}

#[cfg(test)]
mod tests;
