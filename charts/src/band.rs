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

/// Puts what of `band` can be seen in `view` into `out`, at most four for each column, with breaks
/// as [`crate::decimate()`] has them.
pub(crate) fn thin(band: &[Band], view: &View<'_>, ink: i64, out: &mut Vec<Band>) {
    let (from, to) = view.columns();
    let range = seen_range(band, |b| b.t, view.window, (from, to), ink);
    let seen = band.get(range).unwrap_or_default();
    decimate(seen, view.window, view.connect_ms, out);
}

fn decimate(band: &[Band], window: &TimeWindow, connect_ms: f64, out: &mut Vec<Band>) {
    out.clear();
    let mut column: Option<Column> = None;
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
        match column.as_mut().filter(|column| column.index == index) {
            Some(column) => column.push(next),
            None => {
                if let Some(column) = column.replace(Column::new(index, next)) {
                    column.flush(out);
                    if gap || next.t - last_t > connect_ms {
                        out.push(break_at(next.t));
                    }
                }
            }
        }
        last_t = next.t;
        gap = false;
    }
    if let Some(column) = column {
        column.flush(out);
    }
}

/// What stands for a break in the output, before what is at `t`.
fn break_at(t: f64) -> Band {
    let (low, high) = (f64::NAN, f64::NAN);
    Band { t, low, high }
}

/// What is in one column so far. Its first and its last stay as they are: the edges from and to its
/// neighbours must not turn when more comes.
struct Column {
    index: f64,
    len: usize,
    first: Band,
    last: Band,
    low: f64,
    high: f64,
}

impl Column {
    fn new(index: f64, first: Band) -> Self {
        Self {
            index,
            len: 1,
            first,
            last: first,
            low: first.low,
            high: first.high,
        }
    }

    fn push(&mut self, next: Band) {
        self.len += 1;
        self.last = next;
        self.low = self.low.min(next.low);
        self.high = self.high.max(next.high);
    }

    fn flush(self, out: &mut Vec<Band>) {
        let all = |t: f64| Band {
            t,
            low: self.low,
            high: self.high,
        };
        out.push(self.first);
        if self.len > 2 {
            out.extend([all(self.first.t), all(self.last.t)]);
        }
        if self.len > 1 {
            out.push(self.last);
        }
    }
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
        let mut out = vec![break_at(NAN)];
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
        let gap = |before: f64| (before, NAN, NAN);
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
            &[
                (1.0, 2.0, 3.0),
                (1.0, 0.0, 9.0),
                (4.0, 0.0, 9.0),
                (4.0, 2.0, 3.0),
                (12.0, 1.0, 1.0),
            ],
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
                gap(25.0),
                (25.0, 0.0, 1.0),
                gap(80.0),
                (80.0, 0.0, 1.0),
            ],
        );
        check(
            &[(1.0, 0.0, 1.0), (2.0, NAN, NAN), (3.0, 0.0, 2.0)],
            &[(1.0, 0.0, 1.0), (3.0, 0.0, 2.0)],
        );
        // A clock that goes back.
        check(
            &[(5.0, 0.0, 1.0), (3.0, 0.0, 9.0), (NAN, 0.0, 9.0)],
            &[(5.0, 0.0, 1.0)],
        );
    }
}
