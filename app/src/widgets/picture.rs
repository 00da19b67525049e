//! One chart's picture: what is on its two canvases, and the least that makes it right again.

use charts::{
    AxisStyle, Bounds, Frame, Plan, PlotRect, Scratch, Series, TimeWindow, ValueScale, View,
    draw_grid, draw_series, draw_time_labels, label_width,
};

use super::layer::{Layer, SUBPIXEL};
use super::palette::{self, Palette, SERIES};
use crate::browser;
use crate::format::Format;
use crate::live::Lines;
use telemetry::Unit;

/// Narrowest gutter for value labels in device-independent pixels: a label that grows by a digit
/// does not move the plot.
const GUTTER: f64 = 28.0;
/// Opacity of areas.
const FILL: f64 = 0.12;

/// Width of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LineWidth {
    /// In device-independent pixels.
    Css(f64),
    /// In device pixels.
    Device(f64),
}

impl Default for LineWidth {
    fn default() -> Self {
        LineWidth::Css(1.5)
    }
}

impl LineWidth {
    fn device_px(self, ratio: f64) -> f64 {
        match self {
            LineWidth::Css(px) => px * ratio,
            LineWidth::Device(px) => px,
        }
    }
}

/// What a chart shows, apart from its data.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether areas are filled.
    pub fill: bool,
    /// Ends of the scale, where they are fixed.
    pub bounds: Bounds,
    /// Points farther apart are not joined, in ms.
    pub connect_ms: f64,
    /// Of the values.
    pub unit: Unit,
    /// Whether the values are by second.
    pub per_second: bool,
    /// Of lines.
    pub line: LineWidth,
}

/// The picture of one chart.
pub struct Picture {
    axes: Layer,
    data: Layer,
    look: Look,
    scale: Option<ValueScale>,
    on_axes: Option<Axes>,
    on_data: Option<Frame>,
    scratch: Scratch,
}

#[derive(Clone, Copy, PartialEq)]
struct Axes {
    size: (u32, u32),
    plot: PlotRect,
    scale: ValueScale,
    format: Format,
    palette: u64,
    labelled: bool,
    right_edge: i64,
}

impl Picture {
    /// On these two canvases.
    pub fn new(axes: Layer, data: Layer, look: Look) -> Self {
        Picture {
            axes,
            data,
            look,
            scale: None,
            on_axes: None,
            on_data: None,
            scratch: Scratch::default(),
        }
    }

    /// How values are written: with the prefix of the axis, or before the first picture with the
    /// one that its data will bring.
    pub fn format(&self, lines: &Lines) -> Format {
        let scale = self.scale.or_else(|| {
            let (low, high) = lines.extent(f64::NEG_INFINITY)?;
            Some(ValueScale::fit(low, high, &self.look.bounds))
        });
        let (largest, step) = scale.map_or((0.0, None), |s| {
            (s.max.abs().max(s.min.abs()), Some(s.step))
        });
        Format::of(self.look.unit, self.look.per_second, largest, step)
    }

    /// Makes the picture show `lines` over `span_ms` until `end_ms`, on `css` device-independent
    /// pixels of `ratio` device pixels. A frozen picture keeps its scale once it shows that end:
    /// a pause may come after the news of a frame and before its picture.
    pub fn paint(
        &mut self,
        lines: &Lines,
        end_ms: f64,
        span_ms: f64,
        css: (f64, f64),
        ratio: f64,
        frozen: bool,
    ) {
        let size = (
            (css.0 * ratio).round() as u32,
            (css.1 * ratio).round() as u32,
        );
        if size.0 < 8 || size.1 < 8 {
            return;
        }
        let palette = palette::current();
        let look = look_of(lines.generation(), palette.generation, ratio);
        let frozen = frozen
            && self
                .on_data
                .is_some_and(|f| (f.window.end_ms, f.window.span_ms) == (end_ms, span_ms));
        let is_drawn = self.on_data.is_some_and(|f| f.look == look)
            && self.on_axes.is_some_and(|a| a.size == size);
        if frozen && is_drawn {
            return;
        }
        let scale = self.follow(lines, end_ms - span_ms, frozen);
        let format = self.format(lines);
        // Without data there is a grid and nothing to say about it.
        let known = self.scale.is_some();
        let label = |value: f64| {
            if known {
                format.number(value)
            } else {
                String::new()
            }
        };
        let gutter = label_width(&scale, ratio, &label).max((GUTTER * ratio) as u32);
        let plot = PlotRect::inside(size.0, size.1, gutter, ratio);
        let window = TimeWindow::new(end_ms, span_ms, plot.width);
        let axes = Axes {
            size,
            plot,
            scale,
            format,
            palette: palette.generation,
            labelled: known,
            right_edge: window.right_edge(),
        };
        self.paint_axes(axes, &window, &palette, ratio, &label);
        let frame = Frame {
            window,
            height: plot.height,
            scale,
            settled_ms: lines.final_ms(self.look.connect_ms),
            data: lines.newest_ms() as u64,
            look,
        };
        self.paint_data(lines, frame, &palette, ratio);
    }

    fn follow(&mut self, lines: &Lines, from_ms: f64, frozen: bool) -> ValueScale {
        let (low, high) = lines.extent(from_ms).unwrap_or((f64::NAN, f64::NAN));
        let bounds = &self.look.bounds;
        let scale = match self.scale {
            Some(scale) if frozen => scale,
            Some(scale) => scale.follow(low, high, bounds).unwrap_or(scale),
            None => ValueScale::fit(low, high, bounds),
        };
        // Without data there is no scale to keep: the first points choose theirs.
        self.scale = (low.is_finite() || self.scale.is_some()).then_some(scale);
        scale
    }

    fn paint_axes(
        &mut self,
        next: Axes,
        window: &TimeWindow,
        palette: &Palette,
        ratio: f64,
        label: &dyn Fn(f64) -> String,
    ) {
        let style = AxisStyle {
            ratio,
            text: palette.text,
            grid: palette.grid,
        };
        let before = self.on_axes.replace(next);
        if self.axes.fit(next.size) {
            self.axes.place(0, 0, ratio);
        } else if before == Some(next) {
            return;
        }
        let grid_stays = before.is_some_and(|b| {
            Axes {
                right_edge: next.right_edge,
                ..b
            } == next
        });
        let row = if grid_stays {
            next.plot.label_row(ratio)
        } else {
            0
        };
        self.axes
            .clear(0, row, next.size.0, next.size.1.saturating_sub(row));
        self.axes.draw(|area| {
            // The canvas backend cannot fail but for text it cannot measure; then the label is missing.
            if !grid_stays {
                drop(draw_grid(area, &next.plot, &next.scale, &style, label));
            }
            // Before the first frame nobody knows the time.
            if window.end_ms > 0.0 {
                drop(draw_time_labels(
                    area,
                    &next.plot,
                    window,
                    &style,
                    browser::utc_offset_min(window.end_ms),
                ));
            }
        });
        if self.data.fit((next.plot.width, next.plot.height)) {
            self.on_data = None;
        }
        self.data.place(next.plot.left, next.plot.top, ratio);
    }

    fn paint_data(&mut self, lines: &Lines, frame: Frame, palette: &Palette, ratio: f64) {
        let width = self.look.line.device_px(ratio);
        let from = match charts::plan(self.on_data.as_ref(), &frame, width) {
            Plan::Nothing => return,
            Plan::Full => 0,
            Plan::Shift { by, from } => {
                if by > 0 {
                    self.data.shift(by);
                }
                from
            }
        };
        let series: Vec<Series<'_>> = lines
            .lines()
            .iter()
            .enumerate()
            .map(|(i, line)| Series {
                points: &line.points,
                color: palette.series[i % SERIES],
                width,
                fill: self.look.fill.then_some(FILL),
                dashed: i >= SERIES,
            })
            .collect();
        let view = View {
            window: &frame.window,
            scale: &frame.scale,
            height: frame.height,
            connect_ms: self.look.connect_ms,
            clip: Some((from, frame.window.width)),
            subpixel: SUBPIXEL,
        };
        self.data
            .clear(from, 0, frame.window.width - from, frame.height);
        let scratch = &mut self.scratch;
        self.data.draw_fine(from, |area| {
            drop(draw_series(area, scratch, &series, &view))
        });
        self.on_data = Some(frame);
    }
}

/// One number that changes with everything that already drawn pixels depend on but scale and time.
fn look_of(generation: u64, palette: u64, ratio: f64) -> u64 {
    generation.wrapping_shl(32) ^ palette.wrapping_shl(16) ^ (ratio * 100.0) as u64
}
