//! From pixels to cells: where a pointer asks a widget to go.

use protocol::dashboard::COLUMNS;

/// Width of the whole grid on a wide page, in CSS pixels.
const WIDE_PX: u32 = 1_400;
/// Height of a row, and what is between columns and between rows, as the style sheet has them.
const ROW_PX: u32 = 36;
const GAP_PX: u32 = 12;

/// Width and height that so many columns and rows have on a wide page, in CSS pixels.
pub fn size_px(columns: u16, rows: u16) -> (u32, u32) {
    let all = u32::from(COLUMNS);
    let column = (WIDE_PX - (all - 1) * GAP_PX) / all;
    let cells = |count: u16, px: u32| (u32::from(count) * (px + GAP_PX)).saturating_sub(GAP_PX);
    (cells(columns, column), cells(rows, ROW_PX))
}

/// The grid as it stands on the screen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Width between the outer edges of the first and the last column.
    pub width: f64,
    /// Height of a row.
    pub row: f64,
    /// Between columns and between rows.
    pub gap: f64,
}

/// A cell of the grid; may lie outside of it, where a pointer can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

impl Grid {
    /// The cell whose corner is nearest to a point, counted from the grid's top left.
    pub fn cell(&self, left: f64, top: f64) -> Cell {
        Cell {
            x: nearest(left, self.column() + self.gap, COLUMNS - 1),
            y: nearest(top, self.row + self.gap, 10_000),
        }
    }

    /// How many columns and rows come nearest to a size in pixels; at least one.
    pub fn span(&self, width: f64, height: f64) -> (u16, u16) {
        let w = nearest(width + self.gap, self.column() + self.gap, COLUMNS).max(1);
        let h = nearest(height + self.gap, self.row + self.gap, super::MAX_ROWS).max(1);
        (w, h)
    }

    fn column(&self) -> f64 {
        (self.width - self.gap * f64::from(COLUMNS - 1)) / f64::from(COLUMNS)
    }
}

/// `as` saturates and takes NaN to 0, which is the answer wanted for both.
fn nearest(length: f64, step: f64, most: u16) -> u16 {
    ((length / step).round() as u16).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_style_sheet() {
        let css = include_str!("../../../style/tokens.css");
        // A rem has 16 CSS pixels unless people have larger text.
        let row = format!("--row: {}rem;", f64::from(ROW_PX) / 16.0);
        for length in [row, format!("--gap: {GAP_PX}px;")] {
            assert!(css.contains(&length), "{length}");
        }
        for (columns, rows, want) in [(6, 5, (690, 228)), (1, 1, (105, 36)), (0, 0, (0, 0))] {
            assert_eq!(size_px(columns, rows), want, "{columns} {rows}");
        }
    }

    #[test]
    fn cells_and_spans() {
        let grid = Grid {
            width: 1188.0,
            row: 36.0,
            gap: 12.0,
        };
        // columns of 88 px, 100 px apart
        for (left, top, x, y) in [
            (0.0, 0.0, 0, 0),
            (49.0, 23.0, 0, 0),
            (51.0, 25.0, 1, 1),
            (-500.0, -1.0, 0, 0),
            (9e9, 0.0, 11, 0),
            (f64::NAN, 0.0, 0, 0),
        ] {
            assert_eq!(grid.cell(left, top), Cell { x, y }, "{left} {top}");
        }
        assert_eq!(grid.span(288.0, 132.0), (3, 3));
        assert_eq!(grid.span(0.0, 0.0), (1, 1));
        assert_eq!(grid.span(1e9, 1e9), (12, super::super::MAX_ROWS));
    }
}
