//! A band between two edges, thinned. Invariant: what a column becomes depends on what is in it
//! alone, and holds its lowest and its highest value.

use crate::decimate::seen_range;
use crate::{TimeWindow, View};

/// From `low` to `high` at a time. When either is not finite, there is no band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Milliseconds since the epoch.
    pub t: f64,
    /// The lower edge.
    pub low: f64,
    /// The upper edge.
    pub high: f64,
}

/// What stands for a break in the output.
const BREAK: Band = Band {
    t: f64::NAN,
    low: f64::NAN,
    high: f64::NAN,
};

/// Puts what of `band` can be seen in `view` into `out`, at most two for each column, with breaks
/// as [`crate::decimate()`] has them.
pub(crate) fn thin(band: &[Band], view: &View<'_>, ink: i64, out: &mut Vec<Band>) {
    let (from, to) = view.columns();
    let range = seen_range(band, |b| b.t, view.window, (from, to), ink);
    let seen = band.get(range).unwrap_or_default();
    decimate(seen, view.window, view.connect_ms, out);
}

fn decimate(band: &[Band], window: &TimeWindow, connect_ms: f64, out: &mut Vec<Band>) {
    out.clear();
    let mut column = f64::NAN;
    // Where the column began in `out`, while there are two of it.
    let mut last_t = f64::NEG_INFINITY;
    let mut gap = false;
    for &next in band {
        if !next.t.is_finite() || next.t < last_t {
            continue;
        }
        if !next.low.is_finite() || !next.high.is_finite() {
            gap = true;
            continue;
        }
        let index = window.column(next.t).floor();
        if index == column {
            widen(out, next, column, window);
        } else {
            if (gap || next.t - last_t > connect_ms) && !out.is_empty() {
                out.push(BREAK);
            }
            out.push(next);
            column = index;
        }
        last_t = next.t;
        gap = false;
    }
}

/// Makes the column at the end of `out` hold `next` too: its first and its last time, both with
/// all that lies between.
fn widen(out: &mut Vec<Band>, next: Band, column: f64, window: &TimeWindow) {
    let Some(last) = out.last().copied() else {
        return;
    };
    let all = Band {
        t: next.t,
        low: last.low.min(next.low),
        high: last.high.max(next.high),
    };
    let before = out.len().checked_sub(2).and_then(|i| out.get_mut(i));
    if let Some(first) = before.filter(|b| window.column(b.t).floor() == column) {
        (first.low, first.high) = (all.low, all.high);
        out.pop();
    } else if let Some(first) = out.last_mut() {
        (first.low, first.high) = (all.low, all.high);
    }
    out.push(all);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    /// Ten milliseconds a column, joined over at most fifty.
    fn check(band: &[(f64, f64, f64)], expected: &[(f64, f64, f64)]) {
        let band: Vec<_> = band
            .iter()
            .map(|&(t, low, high)| Band { t, low, high })
            .collect();
        let mut out = vec![BREAK];
        decimate(
            &band,
            &TimeWindow::new(1_000.0, 1_000.0, 100),
            50.0,
            &mut out,
        );
        let out: Vec<_> = out.iter().map(|b| (b.t, b.low, b.high)).collect();
        // NaN is not equal to itself; its text is.
        assert_eq!(format!("{out:?}"), format!("{expected:?}"), "{band:?}");
    }

    #[test]
    fn thins() {
        let gap = (NAN, NAN, NAN);
        check(&[], &[]);
        check(&[(5.0, NAN, 1.0)], &[]);
        check(&[(5.0, 0.0, 1.0)], &[(5.0, 0.0, 1.0)]);
        check(
            &[(5.0, 0.0, 1.0), (15.0, -1.0, 0.0)],
            &[(5.0, 0.0, 1.0), (15.0, -1.0, 0.0)],
        );
        // A column keeps its extremes.
        check(
            &[
                (1.0, 2.0, 3.0),
                (2.0, 0.0, 2.5),
                (3.0, 1.0, 9.0),
                (4.0, 2.0, 3.0),
                (12.0, 1.0, 1.0),
            ],
            &[(1.0, 0.0, 9.0), (4.0, 0.0, 9.0), (12.0, 1.0, 1.0)],
        );
        // Gaps: a value that is none, or a pause; none is narrower than a column.
        check(
            &[
                (5.0, 0.0, 1.0),
                (15.0, 0.0, f64::INFINITY),
                (25.0, 0.0, 1.0),
                (80.0, 0.0, 1.0),
            ],
            &[
                (5.0, 0.0, 1.0),
                gap,
                (25.0, 0.0, 1.0),
                gap,
                (80.0, 0.0, 1.0),
            ],
        );
        check(
            &[(1.0, 0.0, 1.0), (2.0, NAN, NAN), (3.0, 0.0, 2.0)],
            &[(1.0, 0.0, 2.0), (3.0, 0.0, 2.0)],
        );
        // A clock that goes back.
        check(
            &[(5.0, 0.0, 1.0), (3.0, 0.0, 9.0), (NAN, 0.0, 9.0)],
            &[(5.0, 0.0, 1.0)],
        );
    }
}
