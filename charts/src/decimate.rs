//! Few points that draw the same line as many. Invariant: what a pixel column becomes depends on
//! the points in it alone, never on the window around it, and holds its first, lowest, highest and
//! last point.

use std::ops::Range;

use crate::TimeWindow;

/// A value at a time. A value that is not finite says that there is none: a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Milliseconds since the epoch.
    pub t: f64,
    /// The value.
    pub v: f64,
}

/// Points that a column is drawn with at most.
const PER_COLUMN: usize = 4;

/// Reduces `points` to at most four for each of `window`'s columns, into `out`, which is cleared
/// first; columns with fewer pass unchanged.
///
/// Two neighbours farther apart than `connect_ms`, or with a value between them that is not finite,
/// are parted by a break, a point whose time and value are `NaN`, unless both are in one column,
/// where no break could be seen. Points come in order of time; one that goes back in time, or has
/// none, is left out.
pub fn decimate(points: &[Point], window: &TimeWindow, connect_ms: f64, out: &mut Vec<Point>) {
    out.clear();
    let ms_per_px = window.ms_per_px();
    let mut column = Column::default();
    // Where the column ends: a point is looked at once, and most are in the column of the one before.
    let mut end = f64::NEG_INFINITY;
    let mut last_t = f64::NEG_INFINITY;
    let mut gap = false;
    for &point in points {
        if !point.t.is_finite() || point.t < last_t {
            continue;
        }
        if !point.v.is_finite() {
            gap = true;
            continue;
        }
        let at = point.t / ms_per_px;
        if at >= end {
            column.finish(out);
            let pause = point.t - last_t > connect_ms;
            if (gap || pause) && !out.is_empty() {
                out.push(Point {
                    t: point.t,
                    v: f64::NAN,
                });
            }
            end = at.floor() + 1.0;
            column.begin(point, out);
        } else {
            column.push(point, out);
        }
        last_t = point.t;
        gap = false;
    }
    column.finish(out);
}

/// The part of `points` that can leave ink between the pixels `from` and `to` of `window`, when
/// ink reaches `ink` pixels beside a point: see [`seen_range`].
pub(crate) fn visible<'a>(
    points: &'a [Point],
    window: &TimeWindow,
    from: i64,
    to: i64,
    ink: i64,
) -> &'a [Point] {
    let range = seen_range(points, |p| p.t, window, (from, to), ink);
    points.get(range).unwrap_or_default()
}

/// Which of `all`, in order of their time `t`, can leave ink between the pixels `from` and `to` of
/// `window`, when ink reaches `ink` pixels beside each: from the first one in the column of the last
/// one before it, to the first one after it.
pub(crate) fn seen_range<T>(
    all: &[T],
    t: impl Fn(&T) -> f64,
    window: &TimeWindow,
    (from, to): (i64, i64),
    ink: i64,
) -> Range<usize> {
    let left = window.left_edge().saturating_add(from - ink) as f64;
    let right = window.left_edge().saturating_add(to + ink) as f64;
    let inside = all.partition_point(|one| window.column(t(one)) < left);
    let start = match inside.checked_sub(1).and_then(|before| all.get(before)) {
        Some(before) => {
            let column = window.column(t(before)).floor();
            all.partition_point(|one| window.column(t(one)) < column)
        }
        None => 0,
    };
    let end = all.partition_point(|one| window.column(t(one)) <= right) + 1;
    start..end.min(all.len())
}

/// The points of one column so far, of which the first ones are in the output as they came.
#[derive(Default)]
struct Column {
    /// Where the first one is in the output.
    begin: usize,
    len: usize,
    /// The extremes with their order of coming.
    low: (usize, Point),
    high: (usize, Point),
    last: Point,
}

impl Column {
    fn begin(&mut self, point: Point, out: &mut Vec<Point>) {
        *self = Self {
            begin: out.len(),
            len: 1,
            low: (0, point),
            high: (0, point),
            last: point,
        };
        out.push(point);
    }

    fn push(&mut self, point: Point, out: &mut Vec<Point>) {
        if point.v < self.low.1.v {
            self.low = (self.len, point);
        }
        if point.v > self.high.1.v {
            self.high = (self.len, point);
        }
        if self.len < PER_COLUMN {
            out.push(point);
        }
        self.last = point;
        self.len += 1;
    }

    /// Leaves of more than four points the first, the extremes and the last.
    fn finish(&self, out: &mut Vec<Point>) {
        if self.len <= PER_COLUMN {
            return;
        }
        let (earlier, later) = if self.low.0 < self.high.0 {
            (self.low, self.high)
        } else {
            (self.high, self.low)
        };
        out.truncate(self.begin + 1);
        for (order, point) in [earlier, later] {
            if order > 0 && order + 1 < self.len {
                out.push(point);
            }
        }
        out.push(self.last);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAN: f64 = f64::NAN;
    const INF: f64 = f64::INFINITY;

    /// Ten milliseconds a column.
    fn window() -> TimeWindow {
        TimeWindow::new(1_000.0, 1_000.0, 100)
    }

    fn check(points: &[(f64, f64)], expected: &[(f64, f64)]) {
        let points: Vec<_> = points.iter().map(|&(t, v)| Point { t, v }).collect();
        let mut out = vec![Point { t: NAN, v: NAN }];
        decimate(&points, &window(), 50.0, &mut out);
        let out: Vec<_> = out.iter().map(|p| (p.t, p.v)).collect();
        // NaN is not equal to itself; its text is.
        assert_eq!(format!("{out:?}"), format!("{expected:?}"), "{points:?}");
    }

    #[test]
    fn reduces() {
        let gap = |before: f64| (before, NAN);
        check(&[], &[]);
        check(&[(5.0, NAN)], &[]);
        check(&[(5.0, 1.0)], &[(5.0, 1.0)]);
        // Few points pass unchanged.
        let few = [(1.0, 1.0), (2.0, 9.0), (3.0, 1.0), (4.0, 1.0), (12.0, 1.0)];
        check(&few, &few);
        // Many: first, extremes in their order, last.
        let many = [
            (0.0, 5.0),
            (1.0, 6.0),
            (2.0, 9.0),
            (3.0, 4.0),
            (4.0, 1.0),
            (5.0, 3.0),
        ];
        check(&many, &[(0.0, 5.0), (2.0, 9.0), (4.0, 1.0), (5.0, 3.0)]);
        let falling = [(0.0, 5.0), (1.0, 4.0), (2.0, 3.0), (3.0, 2.0), (4.0, 1.0)];
        check(&falling, &[(0.0, 5.0), (4.0, 1.0)]);
        let flat = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (9.0, 0.0)];
        check(&flat, &[(0.0, 0.0), (9.0, 0.0)]);
        // Gaps: a value that is none, or a pause.
        check(
            &[
                (0.0, 1.0),
                (10.0, NAN),
                (20.0, 0.0),
                (30.0, INF),
                (40.0, 3.0),
                (50.0, -INF),
            ],
            &[(0.0, 1.0), gap(20.0), (20.0, 0.0), gap(40.0), (40.0, 3.0)],
        );
        check(&[(0.0, 1.0), (50.0, 2.0)], &[(0.0, 1.0), (50.0, 2.0)]);
        check(
            &[(0.0, 1.0), (51.0, 2.0)],
            &[(0.0, 1.0), gap(51.0), (51.0, 2.0)],
        );
        check(&[(0.0, NAN), (1.0, NAN), (20.0, 2.0)], &[(20.0, 2.0)]);
        // No gap is narrower than a column.
        check(
            &[(0.0, 1.0), (1.0, NAN), (2.0, 2.0)],
            &[(0.0, 1.0), (2.0, 2.0)],
        );
        // A clock that goes back, and times that are none.
        check(
            &[(5.0, 1.0), (3.0, 2.0), (NAN, 3.0), (INF, 4.0), (6.0, 5.0)],
            &[(5.0, 1.0), (6.0, 5.0)],
        );
        check(&[(5.0, 1.0), (5.0, 2.0)], &[(5.0, 1.0), (5.0, 2.0)]);
    }

    #[test]
    fn sees_what_can_leave_ink() {
        let points: Vec<_> = (0..100)
            .map(|i| Point {
                t: f64::from(i) * 4.0,
                v: 0.0,
            })
            .collect();
        let check = |from: i64, to: i64, first: f64, last: f64| {
            let seen = visible(&points, &window(), from, to, 2);
            assert_eq!(seen.first().map(|p| p.t), Some(first));
            assert_eq!(seen.last().map(|p| p.t), Some(last));
        };
        // Columns 38 to 52; the point before is at 376, in the column from 370 on.
        check(40, 50, 372.0, 396.0);
        check(10, 20, 72.0, 224.0);
        check(0, 100, 0.0, 396.0);
        check(99, 100, 392.0, 396.0);
        assert!(visible(&[], &window(), 0, 100, 2).is_empty());
    }

    fn points() -> impl Strategy<Value = Vec<Point>> {
        let value = prop_oneof![8 => -1e3..1e3_f64, 1 => Just(NAN), 1 => Just(1e9)];
        proptest::collection::vec((0.0..30.0_f64, value), 0..400).prop_map(|steps| {
            let mut t = 0.0;
            let point = |(dt, v): (f64, f64)| {
                t += if dt > 25.0 { dt * 10.0 } else { dt / 10.0 };
                Point { t, v }
            };
            steps.into_iter().map(point).collect()
        })
    }

    fn range(points: &[Point]) -> (f64, f64) {
        let values = points.iter().map(|p| p.v).filter(|v| v.is_finite());
        values.fold((INF, -INF), |(low, high), v| (low.min(v), high.max(v)))
    }

    proptest! {
        #[test]
        fn keeps_the_extremes_at_every_width(points in points(), width in 1u32..500) {
            let window = TimeWindow::new(1_000.0, 1_000.0, width);
            let mut out = Vec::new();
            decimate(&points, &window, 50.0, &mut out);
            prop_assert_eq!(range(&out), range(&points));
            let columns = |points: &[Point]| {
                let mut all: Vec<_> = points
                    .iter()
                    .filter(|p| p.v.is_finite())
                    .map(|p| window.column(p.t).floor() as i64)
                    .collect();
                all.dedup();
                all
            };
            prop_assert_eq!(columns(&out), columns(&points));
            let most = columns(&points).len() * (PER_COLUMN + 1);
            prop_assert!(out.len() <= most);
            // What is reduced already stays as it is; NaN is not equal to itself, its text is.
            let mut again = Vec::new();
            decimate(&out, &window, 50.0, &mut again);
            prop_assert_eq!(format!("{again:?}"), format!("{out:?}"));
        }
    }
}
