//! Lines and areas on the data layer. Invariant: a pixel depends on the points around it and not
//! on the clip, so that a strip drawn alone equals the same strip of the whole.

use plotters::coord::{CoordTranslate, Shift};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{CoordMapper, Drawable, PointCollection};
use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use crate::dash::Dashes;
use crate::decimate::{Point, decimate, visible};
use crate::plan::ink_px;
use crate::time::{FARTHEST, STRETCH};
use crate::{TimeWindow, ValueScale};

/// One line, and the area under it.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// In order of time; see [`decimate()`].
    pub points: &'a [Point],
    /// Of line and area.
    pub color: RGBColor,
    /// Width of the line in device pixels.
    pub width: f64,
    /// Opacity of the area from the line to zero, 0 to 1; without it there is no area.
    pub fill: Option<f64>,
    /// Whether the line is dashed. Steep parts never are, so that no spike falls between dashes.
    pub dashed: bool,
}

/// Where and how series are drawn.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The horizontal scale, as wide as the plot.
    pub window: &'a TimeWindow,
    /// The vertical scale.
    pub scale: &'a ValueScale,
    /// Height of the plot in device pixels.
    pub height: u32,
    /// Points farther apart than this, in milliseconds, are not joined.
    pub connect_ms: f64,
    /// The pixel columns `from..to` to which the caller has clipped the canvas; only points that
    /// can leave ink there are visited, and lines are drawn in stretches, so that a strip has the
    /// same paths as the whole. Without it, all columns, each line in one path.
    pub clip: Option<(u32, u32)>,
    /// Backend units in a device pixel: 1, or what the backend divides by.
    pub subpixel: i32,
}

/// Buffers that drawing reuses; keep one for all charts.
#[derive(Debug, Default)]
pub struct Scratch {
    points: Vec<Point>,
    run: Vec<BackendCoord>,
    polygon: Vec<BackendCoord>,
}

/// Draws all areas, then all lines, each in the order of `series`, with one path for each run
/// without a break. A point with a break on both sides becomes a dot as wide as the line.
///
/// # Errors
/// What the backend reports.
pub fn draw_series<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let floor = view.y(view.scale.baseline());
    draw_to_floor(area, scratch, series, view, floor)
}

/// [`draw_series`] with areas that end at `floor`, in backend units.
pub(crate) fn draw_to_floor<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
    floor: i32,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    for one in series {
        let Some(opacity) = one.fill else { continue };
        let style = one.color.mix(opacity.clamp(0.0, 1.0)).filled();
        each_run(scratch, one, view, |run, polygon| {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                return Ok(());
            };
            polygon.clear();
            polygon.extend_from_slice(run);
            polygon.extend([(last.0, floor), (first.0, floor)]);
            area.draw(&Ink::Area(polygon, style))
        })?;
    }
    for one in series {
        let style = one.color.stroke_width(view.line_units(one.width));
        let dashes = one.dashed.then(|| Dashes::new(one.width, view));
        each_run(scratch, one, view, |run, piece| match (run, &dashes) {
            ([(x, y)], _) => {
                let length = style.stroke_width as i32;
                let left = x - length / 2;
                area.draw(&Ink::Line(&[(left, *y), (left + length, *y)], style))
            }
            (_, None) => view.stretches(run, |piece| area.draw(&Ink::Line(piece, style))),
            (_, Some(dashes)) => {
                dashes.each(run, piece, |piece| area.draw(&Ink::Line(piece, style)))
            }
        })?;
    }
    Ok(())
}

/// Calls `draw` with each unbroken run of `series` in backend units, and a buffer to use.
fn each_run<E>(
    scratch: &mut Scratch,
    series: &Series<'_>,
    view: &View<'_>,
    mut draw: impl FnMut(&[BackendCoord], &mut Vec<BackendCoord>) -> Result<(), E>,
) -> Result<(), E> {
    let Scratch {
        points,
        run,
        polygon,
    } = scratch;
    let (from, to) = view.columns();
    let seen = visible(series.points, view.window, from, to, ink_px(series.width));
    decimate(seen, view.window, view.connect_ms, points);
    for part in points.split(|p| p.v.is_nan()) {
        run.clear();
        run.extend(part.iter().map(|p| (view.x(p.t), view.y(p.v))));
        draw(run, polygon)?;
    }
    Ok(())
}

impl View<'_> {
    /// The columns to draw, counted from the window's left edge.
    pub(crate) fn columns(&self) -> (i64, i64) {
        let (from, to) = self.clip.unwrap_or((0, self.window.width));
        (i64::from(from), i64::from(to))
    }

    /// Calls `draw` with the part of `run` in each stretch; a segment from one to the next goes with
    /// the former.
    fn stretches<E>(
        &self,
        run: &[BackendCoord],
        mut draw: impl FnMut(&[BackendCoord]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.clip.is_none() {
            return draw(run);
        }
        let units = STRETCH as i64 * i64::from(self.subpixel);
        let origin = self
            .window
            .left_edge()
            .saturating_mul(i64::from(self.subpixel));
        let stretch = |(x, _): &BackendCoord| (origin + i64::from(*x)).div_euclid(units);
        let mut from = 0;
        for (at, pair) in run.windows(2).enumerate() {
            if stretch(&pair[0]) != stretch(&pair[1]) {
                draw(&run[from..=at + 1])?;
                from = at + 1;
            }
        }
        if from + 1 < run.len() {
            draw(&run[from..])?;
        }
        Ok(())
    }

    fn x(&self, t: f64) -> i32 {
        self.window.x_subpixel(t, self.subpixel)
    }

    /// Backend units from the top, held within what backends can add and scale.
    fn y(&self, value: f64) -> i32 {
        let y = self.scale.y(value, f64::from(self.height)) * f64::from(self.subpixel);
        (y.round() as i64).clamp(-FARTHEST, FARTHEST) as i32
    }

    fn line_units(&self, width: f64) -> u32 {
        ((width * f64::from(self.subpixel)).round() as u32).max(1)
    }
}

/// What is drawn, in backend units.
enum Ink<'a> {
    Line(&'a [BackendCoord], ShapeStyle),
    Area(&'a [BackendCoord], ShapeStyle),
}

impl<'a> PointCollection<'a, BackendCoord, Unclipped> for &'a Ink<'a> {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> Self::IntoIter {
        match self {
            Ink::Line(points, _) | Ink::Area(points, _) => points,
        }
    }
}

impl<DB: DrawingBackend> Drawable<DB, Unclipped> for Ink<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        match self {
            Ink::Line(_, style) => backend.draw_path(points, style),
            Ink::Area(_, style) => backend.fill_polygon(points, style),
        }
    }
}

/// Moves into the area without holding coordinates inside it, as plotters' own mapping does: a
/// line that leaves the plot must keep its slope.
struct Unclipped;

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
