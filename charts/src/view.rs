//! Where and how the data layer is drawn. Invariant: every coordinate follows from absolute columns
//! and the scales, never from the clip.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use crate::ink::{Drawn, fill_rect};
use crate::time::FARTHEST;
use crate::{TimeWindow, ValueScale};

/// Where and how series are drawn.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The horizontal scale, as wide as the plot.
    pub window: &'a TimeWindow,
    /// The vertical scale, of the axis at the left.
    pub scale: &'a ValueScale,
    /// The scale of the axis at the right; without it, that of the left.
    pub right: Option<&'a ValueScale>,
    /// Height of the plot in device pixels.
    pub height: u32,
    /// Points farther apart than this, in milliseconds, are not joined.
    pub connect_ms: f64,
    /// The pixel columns `from..to` to which the caller has clipped the canvas, one of
    /// [`stretches()`](crate::stretches()): only points that can leave ink there are visited. Without
    /// it, all columns, each run in one path.
    pub clip: Option<(i32, i32)>,
    /// Backend units in a device pixel: 1, or what the backend divides by.
    pub subpixel: i32,
    /// What is behind the plot: dimmed lines fade to it. (Opacity would show where the pieces of a
    /// line overlap.)
    pub surface: RGBColor,
}

impl View<'_> {
    /// The columns to draw, counted from the window's left edge.
    pub(crate) fn columns(&self) -> (i64, i64) {
        let all = (0, i64::from(self.window.width));
        self.clip.map_or(all, |(from, to)| (from.into(), to.into()))
    }

    /// The scale of a series.
    pub(crate) fn scale_of(&self, right: bool) -> &ValueScale {
        match self.right {
            Some(scale) if right => scale,
            _ => self.scale,
        }
    }

    /// Backend units from the left edge to `t`.
    pub(crate) fn x(&self, t: f64) -> i32 {
        self.window.x_subpixel(t, self.subpixel)
    }

    /// Device pixels from the left edge to the column edge nearest to `t`.
    pub(crate) fn edge(&self, t: f64) -> i64 {
        i64::from(self.window.x_subpixel(t, 1))
    }

    /// Backend units from the top, held within what backends can add and scale.
    pub(crate) fn y(&self, scale: &ValueScale, value: f64) -> i32 {
        let y = scale.y(value, f64::from(self.height)) * f64::from(self.subpixel);
        (y.round() as i64).clamp(-FARTHEST, FARTHEST) as i32
    }

    /// Whole device pixels from the top to `value`, within the plot.
    pub(crate) fn row(&self, scale: &ValueScale, value: f64) -> i64 {
        let y = scale.y(value, f64::from(self.height)).round() as i64;
        y.clamp(0, i64::from(self.height))
    }

    /// Device pixels in backend units.
    pub(crate) fn units(&self, px: i64) -> i32 {
        let units = px.saturating_mul(i64::from(self.subpixel));
        units.clamp(-FARTHEST, FARTHEST) as i32
    }

    /// Fills the columns from the first to before the last, and rows likewise, in whole device
    /// pixels; what is outside of the columns to draw is left out.
    pub(crate) fn fill<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        (left, right): (i64, i64),
        (top, bottom): (i64, i64),
        color: RGBColor,
    ) -> Drawn<DB> {
        let (from, to) = self.columns();
        let columns = (self.units(left.max(from)), self.units(right.min(to)));
        fill_rect(area, columns, (self.units(top), self.units(bottom)), color)
    }

    /// The width of a line in backend units.
    pub(crate) fn line_units(&self, width: f64) -> u32 {
        ((width * f64::from(self.subpixel)).round() as u32).max(1)
    }
}
