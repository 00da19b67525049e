//! Where the cells of a heatmap are, and what is in the one under a pointer. Pure.

use charts::{
    AxisStyle, Bounds, Heat, PlotRect, TimeWindow, ValueScale, View, draw_heatmap, draw_row_labels,
    draw_time_labels,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use crate::widgets::distribution::Grid;
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::palette::Palette;
use protocol::history::STEPS_MS;

/// Width of a character of a label in device-independent pixels: somewhat more than most are.
const CHARACTER: f64 = 7.0;

/// Most cells from left to right.
const CELLS: i64 = 100;

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Counts.
    pub grid: Grid,
    /// Length of a step in ms.
    pub step_ms: f64,
}

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
    /// On this sheet, with labels of at most `longest` characters.
    pub fn new(
        sheet: &CanvasSurface,
        longest: usize,
        buckets: usize,
        end_ms: f64,
        span_ms: f64,
    ) -> Self {
        let gutter = (longest as f64 * CHARACTER * sheet.ratio).ceil() as u32;
        let gutter = gutter.min(sheet.size.0 / 3);
        let plot = PlotRect::inside(sheet.size.0, sheet.size.1, gutter, sheet.ratio);
        HeatmapPlot {
            plot,
            window: TimeWindow::new(end_ms, span_ms, plot.width),
            ratio: sheet.ratio,
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

    /// Columns and widths beside the plot, on a canvas of `width`.
    pub fn beside(&self, width: u32) -> [(u32, u32); 2] {
        let end = self.plot.left + self.plot.width;
        [(0, self.plot.left), (end, width.saturating_sub(end))]
    }

    /// Draws the cells; those at the edges of the plot reach over them.
    pub fn draw_cells<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        palette: &Palette,
        map: &Map,
    ) {
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
            subpixel: 1,
            surface: palette.surface,
        };
        let place = (self.plot.left, self.plot.top);
        let size = (self.plot.width, self.plot.height);
        // The canvas backend cannot fail but for text, of which there is none.
        drop(draw_heatmap(
            &area.clone().shrink(place, size),
            &heat,
            &view,
        ));
    }

    /// Draws what stands beside the buckets and below the times.
    pub fn draw_labels<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        palette: &Palette,
        labels: &[String],
        offset_min: &dyn Fn(f64) -> i32,
    ) {
        let style = AxisStyle {
            ratio: self.ratio,
            text: palette.text,
            grid: palette.grid,
        };
        let (plot, window) = (&self.plot, &self.window);
        let label = |row: usize| {
            let from_below = labels.len().checked_sub(row + 1);
            let label = from_below.and_then(|bucket| labels.get(bucket));
            label.cloned().unwrap_or_default()
        };
        // A text that the browser cannot measure is missing.
        drop(draw_row_labels(area, plot, self.buckets, &style, &label));
        // Before the first frame nobody knows the time.
        if window.end_ms > 0.0 {
            drop(draw_time_labels(area, plot, window, &style, offset_min));
        }
    }
}

/// How much time a cell is: some sixty to a hundred cells show a shape, and a second each of five
/// minutes shows dust.
pub fn cell_ms(span_ms: i64, step_ms: i64) -> i64 {
    let least = (span_ms / CELLS).max(step_ms);
    let found = STEPS_MS.into_iter().find(|step| *step >= least);
    found.unwrap_or(least)
}

/// What stands beside each bucket, the lowest first: up to which value it goes.
pub fn labels(bounds: &[f64], write: impl Fn(f64) -> String) -> Vec<String> {
    let upper = bounds.iter().map(|bound| format!("≤ {}", write(*bound)));
    let above = bounds.last().map(|last| format!("> {}", write(*last)));
    upper.chain(above).collect()
}

/// Which values are in a bucket.
pub fn values(bounds: &[f64], bucket: usize, write: impl Fn(f64) -> String) -> String {
    let low = bucket.checked_sub(1).and_then(|i| bounds.get(i));
    match (low, bounds.get(bucket)) {
        (Some(low), Some(high)) => format!("{} – {}", write(*low), write(*high)),
        (None, Some(high)) => format!("≤ {}", write(*high)),
        (Some(low), None) => format!("> {}", write(*low)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let write = |bound: f64| format!("{bound}s");
        assert_eq!(labels(&[1.0, 2.0], write), ["≤ 1s", "≤ 2s", "> 2s"]);
        assert!(labels(&[], write).is_empty());
        for (bucket, want) in [(0, "≤ 1s"), (1, "1s – 2s"), (2, "> 2s"), (9, "")] {
            assert_eq!(values(&[1.0, 2.0], bucket, write), want);
        }
        assert_eq!(values(&[], 0, write), "");
    }

    #[test]
    fn cells_are_wide_enough_to_be_seen() {
        for (span_s, step_s, want_s) in [
            (60, 1, 1),
            (300, 1, 5),
            (3_600, 1, 60),
            (86_400, 30, 900),
            (604_800, 300, 7_200),
            (0, 1, 1),
            (10, 30, 30),
        ] {
            let got = cell_ms(span_s * 1000, step_s * 1000);
            assert_eq!(got, want_s * 1000, "{span_s} {step_s}");
        }
        assert!(cell_ms(i64::MAX, 1000) > 0);
    }

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
        let none = HeatmapPlot {
            buckets: 0,
            ..picture
        };
        assert_eq!(none.at(35.0, 5.0, &Map::default()), None);
    }
}
