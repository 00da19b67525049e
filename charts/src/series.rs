//! Lines, areas and bands on the data layer. Invariant: what is drawn for a stretch of columns depends on
//! the points around it alone, so that a strip has the paths of the whole.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{Color, RGBColor};
use plotters_backend::{BackendCoord, DrawingBackend};

use crate::View;
use crate::band::{Band, thin};
use crate::dash::Dashes;
use crate::decimate::{Point, decimate, visible};
use crate::ink::{Drawn, Ink};
use crate::plan::ink_px;
use crate::ramp::ramp;
use crate::ribbon::{Rung, with_polygon};
use crate::stack::Stack;

/// Radius of the dot that a point without neighbours is, in line widths: it has to be found.
pub(crate) const DOT: f64 = 1.75;

/// One line, the area under it, and the band around it.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// In order of time; see [`decimate()`].
    pub points: &'a [Point],
    /// Of line, area and band.
    pub color: RGBColor,
    /// Width of the line in device pixels.
    pub width: f64,
    /// Opacity of the area from the line to zero, 0 to 1; without it there is no area.
    pub fill: Option<f64>,
    /// Which of [`PATTERNS`](crate::PATTERNS) the line is dashed in, and a bar hatched, from 1; 0 is without
    /// gaps. Steep parts have none, so that no spike falls between dashes.
    pub dashes: usize,
    /// Whether it is on the scale of the right axis ([`View::right`]).
    pub right: bool,
    /// Whether a value holds until the next point, instead of going straight there.
    pub step: bool,
    /// Filled between its edges, in order of time, and broken as points are.
    pub band: Option<&'a [Band]>,
    /// Opacity of the band, 0 to 1.
    pub band_opacity: f64,
    /// Whether the edges of the band are lines.
    pub band_edges: bool,
    /// How strong the line is, from 0 (not seen) to 1: it fades to [`View::surface`].
    pub dim: f64,
}

impl<'a> Series<'a> {
    /// A plain line: straight, undimmed, on the left scale.
    pub fn line(points: &'a [Point], color: RGBColor, width: f64) -> Self {
        Self {
            points,
            color,
            width,
            fill: None,
            dashes: 0,
            right: false,
            step: false,
            band: None,
            band_opacity: 0.16,
            band_edges: false,
            dim: 1.0,
        }
    }
}

/// Buffers that drawing reuses; keep one for all charts.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) points: Vec<Point>,
    pub(crate) bands: Vec<Band>,
    pub(crate) run: Vec<BackendCoord>,
    pub(crate) rungs: Vec<Rung>,
    pub(crate) polygon: Vec<BackendCoord>,
    pub(crate) stack: Stack,
}

/// Draws all bands and areas, then all lines, each in the order of `series`, with one path for each
/// run without a break. A point with a break on both sides becomes a dot that is wider than the line.
///
/// # Errors
/// What the backend reports.
pub fn draw_series<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
) -> Drawn<DB> {
    draw_to_floor(area, scratch, series, view, None)
}

/// [`draw_series`] with areas that end at `floor`, in backend units, or else at zero.
pub(crate) fn draw_to_floor<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
    floor: Option<i32>,
) -> Drawn<DB> {
    for one in series {
        draw_band(area, scratch, one, view)?;
        draw_area(area, scratch, one, view, floor)?;
    }
    for one in series {
        collect(scratch, one, view);
        let Scratch {
            points,
            run,
            polygon,
            ..
        } = &mut *scratch;
        for part in points.split(|p| p.v.is_nan()) {
            place(part, one, view, run);
            draw_line(area, run, polygon, one, view)?;
        }
    }
    Ok(())
}

fn draw_band<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &Series<'_>,
    view: &View<'_>,
) -> Drawn<DB> {
    let Some(band) = series.band else {
        return Ok(());
    };
    let scale = view.scale_of(series.right);
    let style = series
        .color
        .mix(series.band_opacity.clamp(0.0, 1.0) * series.dim.clamp(0.0, 1.0))
        .filled();
    let edge = ramp(view.surface, series.color, series.dim).stroke_width(view.line_units(1.0));
    let Scratch {
        bands,
        rungs,
        polygon,
        run,
        ..
    } = scratch;
    thin(band, view, ink_px(series.width), bands);
    for band in &mut *bands {
        if !scale.has(band.high) {
            band.low = f64::NAN;
        }
    }
    for part in bands.split(|b| b.low.is_nan()) {
        rungs.clear();
        for b in part {
            let x = view.x(b.t);
            if let Some(&last) = rungs.last().filter(|_| series.step) {
                rungs.push(Rung { x, ..last });
            }
            let (upper, lower) = (view.y(scale, b.high), view.y(scale, b.low));
            rungs.push(Rung { x, upper, lower });
        }
        with_polygon(rungs, view, series.width, polygon, |polygon| {
            area.draw(&Ink::Area(polygon, style))
        })?;
        if series.band_edges && rungs.len() > 1 {
            for side in [|rung: &Rung| rung.upper, |rung: &Rung| rung.lower] {
                run.clear();
                run.extend(rungs.iter().map(|rung| (rung.x, side(rung))));
                area.draw(&Ink::Line(run, edge))?;
            }
        }
    }
    Ok(())
}

fn draw_area<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &Series<'_>,
    view: &View<'_>,
    floor: Option<i32>,
) -> Drawn<DB> {
    let Some(opacity) = series.fill else {
        return Ok(());
    };
    let scale = view.scale_of(series.right);
    let lower = floor.unwrap_or_else(|| view.y(scale, scale.baseline()));
    let style = series.color.mix(opacity.clamp(0.0, 1.0)).filled();
    collect(scratch, series, view);
    let Scratch {
        points,
        run,
        rungs,
        polygon,
        ..
    } = scratch;
    for part in points.split(|p| p.v.is_nan()) {
        place(part, series, view, run);
        rungs.clear();
        rungs.extend(run.iter().map(|&(x, upper)| Rung { x, upper, lower }));
        with_polygon(rungs, view, series.width, polygon, |polygon| {
            area.draw(&Ink::Area(polygon, style))
        })?;
    }
    Ok(())
}

/// Draws one unbroken run of a line.
pub(crate) fn draw_line<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    run: &[BackendCoord],
    piece: &mut Vec<BackendCoord>,
    series: &Series<'_>,
    view: &View<'_>,
) -> Drawn<DB> {
    if run.is_empty() {
        return Ok(());
    }
    let color = ramp(view.surface, series.color, series.dim);
    let style = color.stroke_width(view.line_units(series.width));
    if let [(x, y)] = run {
        return area.draw(&Ink::Area(
            &dot((*x, *y), view.line_units(series.width * DOT)),
            color.filled(),
        ));
    }
    if series.dashes > 0 {
        let dashes = Dashes::new(series.dashes, series.width, view);
        return dashes.each(run, piece, |piece| area.draw(&Ink::Line(piece, style)));
    }
    area.draw(&Ink::Line(run, style))
}

/// A dot as a polygon of eight corners, which turns into itself wherever it stands.
fn dot((x, y): BackendCoord, radius: u32) -> [BackendCoord; 8] {
    let far = radius as i32;
    let near = (f64::from(radius) * 0.414).round() as i32;
    [
        (-near, -far),
        (near, -far),
        (far, -near),
        (far, near),
        (near, far),
        (-near, far),
        (-far, near),
        (-far, -near),
    ]
    .map(|(dx, dy)| (x + dx, y + dy))
}

/// Puts what can be seen of `series` into the scratch's points, with breaks.
fn collect(scratch: &mut Scratch, series: &Series<'_>, view: &View<'_>) {
    let (from, to) = view.columns();
    let seen = visible(series.points, view.window, from, to, ink_px(series.width));
    decimate(seen, view.window, view.connect_ms, &mut scratch.points);
    let scale = view.scale_of(series.right);
    for point in &mut scratch.points {
        if !scale.has(point.v) {
            point.v = f64::NAN;
        }
    }
}

/// Puts an unbroken run into backend units.
fn place(part: &[Point], series: &Series<'_>, view: &View<'_>, run: &mut Vec<BackendCoord>) {
    let scale = view.scale_of(series.right);
    run.clear();
    for p in part {
        let x = view.x(p.t);
        if let Some(&(_, held)) = run.last().filter(|_| series.step) {
            run.push((x, held));
        }
        run.push((x, view.y(scale, p.v)));
    }
}
