//! A histogram on any backend; and all of it as a snapshot.

use charts::{
    Histogram as Bars, PlotRect, RGBColor, ValueScale, draw_grid, draw_histogram, label_width,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;
use protocol::Unit;

use super::model::{self, MARKS, Options};
use crate::format::{self, Format};
use crate::widgets::distribution::Distribution;
use crate::widgets::render::axes_layer::least_gutter;
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::heading::Entry;
use crate::widgets::render::palette;
use crate::widgets::render::snapshot::{Drawn, Picture, Snapshot, SvgDrawn};

/// Draws the histogram; `label` writes a bound.
///
/// # Errors
/// What the backend reports.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    surface: &CanvasSurface,
    distribution: &Distribution,
    scale: &ValueScale,
    label: &dyn Fn(f64) -> String,
) -> Drawn<DB> {
    let palette = &surface.palette;
    let style = palette.axis_style(surface.ratio);
    let counts = Format::of(Unit::None, false, scale.max, Some(scale.step));
    let count = |value: f64| counts.number(value) + counts.symbol;
    let gutter = label_width(scale, surface.ratio, &count).max(least_gutter(surface.ratio));
    let plot = PlotRect::inside(surface.size.0, surface.size.1, gutter, surface.ratio);
    let marks: [(f64, RGBColor); 3] =
        MARKS.map(|(q, _, color)| (distribution.quantile(q), palette.series[color]));
    let bars = Bars {
        bounds: &distribution.bounds,
        counts: &distribution.counts,
        color: palette.series[0],
        marks: &marks,
    };
    draw_grid(area, &plot, scale, &style, &count)?;
    draw_histogram(area, &plot, scale, &style, &bars, label)
}

/// The whole histogram.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let (store, widget, to_ms) = (snapshot.store, snapshot.widget, snapshot.to_ms);
    let Some(found) = model::read(store, widget, to_ms - snapshot.span_ms, to_ms) else {
        return picture.no_data(snapshot);
    };
    let unit = model::unit(store, widget);
    let summary = model::summary(&found, unit);
    let entries = summary.marks.into_iter().map(|(name, value, color)| Entry {
        key: Some((snapshot.theme.palette.series[color], palette::key(0))),
        label: format!("{name} ≈"),
        value,
    });
    let room = picture.heading(snapshot, &summary.samples, entries.collect())?;
    let scale = model::follow(&mut None, &found);
    let binary = Options::of(&widget.options).binary;
    let bound = |value: f64| format::short(unit, false, binary, value);
    let area = room.of(&picture.area);
    draw(&area, &snapshot.surface(&room), &found, &scale, &bound)
}
