//! A heatmap on any backend: where its cells are, and what is in the one under a pointer; and all of
//! it as a snapshot.

use charts::{
    Bounds, Heat, PlotRect, TimeWindow, ValueScale, View, draw_heatmap, draw_row_labels,
    draw_time_labels,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::model::{Buckets, Map};
use crate::widgets::interact::read_out::{self, Mark};
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::layer::SUBPIXEL;
use crate::widgets::render::palette::Palette;
use crate::widgets::render::snapshot::{Drawn, Picture, Snapshot, SvgDrawn};

/// Width of a character of a label in device-independent pixels: somewhat more than most are.
const CHARACTER: f64 = 7.0;

/// Where it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeatmapPlot {
    plot: PlotRect,
    window: TimeWindow,
    ratio: f64,
    buckets: usize,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// A time in it, in ms since the epoch.
    pub t: f64,
    /// Its bucket, the lowest first.
    pub bucket: usize,
    /// How many samples it has.
    pub count: f64,
}

impl HeatmapPlot {
    /// On this surface, of so many buckets, with labels of at most `longest` characters.
    pub fn new(
        surface: &CanvasSurface,
        (buckets, longest): (usize, usize),
        end_ms: f64,
        span_ms: f64,
    ) -> Self {
        let gutter = (longest as f64 * CHARACTER * surface.text_ratio()).ceil() as u32;
        let gutter = gutter.min(surface.size.0 / 3);
        let plot = PlotRect::inside(surface.size.0, surface.size.1, gutter, surface.text_ratio());
        HeatmapPlot {
            plot,
            window: TimeWindow::new(end_ms, span_ms, plot.width),
            ratio: surface.ratio,
            buckets,
        }
    }

    /// What changes when the picture moves: the column of its end, and its span.
    pub fn columns(&self) -> (i64, u64) {
        (self.window.right_edge(), self.window.span_ms.to_bits())
    }

    /// The cell at a point in device-independent pixels from the upper left of the canvas; none
    /// outside of the plot.
    pub fn at(&self, x: f64, y: f64, map: &Map) -> Option<Cell> {
        let x = x * self.ratio - f64::from(self.plot.left);
        let y = y * self.ratio - f64::from(self.plot.top);
        let (width, height) = (f64::from(self.plot.width), f64::from(self.plot.height));
        if !(0.0..width).contains(&x) || !(0.0..height).contains(&y) || self.buckets == 0 {
            return None;
        }
        let t = self.window.time_at(x);
        let row = (y / height * self.buckets as f64) as usize;
        let bucket = self.buckets.checked_sub(row + 1)?;
        let count = map.grid.count_at(t, map.step_ms, bucket);
        Some(Cell { t, bucket, count })
    }

    /// Where the cells of `step_ms` at a time are: in one row from the top, or in all of them.
    pub fn mark(&self, t: f64, step_ms: f64, row: Option<usize>) -> Option<Mark> {
        let end = (t / step_ms).ceil() * step_ms;
        let width = f64::from(self.plot.width);
        let [from, to] = [end - step_ms, end].map(|t| self.window.x(t).clamp(0.0, width));
        let row = row.map_or((0, 1), |row| (row, self.buckets));
        read_out::mark(&self.plot, self.ratio, (from, to), row)
    }

    /// Columns and widths beside the plot, on a canvas of `width`.
    pub fn beside(&self, width: u32) -> [(u32, u32); 2] {
        let end = self.plot.left + self.plot.width;
        [(0, self.plot.left), (end, width.saturating_sub(end))]
    }

    /// The part of an area that the plot has.
    pub fn area<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
    ) -> DrawingArea<DB, Shift> {
        let size = (self.plot.width, self.plot.height);
        area.clone().shrink((self.plot.left, self.plot.top), size)
    }

    /// Draws the cells, on an area that is `subpixel` times as large as the plot; those at its edges
    /// reach over them.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw_cells<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
        palette: &Palette,
        map: &Map,
    ) -> Drawn<DB> {
        let heat = Heat {
            times: &map.grid.times,
            buckets: self.buckets,
            counts: &map.grid.counts,
            step_ms: map.step_ms,
            most: map.grid.most,
            color: palette.series[0],
        };
        let view = View {
            window: &self.window,
            // Rows are buckets: there is no scale of values.
            scale: &ValueScale::fit(0.0, 1.0, &Bounds::default()),
            right: None,
            height: self.plot.height,
            connect_ms: 0.0,
            clip: None,
            subpixel,
            surface: palette.surface,
        };
        draw_heatmap(area, &heat, &view)
    }

    /// Draws what stands beside the buckets, and below the times where their offset from UTC is
    /// known.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw_labels<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        palette: &Palette,
        labels: &[String],
        offset_min: Option<&dyn Fn(f64) -> i32>,
    ) -> Drawn<DB> {
        let style = palette.axis_style(self.ratio);
        let (plot, window) = (&self.plot, &self.window);
        // Rows are counted from the top, buckets from the bottom.
        let label = |row: usize| {
            let from_below = labels.len().checked_sub(row + 1);
            let label = from_below.and_then(|bucket| labels.get(bucket));
            label.cloned().unwrap_or_default()
        };
        draw_row_labels(area, plot, self.buckets, &style, &label)?;
        // Before the first frame nobody knows the time.
        match offset_min.filter(|_| window.end_ms > 0.0) {
            Some(offset_min) => draw_time_labels(area, plot, window, &style, offset_min),
            None => Ok(()),
        }
    }
}

/// The whole heatmap.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let axis = Buckets::of(snapshot.widget, snapshot.store);
    let first = snapshot.widget.metrics.first();
    let map = first.map_or_else(Map::default, |first| {
        let buckets = axis.labels.len();
        Map::read(
            snapshot.store,
            first,
            buckets,
            snapshot.to_ms,
            snapshot.span_ms,
        )
    });
    if map.grid.times.is_empty() || axis.labels.is_empty() {
        return picture.no_data(snapshot);
    }
    let room = picture.heading(snapshot, "samples by bucket", Vec::new())?;
    let surface = snapshot.surface(&room);
    let size = (axis.labels.len(), axis.longest);
    let (to_ms, span_ms) = (snapshot.to_ms as f64, snapshot.span_ms as f64);
    let plot = HeatmapPlot::new(&surface, size, to_ms, span_ms);
    let palette = &snapshot.theme.palette;
    let ahead = snapshot.ahead_min.map(|ahead| move |_: f64| ahead);
    let ahead = ahead.as_ref().map(|ahead| ahead as &dyn Fn(f64) -> i32);
    plot.draw_labels(&room.of(&picture.area), palette, &axis.labels, ahead)?;
    picture.plot(room.whole(plot.plot), |area| {
        plot.draw_cells(area, SUBPIXEL, palette, &map)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widgets::distribution::Grid;

    #[test]
    fn cells_under_a_pointer() {
        let plot = PlotRect {
            left: 20,
            top: 10,
            width: 100,
            height: 60,
        };
        let picture = HeatmapPlot {
            plot,
            window: TimeWindow::new(100_000.0, 100_000.0, 100),
            ratio: 2.0,
            buckets: 3,
        };
        let map = Map {
            grid: Grid {
                times: vec![50_000.0, 51_000.0],
                counts: vec![1.0, 0.0, 4.0, 0.0, 2.0, 0.0],
                most: 4.0,
                buckets: 3,
            },
            step_ms: 1000.0,
        };
        let check = |x: f64, y: f64, want: Option<(usize, f64)>| {
            let got = picture.at(x, y, &map).map(|cell| (cell.bucket, cell.count));
            assert_eq!(got, want, "{x} {y}");
        };
        check(35.0, 5.0, Some((2, 4.0)));
        check(35.0, 34.9, Some((0, 1.0)));
        check(35.4, 20.0, Some((1, 2.0)));
        check(34.4, 5.0, Some((2, 0.0)));
        check(9.9, 5.0, None);
        check(60.0, 5.0, None);
        check(35.0, 35.0, None);
        check(35.0, 4.9, None);
        check(f64::NAN, 5.0, None);
        check(35.0, f64::INFINITY, None);
        let mark = |t, row| picture.mark(t, 1_000.0, row);
        assert_eq!(mark(50_500.0, Some(2)), Some([35.0, 25.0, 1.0, 10.0]));
        assert_eq!(mark(51_000.0, None), Some([35.0, 5.0, 1.0, 30.0]));
        assert_eq!(mark(f64::NAN, None), None);
        let none = HeatmapPlot {
            buckets: 0,
            ..picture
        };
        assert_eq!(none.at(35.0, 5.0, &Map::default()), None);
    }
}
