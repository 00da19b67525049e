//! Dashed lines that can be drawn in strips. Invariant: whether a part of a segment is drawn
//! depends on its absolute columns and that segment alone, so dashes move with the picture.

use plotters_backend::BackendCoord;

use crate::View;
use crate::plan::ink_px;

/// Lengths of dash and gap of each pattern, in line widths.
pub const PATTERNS: [[f64; 2]; 4] = [[4.0, 3.0], [1.5, 1.5], [8.0, 2.0], [1.5, 4.0]];

/// Segments that rise or fall by more than this many times their length are drawn whole: a spike
/// is a pixel wide and would be lost in a gap. So are those that rise by more than their length, if
/// that is more than this many line widths: a gap at the top of a spike would take from its height.
const STEEP: i64 = 3;
const TALL: f64 = 8.0;

/// Dash and gap of a pattern, counted from 1; those beyond [`PATTERNS`] begin again.
pub(crate) fn pattern(pattern: usize) -> [f64; 2] {
    PATTERNS[pattern.saturating_sub(1) % PATTERNS.len()]
}

/// The pattern for one line, in backend units.
pub(crate) struct Dashes {
    /// Absolute unit at which the plot begins.
    origin: i64,
    dash: i32,
    period: i32,
    tall: i64,
    /// What lies outside of these leaves no ink and is not cut up.
    from: i32,
    to: i32,
}

impl Dashes {
    /// Of a pattern, counted from 1; those beyond [`PATTERNS`] begin again.
    pub(crate) fn new(pattern: usize, line_px: f64, view: &View<'_>) -> Self {
        let [dash, gap] = self::pattern(pattern);
        let subpixel = i64::from(view.subpixel);
        let units =
            |lines: f64| ((lines * line_px * subpixel as f64).round() as i32).clamp(1, 1 << 16);
        let (from, to) = view.columns();
        let ink = ink_px(line_px);
        Self {
            origin: view.window.left_edge().saturating_mul(subpixel),
            dash: units(dash),
            period: units(dash) + units(gap),
            tall: i64::from(units(TALL)),
            from: ((from - ink) * subpixel) as i32,
            to: ((to + ink) * subpixel) as i32,
        }
    }

    /// Calls `draw` with each dash of `run`, built in `piece`.
    pub(crate) fn each<E>(
        &self,
        run: &[BackendCoord],
        piece: &mut Vec<BackendCoord>,
        mut draw: impl FnMut(&[BackendCoord]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut end_piece = |piece: &mut Vec<BackendCoord>| {
            let drawn = if piece.len() > 1 { draw(piece) } else { Ok(()) };
            piece.clear();
            drawn
        };
        piece.clear();
        for (a, b) in run.iter().zip(run.iter().skip(1)) {
            if self.is_whole(*a, *b) {
                if piece.is_empty() {
                    piece.push(*a);
                }
                piece.push(*b);
                continue;
            }
            // Whole dashes only: one begun elsewhere would be rounded to another slope.
            let mut x = a.0.max(self.from - self.phase(self.from));
            if x > a.0 {
                end_piece(piece)?;
            }
            while x < b.0.min(self.to) {
                let (next, drawn) = self.boundary(x);
                let next = next.min(b.0);
                if !drawn {
                    end_piece(piece)?;
                } else {
                    if piece.is_empty() {
                        piece.push((x, y_at(*a, *b, x)));
                    }
                    piece.push((next, y_at(*a, *b, next)));
                }
                x = next;
            }
            if x < b.0 {
                end_piece(piece)?;
            }
        }
        end_piece(piece)
    }

    /// Where the dash or gap that holds `x` ends, and whether it is a dash.
    fn boundary(&self, x: i32) -> (i32, bool) {
        let phase = self.phase(x);
        let drawn = phase < self.dash;
        let end = if drawn { self.dash } else { self.period };
        (x.saturating_add(end - phase), drawn)
    }

    /// Whether a segment is drawn without gaps.
    fn is_whole(&self, a: BackendCoord, b: BackendCoord) -> bool {
        let run = (i64::from(b.0) - i64::from(a.0)).abs();
        let rise = (i64::from(b.1) - i64::from(a.1)).abs();
        rise > STEEP * run || rise > run.max(self.tall)
    }

    /// How far into its period, which begins with a dash, `x` is.
    fn phase(&self, x: i32) -> i32 {
        let period = i64::from(self.period);
        (self.origin + i64::from(x)).rem_euclid(period) as i32
    }
}

/// Height of the segment at `x`; in whole numbers from its start, so that a shift changes nothing.
fn y_at(a: BackendCoord, b: BackendCoord, x: i32) -> i32 {
    let (dx, dy) = (
        i64::from(b.0) - i64::from(a.0),
        i64::from(b.1) - i64::from(a.1),
    );
    let rise = (dy * (i64::from(x) - i64::from(a.0))).div_euclid(dx.max(1));
    (i64::from(a.1) + rise) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: i64, run: &[BackendCoord], expected: &[&[BackendCoord]]) {
        let dashes = Dashes {
            origin,
            dash: 4,
            period: 7,
            tall: 20,
            from: -10,
            to: 100,
        };
        let mut pieces = Vec::new();
        let result: Result<(), ()> = dashes.each(run, &mut vec![(9, 9)], |piece| {
            pieces.push(piece.to_vec());
            Ok(())
        });
        assert_eq!(result, Ok(()));
        assert_eq!(pieces, expected, "{run:?}");
    }

    #[test]
    fn cuts() {
        check(0, &[], &[]);
        check(0, &[(5, 5)], &[]);
        check(
            0,
            &[(0, 5), (9, 5)],
            &[&[(0, 5), (4, 5)], &[(7, 5), (9, 5)]],
        );
        // The pattern belongs to absolute columns: a later window, the same dashes two to the left.
        check(
            2,
            &[(-2, 5), (7, 5)],
            &[&[(-2, 5), (2, 5)], &[(5, 5), (7, 5)]],
        );
        check(
            0,
            &[(0, 0), (14, 14)],
            &[&[(0, 0), (4, 4)], &[(7, 7), (11, 11)]],
        );
        // Over a corner.
        check(0, &[(0, 0), (2, 0), (6, 4)], &[&[(0, 0), (2, 0), (4, 2)]]);
        // A spike within a gap is whole.
        check(0, &[(4, 0), (5, 50), (6, 0)], &[&[(4, 0), (5, 50), (6, 0)]]);
        // So is a tall one that is less steep, but not one that is neither.
        check(0, &[(0, 0), (14, 21)], &[&[(0, 0), (14, 21)]]);
        check(
            0,
            &[(0, 0), (14, 20)],
            &[&[(0, 0), (4, 5)], &[(7, 10), (11, 15)]],
        );
        // Far away segments are not walked along.
        check(0, &[(-(1 << 28), 5), (-15, 5)], &[]);
        check(
            0,
            &[(-(1 << 28), 5), (-3, 5)],
            &[&[(-14, 5), (-10, 5)], &[(-7, 5), (-3, 5)]],
        );
        check(0, &[(98, 5), (1 << 28, 5)], &[&[(98, 5), (102, 5)]]);
    }
}
