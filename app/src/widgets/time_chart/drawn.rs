//! What is drawn of the lines of a chart: their points, or a bar for each span of time. Pure.
//! Invariant: what is read of a chart is a point or a bar that is on the picture.

use charts::Point;

use crate::live::{Line, Lines, line};
use crate::widgets::render::scene;

/// The points or bars of each line.
#[derive(Debug, Default)]
pub struct Drawn {
    /// How much time a bar is for, in ms, and the bars of each line.
    bars: Option<(f64, Vec<Vec<Point>>)>,
}

/// What the cursor reads: the time of a point, or the span of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The time of the point, or the end of the bar, in ms since the epoch.
    pub t: f64,
    /// How long the bar is, in ms; 0 for a point.
    pub span_ms: f64,
}

impl Moment {
    /// Where the cursor stands: at the point, or in the middle of the bar.
    pub fn middle(&self) -> f64 {
        self.t - self.span_ms / 2.0
    }
}

impl Drawn {
    /// Of lines that are drawn as bars of `bar_ms`, or else point by point.
    pub fn of(lines: &Lines, bar_ms: Option<i64>) -> Drawn {
        let bars = bar_ms.map(|bar_ms| {
            let mut bars = Vec::new();
            scene::group(lines, bar_ms, &mut bars);
            (bar_ms as f64, bars)
        });
        Drawn { bars }
    }

    /// How much time a bar is for, in ms; none without bars.
    pub fn bar_ms(&self) -> Option<f64> {
        self.bars.as_ref().map(|(bar_ms, _)| *bar_ms)
    }

    /// All that is drawn of one line.
    pub fn points<'a>(&'a self, index: usize, line: &'a Line) -> &'a [Point] {
        match &self.bars {
            Some((_, bars)) => bars.get(index).map(Vec::as_slice).unwrap_or_default(),
            None => &line.points,
        }
    }

    /// What is drawn of one line after `from_ms` and up to `to_ms`, with the bar that begins before
    /// that.
    pub fn between<'a>(
        &'a self,
        index: usize,
        line: &'a Line,
        (from_ms, to_ms): (f64, f64),
    ) -> &'a [Point] {
        let over = self.bar_ms().unwrap_or(0.0);
        let points = line::between(self.points(index, line), from_ms, to_ms + over);
        match points.split_last() {
            // A bar that begins with the end is of the time after it.
            Some((last, rest)) if over > 0.0 && last.t - over >= to_ms => rest,
            _ => points,
        }
    }

    /// The point or the bar of one line at a moment; a point if it is not farther than `within_ms`,
    /// and the one before if its value `holds` until the next one.
    pub fn at(
        &self,
        index: usize,
        line: &Line,
        moment: &Moment,
        (within_ms, holds): (f64, bool),
    ) -> Option<Point> {
        let points = self.points(index, line);
        match self.bars {
            Some(_) => nearest(points, moment.t, 0.5, false),
            None => nearest(points, moment.t, within_ms, holds),
        }
    }
}

/// The point that is nearest to `t`, and not farther than `within_ms`; of two the earlier one, as
/// also if `before` is asked for.
pub fn nearest(points: &[Point], t: f64, within_ms: f64, before: bool) -> Option<Point> {
    let after = points.partition_point(|p| p.t <= t);
    let left = after.checked_sub(1).and_then(|i| points.get(i)).copied();
    let right = points.get(after).copied().filter(|_| !before);
    let near = match (left, right) {
        (Some(left), Some(right)) if right.t - t < t - left.t => Some(right),
        (left, right) => left.or(right),
    };
    near.filter(|p| (p.t - t).abs() <= within_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_read() {
        let points = [(1_000.0, 1.0), (2_000.0, 2.0), (62_000.0, 3.0)].map(|(t, v)| Point { t, v });
        for (t, within, before, want) in [
            (1_000.0, 0.0, false, Some(1.0)),
            (1_499.0, 2_500.0, false, Some(1.0)),
            (1_500.0, 2_500.0, false, Some(1.0)),
            (1_501.0, 2_500.0, false, Some(2.0)),
            (1_999.0, 2_500.0, true, Some(1.0)),
            (900.0, 2_500.0, false, Some(1.0)),
            (900.0, 2_500.0, true, None),
            (30_000.0, 2_500.0, false, None),
            // A step of a minute.
            (31_999.0, 150_000.0, false, Some(2.0)),
            (32_001.0, 150_000.0, false, Some(3.0)),
            (99_000.0, f64::INFINITY, false, Some(3.0)),
        ] {
            let found = nearest(&points, t, within, before).map(|p| p.v);
            assert_eq!(found, want, "{t} {within} {before}");
        }
        assert_eq!(nearest(&[], 0.0, f64::INFINITY, false), None);
    }
}
