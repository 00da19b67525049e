//! Shapes in backend units, past plotters' own mapping. Invariant: coordinates reach the backend as
//! they are, so that what leaves the plot keeps its slope.

use plotters::coord::{CoordTranslate, Shift};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{CoordMapper, Drawable, PointCollection};
use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

/// What a drawing function of this crate returns.
pub(crate) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// What is drawn, in backend units.
pub(crate) enum Ink<'a> {
    /// An open path.
    Line(&'a [BackendCoord], ShapeStyle),
    /// A filled polygon.
    Area(&'a [BackendCoord], ShapeStyle),
    /// A filled rectangle: its upper left corner, and the first unit that it does not cover.
    Rect([BackendCoord; 2], ShapeStyle),
}

/// Fills the rectangle from `(left, top)` to before `(right, bottom)`; nothing when it is empty.
pub(crate) fn fill_rect<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    (left, right): (i32, i32),
    (top, bottom): (i32, i32),
    color: RGBColor,
) -> Drawn<DB> {
    if left >= right || top >= bottom {
        return Ok(());
    }
    area.draw(&Ink::Rect([(left, top), (right, bottom)], color.filled()))
}

impl<'a> PointCollection<'a, BackendCoord, Unclipped> for &'a Ink<'a> {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> Self::IntoIter {
        match self {
            Ink::Line(points, _) | Ink::Area(points, _) => points,
            Ink::Rect(corners, _) => corners,
        }
    }
}

impl<DB: DrawingBackend> Drawable<DB, Unclipped> for Ink<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        match self {
            Ink::Line(_, style) => backend.draw_path(points, style),
            Ink::Area(_, style) => backend.fill_polygon(points, style),
            Ink::Rect(_, style) => match (points.next(), points.next()) {
                (Some(from), Some(to)) => backend.draw_rect(from, to, style, true),
                _ => Ok(()),
            },
        }
    }
}

/// Moves into the area without holding coordinates inside it, as plotters' own mapping does.
pub(crate) struct Unclipped;

impl CoordMapper for Unclipped {
    type Output = BackendCoord;

    fn map<CT: CoordTranslate>(
        coord: &CT,
        from: &CT::From,
        _: &plotters::drawing::Rect,
    ) -> BackendCoord {
        coord.translate(from)
    }
}
