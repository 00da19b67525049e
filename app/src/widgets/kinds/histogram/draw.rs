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
use crate::widgets::render::snapshot::{Drawn, Picture, Snapshot, SvgDrawn};

/// Where the bars are on a surface, on this scale.
pub fn plot(surface: &CanvasSurface, scale: &ValueScale) -> PlotRect {
    let counts = Format::of(Unit::None, false, scale.max, Some(scale.step));
    let count = |value: f64| counts.number(value) + counts.symbol;
    let ratio = surface.text_ratio();
    let gutter = label_width(scale, ratio, &count).max(least_gutter(ratio));
    PlotRect::inside(surface.size.0, surface.size.1, gutter, ratio)
}

/// The bucket, of so many, at a column of a plot; none beside it.
pub fn bucket_at(plot: &PlotRect, x_px: f64, buckets: usize) -> Option<usize> {
    let share = (x_px - f64::from(plot.left)) / f64::from(plot.width);
    (0.0..1.0)
        .contains(&share)
        .then_some((share * buckets as f64) as usize)
}

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
    let plot = plot(surface, scale);
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
    let palette = &snapshot.theme.palette;
    let entries = summary.marks.into_iter().map(|(name, value, color)| Entry {
        key: Some((palette.series[color], palette.key(0))),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_under_a_pointer() {
        let plot = PlotRect {
            left: 20,
            top: 0,
            width: 100,
            height: 50,
        };
        for (x, want) in [
            (19.9, None),
            (20.0, Some(0)),
            (44.9, Some(0)),
            (45.0, Some(1)),
            (119.9, Some(3)),
            (120.0, None),
            (f64::NAN, None),
        ] {
            assert_eq!(bucket_at(&plot, x, 4), want, "{x}");
        }
    }
}
