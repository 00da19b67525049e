//! How to get from the picture of one frame to that of the next. Invariant: following the plan
//! gives the pixels that a full redraw gives.

use crate::series::DOT;
use crate::{TimeWindow, ValueScale};

/// What the data layer shows: everything that its pixels depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The stretch of time.
    pub window: TimeWindow,
    /// Height of the data layer in device pixels.
    pub height: u32,
    /// The vertical scale.
    pub scale: ValueScale,
    /// Left of this time no ink will change any more: see [`settled_ms()`]. `-∞` when nothing is
    /// settled.
    pub settled_ms: f64,
    /// Changes whenever points were added or moved after `settled_ms`.
    pub data: u64,
    /// Changes whenever anything else did: which series, their colours, older points.
    pub look: u64,
}

/// What to do with the data layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It is right as it is.
    Nothing,
    /// Clear and draw all of it.
    Full,
    /// Shift it left by `by` pixels, then clear the columns from `from` to the right edge and draw
    /// the [`stretches()`](crate::stretches()) in them, each clipped to itself.
    Shift {
        /// Whole device pixels; may be zero.
        by: u32,
        /// First column to draw, counted after the shift, where a stretch begins; less than the width.
        from: u32,
    },
}

/// How to get from `previous`, the frame that is on the canvas, to `next`, with lines of at most
/// `line_px` device pixels (and joints that reach no farther than half of that: round or bevelled).
pub fn plan(previous: Option<&Frame>, next: &Frame, line_px: f64) -> Plan {
    let Some(previous) = previous else {
        return Plan::Full;
    };
    let shiftable = previous.window.same_columns(&next.window)
        && previous.height == next.height
        && previous.scale == next.scale
        && previous.look == next.look;
    let width = i64::from(next.window.width);
    let by = next
        .window
        .right_edge()
        .saturating_sub(previous.window.right_edge());
    if !shiftable || by < 0 || by >= width {
        return Plan::Full;
    }
    let mut from = width - by;
    if previous.data != next.data {
        if !previous.settled_ms.is_finite() {
            return Plan::Full;
        }
        // The settled point's column may yet be decimated differently, and the joint at its first
        // point may turn: back by the ink around it. One more, and the first point past a stretch
        // and its ink, where its paths end, is settled.
        let settled = next.window.column(previous.settled_ms).floor() as i64;
        let x = settled.saturating_sub(next.window.left_edge());
        from = from.min(x.saturating_sub(ink_px(line_px) + 1));
    }
    if from == width {
        return Plan::Nothing;
    }
    // Whole stretches, also the one that the right edge cut when it was drawn.
    let from = next.window.stretch_begin(from);
    if from <= 0 {
        Plan::Full
    } else {
        Plan::Shift {
            by: by as u32,
            from: from as u32,
        }
    }
}

/// The time left of which no ink will change any more. `open_ms` is the earliest time at which a
/// point may yet come or move; `last_final` gives the time of each series' last point before it
/// (`-∞` when it has none), to which a line may yet be drawn, if it is within `connect_ms`.
pub fn settled_ms(last_final: impl IntoIterator<Item = f64>, open_ms: f64, connect_ms: f64) -> f64 {
    last_final
        .into_iter()
        .map(|t| t.max(open_ms - connect_ms))
        .fold(open_ms, f64::min)
}

/// Columns beside a point that a line of `line_px` through it can touch: as far as the dot of a point
/// without neighbours reaches, and one for the rounding of the point.
pub(crate) fn ink_px(line_px: f64) -> i64 {
    (line_px.clamp(1.0, 1e3) * DOT).ceil() as i64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        window: TimeWindow {
            end_ms: 10_000.0,
            span_ms: 1_000.0,
            width: 100,
        },
        height: 50,
        scale: ValueScale {
            min: 0.0,
            max: 4.0,
            step: 1.0,
            mode: crate::Mode::Linear,
        },
        settled_ms: 9_900.0,
        data: 1,
        look: 1,
    };

    fn check(change: impl Fn(&mut Frame), expected: Plan) {
        let mut next = FRAME;
        change(&mut next);
        assert_eq!(plan(Some(&FRAME), &next, 2.0), expected, "{next:?}");
    }

    #[test]
    fn plans() {
        let shift = |by, from| Plan::Shift { by, from };
        assert_eq!(plan(None, &FRAME, 2.0), Plan::Full);
        check(|_| (), Plan::Nothing);
        // Less than a pixel on, nothing new.
        check(|f| f.window.end_ms += 9.0, Plan::Nothing);
        // Time alone: only what comes in at the right.
        // (97 from the left is the column 1,000, whose stretch begins at 992.)
        check(|f| f.window.end_ms += 30.0, shift(3, 89));
        // New data: from the stretch around the settled point's ink (its column is 990, so 986, whose
        // stretch begins at 976, which is 76 from the left).
        check(|f| f.data += 1, shift(0, 76));
        check(
            |f| {
                f.data += 1;
                f.window.end_ms += 30.0;
                f.settled_ms = 9_990.0;
            },
            shift(3, 73),
        );
        check(|f| f.window.end_ms += 900.0, shift(90, 2));
        check(|f| f.window.end_ms += 990.0, Plan::Full);
        check(|f| f.window.end_ms += 1_000.0, Plan::Full);
        check(|f| f.window.end_ms -= 10.0, Plan::Full);
        check(|f| f.window.span_ms += 1.0, Plan::Full);
        check(|f| f.window.width += 1, Plan::Full);
        check(|f| f.height += 1, Plan::Full);
        check(|f| f.scale.max += 1.0, Plan::Full);
        check(|f| f.look += 1, Plan::Full);
    }

    #[test]
    fn without_a_settled_point_all_is_drawn() {
        for settled_ms in [f64::NEG_INFINITY, f64::NAN, f64::INFINITY, 9_000.0, -1e300] {
            let previous = Frame {
                settled_ms,
                ..FRAME
            };
            let next = Frame {
                data: 2,
                ..previous
            };
            assert_eq!(
                plan(Some(&previous), &next, 2.0),
                Plan::Full,
                "{settled_ms}"
            );
            let idle = plan(Some(&previous), &previous, 2.0);
            // NaN is not equal to itself, but no field that is compared holds it.
            assert_eq!(idle, Plan::Nothing);
        }
    }

    #[test]
    fn settles() {
        let check = |last_final: &[f64], open: f64, connect: f64, settled: f64| {
            let got = settled_ms(last_final.iter().copied(), open, connect);
            assert_eq!(got, settled, "{last_final:?}");
        };
        const INF: f64 = f64::INFINITY;
        check(&[], 100.0, 30.0, 100.0);
        check(&[90.0, 80.0], 100.0, 30.0, 80.0);
        // An idle series does not hold the others back: no line will reach its last point.
        check(&[90.0, 10.0], 100.0, 30.0, 70.0);
        check(&[90.0, -INF], 100.0, 30.0, 70.0);
        check(&[90.0, -INF], 100.0, INF, -INF);
        check(&[f64::NAN], 100.0, 30.0, 70.0);
    }

    #[test]
    fn a_point_settled_beyond_the_right_edge_asks_for_nothing() {
        let previous = Frame {
            settled_ms: 20_000.0,
            ..FRAME
        };
        let next = Frame {
            data: 2,
            ..previous
        };
        assert_eq!(plan(Some(&previous), &next, 2.0), Plan::Nothing);
    }
}
