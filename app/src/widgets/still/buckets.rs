//! Distributions in a picture: how many samples lie in each bucket, over all of the time, or over
//! time.

use charts::{
    AxisStyle, Bounds, PlotRect, TimeWindow, ValueScale, View, draw_heatmap, draw_row_labels,
    draw_time_labels, heat,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;
use telemetry::Unit;

use super::{Drawn, Room, Still};
use crate::format;
use crate::live::metric_query;
use crate::widgets::distribution::{self, Distribution, Grid};
use crate::widgets::kinds::heatmap::draw;
use crate::widgets::kinds::histogram;
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::heading::Entry;

const RATIO: f64 = 1.0;
/// Narrowest gutter for labels.
const GUTTER: u32 = 28;
const NOWHERE: Room = Room {
    left: 0,
    top: 0,
    width: 1,
    height: 1,
};

fn style(still: &Still<'_>) -> AxisStyle {
    AxisStyle {
        ratio: RATIO,
        text: still.shades.palette.text,
        grid: still.shades.palette.grid,
    }
}

/// Samples by bucket.
pub struct Histogram<'a> {
    still: &'a Still<'a>,
    found: Distribution,
    unit: Unit,
    scale: ValueScale,
    room: Room,
}

impl<'a> Histogram<'a> {
    /// Of the widget's first metric; none when it is no distribution or nothing came.
    pub fn new(still: &'a Still<'a>) -> Option<Histogram<'a>> {
        let first = still.widget.metrics.first()?;
        let ids = metric_query::ids(still.store, first, None);
        let from_ms = still.to_ms - still.span_ms;
        let found = distribution::of(still.store, &first.metric, &ids, from_ms, still.to_ms)?;
        let most = found.counts.iter().copied().fold(0.0, f64::max);
        Some(Histogram {
            still,
            unit: metric_query::unit(still.store, first).0,
            scale: ValueScale::fit(0.0, most, &Bounds::default()),
            found,
            room: NOWHERE,
        })
    }

    /// How many samples there are, and their percentiles.
    pub fn legend(&self) -> (String, Vec<Entry>) {
        let said = histogram::said(&self.found, self.unit);
        let entries = said.marks.into_iter().map(|(name, value, color)| Entry {
            key: Some((self.still.shades.palette.series[color], false)),
            label: format!("{name} ≈"),
            value,
        });
        (said.samples, entries.collect())
    }

    /// Gives it its part of the picture.
    pub fn place(&mut self, room: Room) {
        self.room = room;
    }

    /// Draws all of it.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let sheet = CanvasSurface {
            size: (self.room.width, self.room.height),
            ratio: RATIO,
            palette: self.still.shades.palette,
        };
        let binary = self.still.widget.options.binary;
        let bound = |value: f64| format::short(self.unit, false, binary, value);
        let area = self.room.of(area);
        histogram::draw(&area, &sheet, &self.found, &self.scale, &bound);
        Ok(())
    }
}

/// Samples by time and bucket.
pub struct Heat<'a> {
    still: &'a Still<'a>,
    grid: Grid,
    labels: Vec<String>,
    room: Room,
    plot: PlotRect,
}

impl<'a> Heat<'a> {
    /// Of the widget's first metric; none when it is no distribution or nothing came.
    pub fn new(still: &'a Still<'a>) -> Option<Heat<'a>> {
        let first = still.widget.metrics.first()?;
        let bounds = still.store.definition(&first.metric)?.buckets.to_vec();
        let ids = metric_query::ids(still.store, first, None);
        let from_ms = still.to_ms - still.span_ms;
        let step_ms = still.store.resolution().step_ms;
        let grid = Grid::of(still.store, bounds.len() + 1, &ids, from_ms, step_ms);
        (!grid.times.is_empty() && !bounds.is_empty()).then(|| Heat {
            still,
            labels: {
                let (unit, binary) = (
                    metric_query::unit(still.store, first).0,
                    still.widget.options.binary,
                );
                draw::labels(&bounds, |bound| format::short(unit, false, binary, bound))
            },
            grid,
            room: NOWHERE,
            plot: PlotRect::inside(1, 1, 0, RATIO),
        })
    }

    /// What the heading says of its axis.
    pub fn symbol(&self) -> &'static str {
        "samples by bucket"
    }

    /// Gives it its part of the picture.
    pub fn place(&mut self, room: Room) {
        let longest = self.labels.iter().map(|label| label.chars().count()).max();
        let gutter = longest.map_or(GUTTER, |chars| (chars as u32 * 7).max(GUTTER));
        self.room = room;
        self.plot = PlotRect::inside(room.width, room.height, gutter, RATIO);
    }

    /// Where the cells belong in the whole picture.
    pub fn plot(&self) -> PlotRect {
        self.room.whole(self.plot)
    }

    /// Draws the labels.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let (area, style) = (self.room.of(area), style(self.still));
        let rows = self.grid.buckets;
        // Rows are counted from the top, buckets from the bottom.
        draw_row_labels(&area, &self.plot, rows, &style, &|row| {
            self.labels.get(rows - 1 - row).cloned().unwrap_or_default()
        })?;
        match self.still.ahead_min {
            Some(ahead) => draw_time_labels(&area, &self.plot, &self.window(), &style, &|_| ahead),
            None => Ok(()),
        }
    }

    /// Draws the cells.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        let palette = &self.still.shades.palette;
        let heat = heat::Heat {
            times: &self.grid.times,
            buckets: self.grid.buckets,
            counts: &self.grid.counts,
            step_ms: self.still.store.resolution().step_ms as f64,
            most: self.grid.most,
            color: palette.series[0],
        };
        let window = self.window();
        let view = View {
            window: &window,
            scale: &ValueScale::fit(0.0, 1.0, &Bounds::default()),
            right: None,
            height: self.plot.height,
            connect_ms: f64::INFINITY,
            clip: None,
            subpixel,
            surface: palette.surface,
        };
        draw_heatmap(area, &heat, &view)
    }

    fn window(&self) -> TimeWindow {
        let (to, span) = (self.still.to_ms as f64, self.still.span_ms as f64);
        TimeWindow::new(to, span, self.plot.width)
    }
}
