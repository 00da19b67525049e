//! One chart's picture: what is on its two canvases, and the least that makes it right again.

use charts::{
    AxisStyle, Frame, Gutters, Mark, Plan, PlotRect, ThresholdLine, TimeWindow, ValueScale, View,
    draw_grid, draw_thresholds, draw_time_labels, draw_value_labels_right, label_width,
};

use super::draw::{self, Buffers, Scene};
use super::layer::{Layer, SUBPIXEL};
use super::look::{Axis, Look, Scales};
use super::palette::{self, Palette};
use crate::live::Lines;
use crate::zone;

/// Narrowest gutter for value labels in device-independent pixels: a label that grows by a digit
/// does not move the plot.
const GUTTER: f64 = 28.0;
/// Smaller pictures are not drawn, in device pixels.
const SMALLEST: u32 = 8;

/// What a picture shows now.
pub struct Showing<'a> {
    /// Where it ends, in ms since the epoch.
    pub end_ms: f64,
    /// How much time it shows, in ms.
    pub span_ms: f64,
    /// Size in device-independent pixels.
    pub css: (f64, f64),
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// The lines at an earlier time, moved to the time shown.
    pub earlier: Option<&'a Lines>,
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Moments at which something happened.
    pub marks: &'a [Mark],
    /// Changes whenever one of the three above does.
    pub version: u64,
}

/// What is on the canvases: enough to find a time or a value under a pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// Where the plot lies on the chart, in device pixels.
    pub plot: PlotRect,
    /// The time it shows.
    pub window: TimeWindow,
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// Its scales.
    pub scales: Scales,
}

/// The picture of one chart.
pub struct Picture {
    axes: Layer,
    data: Layer,
    look: Look,
    scales: Scales,
    on_axes: Option<Axes>,
    on_data: Option<Frame>,
    shown: Option<Shown>,
    drawn: Option<Key>,
    buffers: Buffers,
}

/// What the axes layer depends on.
#[derive(Clone, Copy, PartialEq)]
struct Axes {
    size: (u32, u32),
    plot: PlotRect,
    scales: Scales,
    palette: u64,
    zone: u64,
    right_edge: i64,
    span_ms: f64,
}

/// What a picture depends on: with the same key there is nothing to do.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    end_ms: f64,
    span_ms: f64,
    size: (u32, u32),
    ratio: f64,
    generation: u64,
    newest_ms: i64,
    palette: u64,
    zone: u64,
    version: u64,
}

impl Picture {
    /// On these two canvases.
    pub fn new(axes: Layer, data: Layer, look: Look) -> Self {
        Picture {
            axes,
            data,
            look,
            scales: Scales::default(),
            on_axes: None,
            on_data: None,
            shown: None,
            drawn: None,
            buffers: Buffers::default(),
        }
    }

    /// What it looks like.
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Changes what it looks like; the next picture is drawn whole.
    pub fn set_look(&mut self, look: Look) {
        if self.look != look {
            self.look = look;
            self.scales = Scales::default();
            (self.on_axes, self.on_data, self.drawn) = (None, None, None);
        }
    }

    /// The scales of now; before the first picture those that its data will bring.
    pub fn scales(&self, lines: &mut Lines) -> Scales {
        let mut found = self.scales;
        if found.left.is_none() {
            let look = &self.look;
            let extent = lines.extent(f64::NEG_INFINITY, f64::INFINITY, |l| !look.is_right(l));
            found.left = extent.map(|(low, high)| ValueScale::fit(low, high, &look.left.bounds));
        }
        found
    }

    /// What is on the canvases; none before the first picture.
    pub fn shown(&self) -> Option<Shown> {
        self.shown
    }

    /// Makes the picture show `lines` as `showing` says.
    pub fn paint(&mut self, lines: &mut Lines, showing: &Showing<'_>) {
        let px = |css: f64| (css * showing.ratio).round() as u32;
        let size = (px(showing.css.0), px(showing.css.1));
        if size.0 < SMALLEST || size.1 < SMALLEST {
            return;
        }
        let palette = palette::current();
        let key = Key {
            end_ms: showing.end_ms,
            span_ms: showing.span_ms,
            size,
            ratio: showing.ratio,
            generation: lines.generation(),
            newest_ms: lines.newest_ms(),
            palette: palette.generation,
            zone: zone::generation(),
            version: showing.version,
        };
        if self.drawn == Some(key) {
            return;
        }
        let fresh = self
            .drawn
            .is_none_or(|drawn| drawn.span_ms != key.span_ms || drawn.version != key.version);
        self.drawn = Some(key);
        self.follow(lines, showing, size.0, fresh);
        let plot = self.plot(size, showing.ratio);
        let window = TimeWindow::new(showing.end_ms, showing.span_ms, plot.width);
        self.shown = Some(Shown {
            plot,
            window,
            ratio: showing.ratio,
            scales: self.scales,
        });
        let axes = Axes {
            size,
            plot,
            scales: self.scales,
            palette: palette.generation,
            zone: zone::generation(),
            right_edge: window.right_edge(),
            span_ms: showing.span_ms,
        };
        self.paint_axes(axes, &window, &palette, showing.ratio);
        let scene = Scene {
            look: &self.look,
            lines,
            earlier: showing.earlier,
            off: showing.off,
            marks: showing.marks,
            palette: &palette,
            ratio: showing.ratio,
        };
        let connect_ms = self.look.connect_ms(lines.step_ms());
        let settled_ms = match scene.bar_ms(&window) {
            None => lines.final_ms(connect_ms),
            // A bar changes until its time is over, and reaches back to where it begins.
            Some(bar) => {
                (lines.final_ms(bar as f64) / bar as f64).floor() * bar as f64 - bar as f64
            }
        };
        let frame = Frame {
            window,
            height: plot.height,
            scale: self.left(),
            settled_ms,
            data: lines.newest_ms() as u64,
            look: look_of(&key, self.scales.right),
        };
        paint_data(
            &mut self.data,
            &mut self.on_data,
            &mut self.buffers,
            &scene,
            frame,
            (connect_ms, self.scales.right),
        );
    }

    fn follow(&mut self, lines: &mut Lines, showing: &Showing<'_>, width: u32, fresh: bool) {
        let window = TimeWindow::new(showing.end_ms, showing.span_ms, width);
        let wide = (&window, showing.ratio);
        let (look, buffers) = (&self.look, &mut self.buffers);
        let mut extent = |right| draw::extent(look, lines, showing.off, right, wide, buffers);
        let extents = [extent(false), look.right.and_then(|_| extent(true))];
        self.scales = draw::follow(look, &self.scales, fresh, extents);
    }

    /// The left scale, or without data an empty one.
    fn left(&self) -> ValueScale {
        let empty = || ValueScale::fit(f64::NAN, f64::NAN, &self.look.left.bounds);
        self.scales.left.unwrap_or_else(empty)
    }

    fn plot(&self, size: (u32, u32), ratio: f64) -> PlotRect {
        let least = (GUTTER * ratio) as u32;
        let width = |axis: Axis, scale: &ValueScale| {
            label_width(scale, ratio, &|v| axis.label(scale, v)).max(least)
        };
        let right = self.look.right.zip(self.scales.right);
        let gutters = Gutters {
            left: width(self.look.left, &self.left()),
            right: right.map_or(0, |(axis, scale)| width(axis, &scale)),
        };
        PlotRect::inside(size.0, size.1, gutters, ratio)
    }

    fn paint_axes(&mut self, next: Axes, window: &TimeWindow, palette: &Palette, ratio: f64) {
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
                span_ms: next.span_ms,
                zone: next.zone,
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
        let (look, scales, left) = (&self.look, self.scales, self.left());
        self.axes.draw(|area| {
            // The canvas backend cannot fail but for text it cannot measure; then the label is missing.
            if !grid_stays {
                // Without data there is a grid and nothing to say about it.
                let label = |value: f64| match scales.left {
                    Some(scale) => look.left.label(&scale, value),
                    None => String::new(),
                };
                drop(draw_grid(area, &next.plot, &left, &style, &label));
                if let Some((axis, scale)) = look.right.zip(scales.right) {
                    let label = |value: f64| axis.label(&scale, value);
                    drop(draw_value_labels_right(
                        area, &next.plot, &scale, &style, &label,
                    ));
                }
                let lines = thresholds(look, palette);
                let view = View {
                    window,
                    scale: &left,
                    right: None,
                    height: next.plot.height,
                    connect_ms: 0.0,
                    clip: None,
                    subpixel: 1,
                    surface: palette.surface,
                };
                let plot = (next.plot.left, next.plot.top);
                let plot = area
                    .clone()
                    .shrink(plot, (next.plot.width, next.plot.height));
                drop(draw_thresholds(&plot, &view, ratio, &lines));
            }
            // Before the first frame nobody knows the time.
            if window.end_ms > 0.0 {
                drop(draw_time_labels(
                    area,
                    &next.plot,
                    window,
                    &style,
                    &zone::offset_min,
                ));
            }
        });
        if self.data.fit((next.plot.width, next.plot.height)) {
            self.on_data = None;
        }
        self.data.place(next.plot.left, next.plot.top, ratio);
    }
}

fn paint_data(
    data: &mut Layer,
    on_data: &mut Option<Frame>,
    buffers: &mut Buffers,
    scene: &Scene<'_>,
    frame: Frame,
    (connect_ms, right): (f64, Option<ValueScale>),
) {
    let width = scene.look.line.device_px(scene.ratio);
    let from = match charts::plan(on_data.as_ref(), &frame, width) {
        Plan::Nothing => return,
        Plan::Full => 0,
        Plan::Shift { by, from } => {
            if by > 0 {
                data.shift(by);
            }
            from
        }
    };
    let view = View {
        window: &frame.window,
        scale: &frame.scale,
        right: right.as_ref(),
        height: frame.height,
        connect_ms,
        clip: Some((from, frame.window.width)),
        subpixel: SUBPIXEL,
        surface: scene.palette.surface,
    };
    data.clear(from, 0, frame.window.width - from, frame.height);
    data.draw_fine(from, |area| drop(scene.draw(area, buffers, &view)));
    *on_data = Some(frame);
}

fn thresholds(look: &Look, palette: &Palette) -> Vec<ThresholdLine> {
    let line = |t: &crate::wire::Threshold| ThresholdLine {
        at: t.at,
        color: palette.level(t.level),
    };
    look.thresholds.iter().map(line).collect()
}

/// One number that changes with everything that already drawn pixels depend on but scale and time.
fn look_of(key: &Key, right: Option<ValueScale>) -> u64 {
    let (min, max) = right.map_or((0, 0), |s| (s.min.to_bits(), s.max.to_bits()));
    let ratio = (key.ratio * 100.0) as u64;
    [key.palette, key.version, ratio, min, max]
        .into_iter()
        .fold(key.generation, |mixed, part| {
            // Multiplying by an odd number loses nothing; sums of neighbours would meet.
            mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ part
        })
}
