//! The horizontal scale. Invariant: the window's edges are whole absolute columns, so that two
//! windows of the same span differ by a whole number of pixels for every point.

/// A stretch of time on a number of device pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeWindow {
    /// Time at the right edge, milliseconds since the epoch; drawn at the whole column before it.
    pub end_ms: f64,
    /// How much time it shows, in milliseconds; more than zero.
    pub span_ms: f64,
    /// Its width in device pixels; at least one.
    pub width: u32,
}

impl TimeWindow {
    /// A window that ends at `end_ms`. A span that is not a positive number becomes one
    /// millisecond, an end that is not finite the epoch, a width of zero one pixel.
    pub fn new(end_ms: f64, span_ms: f64, width: u32) -> Self {
        Self {
            end_ms: if end_ms.is_finite() { end_ms } else { 0.0 },
            span_ms: if span_ms.is_finite() {
                span_ms.max(1.0)
            } else {
                1.0
            },
            width: width.max(1),
        }
    }

    /// Milliseconds that a column is wide.
    pub fn ms_per_px(&self) -> f64 {
        self.span_ms / f64::from(self.width)
    }

    /// Columns from the epoch to `t`, with a fraction. At today's times and one millisecond a
    /// pixel a fraction still has twelve bits.
    pub fn column(&self, t: f64) -> f64 {
        t / self.ms_per_px()
    }

    /// The column at which the window ends; the last one drawn is the one before.
    pub fn right_edge(&self) -> i64 {
        self.column(self.end_ms).floor() as i64
    }

    /// The first column drawn.
    pub fn left_edge(&self) -> i64 {
        self.right_edge().saturating_sub(i64::from(self.width))
    }

    /// Device pixels from the window's left edge to `t`.
    pub fn x(&self, t: f64) -> f64 {
        self.column(t) - self.left_edge() as f64
    }

    /// The time at `x` device pixels from the left edge: the inverse of [`TimeWindow::x`].
    pub fn time_at(&self, x: f64) -> f64 {
        (self.left_edge() as f64 + x) * self.ms_per_px()
    }

    /// [`TimeWindow::x`] in `1 / subpixel` pixels. It is rounded before the left edge is taken
    /// away: rounding after it would depend on where the window stands.
    pub fn x_subpixel(&self, t: f64, subpixel: i32) -> i32 {
        let absolute = (self.column(t) * f64::from(subpixel) + 0.5).floor() as i64;
        let left = self.left_edge().saturating_mul(i64::from(subpixel));
        let x = absolute.saturating_sub(left);
        x.clamp(-FARTHEST, FARTHEST) as i32
    }

    /// Where the stretch begins that holds the column `x` of the window, as a column of the window.
    pub(crate) fn stretch_begin(&self, x: i64) -> i64 {
        let left = self.left_edge();
        let number = left.saturating_add(x).div_euclid(STRETCH);
        number.saturating_mul(STRETCH).saturating_sub(left)
    }

    /// Whether a picture of `other` can be shifted to become one of this.
    pub fn same_columns(&self, other: &Self) -> bool {
        self.width == other.width && self.span_ms == other.span_ms
    }
}

/// The data layer is drawn in stretches of so many absolute columns, each clipped to itself. Browsers
/// choose how they smooth a path by its size, its number of points and where the clip cuts it, so
/// what is drawn again must be the same paths with the same clip that a full redraw has.
pub(crate) const STRETCH: i64 = 16;

/// The stretches that the columns of `window` from `from` on are in, from the left, as columns of the
/// window. The first may begin before `from` and even before the window, and the last may end after
/// it: each is drawn whole, and clipped to itself.
pub fn stretches(window: &TimeWindow, from: u32) -> impl Iterator<Item = (i32, i32)> + use<> {
    let (left, width) = (window.left_edge(), i64::from(window.width));
    let first = left.saturating_add(from.into()).div_euclid(STRETCH);
    (first..)
        .map(move |number| number.saturating_mul(STRETCH).saturating_sub(left))
        .take_while(move |begin| *begin < width)
        .map(move |begin| (begin as i32, (begin + STRETCH) as i32))
}

/// Coordinates are held within this, so that backends may add and scale them.
pub(crate) const FARTHEST: i64 = 1 << 28;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: f64 = 1_790_000_000_000.0;

    #[test]
    fn places_points() {
        let check = |end: f64, span: f64, width: u32, t: f64, x: f64| {
            let window = TimeWindow::new(end, span, width);
            assert!(
                (window.x(t) - x).abs() < 1e-3,
                "{window:?} {t}: {}",
                window.x(t)
            );
            if t.is_finite() {
                assert!((window.time_at(window.x(t)) - t).abs() < 1e-2);
            }
        };
        check(1_000.0, 1_000.0, 100, 1_000.0, 100.0);
        check(1_000.0, 1_000.0, 100, 0.0, 0.0);
        check(1_009.0, 1_000.0, 100, 1_000.0, 100.0);
        check(1_010.0, 1_000.0, 100, 1_000.0, 99.0);
        check(1_000.0, 1_000.0, 100, -500.0, -50.0);
        check(NOW, 300_000.0, 600, NOW, 600.0);
        check(NOW, 300_000.0, 600, NOW - 250.0, 599.5);
        // What cannot be is made into something that can be drawn.
        check(f64::NAN, 1_000.0, 100, 0.0, 100.0);
        check(0.0, 0.0, 0, 0.0, 1.0);
        check(0.0, f64::INFINITY, 10, 0.0, 10.0);
        check(0.0, f64::NAN, 10, 0.0, 10.0);
        check(0.0, -5.0, 10, 0.0, 10.0);
    }

    #[test]
    fn far_and_absent_times_stay_numbers() {
        let window = TimeWindow::new(NOW, 30_000.0, 1_500);
        for t in [0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            let x = i64::from(window.x_subpixel(t, 8));
            assert!(x.abs() <= FARTHEST, "{t}: {x}");
        }
    }

    #[test]
    fn stretches_are_whole_absolute_columns() {
        let check = |end: f64, width: u32, from: u32, want: &[(i32, i32)]| {
            // Ten milliseconds a column.
            let window = TimeWindow::new(end, f64::from(width) * 10.0, width);
            let got: Vec<_> = stretches(&window, from).collect();
            assert_eq!(got, want, "{end} {width} {from}");
        };
        check(640.0, 32, 0, &[(0, 16), (16, 32)]);
        check(640.0, 32, 15, &[(0, 16), (16, 32)]);
        check(640.0, 32, 16, &[(16, 32)]);
        check(640.0, 32, 32, &[]);
        // Three columns later.
        check(670.0, 32, 0, &[(-3, 13), (13, 29), (29, 45)]);
        check(670.0, 32, 13, &[(13, 29), (29, 45)]);
        check(0.0, 1, 0, &[(-15, 1)]);
    }

    proptest! {
        #[test]
        fn stretches_of_a_later_window_are_those_of_before(
            span in 1_000.0..1e9_f64, width in 1u32..500, on in 0.0..1e7_f64,
        ) {
            let absolute = |window: &TimeWindow| -> Vec<i64> {
                let left = window.left_edge();
                stretches(window, 0).map(|(begin, _)| left + i64::from(begin)).collect()
            };
            let before = absolute(&TimeWindow::new(NOW, span, width));
            let after = absolute(&TimeWindow::new(NOW + on, span, width));
            let same = after.iter().filter(|begin| before.contains(begin)).count();
            let overlap = before.last().zip(after.first()).map_or(0, |(last, first)| {
                ((last - first) / STRETCH + 1).max(0)
            });
            prop_assert_eq!(same as i64, overlap);
        }

        #[test]
        fn a_shift_moves_every_point_by_the_same_whole_pixels(
            span in 1_000.0..1e9_f64, width in 1u32..3_000, on in 0.0..1e7_f64, ago in 0.0..1e7_f64,
        ) {
            let before = TimeWindow::new(NOW, span, width);
            let after = TimeWindow::new(NOW + on, span, width);
            let by = after.right_edge() - before.right_edge();
            let t = NOW - ago;
            prop_assert_eq!(before.x(t) - after.x(t), by as f64);
            let (b, a) = (before.x_subpixel(t, 8), after.x_subpixel(t, 8));
            if b.abs() < 1 << 27 && a.abs() < 1 << 27 {
                prop_assert_eq!(i64::from(b) - i64::from(a), by * 8);
            }
        }
    }
}
